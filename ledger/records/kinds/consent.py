"""``consent``: a council's word on a claim about the world, or on who acts in the federation that it is in."""

from typing import Final

from ledger.records.assent import CONSENTS, ConsentFact, Verdict, electorate, more_than_half, proposal_of
from ledger.records.councils import require_council
from ledger.records.fields import Body, LeafHash, Ordinal, Text
from ledger.records.kind import Kind, Record, nothing_owed
from ledger.records.kinds.resource import RESOURCES
from ledger.records.rule_names import refusal
from ledger.records.view import Fact, View


class Consent(Body, frozen=True, kw_only=True):
    """What a consent entry says. It takes the place of what the council said of the same entry before.

    ``again`` sets what is said once more, after something else, apart from what was said before.
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
    said = CONSENTS.put(body.about + body.council, ConsentFact(body.verdict, index))
    if view.get(RESOURCES, body.about) is not None:
        return (said,)
    proposal = proposal_of(view, body.about, index)
    if proposal is None:
        raise refusal("wrong-entry", "about is not a resource, a mandate, a recall or a recovery")
    if body.council not in electorate(view, proposal.council, proposal.index):
        raise refusal(
            "wrong-council", "council was not in the federation that about is of when that was logged, or is not now"
        )
    if proposal.over:
        raise refusal("mandate-ended", "what about proposes is settled; nothing can be said to it any more")
    if proposal.effective or body.verdict != "for":
        return (said,)
    if more_than_half(view, body.about, proposal.council, proposal.index, body.council):
        return (said, *proposal.facts)
    return (said,)


KIND: Final = Kind("consent", Consent, _check, nothing_owed, _step)
