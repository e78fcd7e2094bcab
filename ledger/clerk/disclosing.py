"""Whom a sum would give away together with sums that were opened before: told to the clerk before she opens it.

The rules refuse such an opening as ``differencing`` (docs/spec/disclosure.md), but an entry that is refused has been
shown to the server. So the same mathematics are asked first, on facts that the desk has checked itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ledger.records.councils import council_of
from ledger.records.kinds.roster import ROSTERS, listed_members
from ledger.records.kinds.total import TOTALS
from ledger.records.openings import Cohort, Member, Opening, OpeningFact, given_away
from ledger.records.rounds import ROUNDS, live_members
from ledger.records.view import View

_NAMED: Final = 3
"""Councils named of one opening."""


@dataclass(frozen=True, slots=True)
class Alone:
    """A set smaller than the minimum whose sum everybody could have once the opening is published.

    Attributes:
        count: how many members are in it; 0 where there are too many small groups to try them all.
        minimum: the greatest number that was promised to one of them.
        earlier: the openings that it is had from, each as its index in the log and what it is of; none where the
            opening itself is too small, since an earlier one has promised one of its members more.
        members: who they are, each as a council's leaf hash and a reference; none where ``count`` is 0.
        allowances: whether the sums are of allowances, and not of what is asked for.
    """

    count: int
    minimum: int
    earlier: tuple[tuple[int, str], ...]
    members: tuple[Member, ...]
    allowances: bool

    def sentence(self) -> str:
        """What could be had and from what, without anybody's reference."""
        least = f"{self.minimum} are the least"
        if not self.count:
            return f"with the earlier openings that it is linked with there are too many small groups to try; {least}"
        whose = "one member" if self.count == 1 else f"{self.count} members"
        alone = f"what {whose} alone {'may spend' if self.allowances else 'asked for'}"
        if not self.earlier:
            return f"it shows {alone}; by what was promised with an earlier opening, {least}"
        sources = " and ".join(f"{source} (entry no. {index})" for index, source in self.earlier)
        return f"together with {sources}, everybody could compute {alone}; {least}"


def who_stands_alone(view: View, opening: Opening, members: Cohort | None = None) -> Alone | None:
    """Whom the opening would give away; None where the rule lets it through.

    Args:
        view: what was opened before.
        opening: what is to be opened.
        members: of whom, where its parts are not in the view yet.
    """
    given = given_away(view, opening, members, _members)
    if given is None:
        return None
    leak = given.leak
    used = [given.earlier[position] for position, _ in leak.earlier]
    return Alone(
        count=leak.members,
        minimum=leak.minimum,
        earlier=tuple((index, _named(view, fact, index)) for index, fact in used),
        members=tuple(sorted(member for cell in leak.cells for member in cell.members)),
        allowances=view.get(ROUNDS, opening.parts[0]) is None,
    )


def _members(view: View, part: bytes) -> Iterator[tuple[Member, int]]:
    """The members of a round, who have a live claim in it, or of a roster."""
    return live_members(view, part) if view.get(ROUNDS, part) is not None else listed_members(view, part)


def _named(view: View, fact: OpeningFact, index: int) -> str:
    """What an opening is of, in words."""
    names = [council_of(view, council).name for council in fact.councils[:_NAMED]]
    more = f" and {len(fact.councils) - _NAMED} more" if len(fact.councils) > _NAMED else ""
    whose = f"{', '.join(names)}{more}"
    if view.get(ROSTERS, fact.parts[0]) is not None:
        return f"the roster of {whose}"
    total = view.get(TOTALS, fact.parts[0])
    return f"the {'total' if total is not None and total.index == index else 'rollup'} of {whose}"
