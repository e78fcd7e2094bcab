"""The openings that entries are (docs/spec/disclosure.md section 1)."""

from collections.abc import Iterable

from .disclosure import Member, Occasion, Opening, is_idle, is_refused
from .refusal import require
from .state import State


def claimants(state: State, name: str) -> set[Member]:
    """The rows that have a live claim at the round's close, as members. No claim comes or goes after it."""
    terms = state.rounds[name]
    return {
        (terms.council, row.ref) for number, row in enumerate(terms.rows) if state.seat(name, number).live is not None
    }


def of_rounds(state: State, names: Iterable[str]) -> Opening:
    """The opening of a total, or of a rollup."""
    promises: dict[Member, int] = {}
    for name in names:
        for member in claimants(state, name):
            promises[member] = state.rounds[name].minimum
    return Opening(promises)


def of_roster(state: State, council: str, references: Iterable[str]) -> Opening:
    """The opening of a roster with hidden allowances."""
    return Opening({(council, ref): state.floor for ref in references})


def add_opening(state: State, occasion: Occasion, opening: Opening) -> None:
    """The opening is not refused, and is noted unless it is idle: the last of a kind's steps, and one of its "Adds"."""
    earlier = state.openings.get(occasion, [])
    require(not is_refused(opening, earlier), "differencing")
    if not is_idle(opening, earlier):
        state.openings[occasion] = [*earlier, opening]
