"""Facts that the kinds of docs/spec/checks.md and docs/spec/federation.md leave."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Resource:
    """A claim about the world, what was used of it, by which it is superseded, if it is (entries.md section 16)."""

    council: str
    name: str
    type: str
    unit: str
    scale: int
    used: int
    superseded: str | None = None

    @property
    def meter(self) -> tuple[str, str, str, str, int]:
        """What a claim that supersedes it has in common with it."""
        return self.council, self.name, self.type, self.unit, self.scale


@dataclass(frozen=True)
class Decision:
    """Who decided, and the challenges that the decision carries."""

    council: str
    carries: tuple[str, ...]


@dataclass(frozen=True)
class Use:
    """What was measured against a claim about the world, and whether it still counts."""

    claim: str
    quantity: int
    counts: bool = True


@dataclass(frozen=True)
class Challenge:
    """A challenge: where it is, about what, of whom, its home, who has to answer (none: the founders), its root.

    Then its times, and how it stands.
    """

    index: int
    about: str
    challenger: tuple[str, str]
    home: str
    answers: str | None
    root: str
    made: int
    deadline: int
    answered: bool = False
    decided: bool = False

    def overdue(self, now: int) -> bool:
        """It has neither a reply nor an outcome, and now has reached its deadline."""
        return not self.answered and not self.decided and now >= self.deadline


@dataclass(frozen=True)
class Proposal:
    """What other councils put in effect: of how many children more than half must be for it, and when it lapses."""

    quorum: int
    lapses: int


@dataclass(frozen=True)
class Mandate:
    """Who may act for a council in which kinds until when, and whether this is in effect, or recalled."""

    index: int
    council: str
    key: str
    kinds: frozenset[str]
    until: int
    proposal: Proposal | None
    in_effect: bool = False
    recalled: bool = False


@dataclass(frozen=True)
class Recall:
    """The recall of a mandate, or else of the council's key."""

    index: int
    council: str
    mandate: str | None
    proposal: Proposal | None
    in_effect: bool = False


@dataclass(frozen=True)
class Recovery:
    """The keys by which a council takes itself back, once they are in effect."""

    index: int
    council: str
    keys: frozenset[str]
    threshold: int
    proposal: Proposal | None
    in_effect: bool = False


@dataclass(frozen=True)
class Request:
    """A collective request with its period, or a default without; amounts by code, unit and scale.

    `superseded` is the index at which it was, or none.
    """

    index: int
    council: str
    period: str | None
    amounts: dict[tuple[str, str, int], int]
    superseded: int | None = None


@dataclass(frozen=True)
class Rollup:
    """A rollup, the councils of its rounds, those counted by their default, and tags with their councils."""

    name: str
    counted: frozenset[str]
    by_default: frozenset[str]
    tags: frozenset[tuple[str, str]]
