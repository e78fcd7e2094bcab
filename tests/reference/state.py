"""What earlier entries left (docs/spec/entries.md section 4)."""

from dataclasses import dataclass, field

from .claim import Allowance, Shape
from .disclosure import Occasion, Opening
from .facts import Challenge, Decision, Mandate, Recall, Recovery, Request, Resource, Rollup, Use
from .totals import LiveClaim


@dataclass(frozen=True)
class Noted:
    """An accepted entry: where, of what kind, and the council that answers for it, or none for the founding keys."""

    index: int
    kind: str
    answers: str | None


@dataclass(frozen=True)
class Key:
    """A registered key."""

    role: str
    council: str | None = None
    ended: int | None = None


@dataclass(frozen=True)
class Council:
    """A council: its current key, or none once revoked; its parent, and since which index it is there.

    Then since which index it has had a key without a break, where it was last recovered, the entry of its recovery
    keys, at which index these took effect, and whether the council was recalled.
    """

    type: str
    silent: str
    tags: bool
    key: str | None
    parent: str | None
    joined: int
    keyed: int
    recovered: int | None = None
    recovery: str | None = None
    recovery_since: int | None = None
    recalled: bool = False


@dataclass(frozen=True)
class Row:
    """A row of a roster."""

    ref: str
    key: str | None
    allowance: Allowance


@dataclass(frozen=True)
class Roster:
    """A roster with its rows in order."""

    council: str
    rule: str
    rows: tuple[Row, ...]
    total: int


@dataclass(frozen=True)
class Seat:
    """A row of a round: the number of its last claim, and its live one."""

    seq: int = 0
    live: LiveClaim | None = None


@dataclass(frozen=True)
class Round:
    """A round's terms, its rows, the sum of their allowances."""

    council: str
    period: str
    number: int
    rosters: tuple[str, ...]
    categories: tuple[tuple[str, str, int], ...]
    rule: str
    shape: Shape
    opens: int
    closes: int
    early_close: bool
    minimum: int
    rows: tuple[Row, ...]
    allowances: int


@dataclass(frozen=True)
class Close:
    """What a close said."""

    index: int
    count: int
    total: bytes


@dataclass
class State:
    """The facts. A refused entry adds none."""

    origin: str | None = None
    floor: int = 0
    period: int = 0
    log_key: str | None = None
    limit: int = 0
    reply: int = 0
    clock: int | None = None
    entries: dict[str, Noted] = field(default_factory=dict)
    keys: dict[str, Key] = field(default_factory=dict)
    founding: set[str] = field(default_factory=set)
    councils: dict[str, Council] = field(default_factory=dict)
    rosters: dict[str, Roster] = field(default_factory=dict)
    commitments: set[str] = field(default_factory=set)
    rounds: dict[str, Round] = field(default_factory=dict)
    round_numbers: set[tuple[str, int, str]] = field(default_factory=set)
    seats: dict[tuple[str, int], Seat] = field(default_factory=dict)
    closes: dict[str, Close] = field(default_factory=dict)
    totals: set[str] = field(default_factory=set)
    resources: dict[str, Resource] = field(default_factory=dict)
    openings: dict[Occasion, list[Opening]] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)
    uses: dict[str, Use] = field(default_factory=dict)
    consents: dict[tuple[str, str], str] = field(default_factory=dict)
    """(what it is about, who says so) to the verdict."""
    again: dict[tuple[str, str], int] = field(default_factory=dict)
    """The same to the `again` of the verdict, 0 where it is absent; of those by a `consent` only."""
    challenges: dict[str, Challenge] = field(default_factory=dict)
    threads: dict[str, str] = field(default_factory=dict)
    """A reply or an outcome to its challenge."""
    mandates: dict[str, Mandate] = field(default_factory=dict)
    recalls: dict[str, Recall] = field(default_factory=dict)
    recoveries: dict[str, Recovery] = field(default_factory=dict)
    errata: dict[str, list[str]] = field(default_factory=dict)
    requests: dict[str, Request] = field(default_factory=dict)
    tags: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    """(roster, period) to its tags."""
    rollups: dict[tuple[str, str, int], Rollup] = field(default_factory=dict)
    """(federation, period, round_no) to its rollup."""

    def seat(self, round_name: str, row: int) -> Seat:
        """The seat of a row, whether it has claimed or not."""
        return self.seats.get((round_name, row), Seat())

    def live(self, round_name: str) -> list[LiveClaim]:
        """The round's live claims in the order of their indices (totals.md section 2)."""
        seats = (seat for (name, _), seat in self.seats.items() if name == round_name)
        return sorted((seat.live for seat in seats if seat.live), key=lambda claim: claim.index)

    def recovery_of(self, council: str) -> Recovery | None:
        """The recovery keys that a council has now."""
        name = self.councils[council].recovery
        return None if name is None else self.recoveries[name]

    def children(self, parent: str) -> set[str]:
        """The councils whose parent it is now (federation.md)."""
        return {name for name, council in self.councils.items() if council.parent == parent}
