"""Challenges in a report: against what, on which ground, who owes the answer, until when, and how it ended."""

from ledger.audit.lines.value import Value
from ledger.records.challenges import Answer, ChallengeState, Judgement


class ReplyLine(Value, frozen=True, kw_only=True):
    """An answer, by the council that owed it or, without a name, a founding key; `late`: after the deadline."""

    index: int
    leaf: bytes
    council_name: str | None
    answer: Answer
    text: str
    evidence: bytes | None
    late: bool
    signed_under: int | None = None


class OutcomeLine(Value, frozen=True, kw_only=True):
    """How a challenge was decided, under which rule, by whom; without a name, the member who made it withdrew it."""

    index: int
    leaf: bytes
    council_name: str | None
    outcome: Judgement
    rule: str
    evidence: bytes | None
    signed_under: int | None = None


class ChallengeLine(Value, frozen=True, kw_only=True):
    """An objection to the entry at `about_index`, open against the one at `root_index`.

    Who challenges is the council `council_name`, or the member in row `row` of the roster at `roster_index`. Who owes
    the answer is `answerer`; None where it is the founding keys.
    """

    index: int
    leaf: bytes
    about_index: int
    about_kind: str
    root_index: int
    root_kind: str
    ground: str
    council_name: str | None
    roster_index: int | None
    row: int | None
    evidence: bytes | None
    answerer: str | None
    deadline: int
    state: ChallengeState = "open"
    replies: tuple[ReplyLine, ...] = ()
    outcome: OutcomeLine | None = None
    signed_under: int | None = None
