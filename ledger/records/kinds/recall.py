"""``recall``: a council ends a mandate; those in a federation end one of its mandates, or its key."""

from typing import Final

from ledger.records.assent import (
    CONSENTS,
    MANDATE_LEAVES,
    NOT_BY_CONSENT,
    RECALLS,
    ConsentFact,
    RecallFact,
    can_be_recalled,
    has_say,
    mandate_of,
    proposed,
    quorum_of,
    recalled,
)
from ledger.records.councils import council_of, is_over, require_own_key
from ledger.records.fields import Body, LeafHash, Ordinal, Text
from ledger.records.kind import Kind, Record, nothing_owed
from ledger.records.rule_names import refusal
from ledger.records.view import Fact, View


class Recall(Body, frozen=True, kw_only=True):
    """What a recall entry says.

    Attributes:
        again: sets what is said once more apart from what was said before.
        by: who recalls: the council itself, or one that is in it.
        council: whose holder or key it is about.
        mandate: which mandate ends; without it the council's own key does.
    """

    again: Ordinal | None = None
    by: LeafHash
    council: LeafHash
    mandate: LeafHash | None = None
    reason: Text


def _check(body: Recall) -> None:
    if body.by == body.council and body.mandate is None:
        raise refusal("bad-field", "mandate is absent; a council revokes its own key by a key entry")


def _step(view: View, record: Record[Recall], index: int) -> tuple[Fact, ...]:
    body = record.body
    council_of(view, body.council)
    fact = RecallFact(body.council, _target(view, body), index, effective=False)
    if body.by == body.council:
        require_own_key(view, record, body.by)
        return recalled(view, record.leaf, fact, index)
    council_of(view, body.by)
    if not has_say(view, body.council, index, body.by):
        raise refusal("wrong-council", "by is neither the council nor one that has a say in it")
    require_own_key(view, record, body.by)
    quorum = quorum_of(view, body.council)
    said = (
        *proposed(view, body.council, record.leaf, index, quorum),
        CONSENTS.put(record.leaf + body.by, ConsentFact("for", index, NOT_BY_CONSENT)),
    )
    if quorum == 1:
        return (*said, *recalled(view, record.leaf, fact, index))
    return (*said, RECALLS.put(record.leaf, fact))


def _target(view: View, body: Recall) -> bytes:
    """The key of the mandate that is recalled; empty where it is the council's own."""
    if body.mandate is None:
        if not can_be_recalled(view, body.council):
            raise refusal("revoked-key", "the council has no key, and no recovery keys")
        return b""
    holder = view.get(MANDATE_LEAVES, body.mandate)
    mandate = None if holder is None else mandate_of(view, holder.key)
    if holder is None or mandate is None or mandate.council != body.council:
        raise refusal("unknown-mandate", "mandate is not the leaf hash of a mandate of the council")
    if is_over(view, mandate):
        raise refusal("mandate-ended", "the mandate has ended already")
    return holder.key


def _answers(view: View, record: Record[Recall]) -> bytes:
    del view
    return record.body.by


KIND: Final = Kind("recall", Recall, _check, nothing_owed, _step, _answers)
