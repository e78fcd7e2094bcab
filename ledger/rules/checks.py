"""What entries owe, checked in batches far from the log; the one place where a record becomes a verified one."""

from collections.abc import Sequence
from typing import Any, NewType

import msgspec

from ledger.crypto.batch import BatchFailure, verify_batch
from ledger.errors import InvalidSignature, LedgerError
from ledger.records.kind import Check, Record
from ledger.signing import PublicKey, RandBytes, verify

VerifiedRecord = NewType("VerifiedRecord", Record[Any])
"""A record whose signatures and group equations have been checked; only :func:`settle` makes one."""


# Structs, since every entry makes both: frozen dataclasses take eight times as long to be made.
class SignatureCheck(msgspec.Struct, frozen=True, gc=False):
    """An Ed25519 signature to verify."""

    key: PublicKey
    message: bytes
    signature: bytes


class Owed(msgspec.Struct, frozen=True, gc=False):
    """Everything that one entry owes beside the rules: plain bytes, fit to be sent to another process."""

    signatures: tuple[SignatureCheck, ...]
    checks: tuple[Check, ...]


def run_checks(owed: Sequence[Owed], *, randbytes: RandBytes) -> tuple[LedgerError | None, ...]:
    """One verdict an entry, in order: None where all it owes holds, else the first thing that does not.

    Signatures first, one by one; then the group equations of the entries whose signatures hold, all in one batch. So
    the verdict on an entry does not depend on the company it is checked in.

    Args:
        owed: what each entry owes.
        randbytes: the source of the batch's weights; it must be unpredictable to whoever made the entries.
    """
    verdicts: list[LedgerError | None] = [_signature_fault(one) for one in owed]
    owners = [i for i, one in enumerate(owed) if verdicts[i] is None for _ in one.checks]
    checks = [check for i, one in enumerate(owed) if verdicts[i] is None for check in one.checks]
    try:
        verify_batch(checks, randbytes=randbytes)
    except BatchFailure as exc:
        for position in sorted(exc.failures, reverse=True):  # an entry's first failure is written last
            verdicts[owners[position]] = exc.failures[position]
    return tuple(verdicts)


def settle(records: Sequence[Record[Any]], results: Sequence[LedgerError | None]) -> list[VerifiedRecord | LedgerError]:
    """The verified record, or what is wrong with it, for each record and its verdict.

    Pre-conditions: ``results[i]`` is the verdict of :func:`run_checks` on what ``engine.owed`` gave for ``records[i]``.
    """
    return [
        VerifiedRecord(record) if result is None else result for record, result in zip(records, results, strict=True)
    ]


def _signature_fault(owed: Owed) -> InvalidSignature | None:
    try:
        for check in owed.signatures:
            verify(check.key, check.message, check.signature)
    except InvalidSignature as exc:
        return exc
    return None
