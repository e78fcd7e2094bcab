"""The chapter of challenges: objections, replies and outcomes; the overdue ones stand first in a report."""

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from ledger.audit.chapters.noted import Noted, Notes
from ledger.audit.chapters.register import Register
from ledger.audit.chapters.shelf import Shelf
from ledger.audit.lines.challenges import ChallengeLine, OutcomeLine, ReplyLine
from ledger.audit.lines.packed import PackedLines
from ledger.records.challenges import CHALLENGES, ChallengeFact, ChallengeState
from ledger.records.facts import FOUNDERS
from ledger.records.kinds.challenge import Challenge
from ledger.records.kinds.outcome import Outcome
from ledger.records.kinds.reply import Reply

_ORDER: Final[tuple[ChallengeState, ...]] = ("overdue", "open", "answered", "decided")


class Challenges:
    """Challenges by their index; what was replied, by the challenge's index and its own."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._lines = Shelf(register.facts, "challenge", ChallengeLine)
        self._replies = Shelf(register.facts, "reply", ReplyLine)
        self.notes: Notes = {Challenge: self._note_challenge, Reply: self._note_reply, Outcome: self._note_outcome}

    def lines(self, time: int) -> PackedLines[ChallengeLine]:
        """All of them, as they stand when the last clock says `time`.

        The overdue ones come first, and then the open ones, by their deadlines; then those that were answered, and
        those that were decided, the newest first.
        """
        return PackedLines(ChallengeLine, self._in_order(time))

    def ground(self, index: int) -> str:
        """The ground of the challenge at this index."""
        return self._lines.line(index).ground

    def _in_order(self, time: int) -> Iterator[ChallengeLine]:
        places: list[tuple[int, int, int, ChallengeState]] = []
        for _, fact in self._register.facts.scan(CHALLENGES):
            state = fact.state(time)
            is_pending = state in {"open", "overdue"}
            places.append((_ORDER.index(state), fact.deadline if is_pending else -fact.index, fact.index, state))
        places.sort()
        for *_, index, state in places:
            yield replace(self._lines.line(index), state=state, replies=tuple(self._replies.below(index)))

    def _note_challenge(self, entry: Noted[Challenge]) -> None:
        body, fact, register = entry.body, self._fact(entry.leaf), self._register
        about, root = register.entry(fact.about), register.entry(fact.root)
        line = ChallengeLine(
            index=entry.index,
            leaf=entry.leaf,
            about_index=about.index,
            about_kind=about.kind,
            root_index=root.index,
            root_kind=root.kind,
            ground=body.ground,
            council_name=register.name_or_none(body.council),
            roster_index=None if body.roster is None else register.entry(body.roster).index,
            row=body.row,
            evidence=body.evidence,
            answerer=None if fact.answers == FOUNDERS else register.name_at(fact.answers),
            deadline=fact.deadline,
            signed_under=entry.signed_under,
        )
        self._lines.put(line, entry.index)

    def _note_reply(self, entry: Noted[Reply]) -> None:
        body, fact = entry.body, self._fact(entry.body.challenge)
        line = ReplyLine(
            index=entry.index,
            leaf=entry.leaf,
            council_name=self._register.name_or_none(body.council),
            answer=body.answer,
            text=body.text,
            evidence=body.evidence,
            late=entry.time >= fact.deadline,
            signed_under=entry.signed_under,
        )
        self._replies.put(line, fact.index, entry.index)

    def _note_outcome(self, entry: Noted[Outcome]) -> None:
        body = entry.body
        line = OutcomeLine(
            index=entry.index,
            leaf=entry.leaf,
            council_name=self._register.name_or_none(body.council),
            outcome=body.outcome,
            rule=body.rule,
            evidence=body.evidence,
            signed_under=entry.signed_under,
        )
        self._lines.change(self._fact(body.challenge).index, outcome=line)

    def _fact(self, leaf: bytes) -> ChallengeFact:
        fact = self._register.facts.get(CHALLENGES, leaf)
        if fact is None:
            raise AssertionError("bad math in the book: a challenge was stepped and is not in the view")
        return fact
