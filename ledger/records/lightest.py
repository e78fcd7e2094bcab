"""The smallest set below somebody's promise: what a new combination must be about, group by group.

    v = new + Σ_w c_w·w        w known rows

With known rows that fall apart into groups of cells, what v is on one group says nothing about another. On each group
it is enough to look at those v that are not zero for as few cells as can be: of another one, a part was known before.

Source: docs/spec/disclosure.md section 3, steps 6 and 7.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from ledger.records.cells import Cell
from ledger.records.elimination import Row, eliminated

MOST_TIED_CELLS: Final = 12
"""Of so many cells that are tied to each other all sets are tried."""


@dataclass(frozen=True, slots=True)
class Lightest:
    """A combination about fewer members than were promised to one of them.

    Attributes:
        members: how many; 0 where a group was too large to be searched: it counts as nobody (step 7).
        minimum: the greatest that was promised to one of them.
        row: the combination; any, where ``members`` is 0.
    """

    members: int
    minimum: int
    row: Row


class _Way(NamedTuple):
    """What a new combination can be about in one group.

    Attributes:
        members: how many.
        minimum: the greatest of theirs.
        zero: cells that make it so when they are made zero, one after another.
    """

    members: int
    minimum: int
    zero: tuple[int, ...]


def lightest(new: Row, known: Sequence[Row], cells: Sequence[Cell]) -> Lightest | None:
    """A new combination about fewer members than were promised to one of them, as few as can be; None if none is.

    Args:
        new: a value for each cell, by number; columns behind them come along. Zero where a known row could make it so.
        known: likewise; reduced, so that each row has a cell on which the others and ``new`` are zero.
        cells: by number.
    """
    ways: list[Sequence[_Way]] = []
    searched = True
    rest = {number for number in new if number < len(cells)}
    for group, rows in _tied(known, len(cells)):
        if rest.isdisjoint(group):
            continue  # it can be zero on all of the group
        rest -= group
        if len(group) > MOST_TIED_CELLS:
            searched = False
            ways.append([_Way(0, max(cells[number].minimum for number in group), ())])
        else:
            within = {number: value for number, value in new.items() if number in group}
            ways.append(_best(within, rows, cells))
    ways += ([_Way(*cells[number], ())] for number in sorted(rest))
    least = [min(of_group) for of_group in ways]
    together = sum(way.members for way in least)
    found = [
        (together - least[number].members + way.members, number, way)
        for number, of_group in enumerate(ways)
        for way in of_group
        if together - least[number].members + way.members < way.minimum
    ]
    if not found:
        return None
    members, number, way = min(found)
    chosen = [*least[:number], way, *least[number + 1 :]]
    minimum = max(way.minimum for way in chosen)
    return Lightest(members if searched else 0, minimum, _made_zero(new, known, chosen))


def _tied(known: Iterable[Row], count: int) -> Sequence[tuple[frozenset[int], Sequence[Row]]]:
    """The cells that are tied, with the rows about them; cells on which all rows are zero are left out (step 6).

    As the rows are reduced, no combination of them is about some of the cells of one row only. These sets are the
    circuits of a matroid, those for a basis, and what circuits connect these connect.
    """
    groups: list[tuple[frozenset[int], list[Row]]] = []
    for row in known:
        values = {number: value for number, value in row.items() if number < count}
        cells, rows, apart = frozenset(values), [values], list[tuple[frozenset[int], list[Row]]]()
        for group in groups:
            if group[0].isdisjoint(cells):
                apart.append(group)
            else:
                cells |= group[0]
                rows += group[1]
        groups = [*apart, (cells, rows)]
    return groups


def _best(new: Row, known: Sequence[Row], cells: Sequence[Cell]) -> Sequence[_Way]:
    """Of the ways of a group, for each greatest minimum one with the fewest members."""
    best: dict[int, _Way] = {}
    for row, zero in _irreducible(new, known, sorted(frozenset(new).union(*known))):
        way = _Way(sum(cells[number].members for number in row), max(cells[number].minimum for number in row), zero)
        if way.minimum not in best or way.members < best[way.minimum].members:
            best[way.minimum] = way
    return list(best.values())


def _irreducible(
    new: Row, known: Sequence[Row], cells: Sequence[int], zero: tuple[int, ...] = ()
) -> Iterator[tuple[Row, tuple[int, ...]]]:
    """The new combinations that are zero wherever another one is that is zero where they are; at most C(12, 6).

    They are those that their zeros determine: for which each known row was used to make a cell zero. Of each cell it is
    chosen whether it is one of these.
    """
    if not known:
        yield new, zero
    elif len(known) <= len(cells):
        cell, rest = cells[0], cells[1:]
        pivot = next((row for row in known if cell in row), None)
        if pivot is not None:
            others = [eliminated(row, cell, pivot) for row in known if row is not pivot]
            yield from _irreducible(eliminated(new, cell, pivot), others, rest, (*zero, cell))
        yield from _irreducible(new, known, rest, zero)


def _made_zero(new: Row, known: Sequence[Row], ways: Iterable[_Way]) -> Row:
    """The new row with these cells made zero by known ones."""
    for cell in (cell for way in ways for cell in way.zero):
        pivot = next(row for row in known if cell in row)
        new = eliminated(new, cell, pivot)
        known = [eliminated(row, cell, pivot) for row in known if row is not pivot]
    return new
