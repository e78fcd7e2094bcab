"""The JSON answers, each a struct from which both the bytes and the OpenAPI schema are made.

Bytes are standard base64, as in entries; only in paths are leaf hashes written in hex. ``size`` says how many entries
the log had when the answer was computed: these are conveniences, and what is to be believed is in the tiles.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Digest = Annotated[bytes, Meta(description="32 bytes, base64", extra_json_schema={"minLength": 44, "maxLength": 44})]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The base of all answers."""


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Problem details (RFC 9457). ``type`` is urn:opentally:problem: and the stable name of the rule."""

    type: Annotated[str, Meta(pattern="^urn:opentally:problem:[a-z0-9-]+$")]
    title: str
    status: Annotated[int, Meta(ge=400, le=599)]
    detail: str
    size: int | None = None
    retry_after: int | None = None


class Result(Answer, frozen=True):
    """An entry is in the log, durably: 201 if it is new, 200 if it had been submitted before."""

    status: Literal[200, 201]
    index: Annotated[int, Meta(ge=0)]
    leaf: Digest
    receipt: Annotated[str, Meta(description="a C2SP tlog-proof file against the checkpoint just published")]


class LeafView(Answer, frozen=True):
    """Where in the log an entry stands."""

    size: int
    index: int
    leaf: Digest


class InclusionView(Answer, frozen=True):
    """An RFC 6962 inclusion path, the leaf's sibling first, in the tree of the first ``size`` entries."""

    size: int
    index: int
    root: Digest
    path: tuple[Digest, ...]


class ConsistencyView(Answer, frozen=True):
    """An RFC 6962 consistency proof between the first ``first`` and the first ``second`` entries."""

    size: int
    first: int
    second: int
    path: tuple[Digest, ...]


class ChallengeRuleView(Answer, frozen=True):
    """How many challenges one challenger may make within ``reply`` seconds, in which each is to be answered."""

    limit: int
    reply: int


class LedgerView(Answer, frozen=True):
    """What entry 0 fixed, and the time by the last clock, which the operator asserts."""

    size: int
    origin: str
    vkey: Annotated[str, Meta(description="the log's key as C2SP signed-note writes it")]
    suite: str
    cohort_floor: int
    clock_period: int
    challenges: ChallengeRuleView
    founding: Annotated[tuple[bytes, ...], Meta(description="the founding keys that are valid now")]
    leaf: Digest
    clock: int | None


class CouncilView(Answer, frozen=True):
    """A council; ``key`` is the one valid now, null once it has been revoked."""

    size: int
    leaf: Digest
    index: int
    name: str
    type: str
    key: bytes | None
    parent: Digest | None


class CouncilList(Answer, frozen=True):
    """Councils in the order of their leaf hashes; ``next`` is the ``after`` of the next page."""

    size: int
    councils: tuple[CouncilView, ...]
    next: str | None


RoundState = Literal["announced", "open", "ended", "closed", "totalled"]


class RoundLine(Answer, frozen=True):
    """A round in a list."""

    leaf: Digest
    index: int
    council: Digest
    period: str
    round_no: int
    opens: int
    closes: int
    rows: int
    state: RoundState


class RoundList(Answer, frozen=True):
    """Rounds in the order of council, number and period; ``next`` is the ``after`` of the next page."""

    size: int
    rounds: tuple[RoundLine, ...]
    next: str | None


class CategoryView(Answer, frozen=True):
    """A line of a round's catalogue."""

    code: str
    name: str
    unit: str
    scale: int
    width: int
    price: int


class RosterPart(Answer, frozen=True):
    """A roster of a round, and the round's row that is its first."""

    leaf: Digest
    first_row: int


class CloseView(Answer, frozen=True):
    """A round's close."""

    leaf: Digest
    index: int
    count: int
    sum: bytes
    set: Digest


class ErratumView(Answer, frozen=True):
    """A word of caution at a total or a rollup; the reason stands in the entry at ``index``."""

    leaf: Digest
    index: int
    effect: Literal["note", "withdrawn"]


class TotalView(Answer, frozen=True):
    """A round's total, in the smallest units of the catalogue; ``withdrawn`` if an erratum says so."""

    leaf: Digest
    index: int
    totals: tuple[int, ...]
    withdrawn: bool = False
    errata: tuple[ErratumView, ...] = ()


class RoundView(Answer, frozen=True):
    """A round: what a claimant must know, what has come in so far, and how it ended.

    ``claims`` is the number of live claims when the log had ``claims_size`` entries, which may be a little earlier than
    ``size``.
    """

    size: int
    leaf: Digest
    index: int
    council: Digest
    period: str
    round_no: int
    state: RoundState
    clock: int | None
    opens: int
    closes: int
    early_close: bool
    custody: str
    minimum: int
    allowance: str
    slack_width: int | None
    allowances: int
    catalogue: tuple[CategoryView, ...]
    rosters: tuple[RosterPart, ...]
    rows: int
    claims: int
    claims_size: int
    close: CloseView | None
    total: TotalView | None


class RowView(Answer, frozen=True):
    """A row of a round: who may claim, and what it has claimed so far.

    ``seq`` is the number of its last claim (0: none; the next claim carries ``seq`` + 1), ``claim`` its live claim,
    which the next one names as ``superseded``. ``allowance`` is a number, or a commitment in base64.
    """

    row: int
    roster: Digest
    ref: str
    key: bytes | None
    allowance: int | str | None
    seq: int
    claim: Digest | None
    claim_index: int | None


class OneRow(Answer, frozen=True):
    """One row."""

    size: int
    round: Digest
    row: RowView


class RowList(Answer, frozen=True):
    """Rows in order; ``next`` is the ``start`` of the next page."""

    size: int
    round: Digest
    rows: tuple[RowView, ...]
    next: int | None


class SetView(Answer, frozen=True):
    """The live claims of a round in index order, and the root over them; final once ``closed``."""

    size: int
    round: Digest
    closed: bool
    count: int
    set: Digest
    claims: tuple[Digest, ...]


class SetProofView(Answer, frozen=True):
    """The RFC 6962 path from a live claim to ``set``: leaf data are the claims' 32-byte leaf hashes."""

    size: int
    round: Digest
    closed: bool
    claim: Digest
    position: int
    count: int
    set: Digest
    path: tuple[Digest, ...]


class Health(Answer, frozen=True):
    """Whether the process answers (healthz) and takes entries (readyz)."""

    status: Literal["ok"]
    size: int
