"""How mandates, recalls and recovery keys stand now: in effect, waiting for those below, or ended, and how."""

from msgspec.structs import replace

from ledger.audit.chapters.consents import Consents
from ledger.audit.chapters.powers import Powers
from ledger.audit.chapters.register import Register
from ledger.audit.lines.packed import PackedLines
from ledger.audit.lines.powers import MandateEnd, MandateLine, ProposalState, Proposed, RecallLine, RecoveryLine
from ledger.records.assent import CONSENTS, Proposal, electorate, proposal_of
from ledger.records.councils import COUNCILS
from ledger.records.recovering import RECOVERIES


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
        agreed, entitled = self._tally(line) if state == "waiting" else (0, 0)
        return replace(
            line,
            ended=ended,
            ended_by=ended_by,
            state=state,
            agreed=agreed,
            entitled=entitled,
            consents=self._consents.about(line.index),
            signed=self._powers.signed(line.index),
        )

    def _end(self, line: MandateLine) -> tuple[MandateEnd | None, int | None]:
        """How the mandate ended and by which entry: whatever came first."""
        if line.ended is not None:
            return line.ended, line.ended_by
        council = self._register.facts.get(COUNCILS, line.council)
        if council is not None and council.recovered > line.index:
            recovered = self._powers.recovered_at(line.council, line.index)
            if recovered is not None and recovered[1] < line.until:
                return "recovered", recovered[0]
        return ("expired", None) if self._time >= line.until else (None, None)

    def _recall(self, line: RecallLine) -> RecallLine:
        proposal = self._proposal(line)
        state = _state(proposal)
        agreed, entitled = self._tally(line) if state == "waiting" else (0, 0)
        return replace(
            line,
            state=state,
            agreed=agreed,
            entitled=entitled,
            consents=self._consents.about(line.index),
        )

    def _recovery(self, line: RecoveryLine) -> RecoveryLine:
        now = self._register.facts.get(RECOVERIES, line.council)
        is_replaced = line.in_effect_since is not None and now is not None and now.index != line.in_effect_since
        state = "replaced" if is_replaced else _state(self._proposal(line))
        agreed, entitled = self._tally(line) if state == "waiting" else (0, 0)
        return replace(
            line,
            state=state,
            agreed=agreed,
            entitled=entitled,
            consents=self._consents.about(line.index),
        )

    def _proposal(self, line: Proposed) -> Proposal:
        proposal = proposal_of(self._register.facts, line.leaf, line.index)
        if proposal is None:
            raise AssertionError("bad math in the book: a proposal was stepped and is not in the view")
        return proposal

    def _tally(self, line: Proposed) -> tuple[int, int]:
        """How many of how many councils that have a say are for it now."""
        facts = self._register.facts
        entitled = electorate(facts, line.council, line.index)
        said = [facts.get(CONSENTS, line.leaf + council) for council in entitled]
        return sum(one is not None and one.verdict == "for" for one in said), len(entitled)


def _state(proposal: Proposal) -> ProposalState:
    if proposal.effective:
        return "in-effect"
    return "settled" if proposal.over else "waiting"
