"""Which sums were opened, of whom and on what occasion; and the refusal of one by which a small set could be had.

Source: docs/spec/disclosure.md section 1; the mathematics of sections 2 and 3 are ``ledger.records.disclosure``.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from ledger.records.disclosure import Cohort, Judgement, Leak, Member, judge
from ledger.records.rule_names import refusal
from ledger.records.view import Fact, FactStruct, Space, View

__all__ = ["Cohort", "Member", "Opening", "allowances_occasion", "claims_occasion", "given_away", "open_set"]


class OpeningFact(FactStruct, frozen=True):
    """An opening, under its occasion (32 bytes), a council that it is about (32), and its index (8).

    One that follows from those before it, and promises nobody more, is not kept: it makes no difference to later ones.

    Attributes:
        parts: the leaf hashes of the rounds, or of the roster, whose members it is about.
        councils: whose these are.
    """

    parts: tuple[bytes, ...]
    councils: tuple[bytes, ...]


OPENINGS: Final = Space("opening", OpeningFact)

Members = Callable[[View, bytes], Iterable[tuple[Member, int]]]
"""The members of a part, each with the minimum: of a round, the rows with a live claim; of a roster, its rows."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A sum that is to be opened.

    Attributes:
        occasion: 32 bytes; openings of one occasion are taken to be about the same amounts.
        parts, councils: as :class:`OpeningFact`.
    """

    occasion: bytes
    parts: tuple[bytes, ...]
    councils: tuple[bytes, ...]


def claims_occasion(period: str) -> bytes:
    """What is asked for in this period."""
    return sha256(b"claims\0" + period.encode()).digest()


def allowances_occasion(council: bytes, period: str | None) -> bytes:
    """The hidden allowances of this council for this period, or for none."""
    return sha256(b"allowances\0" + council + (b"" if period is None else b"\0" + period.encode())).digest()


@dataclass(frozen=True, slots=True)
class GivenAway:
    """What an opening would give away.

    Attributes:
        leak: the combination; its positions count ``earlier``.
        earlier: the openings before it that it is linked with, each with its index.
    """

    leak: Leak
    earlier: tuple[tuple[int, OpeningFact], ...]


def given_away(view: View, opening: Opening, members: Cohort | None, members_of: Members) -> GivenAway | None:
    """What the opening would give away together with those before it; None where the rule lets it through.

    Args:
        view: what was opened before.
        opening: what is to be opened.
        members: of whom, where its parts are not in the view yet.
        members_of: who stands behind a part.
    """
    judgement, earlier = _judged(view, opening, members, members_of)
    return None if judgement.leak is None else GivenAway(judgement.leak, earlier)


def open_set(view: View, opening: Opening, members: Cohort | None, index: int, members_of: Members) -> tuple[Fact, ...]:
    """The facts of an opening that gives nobody away together with those before it; none if it adds nothing to these.

    Args:
        view: what was opened before.
        opening: what is to be opened.
        members: of whom, where its parts are not in the view yet.
        index: of the entry that opens it.
        members_of: who stands behind a part.

    Raises:
        NotAcceptedError: ``differencing``.
    """
    judgement, _ = _judged(view, opening, members, members_of)
    leak = judgement.leak
    if leak is not None:
        about = f"{leak.members} members" if leak.members else "too few members"
        raise refusal(
            "differencing",
            f"together with what was opened before, the sum of {about} could be had; {leak.minimum} are the least",
        )
    if not judgement.adds:
        return ()
    fact = OpeningFact(opening.parts, opening.councils)
    return tuple(
        OPENINGS.put(opening.occasion + council + index.to_bytes(8, "big"), fact) for council in opening.councils
    )


def _judged(
    view: View, opening: Opening, members: Cohort | None, members_of: Members
) -> tuple[Judgement, tuple[tuple[int, OpeningFact], ...]]:
    """What is said of the opening, and those before it that it is linked with."""
    earlier = _linked(view, opening)
    if not earlier:
        return Judgement(), ()  # a total or a rollup has as many members as its rounds promise; a roster, as the floor
    if members is None:
        members = _union(view, opening.parts, members_of)
    return judge([_union(view, fact.parts, members_of) for _, fact in earlier], members), earlier


def _linked(view: View, opening: Opening) -> tuple[tuple[int, OpeningFact], ...]:
    """The earlier openings of the occasion that are linked with this one through councils, by index."""
    found = dict[int, OpeningFact]()
    waiting = list(opening.councils)
    seen = set(waiting)
    while waiting:
        for key, fact in view.scan(OPENINGS, opening.occasion + waiting.pop()):
            found[int.from_bytes(key[64:], "big")] = fact
            waiting += (council for council in fact.councils if council not in seen)
            seen.update(fact.councils)
    return tuple(sorted(found.items()))


def _union(view: View, parts: tuple[bytes, ...], members_of: Members) -> Cohort:
    """The members of all parts; each is in one, since a rollup has one round of a council."""
    return {member: minimum for part in parts for member, minimum in members_of(view, part)}
