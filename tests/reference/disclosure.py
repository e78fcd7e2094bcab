"""What openings give away together (docs/spec/disclosure.md sections 1 to 3)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

Member = tuple[str, str]
"""A council and a reference."""
Occasion = tuple[str | None, ...]
"""What openings are taken to be about the same amounts: ("period", p), or ("allowances", council, p or none)."""
Vector = list[Fraction]

MOST_EARLIER = 128
MOST_SMALL_CELLS = 12


@dataclass(frozen=True)
class Opening:
    """A published sum: about the rounds or rosters of which councils, over which members, with which minimum."""

    councils: frozenset[str]
    members: frozenset[Member]
    minimum: int


def linked(opening: Opening, earlier: Sequence[Opening]) -> list[Opening]:
    """Those that are about one council with it, or are linked with one that is, and so on."""
    reached = {opening}
    while True:
        more = {e for e in earlier if e not in reached and any(e.councils & r.councils for r in reached)}
        if not more:
            return [e for e in earlier if e in reached]
        reached |= more


def rank(vectors: Iterable[Vector]) -> int:
    """How many of them are independent over the rational numbers, by elimination."""
    rows = [list(vector) for vector in vectors]
    found = 0
    for column in range(len(rows[0]) if rows else 0):
        place = next((number for number in range(found, len(rows)) if rows[number][column] != 0), None)
        if place is None:
            continue
        rows[found], rows[place] = pivot, _ = rows[place], rows[found]
        for number in range(found + 1, len(rows)):
            factor = rows[number][column] / pivot[column]
            rows[number] = [a - factor * b for a, b in zip(rows[number], pivot, strict=True)]
        found += 1
    return found


def is_combination(vector: Vector, of: Sequence[Vector]) -> bool:
    """Whether rational factors of the others give the vector."""
    return rank([*of, vector]) == rank(of)


def cells_of(openings: Sequence[Opening]) -> list[set[Member]]:
    """The greatest sets of members who are in exactly the same openings, at least in one (step 1)."""
    found: dict[tuple[bool, ...], set[Member]] = {}
    for member in sorted(set().union(*(opening.members for opening in openings))):
        found.setdefault(tuple(member in opening.members for opening in openings), set()).add(member)
    return list(found.values())


def subsets(cells: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """All sets of some of the cells, none left out for being within another."""
    for count in range(1, len(cells) + 1):
        yield from combinations(cells, count)


def what_is_left(opening: Opening, earlier: Sequence[Opening], n: int) -> list[Opening]:
    """What can have a part in a small combination, the opening among it or not (step 3)."""
    left: list[Opening] = [opening]
    for e in earlier:
        if all(e.members != other.members for other in left):
            left.append(e)
    while alone := next((o for o in left if len(_in_no_other(o, left)) >= n), None):
        left.remove(alone)
    if opening not in left:
        return []
    reached: frozenset[Member] = opening.members
    while more := [o for o in left if o.members & reached and not o.members <= reached]:
        reached = reached.union(*(o.members for o in more))
    return [o for o in left if o.members & reached]


def _in_no_other(opening: Opening, left: Sequence[Opening]) -> frozenset[Member]:
    return opening.members.difference(*(other.members for other in left if other is not opening))


def is_refused(opening: Opening, before: Sequence[Opening]) -> bool:
    """The opening is `differencing`, given the earlier ones of its occasion (section 3, steps 1 to 7)."""
    earlier = linked(opening, before)
    n = max(o.minimum for o in (opening, *earlier))
    if all(len(cell) >= n for cell in cells_of([opening, *earlier])):
        return False
    if any(e.members == opening.members for e in earlier):
        return False
    left = what_is_left(opening, earlier, n)
    if opening not in left:
        return False
    old = [o for o in left if o is not opening]
    if len(old) > MOST_EARLIER:
        return True
    cells = cells_of([opening, *old])
    mine, *vectors = ([Fraction(cell <= o.members) for cell in cells] for o in (opening, *old))
    if is_combination(mine, vectors):
        return False
    small = [number for number, cell in enumerate(cells) if len(cell) < n]

    def gives_more(few: Sequence[int]) -> bool:
        """Some combination with O in it is zero outside of these cells."""
        return zero_outside([*vectors, mine], few) > zero_outside(vectors, few)

    if not gives_more(small):
        return False
    if len(small) > MOST_SMALL_CELLS:
        return True
    return any(gives_more(few) for few in subsets(small) if sum(len(cells[number]) for number in few) < n)


def zero_outside(vectors: Sequence[Vector], few: Sequence[int]) -> int:
    """d: the dimension of those combinations that are zero outside of a few cells (step 7)."""
    outside = [[value for number, value in enumerate(vector) if number not in few] for vector in vectors]
    return rank(vectors) - rank(outside)
