"""Whether a sum that is to be opened gives a small set of members away, together with the sums opened before.

    v = O + Σ_e c_e·e        O the opening that is judged, e the earlier ones, c_e rational

Openings are vectors over members: 1 for who is in the set. Who has their sums has the sum of every such v. O is refused
if one is about somebody, and about fewer than she was promised, and she was in no such part of it before.

A combination has one value on all who are in exactly the same openings, a cell; on a cell of N members or more, the
greatest minimum, it has to be zero. So the combinations for which it is come first, by exact elimination; mostly there
is none. Only what is left is searched: to find the fewest members is to find a lightest word of a code, which is hard
in general.

Source: docs/spec/disclosure.md sections 2 and 3, whose steps are numbered here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from ledger.records.cells import (
    Cohort,
    Member,
    crowd_of,
    greatest_minimum,
    is_repeated,
    merged,
    positions,
    what_is_left,
)
from ledger.records.elimination import Row, eliminated
from ledger.records.lightest import lightest

__all__ = ["MOST_OPENINGS", "MOST_SMALL_CELLS", "Cohort", "Judgement", "Leak", "LeakedCell", "Member", "judge"]

MOST_SMALL_CELLS: Final = 512
"""So many small cells are looked at."""

MOST_OPENINGS: Final = 128
"""Of so many earlier openings the combinations are looked for: at the worst, which nobody meets by chance, in 5 s."""

_VALUE: Final = -1
"""The column, in a combination of openings by position, for its value on the cell that is looked at."""


@dataclass(frozen=True, slots=True)
class LeakedCell:
    """Members who are in the same openings, and how often the combination counts each of them."""

    times: Fraction
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Leak:
    """What an opening would give away together with earlier ones: a combination about fewer than was promised.

    Attributes:
        members: how many it is about; 0 where a limit of section 3 was reached and not everything was searched.
        minimum: the greatest that was promised to one of them; of all who may be in it, where ``members`` is 0.
        earlier: the earlier openings in it, by position, and how often each is in it. The judged one is in it once.
        cells: whom it is about.
    """

    members: int
    minimum: int
    earlier: tuple[tuple[int, Fraction], ...] = ()
    cells: tuple[LeakedCell, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is said of an opening.

    Attributes:
        leak: why it is refused; None where it is not.
        adds: whether later openings are to be held against it too: it does not follow from those before it, or it
            promises somebody more.
    """

    leak: Leak | None = None
    adds: bool = True


def judge(earlier: Sequence[Cohort], opening: Cohort) -> Judgement:
    """What is given away by the opening, about the fewest members below somebody's minimum; or that nothing is.

    Args:
        earlier: of each earlier opening of the occasion that is linked with this one, and adds something, the members.
        opening: the members of the one that is judged.
    """
    judged = len(earlier)
    crowd = crowd_of(earlier, opening)
    follows = Judgement(adds=crowd.raises)
    if not opening or is_repeated(crowd.cells, judged):  # step 2
        return follows
    left = what_is_left(crowd.cells, judged)  # steps 1 and 3
    if not left:
        return Judgement()
    limit = greatest_minimum(crowd.cells, left)
    cells = merged(crowd.cells, left)
    small = sorted(place for place, cell in cells.items() if cell.members < limit)
    large = sorted(place for place, cell in cells.items() if cell.members >= limit)
    if left.bit_count() > MOST_OPENINGS + 1:  # step 4
        return Judgement(Leak(0, limit) if small else None)
    known: Sequence[Row] = [{position: 1} for position in positions(left) if position != judged]
    known, new = _zero_on(known, {judged: 1}, large)  # step 5
    if new is None:
        return Judgement()
    if _zero_on(known, new, small)[1] is not None:
        return follows
    if len(small) > MOST_SMALL_CELLS:  # step 6
        return Judgement(Leak(0, limit))
    known, new = _reduced(known, new, small)
    within = [tuple(positions(place)) for place in small]
    rows = [_valued(row, within) for row in known]
    found = lightest(_valued(new, within), rows, [cells[place] for place in small])  # step 7
    if found is None:
        return Judgement()
    if not found.members:
        return Judgement(Leak(0, limit))
    members = _members(crowd.places, left, small)
    return Judgement(_leak(found.members, found.minimum, found.row, judged, members))


def _zero_on(known: Sequence[Row], new: Row, places: Iterable[int]) -> tuple[Sequence[Row], Row | None]:
    """The combinations that are zero on all of the cells: a basis of those of known rows, and a new one if there is."""
    for place in places:
        within = frozenset(positions(place))
        valued = [_with_value(row, within) for row in known]
        new = _with_value(new, within)
        pivot = next((row for row in valued if _VALUE in row), None)
        if pivot is not None:
            known = [eliminated(row, _VALUE, pivot) for row in valued if row is not pivot]
            new = eliminated(new, _VALUE, pivot)
        elif _VALUE in new:
            return known, None
    return known, new


def _reduced(known: Sequence[Row], new: Row, places: Iterable[int]) -> tuple[Sequence[Row], Row]:
    """The rows so combined that each known one has a cell on which all others are zero.

    Less the known rows that are zero on all of the cells.
    """
    chosen: list[Row] = []
    for place in places:
        within = frozenset(positions(place))
        valued = [_with_value(row, within) for row in known]
        pivot = next((row for row in valued if _VALUE in row), None)
        if pivot is not None:
            known = [eliminated(row, _VALUE, pivot) for row in valued if row is not pivot]
            chosen = [eliminated(_with_value(row, within), _VALUE, pivot) for row in chosen]
            new = eliminated(_with_value(new, within), _VALUE, pivot)
            chosen.append({position: value for position, value in pivot.items() if position != _VALUE})
    return chosen, new


def _with_value(row: Row, within: frozenset[int]) -> Row:
    if row.keys().isdisjoint(within):
        return row
    value = sum(row[position] for position in row.keys() & within)
    return row | {_VALUE: value} if value else row


def _valued(row: Row, cells: Sequence[Sequence[int]]) -> Row:
    """The values on the cells, by number; then, behind them, the coefficients of the openings.

    Args:
        row: by opening.
        cells: the openings of each.
    """
    values = (sum(row[position] for position in within if position in row) for within in cells)
    behind = {len(cells) + position: value for position, value in row.items()}
    return {number: value for number, value in enumerate(values) if value} | behind


def _leak(count: int, minimum: int, row: Row, judged: int, members: Sequence[Sequence[Member]]) -> Leak:
    """What was found, with the judged opening once in it."""
    small = len(members)
    times = {column: Fraction(value, row[small + judged]) for column, value in sorted(row.items())}
    return Leak(
        count,
        minimum,
        tuple((column - small, value) for column, value in times.items() if small <= column < small + judged),
        tuple(LeakedCell(value, tuple(sorted(members[at]))) for at, value in times.items() if at < small),
    )


def _members(places: Mapping[Member, int], left: int, small: Iterable[int]) -> Sequence[Sequence[Member]]:
    """Who is in these cells."""
    members: dict[int, list[Member]] = {place: [] for place in small}
    for member, place in places.items():
        if place & left in members:
            members[place & left].append(member)
    return list(members.values())
