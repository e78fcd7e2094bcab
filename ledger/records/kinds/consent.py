"""``consent``: a council's word on a claim about the world, or on who acts in the federation that it is in."""

from typing import Final

from ledger.records.assent import CONSENTS, ConsentFact, Verdict, carries, has_say, proposal_of
from ledger.records.councils import require_council
from ledger.records.fields import Body, LeafHash, Ordinal, Text
from ledger.records.kind import Kind, Record, nothing_owed
from ledger.records.kinds.resource import RESOURCES
from ledger.records.rule_names import refusal
from ledger.records.view import Fact, View


class Consent(Body, frozen=True, kw_only=True):
    """What a consent entry says. It takes the place of what the council said of the same entry before.

    ``again`` counts the words that take the place of an earlier one.
    """

    about: LeafHash
    again: Ordinal | None = None
    conditions: Text | None = None
    council: LeafHash
    verdict: Verdict


def _check(body: Consent) -> None:
    if (body.conditions is not None) != (body.verdict == "conditions"):
        raise refusal("bad-field", "conditions stands with the verdict conditions, and only there")


def _step(view: View, record: Record[Consent], index: int) -> tuple[Fact, ...]:
    body = record.body
    require_council(view, record, body.council)
    again = body.again or 0
    said = CONSENTS.put(body.about + body.council, ConsentFact(body.verdict, index, again))
    if view.get(RESOURCES, body.about) is not None:
        _require_next(view, body, again)
        return (said,)
    proposal = proposal_of(view, body.about, index)
    if proposal is None:
        raise refusal("wrong-entry", "about is not a resource, a mandate, a recall or a recovery")
    if not has_say(view, proposal.council, proposal.index, body.council):
        raise refusal(
            "wrong-council", "council was not in the federation that about is of when that was logged, or is not now"
        )
    if proposal.over:
        raise refusal("mandate-ended", "what about proposes is settled; nothing can be said to it any more")
    _require_next(view, body, again)
    if proposal.effective or body.verdict != "for":
        return (said,)
    if carries(view, body.about, proposal, body.council):
        return (said, *proposal.facts)
    return (said,)


def _require_next(view: View, body: Consent, again: int) -> None:
    """Refuse a word that is not the next one of the council, or whoever had held it back could bring it in last."""
    last = view.get(CONSENTS, body.about + body.council)
    expected = 0 if last is None else last.again + 1
    if again != expected:
        raise refusal("stale-consent", f"again is {again or 'absent'}; it is to be {expected or 'absent'}")


KIND: Final = Kind("consent", Consent, _check, nothing_owed, _step)
