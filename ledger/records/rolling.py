"""What a rollup has to say beside its sum: who is counted, who is missing, what is asked for in the open.

None of it is for a clerk to choose. The rules refuse every other rollup, and the command asks the same function before
it signs. Source: docs/spec/federation.md section 4.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ledger.records.councils import council_of, councils_below, is_below
from ledger.records.kinds.request import Amount, DefaultFact, default_of, live_requests
from ledger.records.rounds import CloseFact, RoundFact, close_of, round_number
from ledger.records.view import FactStruct, Space, View


class RolledFact(FactStruct, frozen=True):
    """That a rollup counts a council, under the council's round number, its period, a zero byte, and the federation."""

    index: int


ROLLED: Final = Space("rolled", RolledFact)


@dataclass(frozen=True, slots=True)
class Due:
    """What the ledger says that a rollup of some rounds must say.

    Attributes:
        requests: the collective requests that count, by leaf hash.
        defaults: the silent councils that are counted by their default.
        missing: the other silent ones.
        requested: what requests and defaults ask for together, for each category of the rounds.
    """

    requests: Mapping[bytes, tuple[Amount, ...]]
    defaults: Mapping[bytes, DefaultFact]
    missing: frozenset[bytes]
    requested: tuple[int, ...]


def due(view: View, federation: bytes, rounds: Sequence[tuple[RoundFact, CloseFact]]) -> Due:
    """What a rollup of these rounds must say.

    What is said after the last of them has closed changes nothing: else whoever asks or joins anew every second would
    hold up every rollup.

    Pre-conditions: the rounds, at least one, are of one period, number and catalogue.
    """
    cut = max(close.index for _, close in rounds)
    counted = {fact.council for fact, _ in rounds}
    below = tuple(councils_below(view, federation, cut))
    first = rounds[0][0]
    requests = {
        leaf: amounts for one in (federation, *below) for leaf, amounts in live_requests(view, first.period, one, cut)
    }
    defaults = dict[bytes, DefaultFact]()
    missing = set[bytes]()
    for council in below:
        if council in counted or council_of(view, council).type != "council":
            continue
        default = _default(view, federation, council, first, cut)
        if default is None:
            missing.add(council)
        else:
            defaults[council] = default
    asked = (*requests.values(), *(default.amounts for default in defaults.values()))
    requested = tuple(_sum(asked, category) for category in first.categories)
    return Due(requests, defaults, frozenset(missing), requested)


def closed_before(view: View, council: bytes, same: RoundFact, cut: int) -> CloseFact | None:
    """The close of the council's round of the same period and number, if it was before the cut."""
    close = close_of(view, council, same.round_no, same.period)
    return close if close is not None and close.index < cut else None


def is_counted_elsewhere(view: View, federation: bytes, council: bytes, same: RoundFact) -> bool:
    """Whether a federation that is neither below this one nor above it has counted the council in this round."""
    prefix = rolled_key(council, same)
    others = (key[len(prefix) :] for key, _ in view.scan(ROLLED, prefix))
    return any(not is_below(view, other, federation) and not is_below(view, federation, other) for other in others)


def rolled_key(council: bytes, same: RoundFact, federation: bytes = b"") -> bytes:
    """The key in ``ROLLED`` of a council that a federation counts in this round; without one, how all of them begin."""
    return round_number(council, same.round_no, same.period) + b"\0" + federation


def _default(view: View, federation: bytes, council: bytes, same: RoundFact, cut: int) -> DefaultFact | None:
    """What is counted for a silent council; None if it is missing."""
    if council_of(view, federation).silent == "excluded":
        return None
    default = default_of(view, council, cut)
    if default is None or closed_before(view, council, same, cut) is not None:
        return None
    return None if is_counted_elsewhere(view, federation, council, same) else default


def _sum(requests: Iterable[Sequence[Amount]], category: tuple[str, str, int]) -> int:
    return sum(amount[3] for amounts in requests for amount in amounts if amount[:3] == category)
