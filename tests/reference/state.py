"""What earlier entries left (docs/spec/entries.md section 4)."""

from dataclasses import dataclass, field

from .claim import Allowance, Shape
from .totals import LiveClaim


@dataclass(frozen=True)
class Key:
    """A registered key."""

    role: str
    council: str | None = None
    ended: int | None = None


@dataclass(frozen=True)
class Council:
    """A council's current key, or none once revoked, and its parent."""

    key: str | None
    parent: str | None


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
    clock: int | None = None
    entries: dict[str, tuple[int, str]] = field(default_factory=dict)
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
    resources: dict[str, tuple[str, bool]] = field(default_factory=dict)

    def seat(self, round_name: str, row: int) -> Seat:
        """The seat of a row, whether it has claimed or not."""
        return self.seats.get((round_name, row), Seat())

    def live(self, round_name: str) -> list[LiveClaim]:
        """The round's live claims in the order of their indices (totals.md section 2)."""
        seats = (seat for (name, _), seat in self.seats.items() if name == round_name)
        return sorted((seat.live for seat in seats if seat.live), key=lambda claim: claim.index)
