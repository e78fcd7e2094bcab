"""How mandates, recalls and recovery keys stand now: in effect, waiting for those below, or ended, and how."""

from typing import TypeVar

from msgspec.structs import replace

from ledger.audit.chapters.consents import Consents
from ledger.audit.chapters.powers import Powers
from ledger.audit.chapters.register import Register
from ledger.audit.lines.packed import PackedLines
from ledger.audit.lines.powers import MandateEnd, MandateLine, ProposalState, Proposed, RecallLine, RecoveryLine
from ledger.records.assent import Proposal, agreed, proposal_of
from ledger.records.councils import COUNCILS
from ledger.records.recovering import RECOVERIES

P = TypeVar("P", bound=Proposed)


class Assent:
    """The lines of the chapter of powers, completed for one report."""

    def __init__(self, register: Register, powers: Powers, consents: Consents, time: int) -> None:
        self._register = register
        self._powers = powers
        self._consents = consents
        self._time = time

    def mandates(self) -> PackedLines[MandateLine]:
        """All mandates in the order of the log."""
        return self._powers.mandates.all(self._mandate)

    def recalls(self) -> PackedLines[RecallLine]:
        """All recalls in the order of the log."""
        return self._powers.recalls.all(self._recall)

    def recoveries(self) -> PackedLines[RecoveryLine]:
        """All recovery keys that were set, in the order of the log."""
        return self._powers.recoveries.all(self._recovery)

    def _mandate(self, line: MandateLine) -> MandateLine:
        ended, ended_by = self._end(line)
        state = "ended" if ended is not None else "waiting" if line.in_effect_since is None else "in-effect"
        return replace(
            self._counted(line) if state == "waiting" else line,
            ended=ended,
            ended_by=ended_by,
            state=state,
            consents=self._consents.about(line.index),
            signed=self._powers.signed(line.index),
        )

    def _end(self, line: MandateLine) -> tuple[MandateEnd | None, int | None]:
        """How the mandate ended and by which entry: whatever came first."""
        if line.ended is not None:
            return line.ended, line.ended_by
        council = self._register.facts.get(COUNCILS, line.council)
        if council is not None and max(council.recovered, council.recalled) > line.index:
            end = self._powers.first_end(line.council, line.index)
            if end is not None and end.time < line.until:
                return ("recovered" if end.change == "recovered" else "recalled"), end.index
        if self._time >= line.until:
            return "expired", None
        return ("lapsed", None) if self._proposal(line).over else (None, None)

    def _recall(self, line: RecallLine) -> RecallLine:
        state = _state(self._proposal(line))
        counted = self._counted(line) if state == "waiting" else line
        return replace(counted, state=state, consents=self._consents.about(line.index))

    def _recovery(self, line: RecoveryLine) -> RecoveryLine:
        now = self._register.facts.get(RECOVERIES, line.council)
        is_replaced = line.in_effect_since is not None and now is not None and now.index != line.in_effect_since
        state = "replaced" if is_replaced else _state(self._proposal(line))
        counted = self._counted(line) if state == "waiting" else line
        return replace(counted, state=state, consents=self._consents.about(line.index))

    def _proposal(self, line: Proposed) -> Proposal:
        proposal = proposal_of(self._register.facts, line.leaf, line.index)
        if proposal is None:
            raise AssertionError("bad math in the book: a proposal was stepped and is not in the view")
        return proposal

    def _counted(self, line: P) -> P:
        """With how many are for it now."""
        return replace(line, agreed=len(agreed(self._register.facts, line.leaf, line.council, line.index)))


def _state(proposal: Proposal) -> ProposalState:
    if proposal.effective:
        return "in-effect"
    return "settled" if proposal.over else "waiting"
