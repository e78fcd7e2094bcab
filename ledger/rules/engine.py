"""The rules as two pure functions: what an entry owes, and what it changes. Server and audit call the same two.

``owed`` may run ahead of an entry's place in the log, in batches and on all cores, since it reads nothing that can
still change. ``step`` runs in log order, one entry after the other, and does no cryptography but adding points.
"""

from typing import Any

from ledger.records.councils import COUNCILS
from ledger.records.entry import signing_message
from ledger.records.facts import CLOCK, ENTRIES, FOUNDERS, LEDGER, ONE, EntryFact
from ledger.records.kind import Record
from ledger.records.registry import KINDS
from ledger.records.rule_names import refusal
from ledger.records.view import Fact, View
from ledger.rules.checks import Owed, SignatureCheck, VerifiedRecord

__all__ = ["Owed", "SignatureCheck", "VerifiedRecord", "owed", "step"]


def owed(view: View, record: Record[Any]) -> Owed:
    """The signatures and group equations that the record owes.

    They depend on the record and on facts that never change once they are there, so that any view that holds those
    facts gives the same answer.

    Raises:
        NotYet: such a fact is not in the view; the record may be tried again once the entries before it are in.
        LedgerError: the record is refused at any place in the log.
    """
    message = signing_message(record.kind, record.statement)
    signatures = tuple(
        SignatureCheck(key, message, signature)
        for key, signature in zip(record.signers, record.signatures, strict=True)
    )
    return Owed(signatures, KINDS[record.kind].owed(view, record))


def step(view: View, verified: VerifiedRecord, index: int) -> tuple[Fact, ...]:
    """The facts that the entry adds at ``index``, if the rules accept it there.

    Pre-conditions: ``view`` holds the facts of the entries 0 … index - 1 and no others.

    Raises:
        LedgerError: refused; ``rule`` names why.
    """
    ledger = view.get(LEDGER, ONE)
    if (index == 0) != (ledger is None):
        raise AssertionError("bad math in the order of entries: the view is not of the entries before the index")
    if ledger is None and verified.kind != "ledger":
        raise refusal("no-ledger", "the entry at index 0 is of another kind than ledger")
    if ledger is not None:
        earlier = view.get(ENTRIES, verified.leaf)
        if earlier is not None:
            raise refusal("duplicate-entry", f"the same entry stands at index {earlier.index}")
        if verified.kind == "ledger":
            raise refusal("second-ledger", "a ledger entry stands at index 0 only")
        if verified.origin != ledger.origin:
            raise refusal("wrong-ledger", "ledger is not the origin of this ledger")
        if verified.kind != "clock" and view.get(CLOCK, ONE) is None:
            raise refusal("no-clock", "no clock entry stands before the entry")
    facts = KINDS[verified.kind].step(view, verified, index)
    return (ENTRIES.put(verified.leaf, EntryFact(index, verified.kind, _answers(view, verified, index))), *facts)


def _answers(view: View, record: Record[Any], index: int) -> int:
    """The index of the council that answers for an entry that has been accepted at ``index``."""
    leaf = KINDS[record.kind].answers(view, record)
    if not leaf:
        return FOUNDERS
    if leaf == record.leaf:
        return index
    council = view.get(COUNCILS, leaf)
    if council is None:
        raise AssertionError("bad math in who answers: an entry was accepted for a council that is not in the view")
    return council.index
