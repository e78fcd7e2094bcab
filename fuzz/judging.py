"""What the ledger says of one entry at its place: accepted, or the rule that refused it; by either library."""

import os
from collections.abc import Sequence

from fuzz.seeds import ORIGIN, judge
from ledger.crypto.backends import default_backend, reference_backend
from ledger.crypto.batch import BatchFailure, verify_batch
from ledger.errors import LedgerError
from ledger.records.entry import parse_entry, signing_message
from ledger.records.view import View
from ledger.rules.checks import settle
from ledger.rules.engine import owed, step
from ledger.signing import verify

ACCEPTED = "accepted"


def verdict(view: View, raw: bytes, index: int) -> str:
    """As server and audit judge it: ``accepted``, or a rule."""
    try:
        judge(view, raw, index)
    except LedgerError as refusal:
        return refusal.rule
    return ACCEPTED


def verdict_by(view: View, raw: bytes, index: int, *, reference: bool) -> str:
    """The same with the group's equations checked by one library, named."""
    try:
        record = parse_entry(raw, origin=ORIGIN)
        debt = owed(view, record)
        message = signing_message(record.kind, record.statement)
        for key, signature in zip(record.signers, record.signatures, strict=True):
            verify(key, message, signature)
        backend = reference_backend() if reference else default_backend()
        verify_batch(debt.checks, randbytes=os.urandom, backend=backend)
        (verified,) = settle([record], [None])
        step(view, verified, index)  # type: ignore[arg-type] # a verdict of None makes it a verified record
    except BatchFailure as failure:
        return failure.failures[min(failure.failures)].rule
    except LedgerError as refusal:
        return refusal.rule
    return ACCEPTED


def counted(verdicts: Sequence[str]) -> str:
    """How often each verdict was given, the most frequent first."""
    names = sorted(set(verdicts), key=lambda name: (-verdicts.count(name), name))
    return ", ".join(f"{name} {verdicts.count(name):,}" for name in names)
