"""What an entry says, in one sentence for everybody. Texts that others wrote stand in it as they are."""

from typing import Any

from ledger.audit.plain import TYPES
from ledger.audit.words import utc
from ledger.encoding import encode_base64
from ledger.records.kinds.challenge import Challenge
from ledger.records.kinds.close import Close
from ledger.records.kinds.consent import Consent
from ledger.records.kinds.council import Council
from ledger.records.kinds.decision import Decision
from ledger.records.kinds.erratum import Erratum
from ledger.records.kinds.mandate import Mandate
from ledger.records.kinds.membership import Membership
from ledger.records.kinds.outcome import Outcome
from ledger.records.kinds.recall import Recall
from ledger.records.kinds.reply import Reply
from ledger.records.kinds.request import Request
from ledger.records.kinds.resource import Resource
from ledger.records.kinds.rollup import Rollup
from ledger.records.kinds.roster import Roster
from ledger.records.kinds.round import Round
from ledger.records.kinds.total import Total
from ledger.records.kinds.use import Use
from ledger.records.quantities import write_quantity


def sentence(kind: str, body: object) -> str:
    """What an entry of this kind and body says; its numbers are in the figures of the trace."""
    match body:
        case Decision():
            return (
                f"“{body.title}”, by {body.body} under “{body.rule}”, {body.turnout.voted} of {body.turnout.eligible}"
            )
        case Total():
            return f"the opened total; {body.unclaimed} rows without a claim"
        case Rollup():
            return (
                f"{body.period}#{body.round_no}: the opened sum of {len(body.rounds)} rounds, {body.count} claims; "
                f"{len(body.missing)} councils missing, {len(body.defaults)} by default"
            )
        case Close():
            return f"{body.count} live claims, each with its own proof; their set is {encode_base64(body.set)}"
        case Round():
            return f"{body.period}#{body.round_no}, closing {utc(body.closes)}, at least {body.minimum} claims"
        case Roster():
            return f"{len(body.rows)} rows, allowances: {body.allowance}"
        case Council():
            return f"{body.name}, {body.type}"
        case _:
            return _check_sentence(kind, body)


def _check_sentence(kind: str, body: object) -> str:
    match body:
        case Resource():
            evidence = "no evidence" if body.evidence is None else f"evidence {encode_base64(body.evidence)}"
            return (
                f"{TYPES[body.type]} {body.resource}, {body.area}: "
                f"{amount(body.quantity, body.scale, body.unit)} ± {write_quantity(body.uncertainty, body.scale)}, "
                f"by {body.method}; until {utc(body.valid_until)}; {evidence}"
            )
        case Use():
            return f"measured by {body.method}, until {utc(body.until)}"
        case Consent():
            return body.verdict if body.conditions is None else f"on conditions: {body.conditions}"
        case Challenge():
            return f"ground: {body.ground}; by {'a member' if body.council is None else 'a council'}"
        case Reply():
            return f"{body.answer}: {body.text}"
        case Outcome():
            return f"{body.outcome}, under “{body.rule}”"
        case Erratum():
            return f"{'withdrawn' if body.effect == 'withdrawn' else 'a remark'}: {body.reason}"
        case Mandate():
            return f"{body.role} may sign {', '.join(body.kinds)} until {utc(body.until)}"
        case Recall():
            return f"recalled: {body.reason}"
        case Request():
            return f"{body.type} request for “{body.purpose}”"
        case Membership():
            return "a council joins, leaves or moves"
        case _:
            return kind


def amount(value: int, scale: int, unit: str) -> str:
    """A quantity with its unit, as people write it."""
    return f"{write_quantity(value, scale)} {unit}"


def is_proved(body: Any) -> bool:
    """Whether the rules prove what the entry says, and not only who says it."""
    return isinstance(body, Close | Rollup | Total)
