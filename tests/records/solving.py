"""Slow solvers, against which the search for what is given away is held: by definition, and by trying combinations."""

import itertools
from fractions import Fraction

from ledger.records.disclosure import judge


def find_leak(earlier, opening, *, minimum):
    """What is given away where everybody was promised the same."""
    return judge([dict.fromkeys(one, minimum) for one in earlier], dict.fromkeys(opening, minimum)).leak


def people(council, count, start=0):
    return frozenset((council, f"m{number:03}") for number in range(start, start + count))


A, B, C, D = (people(council, 40) for council in (b"a", b"b", b"c", b"d"))


def first(members, count):
    return frozenset(sorted(members)[:count])


def members_of(*openings):
    return sorted(frozenset().union(*openings))


def rank(vectors):
    """How many of them are independent over the rational numbers."""
    rows, found = [list(map(Fraction, vector)) for vector in vectors], 0
    for column in range(len(rows[0]) if rows else 0):
        at = next((at for at in range(found, len(rows)) if rows[at][column]), None)
        if at is None:
            continue
        rows[found], rows[at] = rows[at], rows[found]
        pivot = rows[found]
        for other in range(found + 1, len(rows)):
            times = rows[other][column] / pivot[column]
            rows[other] = [a - times * b for a, b in zip(rows[other], pivot, strict=True)]
        found += 1
    return found


def follows(vectors, vector):
    return rank([*vectors, vector]) == rank(vectors)


def refused_by_definition(earlier, opening, *, minimum, together=None):
    """Section 2: some set of members below the minimum is all that a new combination is about.

    That a combination is zero outside of a set means that without the set's columns the opening follows.

    Args:
        together: sets of members whose columns are the same; each member is one without it.
    """
    blocks = together or [frozenset({member}) for member in members_of(*earlier, opening)]
    vectors = [[int(block <= one) for block in blocks] for one in (*earlier, opening)]
    if follows(vectors[:-1], vectors[-1]):
        return False
    for count in range(1, len(blocks) + 1):
        for few in itertools.combinations(range(len(blocks)), count):
            if sum(len(blocks[at]) for at in few) < minimum:
                *rest, last = ([value for at, value in enumerate(vector) if at not in few] for vector in vectors)
                if follows(rest, last):
                    return True
    return False


def refused_by_trying(earlier, opening, *, minimum, coefficients):
    """Some combination with these coefficients is about fewer than the minimum, and is not of earlier ones alone."""
    members = members_of(*earlier, opening)
    vectors = [[int(member in one) for member in members] for one in (*earlier, opening)]
    if follows(vectors[:-1], vectors[-1]):
        return False
    return any(
        sum(map(bool, map(sum, zip(*scaled(vectors, (*factors, 1)), strict=True)))) < minimum
        for factors in itertools.product(coefficients, repeat=len(earlier))
    )


def scaled(vectors, factors):
    return ([factor * value for value in vector] for vector, factor in zip(vectors, factors, strict=True))


def assert_true(leak, earlier, opening, *, minimum):
    """What a leak says is so: added up again, it is about these members and no other."""
    assert 0 < leak.members < minimum
    times = dict(leak.earlier)
    assert sorted(times) == [position for position, _ in leak.earlier]
    assert all(times.values())
    values = {
        member: (member in opening) + sum(factor for position, factor in leak.earlier if member in earlier[position])
        for member in members_of(*earlier, opening)
    }
    assert {member: value for member, value in values.items() if value} == {
        member: cell.times for cell in leak.cells for member in cell.members
    }
    assert sum(len(cell.members) for cell in leak.cells) == leak.members
