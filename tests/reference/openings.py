"""The openings that entries are (docs/spec/disclosure.md section 1)."""

from collections.abc import Iterable

from .disclosure import Member, Occasion, Opening, is_refused
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
    listed = list(names)
    return Opening(
        councils=frozenset(state.rounds[name].council for name in listed),
        members=frozenset().union(*(claimants(state, name) for name in listed)),
        minimum=max(state.rounds[name].minimum for name in listed),
    )


def of_roster(state: State, council: str, references: Iterable[str]) -> Opening:
    """The opening of a roster with hidden allowances."""
    return Opening(frozenset({council}), frozenset((council, ref) for ref in references), state.floor)


def add_opening(state: State, occasion: Occasion, opening: Opening) -> None:
    """The opening is not refused, and is noted: the last of a kind's steps, and one of its "Adds"."""
    earlier = state.openings.get(occasion, [])
    require(not is_refused(opening, earlier), "differencing")
    state.openings[occasion] = [*earlier, opening]
