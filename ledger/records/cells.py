"""Members who are in the same openings, as one: cells, and which openings can have a part in what is looked for.

Source: docs/spec/disclosure.md section 3, steps 1 to 3.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

MOST_TURNS: Final = 8
"""So many times the greatest minimum is looked at anew; each time all cells are gone through."""

Member = tuple[bytes, str]
"""A council's leaf hash, and a reference."""

Cohort = Mapping[Member, int]
"""Whom an opening is about, each with the minimum that her round promised her."""


class Cell(NamedTuple):
    """How many are in the same openings, and the greatest minimum of one of them."""

    members: int
    minimum: int


Cells = Mapping[int, Cell]
"""By the openings that they are in, as bits."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """All members of some openings.

    Attributes:
        places: which openings each is in, as bits; the last opening is the one that is judged.
        cells: the same by openings.
        raises: whether the last opening promises a member more than all before it.
    """

    places: Mapping[Member, int]
    cells: Cells
    raises: bool


def crowd_of(earlier: Sequence[Cohort], opening: Cohort) -> Crowd:
    """The members of the earlier openings and of the last one."""
    standing: dict[Member, list[int]] = {}  # place and minimum: looked up once a membership, and there are millions
    raises = False
    for position, cohort in enumerate((*earlier, opening)):
        bit = 1 << position
        raises = False
        for member, minimum in cohort.items():
            known = standing.get(member)
            if known is None:
                standing[member] = [bit, minimum]
                raises = True
                continue
            known[0] |= bit
            if minimum > known[1]:
                known[1] = minimum
                raises = True
    cells: dict[int, Cell] = {}
    for (place, minimum), count in Counter(map(tuple, standing.values())).items():
        _add(cells, place, Cell(count, minimum))
    return Crowd({member: place for member, (place, _) in standing.items()}, cells, raises)


def merged(cells: Cells, left: int) -> Cells:
    """The cells of the openings that are left, given as bits."""
    found: dict[int, Cell] = {}
    for place, cell in cells.items():
        if place & left:
            _add(found, place & left, cell)
    return found


def _add(cells: dict[int, Cell], place: int, more: Cell) -> None:
    known = cells.get(place)
    cells[place] = more if known is None else Cell(known.members + more.members, max(known.minimum, more.minimum))


def is_repeated(cells: Cells, last: int) -> bool:
    """Whether another opening is of the same set as the one at this position."""
    same = (1 << last) - 1
    for place in cells:
        same &= place if place >> last & 1 else ~place
    return same != 0


def what_is_left(cells: Cells, last: int) -> int:
    """The openings, as bits, that can have a part in what is looked for; none if the last is left out itself (step 3).

    A set stands once, where it is first. What has no member in common with the last, directly or through others, is
    left out; then what would always be about N members or more, the greatest minimum. So others may lose their
    connection, and N become less.
    """
    within: list[list[int]] = [[] for _ in range(last + 1)]
    for place in cells:
        for position in positions(place):
            within[position].append(place)
    first: dict[tuple[int, ...], int] = {}
    for position, places in enumerate(within):
        first.setdefault(tuple(places), position)
    left = _connected(within, sum(1 << position for position in first.values()), last)
    before = None
    for _ in range(MOST_TURNS):
        greatest = greatest_minimum(cells, left)
        if greatest == before:
            break
        before = greatest
        left = _connected(within, _without_own(cells, within, left, greatest), last)
    return left


def greatest_minimum(cells: Cells, left: int) -> int:
    """Of a member of the openings that are left."""
    return max((cell.minimum for place, cell in cells.items() if place & left), default=0)


def _without_own(cells: Cells, within: Sequence[Sequence[int]], left: int, limit: int) -> int:
    """What is left when no opening has so many members who are in no other one.

    The coefficient of such an opening is zero. Once it is left out others come to have more of their own; the order
    makes no difference.
    """
    own = [0] * len(within)
    waiting: list[int] = []

    def look(place: int) -> None:
        """Add the cell to the opening that it is the own of, if there is one."""
        alone = place & left
        if alone.bit_count() == 1:
            position = alone.bit_length() - 1
            members = cells[place].members
            if own[position] < limit <= own[position] + members:
                waiting.append(position)
            own[position] += members

    for place in cells:
        look(place)
    while waiting:
        position = waiting.pop()
        left ^= 1 << position
        for place in within[position]:
            look(place)
    return left


def _connected(within: Sequence[Sequence[int]], left: int, last: int) -> int:
    """What has a member in common with the last, directly or through others that are left; nothing without the last."""
    reached = left & 1 << last
    waiting = list(positions(reached))
    while waiting:
        for place in within[waiting.pop()]:
            more = place & left & ~reached
            reached |= more
            waiting += positions(more)
    return reached


def positions(bits: int) -> Iterator[int]:
    """The positions of the bits that are set, ascending."""
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low
