"""Decisions in a report: what they adopt, how that stands now, and the challenges that they carry."""

from ledger.audit.lines.value import Value
from ledger.records.challenges import ChallengeState
from ledger.records.standing import Mark


class Adopted(Value, frozen=True, kw_only=True):
    """An entry that a decision names: the marks that it has now, and the erratum that withdrew it, if one did."""

    leaf: bytes
    index: int
    kind: str
    marks: tuple[Mark, ...] = ()
    errata: tuple[int, ...] = ()
    withdrawn_by: int | None = None


class Carried(Value, frozen=True, kw_only=True):
    """A challenge that was open against what was adopted, when it was; and how it stands now."""

    index: int
    ground: str
    state: ChallengeState


class DecisionLine(Value, frozen=True, kw_only=True):
    """What a body says it has adopted; that the body decided so, and the turnout, are its own word.

    That it carries exactly so many challenges is a rule, and proved; `carries` are the first hundred of `carried`.
    `challenged` are the challenges that are open against the decision.
    """

    index: int
    leaf: bytes
    council_name: str
    title: str
    body: str
    rule: str
    affected: str
    eligible: int
    voted: int
    adopts: tuple[Adopted, ...]
    carries: tuple[Carried, ...] = ()
    carried: int = 0
    challenged: tuple[int, ...] = ()
    signed_under: int | None = None
