"""Who must have signed an entry, exactly: nobody missing, nobody more."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ledger.errors import LedgerError
from ledger.records.facts import KEYS
from ledger.records.kind import Record
from ledger.records.rule_names import refusal
from ledger.records.view import View


def require_signers(
    view: View,
    record: Record[Any],
    every: Mapping[bytes, str],
    *,
    one_of: Collection[bytes] | None = None,
    authority: str = "an authority",
    may: bytes = b"",
) -> None:
    """Refuse the entry unless exactly the keys of ``every`` have signed, and one of ``one_of`` where that is given.

    Args:
        view: where keys are looked up, to say what is wrong with one.
        record: the entry.
        every: keys that must all sign, each with what it is called in a refusal.
        one_of: keys of which exactly one must sign beside them.
        authority: what those are called in a refusal.
        may: a key that may sign too, or not.

    Raises:
        NotAcceptedError: ``missing-signature``, ``extra-signature``, or, where another key has signed in the place of
            the one that is missing: ``unknown-key``, ``revoked-key``, ``wrong-key``.
    """
    missing = [who for key, who in every.items() if key not in record.signers]
    others = [key for key in record.signers if key not in every]
    if one_of is not None:
        found = [key for key in others if key in one_of]
        if found:
            others.remove(found[0])
        else:
            missing.append(authority)
    _require_none(view, missing, [key for key in others if key != may])


def require_threshold(
    view: View, record: Record[Any], every: Mapping[bytes, str], keys: Collection[bytes], threshold: int
) -> None:
    """Refuse the entry unless the keys of ``every`` have signed, at least ``threshold`` of ``keys``, and no other.

    Raises:
        NotAcceptedError: as :func:`require_signers`.
    """
    missing = [who for key, who in every.items() if key not in record.signers]
    others = [key for key in record.signers if key not in every and key not in keys]
    if sum(key in keys for key in record.signers) < threshold:
        missing.append(f"{threshold} of the council's recovery keys")
    _require_none(view, missing, others)


def _require_none(view: View, missing: Sequence[str], others: Sequence[bytes]) -> None:
    if missing and others:
        raise _not_theirs(view, others[0], missing[0])
    if missing:
        raise refusal("missing-signature", f"the signature of {missing[0]} is missing")
    if others:
        raise refusal("extra-signature", "a key has signed that has no part in the entry")


def _not_theirs(view: View, key: bytes, who: str) -> LedgerError:
    fact = view.get(KEYS, key)
    if fact is None:
        return refusal("unknown-key", f"a key has signed in the place of {who} that is not registered")
    if fact.ended is not None:
        return refusal("revoked-key", f"a key has signed in the place of {who} that ended at index {fact.ended}")
    return refusal("wrong-key", f"a valid key has signed in the place of {who}, but it is another's")
