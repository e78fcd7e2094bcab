"""The chapter of decisions: what they adopt, and how that stands now."""

from functools import lru_cache
from typing import Final

from msgspec.structs import replace

from ledger.audit.chapters.challenges import Challenges
from ledger.audit.chapters.errata import Errata
from ledger.audit.chapters.noted import Noted, Notes
from ledger.audit.chapters.register import Register
from ledger.audit.chapters.rounds import challenged
from ledger.audit.chapters.shelf import Shelf
from ledger.audit.lines.decisions import Adopted, Carried, DecisionLine
from ledger.audit.lines.packed import PackedLines
from ledger.records.challenges import ChallengeFact, carried_by, challenge_of
from ledger.records.kinds.decision import Decision
from ledger.records.rivals import Rivals
from ledger.records.standing import resource_marks
from ledger.records.view import View

MOST_CARRIED: Final = 100
"""Challenges that are listed with a decision; of all there may be as many as with every other one."""

_REMEMBERED: Final = 10_000


class Decisions:
    """Decisions by their index."""

    def __init__(self, register: Register, errata: Errata, challenges: Challenges) -> None:
        self._register = register
        self._errata = errata
        self._challenges = challenges
        self._lines = Shelf(register.facts, "decision", DecisionLine)
        self.notes: Notes = {Decision: self._note}

    def lines(self, rivals: Rivals) -> PackedLines[DecisionLine]:
        """All of them, as they stand at the last clock, in the order of the log."""

        @lru_cache(_REMEMBERED)
        def adopted(leaf: bytes) -> Adopted:
            entry = self._register.entry(leaf)
            marks = resource_marks(rivals, leaf, rivals.time) if entry.kind == "resource" else ()
            errata = self._errata.about(entry.index) if entry.kind in {"rollup", "total"} else ()
            return Adopted(
                leaf=leaf,
                index=entry.index,
                kind=entry.kind,
                marks=marks,
                errata=tuple(each.index for each in errata),
                withdrawn_by=next((each.index for each in errata if each.effect == "withdrawn"), None),
            )

        def now(line: DecisionLine) -> DecisionLine:
            carried = self._carried(line, rivals)
            return replace(
                line,
                adopts=tuple(adopted(each.leaf) for each in line.adopts),
                carries=tuple(self._as_line(fact, rivals.time) for fact in carried[:MOST_CARRIED]),
                carried=len(carried),
                challenged=challenged(rivals, line.leaf),
            )

        return self._lines.all(now)

    def _carried(self, line: DecisionLine, view: View) -> list[ChallengeFact]:
        """What the decision carries, in the order of the log."""
        found = carried_by(view, (each.leaf for each in line.adopts), line.index)
        return sorted((challenge_of(view, leaf) for leaf in found), key=lambda fact: fact.index)

    def _as_line(self, fact: ChallengeFact, time: int) -> Carried:
        return Carried(index=fact.index, ground=self._challenges.ground(fact.index), state=fact.state(time))

    def _note(self, entry: Noted[Decision]) -> None:
        body = entry.body
        adopts = ((leaf, self._register.entry(leaf)) for leaf in body.adopts)
        line = DecisionLine(
            index=entry.index,
            leaf=entry.leaf,
            council_name=self._register.name(body.council),
            title=body.title,
            body=body.body,
            rule=body.rule,
            affected=body.affected,
            eligible=body.turnout.eligible,
            voted=body.turnout.voted,
            adopts=tuple(Adopted(leaf=leaf, index=fact.index, kind=fact.kind) for leaf, fact in adopts),
            signed_under=entry.signed_under,
        )
        self._lines.put(line, entry.index)
