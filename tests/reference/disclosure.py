"""What openings give away together (docs/spec/disclosure.md sections 1 to 3)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, combinations

Member = tuple[str, str]
"""A council and a reference."""
Occasion = tuple[str | None, ...]
"""What openings are taken to be about the same amounts: ("period", p), or ("allowances", council, p or none)."""
Vector = list[Fraction]

MOST_EARLIER = 128
MOST_SMALL_CELLS = 512
MOST_TIED_CELLS = 12
MOST_TURNS = 8


@dataclass(frozen=True)
class Opening:
    """A published sum: over which members, and what was promised to each of them."""

    promises: Mapping[Member, int]

    @property
    def members(self) -> frozenset[Member]:
        """Its set."""
        return frozenset(self.promises)


@dataclass(frozen=True)
class Cell:
    """Members who are in exactly the same openings, and the greatest minimum of one of them (step 1)."""

    members: frozenset[Member]
    minimum: int


def minima(openings: Iterable[Opening]) -> dict[Member, int]:
    """The greatest promise to each member (section 2)."""
    found: dict[Member, int] = {}
    for opening in openings:
        for member, promise in opening.promises.items():
            found[member] = max(promise, found.get(member, 0))
    return found


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


def cells_of(openings: Sequence[Opening], minimum: Mapping[Member, int]) -> list[Cell]:
    """The greatest sets of members who are in exactly the same openings, at least in one (step 1)."""
    found: dict[tuple[bool, ...], set[Member]] = {}
    for member in sorted(frozenset().union(*(opening.members for opening in openings))):
        found.setdefault(tuple(member in opening.promises for opening in openings), set()).add(member)
    return [Cell(frozenset(members), max(minimum[member] for member in members)) for members in found.values()]


def what_is_left(opening: Opening, earlier: Sequence[Opening]) -> list[Opening]:
    """What can have a part in a forbidden combination, the opening among it or not (step 3)."""
    minimum = minima([opening, *earlier])
    left = [opening]
    for e in earlier:
        if all(e.members != other.members for other in left):
            left.append(e)
    left = _connected(opening, left)
    before = None
    for _ in range(MOST_TURNS):
        n = max(minimum[member] for o in left for member in o.members)
        if n == before:
            break
        before = n
        while alone := next((o for o in left if len(_in_no_other(o, left)) >= n), None):
            left.remove(alone)
        if opening not in left:
            return []
        left = _connected(opening, left)
    return left


def _connected(opening: Opening, left: Sequence[Opening]) -> list[Opening]:
    reached = opening.members
    while more := [o for o in left if o.members & reached and not o.members <= reached]:
        reached = reached.union(*(o.members for o in more))
    return [o for o in left if o.members & reached]


def _in_no_other(opening: Opening, left: Sequence[Opening]) -> frozenset[Member]:
    return opening.members.difference(*(other.members for other in left if other is not opening))


def is_idle(opening: Opening, earlier: Sequence[Opening]) -> bool:
    """It follows from the earlier ones, as steps 2 and 5 find it, and promises nobody more (section 2).

    Pre-condition: it is not refused.
    """
    known = minima(earlier)
    if any(promise > known.get(member, 0) for member, promise in opening.promises.items()):
        return False
    if any(e.members == opening.members for e in earlier):
        return True
    left = what_is_left(opening, earlier)
    old = [o for o in left if o is not opening]
    if opening not in left or len(old) > MOST_EARLIER:
        return False
    cells = cells_of(left, minima(left))
    return is_combination(_vector(opening, cells), [_vector(o, cells) for o in old])


def is_refused(opening: Opening, earlier: Sequence[Opening]) -> bool:
    """The opening is `differencing`, given the earlier ones of its occasion, without the idle ones (section 3)."""
    if any(e.members == opening.members for e in earlier):  # step 2
        return False
    left = what_is_left(opening, earlier)  # step 3
    if opening not in left:
        return False
    old = [o for o in left if o is not opening]
    cells = cells_of([opening, *old], minima([opening, *earlier]))
    n = max(cell.minimum for cell in cells)
    small = [number for number, cell in enumerate(cells) if len(cell.members) < n]
    if len(old) > MOST_EARLIER:  # step 4
        return bool(small)
    large = [number for number in range(len(cells)) if number not in small]
    mine, vectors = _vector(opening, cells), [_vector(o, cells) for o in old]
    if is_combination(mine, vectors):  # step 5
        return False
    new, known = zero_on(large, mine, vectors)
    if new is None:
        return False
    if len(small) > MOST_SMALL_CELLS:  # step 6
        return True
    ways = [ways_of(group, cells, new, known) for group in groups_of(small, known)]  # step 7
    least = [min(members for members, _ in of_group) for of_group in ways]
    return any(
        members + sum(least) - least[number] < minimum
        for number, of_group in enumerate(ways)
        for members, minimum in of_group
    )


def _vector(opening: Opening, cells: Sequence[Cell]) -> Vector:
    return [Fraction(cell.members <= opening.members) for cell in cells]


def zero_on(columns: Iterable[int], new: Vector, known: Sequence[Vector]) -> tuple[Vector | None, list[Vector]]:
    """Combinations that are zero in these columns: one with the new vector in it, if there is any, and those without.

    One column after another, a known vector that is not zero there is used up to make all others zero.
    """
    rest = list(known)
    for column in columns:
        pivot = next((vector for vector in rest if vector[column] != 0), None)
        if pivot is not None:
            rest = [_less(vector, pivot, column) for vector in rest if vector is not pivot]
            new = _less(new, pivot, column)
        elif new[column] != 0:
            return None, []
    return new, rest


def _less(vector: Vector, pivot: Vector, column: int) -> Vector:
    factor = vector[column] / pivot[column]
    return [a - factor * b for a, b in zip(vector, pivot, strict=True)]


def groups_of(small: Sequence[int], known: Sequence[Vector]) -> list[list[int]]:
    """The groups (step 6), from the circuits that are the rows of an echelon form."""
    groups = [{cell} for cell in small]
    for row in echelon(known, small):
        tied = [group for group in groups if any(row[cell] != 0 for cell in group)]
        groups = [group for group in groups if group not in tied] + [set().union(*tied)]
    return [sorted(group) for group in groups]


def echelon(vectors: Iterable[Vector], columns: Iterable[int]) -> list[Vector]:
    """The reduced echelon form over these columns."""
    rest, found = list(vectors), list[Vector]()
    for column in columns:
        pivot = next((vector for vector in rest if vector[column] != 0), None)
        if pivot is not None:
            rest = [_less(vector, pivot, column) for vector in rest if vector is not pivot]
            found = [_less(vector, pivot, column) for vector in found] + [pivot]
    return found


def ways_of(group: Sequence[int], cells: Sequence[Cell], new: Vector, known: Sequence[Vector]) -> list[tuple[int, int]]:
    """The members and the minimum of each way of the group (step 7); (0, 0) for the empty one."""

    def is_zero_outside(few: Iterable[int]) -> bool:
        """Whether some combination in V is zero on the group without these cells."""
        outside = [cell for cell in group if cell not in few]
        return is_combination([new[cell] for cell in outside], [[v[cell] for cell in outside] for v in known])

    if is_zero_outside(()):
        return [(0, 0)]
    if len(group) > MOST_TIED_CELLS:
        return [(0, max(cells[cell].minimum for cell in group))]
    found: list[set[int]] = []
    for few in subsets(group):
        if not any(way <= few for way in found) and is_zero_outside(few):
            found.append(few)
    return [(sum(len(cells[c].members) for c in way), max(cells[c].minimum for c in way)) for way in found]


def subsets(cells: Sequence[int]) -> Iterator[set[int]]:
    """All sets of some of the cells, the smaller ones first."""
    return map(set, chain.from_iterable(combinations(cells, count) for count in range(1, len(cells) + 1)))
