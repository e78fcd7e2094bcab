"""Whether a sum that is to be opened gives a small set of members away, together with the sums opened before.

    v = O + Σ_e c_e·e        O the opening that is judged, e the earlier ones, c_e rational

Openings are vectors over members: 1 for who is in the set. Who has their sums has the sum of every such v. O is refused
if one is about some members and fewer than the minimum n, and was not to be had before.

A combination has one value on all who are in exactly the same openings, a cell; on a cell of n members or more it has
to be zero. So the combinations for which it is come first, by exact elimination; mostly there is none. Only what is
left is searched: to find the fewest members is to find a lightest word of a code, which is hard in general.

Source: docs/spec/disclosure.md sections 2 and 3, whose steps are numbered here.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from ledger.records.elimination import Row, eliminated

MOST_SMALL_CELLS: Final = 12
"""Of so many small cells all sets are tried."""

MOST_OPENINGS: Final = 128
"""Of so many earlier openings the combinations are looked for: at the worst, which nobody meets by chance, in 0.3 s."""

Member = tuple[bytes, str]
"""A council's leaf hash, and a reference."""

_VALUE: Final = -1
"""The column, in a combination of openings by position, for its value on the cell that is looked at."""


@dataclass(frozen=True, slots=True)
class LeakedCell:
    """Members who are in the same openings, and how often the combination counts each of them."""

    times: Fraction
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Leak:
    """What an opening would give away together with earlier ones: a combination about fewer than the minimum.

    Attributes:
        members: how many it is about; 0 where a limit of section 3 was reached and nothing was searched.
        earlier: the earlier openings in it, by position, and how often each is in it. The judged one is in it once.
        cells: whom it is about.
    """

    members: int
    earlier: tuple[tuple[int, Fraction], ...] = ()
    cells: tuple[LeakedCell, ...] = ()


def find_leak(earlier: Sequence[Collection[Member]], opening: Collection[Member], *, minimum: int) -> Leak | None:
    """What is given away by the opening, about the fewest members; None where it is not refused.

    Args:
        earlier: the members of each earlier opening of the occasion that is linked with this one.
        opening: the members of the one that is judged.
        minimum: the greatest of theirs.
    """
    judged = len(earlier)
    places = _places((*earlier, opening))
    sizes = Counter(places.values())  # step 1
    if all(size >= minimum for size in sizes.values()):
        return None
    left = _left(sizes, judged + 1, minimum)  # steps 2 and 3
    if not left:
        return None
    if left.bit_count() > MOST_OPENINGS + 1:  # step 4
        return Leak(0)
    sizes = _merged(sizes, left)
    small = sorted(place for place, size in sizes.items() if size < minimum)
    large = sorted(place for place, size in sizes.items() if size >= minimum)
    combinations = _zero_on([{position: 1} for position in _positions(left)], large)
    if not _has(combinations, judged) or _has(_zero_on(combinations, small), judged):  # step 5
        return None
    if len(small) > MOST_SMALL_CELLS:  # step 6
        return Leak(0)
    *known, new = (_valued(row, small) for row in combinations)  # step 7
    found = _lightest(new, _independent(known, len(small)), tuple(sizes[place] for place in small), minimum)
    return None if found is None else _leak(found, judged, small, _members(places, left, small))


def _places(openings: Iterable[Collection[Member]]) -> Mapping[Member, int]:
    """Which openings each member is in, as bits."""
    places: dict[Member, int] = {}
    for position, members in enumerate(openings):
        bit = 1 << position
        for member in members:
            places[member] = places.get(member, 0) | bit
    return places


def _left(sizes: Mapping[int, int], count: int, minimum: int) -> int:
    """The openings, as bits, that can have a part in a small combination with the last; none if it is left out itself.

    A set stands once, where it is first. While an opening has n or more members who are in no other, its coefficient is
    zero, and it is left out; so others come to have more of their own. Then what has no member in common with the last,
    directly or through others, is left out. The order makes no difference.
    """
    within: list[list[int]] = [[] for _ in range(count)]
    for place in sizes:
        for position in _positions(place):
            within[position].append(place)
    first: dict[tuple[int, ...], int] = {}
    for position, cells in enumerate(within):
        first.setdefault(tuple(cells), position)
    left = sum(1 << position for position in first.values())
    own = [0] * count
    waiting: list[int] = []

    def look(place: int) -> None:
        """Add the cell to the opening that it is the own of, if there is one."""
        alone = place & left
        if alone.bit_count() == 1:
            position = alone.bit_length() - 1
            if own[position] < minimum <= own[position] + sizes[place]:
                waiting.append(position)
            own[position] += sizes[place]

    for place in sizes:
        look(place)
    while waiting:
        position = waiting.pop()
        left ^= 1 << position
        for place in within[position]:
            look(place)
    reached = left & 1 << count - 1
    waiting += _positions(reached)
    while waiting:
        for place in within[waiting.pop()]:
            more = place & left & ~reached
            reached |= more
            waiting += _positions(more)
    return reached


def _merged(sizes: Mapping[int, int], left: int) -> Counter[int]:
    """The cells of the openings that are left."""
    merged = Counter[int]()
    for place, size in sizes.items():
        if place & left:
            merged[place & left] += size
    return merged


def _zero_on(rows: Sequence[Row], places: Iterable[int]) -> Sequence[Row]:
    """A basis of the combinations that are zero on all of the cells. The last row is the last to be used up."""
    for place in places:
        positions = frozenset(_positions(place))
        valued = [_with_value(row, positions) for row in rows]
        pivot = next((row for row in valued if _VALUE in row), None)
        if pivot is not None:
            rows = [eliminated(row, _VALUE, pivot) for row in valued if row is not pivot]
    return rows


def _with_value(row: Row, positions: frozenset[int]) -> Row:
    if row.keys().isdisjoint(positions):
        return row
    value = sum(row[position] for position in row.keys() & positions)
    return row | {_VALUE: value} if value else row


def _valued(row: Row, places: Sequence[int]) -> Row:
    """The values on the cells, by number; then, behind them, the coefficients of the openings."""
    values = (sum(row.get(position, 0) for position in _positions(place)) for place in places)
    behind = {len(places) + position: value for position, value in row.items()}
    return {number: value for number, value in enumerate(values) if value} | behind


def _independent(rows: Sequence[Row], count: int) -> Sequence[Row]:
    """Rows with the same combinations on the first columns, so many, and no more of them than are needed for that."""
    chosen = []
    for column in range(count):
        pivot = next((row for row in rows if column in row), None)
        if pivot is not None:
            chosen.append(pivot)
            rows = [eliminated(row, column, pivot) for row in rows if row is not pivot]
    return chosen


def _lightest(
    new: Row, known: Sequence[Row], sizes: Sequence[int], limit: int, cell: int = 0
) -> tuple[int, Row] | None:
    """The combination of ``new`` with known rows that is about the fewest members, and how many; below the limit only.

    Each cell in turn is made zero, where a known row can do that, or is paid for: at most 2^12 ways, as of step 6.
    """
    if limit <= 0:
        return None
    if cell == len(sizes):
        return 0, new
    pivot = next((row for row in known if cell in row), None)
    if pivot is None and cell not in new:
        return _lightest(new, known, sizes, limit, cell + 1)
    best = None
    if pivot is not None:
        others = [eliminated(row, cell, pivot) for row in known if row is not pivot]
        best = _lightest(eliminated(new, cell, pivot), others, sizes, limit, cell + 1)
    paid = _lightest(new, known, sizes, (limit if best is None else best[0]) - sizes[cell], cell + 1)
    return best if paid is None else (paid[0] + sizes[cell], paid[1])


def _leak(found: tuple[int, Row], judged: int, small: Sequence[int], members: Mapping[int, Sequence[Member]]) -> Leak:
    """What was found, with the judged opening once in it."""
    count, row = found
    times = {column: Fraction(value, row[len(small) + judged]) for column, value in sorted(row.items())}
    return Leak(
        count,
        tuple(
            (column - len(small), value)
            for column, value in times.items()
            if len(small) <= column < len(small) + judged
        ),
        tuple(
            LeakedCell(value, tuple(sorted(members[small[column]])))
            for column, value in times.items()
            if column < len(small)
        ),
    )


def _members(places: Mapping[Member, int], left: int, small: Iterable[int]) -> Mapping[int, Sequence[Member]]:
    """Who is in these cells."""
    members: dict[int, list[Member]] = {place: [] for place in small}
    for member, place in places.items():
        if place & left in members:
            members[place & left].append(member)
    return members


def _has(rows: Iterable[Row], column: int) -> bool:
    return any(column in row for row in rows)


def _positions(bits: int) -> Iterator[int]:
    """The positions of the bits that are set, ascending."""
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low
