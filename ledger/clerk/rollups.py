"""A federation's rollup from its councils' sub-totals: each checked against its close, the rest read from the facts.

Who is missing, who is counted by a default, and what is asked for in the open is not the clerk's to choose: the rules
ask for exactly what the ledger says (docs/spec/federation.md section 4), and this module computes the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from ledger.clerk.subtotals import SubTotal, add_up
from ledger.crypto.backend import SCALAR_BYTES
from ledger.crypto.batch import BatchFailure, verify_batch
from ledger.errors import InvalidOpening, NotAcceptedError, NotFoundError, VerificationError
from ledger.records.councils import COUNCILS, CouncilFact, is_below
from ledger.records.kinds.rollup import COUNTED, Rollup, counted_key
from ledger.records.kinds.tags import tags_of
from ledger.records.openings import Opening, claims_occasion
from ledger.records.rolling import Due, closed_before, due, is_counted_elsewhere
from ledger.records.rounds import CLOSES, ROUND_NUMBERS, ROUNDS, CloseFact, RoundFact, round_number
from ledger.records.view import View
from ledger.signing import RandBytes

Standing = Literal["counted", "default", "elsewhere", "no-claims", "no-round", "no-sub-total", "not-closed"]
"""How a council stands to a rollup. ``elsewhere``: another federation has counted it; ``no-claims``: its round was
closed without one; ``no-sub-total``: its round is closed and its sub-total is not here; ``not-closed``: not before the
last of those that are counted."""


@dataclass(frozen=True, slots=True)
class Part:
    """A sub-total that opens the sum of its round's close, and the file that it came in."""

    name: str
    opening: SubTotal
    round: RoundFact
    close: CloseFact


@dataclass(frozen=True, slots=True)
class CouncilLine:
    """One council of the federation; ``count`` are its live claims in the round, where it has one."""

    leaf: bytes
    name: str
    standing: Standing
    count: int


@dataclass(frozen=True, slots=True)
class CategoryLine:
    """One category; amounts in the smallest unit. ``dominated``: one council's sub-total is more than half of it."""

    code: str
    unit: str
    scale: int
    total: int = field(repr=False)
    requested: int
    dominated: bool


@dataclass(frozen=True, slots=True)
class RollupDraft:
    """A rollup that opens exactly its rounds' sums, not signed yet.

    Attributes:
        body: what the entry says.
        minimum: the greatest that a council promised its members.
        councils: all that are counted, or of which the rollup says that they are not.
        categories: what it shows.
    """

    body: Rollup = field(repr=False)
    minimum: int
    councils: tuple[CouncilLine, ...]
    categories: tuple[CategoryLine, ...]

    @property
    def enough(self) -> bool:
        """Whether there are as many live claims as the rules ask for."""
        return self.body.count >= self.minimum

    def remainders(self) -> tuple[tuple[str, int], ...]:
        """The councils whose clerk, who knows their own sub-total, can subtract it and be left with few members.

        Each is named with how many these are: fewer than the minimum.
        """
        counted = [line for line in self.councils if line.standing == "counted" and line.count]
        rests = ((line.name, self.body.count - line.count) for line in counted)
        return tuple((name, rest) for name, rest in rests if 0 < rest < self.minimum)

    def opening(self, view: View) -> Opening:
        """What is opened, as the rule about disclosure looks at it."""
        councils = tuple(_round(view, leaf, "the rollup").council for leaf in self.body.rounds)
        return Opening(claims_occasion(self.body.period), self.body.rounds, councils)


def check_parts(
    view: View, files: Sequence[tuple[str, SubTotal]], *, origin: str, federation: bytes, randbytes: RandBytes
) -> tuple[Part, ...]:
    """The sub-totals, each of which opens the sum of its own round's close; the first that does not is named.

    Args:
        view: facts of the ledger's entries, each of which was held to the rules.
        files: the name of each file, and what it says.
        origin: the ledger's.
        federation: the leaf hash of the one that rolls up.
        randbytes: source of the check's weights; unpredictable to who made the files.

    Raises:
        NotAcceptedError: ``wrong-ledger``, ``not-closed``, ``wrong-federation``, ``counted-twice``.
        NotFoundError: ``unknown-round``.
        VerificationError: ``wrong-round``, ``wrong-categories``.
        InvalidOpening: the amounts are not those of the round.
    """
    parts: list[Part] = []
    for name, opening in files:
        if opening.ledger != origin:
            raise NotAcceptedError(f"{name} is of another ledger", rule="wrong-ledger")
        fact = _round(view, opening.round, name)
        close = view.get(CLOSES, opening.round)
        if close is None:
            raise NotAcceptedError(f"{name} is of a round that is not closed", rule="not-closed")
        whose = _council(view, fact.council).name
        if fact.council != federation and not is_below(view, fact.council, federation):
            raise NotAcceptedError(f"{name} is of {whose}, which is not in the federation", rule="wrong-federation")
        for other in parts:
            if (fact.period, fact.round_no) != (other.round.period, other.round.round_no):
                raise VerificationError(
                    f"{name} is of {_called(fact)}, and {other.name} is of {_called(other.round)}", rule="wrong-round"
                )
            if fact.council == other.round.council:
                raise NotAcceptedError(f"{name} and {other.name} are both of {whose}", rule="counted-twice")
            if fact.categories != other.round.categories:
                raise VerificationError(
                    f"the categories of {name} are not those of {other.name}: code, unit and scale must be the same, "
                    "in the same order",
                    rule="wrong-categories",
                )
        if len(opening.totals) != len(fact.categories):
            raise VerificationError(
                f"{name} has {len(opening.totals)} amounts; its round has {len(fact.categories)} categories",
                rule="wrong-categories",
            )
        parts.append(Part(name, opening, fact, close))
    try:
        verify_batch([part.opening.opens(part.close.sum) for part in parts], randbytes=randbytes)
    except BatchFailure as exc:
        bad = parts[min(exc.failures)]
        whose = _council(view, bad.round.council).name
        raise InvalidOpening(
            f"{bad.name} does not open the sum that {whose} has signed in its close: ask its clerk for a new one"
        ) from exc
    return tuple(parts)


def check_tags(view: View, federation: bytes, parts: Sequence[Part]) -> None:
    """Where the federation's rule asks for tags, every roster has them, and nobody is counted twice.

    Raises:
        NotAcceptedError: ``missing-tags``, ``counted-twice``; the councils are named.
    """
    if not _council(view, federation).tags:
        return
    counted: dict[bytes, bytes] = {}
    for part in parts:
        fact = part.round
        whose = _council(view, fact.council).name
        for _, roster in fact.rosters:
            tags = tags_of(view, fact.period, roster)
            if tags is None:
                raise NotAcceptedError(
                    f"a roster of {whose} has no tags for {fact.period}, and the federation's rule asks for them: its "
                    "clerk runs opentally roster tags",
                    rule="missing-tags",
                )
            for tag in tags:
                earlier = view.get(COUNTED, counted_key(fact.period, fact.round_no, tag))
                other = counted.get(tag)
                if other is None and earlier is not None and earlier.council != fact.council:
                    other = earlier.council
                counted[tag] = fact.council
                if other is not None:
                    raise NotAcceptedError(
                        f"a member stands in rosters of {_council(view, other).name} and of {whose}, and would be "
                        "counted twice: leave one of the two out",
                        rule="counted-twice",
                    )


def draft_rollup(view: View, federation: bytes, parts: Sequence[Part]) -> RollupDraft:
    """The rollup of these parts, with everything that the rules ask for beside them.

    Pre-conditions: ``parts`` are what :func:`check_parts` gave, at least one.

    Raises:
        NotAcceptedError: ``wrong-federation``, this is no federation.
    """
    fact = _council(view, federation)
    if fact.type != "federation":
        raise NotAcceptedError(f"{fact.name} is a {fact.type}, not a federation", rule="wrong-federation")
    ordered = sorted(parts, key=lambda part: part.opening.round)
    first = ordered[0].round
    opening = add_up([part.opening for part in ordered])
    must = due(view, federation, [(part.round, part.close) for part in ordered])
    body = Rollup(
        blinding=opening.blinding.to_bytes(SCALAR_BYTES, "big"),
        count=sum(part.close.count for part in ordered),
        defaults=tuple(sorted(must.defaults)),
        federation=federation,
        missing=tuple(sorted(must.missing)),
        period=first.period,
        requested=tuple(map(str, must.requested)),
        requests=len(must.requests),
        round_no=first.round_no,
        rounds=tuple(part.opening.round for part in ordered),
        totals=tuple(map(str, opening.quantities)),
    )
    categories = []
    for g, (code, unit, scale) in enumerate(first.categories):
        total = opening.quantities[g]
        dominated = 2 * max(part.opening.totals[g] for part in ordered) > total
        categories.append(CategoryLine(code, unit, scale, total, must.requested[g], dominated))
    lines = _lines(view, federation, ordered, must)
    return RollupDraft(body, max(part.round.minimum for part in ordered), lines, tuple(categories))


def _lines(view: View, federation: bytes, parts: Sequence[Part], must: Due) -> tuple[CouncilLine, ...]:
    """How each council stands: those counted, those by default, those missing."""
    counted = [
        CouncilLine(part.round.council, _council(view, part.round.council).name, "counted", part.close.count)
        for part in parts
    ]
    defaults = [CouncilLine(leaf, _council(view, leaf).name, "default", 0) for leaf in must.defaults]
    cut = max(part.close.index for part in parts)
    silences = [(leaf, *_silence(view, leaf, parts[0].round, federation, cut)) for leaf in sorted(must.missing)]
    missing = [CouncilLine(leaf, _council(view, leaf).name, standing, count) for leaf, standing, count in silences]
    return (*counted, *defaults, *missing)


def _silence(view: View, council: bytes, same: RoundFact, federation: bytes, cut: int) -> tuple[Standing, int]:
    """Why no round of the council is counted, and how many claims it has in it if it is closed."""
    close = closed_before(view, council, same, cut)
    if close is not None:
        return ("no-sub-total" if close.count else "no-claims"), close.count
    if is_counted_elsewhere(view, federation, council, same):
        return "elsewhere", 0
    number = view.get(ROUND_NUMBERS, round_number(council, same.round_no, same.period))
    return ("no-round" if number is None else "not-closed"), 0


def _round(view: View, leaf: bytes, name: str) -> RoundFact:
    fact = view.get(ROUNDS, leaf)
    if fact is None:
        raise NotFoundError(f"{name} is of a round that the ledger does not have", rule="unknown-round")
    return fact


def _council(view: View, leaf: bytes) -> CouncilFact:
    fact = view.get(COUNCILS, leaf)
    if fact is None:
        raise NotFoundError("the ledger has no council of this leaf hash", rule="unknown-council")
    return fact


def _called(fact: RoundFact) -> str:
    return f"{fact.period}#{fact.round_no}"
