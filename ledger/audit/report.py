"""What an audit found, as values: what was proved, what is only asserted, and the first thing that does not hold.

The same report is rendered as a table, as JSON and as a page. Its JSON form is versioned by :data:`REPORT_VERSION`;
fields are added under the same version, and never change their meaning under it.
"""

from collections.abc import Sequence
from typing import Any, Final, Literal

import msgspec

from ledger.audit.lines import PackedLines

REPORT_VERSION: Final = 1

Verdict = Literal["holds", "does-not-hold", "log-lied", "not-checked"]
"""``holds``: everything that can be checked holds. ``does-not-hold``: an entry, a proof or the tree is wrong.
``log-lied``: the log's own key signed two histories. ``not-checked``: the source could not be read to the end."""

KeyTrust = Literal["policy", "asserted"]
RoundState = Literal["open", "closed", "totalled"]


PRICE_UNITS: Final = "price units"
"""What costs and allowances count where a round has several prices or units: the ledger says no more of their worth."""


class _Value(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A frozen part of the report; byte strings are base64 in JSON."""


class Finding(_Value, frozen=True, kw_only=True):
    """The first thing that is wrong; everything before `index` holds."""

    rule: str
    found: str
    index: int | None = None
    leaf: bytes | None = None
    kind: str | None = None


class CouncilLine(_Value, frozen=True, kw_only=True):
    """A council as registered at `index`."""

    index: int
    leaf: bytes
    name: str
    type: str
    parent: bytes | None


class CategoryLine(_Value, frozen=True, kw_only=True):
    """One category of a round; `total` counts its smallest units, of which `scale` decimals are shown to people."""

    code: str
    name: str
    unit: str
    scale: int
    price: int
    total: int | None = None


class RoundLine(_Value, frozen=True, kw_only=True):
    """One round. What a later entry adds is None until that entry is in the log.

    `allowances` is proved where every row of the round has a live claim or the allowances are public, else asserted;
    `allowances_proved` says which. `cost` and `allowances` count the smallest units of `cost_unit`, of which
    `cost_scale` decimals are shown to people.
    """

    index: int
    leaf: bytes
    council: bytes
    council_name: str
    period: str
    round_no: int
    minimum: int
    rows: int
    opens: int
    closes: int
    allowance_rule: str
    categories: tuple[CategoryLine, ...]
    claims: int = 0
    replaced: int = 0
    withdrawn: int = 0
    close_index: int | None = None
    close_leaf: bytes | None = None
    count: int | None = None
    total_index: int | None = None
    total_leaf: bytes | None = None
    unclaimed: int | None = None
    cost: int | None = None
    allowances: int | None = None
    allowances_proved: bool = False
    cost_unit: str = PRICE_UNITS
    cost_scale: int = 0

    @property
    def state(self) -> RoundState:
        """``open`` until the close, ``closed`` until the total."""
        if self.total_index is not None:
            return "totalled"
        return "open" if self.close_index is None else "closed"


class ResourceLine(_Value, frozen=True, kw_only=True):
    """What a council says about the world; proved is only who said it, and its place in the log."""

    index: int
    leaf: bytes
    council_name: str
    category: str
    quantity: int
    scale: int
    unit: str
    uncertainty: int
    area: str
    mandate: str
    method: str
    evidence: bytes
    affected: str
    valid_from: int
    valid_until: int
    supersedes: int | None = None
    superseded_by: int | None = None


class Adopted(_Value, frozen=True, kw_only=True):
    """An entry that a decision names."""

    leaf: bytes
    index: int
    kind: str


class DecisionLine(_Value, frozen=True, kw_only=True):
    """What a body says it has adopted; that the body decided so, and the turnout, are its own word."""

    index: int
    leaf: bytes
    council_name: str
    title: str
    body: str
    rule: str
    affected: str
    eligible: int
    voted: int
    adopts: tuple[Adopted, ...]


class Tree(_Value, frozen=True, kw_only=True):
    """The signed tree that was audited, and what vouches for it."""

    origin: str
    size: int
    root: bytes
    checkpoint: str
    log_key: str
    key_trust: KeyTrust
    witnessed: bool


class Work(_Value, frozen=True, kw_only=True):
    """How much was checked, since when, and how long it took."""

    entries: int
    entries_now: int
    signatures: int
    proofs: int
    resumed_from: int
    kinds: dict[str, int]
    seconds: float
    workers: int


class AuditReport(_Value, frozen=True, kw_only=True):
    """The outcome of one audit. `tree` is None where no signed tree could be read or believed."""

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


def report_json(report: AuditReport) -> bytes:
    """The report as indented JSON, for programs and archives."""
    return msgspec.json.format(msgspec.json.encode(report, enc_hook=_packed), indent=2) + b"\n"


def parse_report(raw: bytes) -> AuditReport:
    """The report that ``report_json`` wrote."""
    report = msgspec.json.decode(raw, type=AuditReport)
    return msgspec.structs.replace(report, resources=tuple(report.resources), decisions=tuple(report.decisions))


def cost_unit(categories: Sequence[CategoryLine]) -> tuple[str, int]:
    """The unit and scale of a round's cost: the categories' own where all have one and the price 1, else price units.

    A price is a whole number for a category's smallest unit; in what it is counted, the ledger does not say. Where
    every price is 1, cost is a plain sum of quantities, and one unit of all is the unit of the sum.
    """
    first = categories[0]
    if all((each.unit, each.scale, each.price) == (first.unit, first.scale, 1) for each in categories):
        return first.unit, first.scale
    return PRICE_UNITS, 0


def _packed(value: object) -> Any:
    if isinstance(value, PackedLines):
        return value.raws()
    raise AssertionError(f"bad math in the report: it holds {type(value).__name__}")
