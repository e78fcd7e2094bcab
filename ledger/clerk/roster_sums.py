"""Which members' allowances the opened sums of rosters give away together: everybody can subtract one from another.

A roster entry with hidden allowances opens their sum. Of eleven members and then ten of them, with allowances as they
were, two sums give the eleventh's allowance to every reader. In general a reader knows every linear combination of the
sums, and one in which fewer than the cohort floor's members remain is an opening of a cohort below the floor.

The unknowns are members' allowances, a changed one another unknown than before; who is in exactly the same sums is one
unknown with many members. Gauss-Jordan elimination takes the unknowns with the most members out first, so that the rows
left over are about few; these rows, and the combinations of two of them in which an unknown cancels, are looked at.
Every unknown that is determined is found, and with two sums every small difference. To find the smallest of all
combinations of many sums is to find a lightest codeword, which is hard; the tests hold the finding of a case against a
search of all combinations, over random histories of up to eight sums.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from typing_extensions import override

from ledger.clerk.vault import Vault
from ledger.errors import NotFoundError
from ledger.records.elimination import Row as Equation
from ledger.records.elimination import eliminated
from ledger.records.kinds.roster import Roster, Row

_Unknown = tuple[str, int]
"""A member's reference, and which of her successive allowances is meant."""


@dataclass(frozen=True, slots=True)
class Share:
    """A member's part in a sum; it has no repr of her allowance.

    Attributes:
        ref: her reference.
        amount: her allowance, None where this desk does not know it: then it counts as unchanged, as for a reader.
    """

    ref: str
    amount: int | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Published:
    """What one roster entry says of allowances: each of them, or their sum alone."""

    shares: tuple[Share, ...]
    each: bool = False

    @override
    def __repr__(self) -> str:
        return f"Published({len(self.shares)} shares)"


def published(body: Roster, vault: Vault) -> Published:
    """What a roster entry says, as far as this desk's vault can open it."""
    return Published(tuple(Share(row.ref, _amount(row, vault)) for row in body.rows), each=body.allowance == "public")


def given_away(earlier: Sequence[Published], new: Sequence[Published], *, floor: int) -> tuple[frozenset[str], ...]:
    """The groups of fewer than ``floor`` members of whom ``new`` gives away what ``earlier`` alone does not.

    For each group every reader could compute a sum of allowances, or of differences of allowances, of these members
    alone, beyond those that stand in the clear. A group that contains another one is left out.

    Args:
        earlier: the rosters in the log, in its order; those without allowances left out.
        new: the rosters to be posted, in their order.
        floor: the ledger's cohort floor.
    """
    rosters = (*earlier, *new)
    unknowns = tuple(_numbered(rosters))
    clear = {unknown for one, named in zip(earlier, unknowns, strict=False) if one.each for unknown in named}
    places = defaultdict[_Unknown, int](int)
    for position, named in enumerate(unknowns):
        for unknown in named:
            if unknown not in clear:
                places[unknown] |= 1 << position
    groups = defaultdict[int, set[str]](set)
    for (ref, _), place in places.items():
        groups[place].add(ref)
    order = sorted(groups, key=lambda place: (-len(groups[place]), place))
    cleared = sum(1 << position for position in range(len(earlier), len(rosters)) if rosters[position].each)
    sums = [(1 << position, position < len(earlier)) for position, one in enumerate(rosters) if not one.each]
    known = _solved({at: 1 for at, place in enumerate(order) if place & bit} for bit, old in sums if old)
    solved = _solved(
        {at: 1 for at, place in enumerate(order) if place & bit and not place & cleared} for bit, _ in sums
    )
    few = [row for at, row in solved.items() if len(groups[order[at]]) < floor]  # a pivot stays in all combinations
    found = set[frozenset[str]]()
    for equation in _combined(few):
        members = frozenset[str]().union(*(groups[order[at]] for at in equation))
        if len(members) < floor and _reduced(equation, known):
            found.add(members)
    smallest = [members for members in found if not any(other < members for other in found)]
    return tuple(sorted(smallest, key=lambda members: (len(members), sorted(members))))


def _amount(row: Row, vault: Vault) -> int | None:
    if row.commitment is None:
        return row.allowance
    try:
        return vault.allowance(row.commitment).amount
    except NotFoundError:
        return None  # posted from another desk


def _numbered(rosters: Iterable[Published]) -> Iterator[tuple[_Unknown, ...]]:
    """Each roster's unknowns: an allowance that is not known is the one before, and an unknown one becomes the next."""
    seen = defaultdict[str, dict[int | None, int]](dict)
    last = dict[str, int]()
    for roster in rosters:
        named = []
        for share in roster.shares:
            versions = seen[share.ref]
            if share.amount is None:
                version = last.get(share.ref, 0)
            elif share.amount in versions:
                version = versions[share.amount]
            elif not versions:
                version = versions[share.amount] = 0  # also where it stood first without its amount
            else:
                version = versions[share.amount] = len(versions)
            last[share.ref] = version
            named.append((share.ref, version))
        yield tuple(named)


def _solved(equations: Iterable[Equation]) -> dict[int, Equation]:
    """The reduced row echelon form, each row under its pivot, the smallest of its columns."""
    rows: dict[int, Equation] = {}
    for equation in equations:
        rest = _reduced(equation, rows)
        if rest:
            column = min(rest)
            rows = {pivot: eliminated(row, column, rest) for pivot, row in rows.items()}
            rows[column] = rest
    return rows


def _combined(rows: Sequence[Equation]) -> Iterator[Equation]:
    """The rows, and of each two that have unknowns in common the combinations in which one of these is gone."""
    yield from rows
    for one, other in itertools.combinations(rows, 2):
        ratios = {Fraction(one[column], other[column]): column for column in one.keys() & other.keys()}
        for column in ratios.values():
            yield eliminated(one, column, other)


def _reduced(equation: Equation, rows: Mapping[int, Equation]) -> Equation:
    """What is left of the equation once all that the rows say is taken off: nothing, if it follows from them."""
    for column, row in rows.items():
        equation = eliminated(equation, column, row)
    return equation
