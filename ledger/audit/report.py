"""What an audit found, as values: what was proved, what is only asserted, and the first thing that does not hold.

The same report is rendered as a table, as JSON and as a page. Its JSON form is versioned by :data:`REPORT_VERSION`;
fields are added under the same version, and never change their meaning under it.
"""

from collections.abc import Sequence
from typing import Any, Final, Literal

import msgspec

from ledger.audit.lines.challenges import ChallengeLine
from ledger.audit.lines.councils import CouncilLine, KeyLine, MembershipLine
from ledger.audit.lines.decisions import DecisionLine
from ledger.audit.lines.federation import RequestLine, RollupLine, TagsLine
from ledger.audit.lines.packed import PackedLines
from ledger.audit.lines.powers import MandateLine, RecallLine, RecoveryLine
from ledger.audit.lines.rounds import RoundLine
from ledger.audit.lines.value import Value
from ledger.audit.lines.world import ResourceLine, UseLine

REPORT_VERSION: Final = 1

Verdict = Literal["holds", "does-not-hold", "log-lied", "not-checked"]
"""``holds``: everything that can be checked holds. ``does-not-hold``: an entry, a proof or the tree is wrong.
``log-lied``: the log's own key signed two histories. ``not-checked``: the source could not be read to the end."""

KeyTrust = Literal["policy", "asserted"]


class Finding(Value, frozen=True, kw_only=True):
    """The first thing that is wrong; everything before `index` holds."""

    rule: str
    found: str
    index: int | None = None
    leaf: bytes | None = None
    kind: str | None = None


class Tree(Value, frozen=True, kw_only=True):
    """The signed tree that was audited, and what vouches for it."""

    origin: str
    size: int
    root: bytes
    checkpoint: str
    log_key: str
    key_trust: KeyTrust
    witnessed: bool


class Work(Value, frozen=True, kw_only=True):
    """How much was checked, since when, and how long it took."""

    entries: int
    entries_now: int
    signatures: int
    proofs: int
    resumed_from: int
    kinds: dict[str, int]
    seconds: float
    workers: int


class AuditReport(Value, frozen=True, kw_only=True):
    """The outcome of one audit. `tree` is None where no signed tree could be read or believed.

    `attention` are sentences about what everybody should look at, whatever the verdict: the rules let it stand in the
    ledger. `refused_challenges` is what the operator's clocks say. Challenges are ordered by their state, the overdue
    ones first; all other lines stand in the order of the log.
    """

    v: int = REPORT_VERSION
    kind: str = "audit-report"
    verdict: Verdict
    source: str
    audited_at: int
    finding: Finding | None = None
    tree: Tree | None = None
    work: Work
    first_clock: int | None = None
    last_clock: int | None = None
    councils: tuple[CouncilLine, ...] = ()
    rounds: tuple[RoundLine, ...] = ()
    resources: Sequence[ResourceLine] = ()
    decisions: Sequence[DecisionLine] = ()
    proved: tuple[str, ...] = ()
    asserted: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    attention: tuple[str, ...] = ()
    uses: Sequence[UseLine] = ()
    challenges: Sequence[ChallengeLine] = ()
    refused_challenges: int = 0
    rollups: Sequence[RollupLine] = ()
    requests: Sequence[RequestLine] = ()
    tags: Sequence[TagsLine] = ()
    memberships: Sequence[MembershipLine] = ()
    mandates: Sequence[MandateLine] = ()
    recalls: Sequence[RecallLine] = ()
    recoveries: Sequence[RecoveryLine] = ()
    keys: Sequence[KeyLine] = ()


def report_json(report: AuditReport) -> bytes:
    """The report as indented JSON, for programs and archives."""
    return msgspec.json.format(msgspec.json.encode(report, enc_hook=_packed), indent=2) + b"\n"


def parse_report(raw: bytes) -> AuditReport:
    """The report that ``report_json`` wrote."""
    report = msgspec.json.decode(raw, type=AuditReport)
    lists = {name: value for name in report.__struct_fields__ if isinstance(value := getattr(report, name), list)}
    return msgspec.structs.replace(report, **{name: tuple(value) for name, value in lists.items()})


def _packed(value: object) -> Any:
    if isinstance(value, PackedLines):
        return value.raws()
    raise AssertionError(f"bad math in the report: it holds {type(value).__name__}")
