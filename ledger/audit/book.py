"""What a report tells of a ledger, gathered in chapters while the log is played again.

The lines are kept as facts of the audit's own, in the same file and the same transaction as those of the rules, so that
a resumed audit can report on the whole ledger. Councils and rounds, to which later entries add again and again, are
held in memory; everything else, of which there may be any number, goes to the file at once and is read again for the
report. How things stand now (marks, states, what has effect) is computed when the report is made.
"""

from typing import Any, Final

import msgspec

from ledger.audit.chapters.assent import Assent
from ledger.audit.chapters.challenges import Challenges
from ledger.audit.chapters.consents import Consents
from ledger.audit.chapters.decisions import Decisions
from ledger.audit.chapters.errata import Errata
from ledger.audit.chapters.federation import Federation
from ledger.audit.chapters.noted import Noted, Notes, mandate_behind
from ledger.audit.chapters.powers import Powers
from ledger.audit.chapters.register import Register
from ledger.audit.chapters.rounds import Rounds
from ledger.audit.chapters.world import World
from ledger.audit.lines.councils import CouncilLine
from ledger.audit.report import AuditReport
from ledger.records.fields import Body
from ledger.records.kind import Record
from ledger.records.kinds.clock import Clock
from ledger.records.kinds.council import Council
from ledger.records.rivals import AllRivals
from ledger.records.view import FactStruct, Space
from ledger.storage.facts import FactFile


class TallyFact(FactStruct, frozen=True):
    """Entries by kind, the first and last clock, and how many challenges the clocks say were refused."""

    kinds: dict[str, int]
    first_clock: int | None
    last_clock: int | None
    refused: int


TALLY: Final = Space("audit-tally", TallyFact)


class Book:
    """The report's lines so far."""

    def __init__(self, facts: FactFile) -> None:
        """Take up what an earlier audit kept in `facts`."""
        self._facts = facts
        tally = facts.get(TALLY, b"") or TallyFact({}, None, None, 0)
        self.kinds = dict(tally.kinds)
        self.first_clock = tally.first_clock
        self.last_clock = tally.last_clock
        self.refused = tally.refused
        self._register = Register(facts)
        self._consents = Consents(self._register)
        self._errata = Errata(self._register)
        self._challenges = Challenges(self._register)
        self._rounds = Rounds(self._register, self._errata)
        self._world = World(self._register, self._consents)
        self._decisions = Decisions(self._register, self._errata, self._challenges)
        self._powers = Powers(self._register)
        self._federation = Federation(self._register, self._rounds, self._errata)
        own: Notes = {Clock: self._note_clock, Council: self._note_council}
        self._notes = _together(
            own,
            self._consents.notes,
            self._errata.notes,
            self._challenges.notes,
            self._rounds.notes,
            self._world.notes,
            self._decisions.notes,
            self._powers.notes,
            self._federation.notes,
        )

    def keep(self) -> None:
        """Put what is held in memory with the facts."""
        self._facts.apply((TALLY.put(b"", TallyFact(self.kinds, self.first_clock, self.last_clock, self.refused)),))
        self._facts.apply(self._register.held())
        self._facts.apply(self._rounds.held())

    def note(self, record: Record[Any], index: int) -> None:
        """Write down an entry that has been stepped; the file of facts holds what it means to the rules already."""
        self.kinds[record.kind] = self.kinds.get(record.kind, 0) + 1
        mandate = mandate_behind(self._facts, record)
        if mandate is not None:
            self._powers.count(mandate.index, record.kind)
        entry = Noted(record, index, self.last_clock or 0, None if mandate is None else mandate.index)
        for note in self._notes.get(type(record.body), ()):
            note(entry)

    def tell(self, report: AuditReport) -> AuditReport:
        """The report with all lines, as they stand at the last clock."""
        time = self.last_clock or 0
        rivals = AllRivals(self._facts, time)
        rounds = self._rounds.lines(rivals)
        assent = Assent(self._register, self._powers, self._consents, time)
        return msgspec.structs.replace(
            report,
            first_clock=self.first_clock,
            last_clock=self.last_clock,
            councils=self._register.councils(),
            rounds=rounds,
            resources=self._world.resources(rivals),
            decisions=self._decisions.lines(rivals),
            uses=self._world.uses(),
            challenges=self._challenges.lines(time),
            refused_challenges=self.refused,
            rollups=self._federation.rollups({line.index for line in rounds if line.total_withdrawn}, rivals),
            requests=self._federation.requests(),
            tags=self._federation.tags(),
            memberships=self._federation.memberships(),
            mandates=assent.mandates(),
            recalls=assent.recalls(),
            recoveries=assent.recoveries(),
            keys=self._powers.keys(),
        )

    def _note_clock(self, entry: Noted[Clock]) -> None:
        self.last_clock = entry.body.time
        self.refused += entry.body.refused or 0
        if self.first_clock is None:
            self.first_clock = entry.body.time

    def _note_council(self, entry: Noted[Council]) -> None:
        body = entry.body
        self._register.add(
            CouncilLine(index=entry.index, leaf=entry.leaf, name=body.name, type=body.type, parent=body.parent)
        )


def _together(*chapters: Notes) -> dict[type[Body], tuple[Any, ...]]:
    """What all chapters do with each kind of entry."""
    found: dict[type[Body], tuple[Any, ...]] = {}
    for notes in chapters:
        for body, note in notes.items():
            found[body] = (*found.get(body, ()), note)
    return found
