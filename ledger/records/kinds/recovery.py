"""``recovery``: the keys by which a council takes itself back when its own is lost or stolen."""

from itertools import pairwise
from typing import Annotated, Final

from msgspec import Meta

from ledger.records.assent import RECOVERY_ENTRIES, RecoveryEntryFact, proposed, quorum_of, recoverable
from ledger.records.councils import council_key, council_of
from ledger.records.facts import KEYS, KeyFact
from ledger.records.fields import Body, Key, LeafHash, check_key
from ledger.records.kind import Kind, Record, nothing_owed
from ledger.records.recovering import RECOVERIES, RecoveryFact
from ledger.records.rule_names import refusal
from ledger.records.signers import require_signers, require_threshold
from ledger.records.view import Fact, View


class Recovery(Body, frozen=True, kw_only=True):
    """What a recovery entry says: ``threshold`` of ``keys`` may set a new key for the council.

    Each key that is new signs: a key that nobody holds would lock the council out one day.
    """

    council: LeafHash
    keys: Annotated[tuple[Key, ...], Meta(min_length=1, max_length=12)]
    threshold: Annotated[int, Meta(ge=1, le=12)]


def _check(body: Recovery) -> None:
    for key in body.keys:
        check_key(key, "keys")
    if any(left >= right for left, right in pairwise(body.keys)):
        raise refusal("bad-field", "keys is not sorted by the keys' bytes, or holds a key twice")
    if body.threshold > len(body.keys):
        raise refusal("bad-field", f"threshold is {body.threshold}; there are {len(body.keys)} keys")


def _step(view: View, record: Record[Recovery], index: int) -> tuple[Fact, ...]:
    body = record.body
    council_of(view, body.council)
    before = view.get(RECOVERIES, body.council)
    kept = frozenset() if before is None else frozenset(before.keys)
    fresh = {key: "a new recovery key" for key in body.keys if key not in kept}
    if any(view.get(KEYS, key) is not None for key in fresh):
        raise refusal("duplicate-key", "keys holds one that was registered before and is not a recovery key of it now")
    if before is None:
        require_signers(view, record, {council_key(view, body.council): "the council"} | fresh)
    else:
        require_threshold(view, record, fresh, before.keys, before.threshold)
    registered = tuple(KEYS.put(key, KeyFact("recovery", body.council, None)) for key in fresh)
    keys = RecoveryFact(body.keys, body.threshold, index)
    entry = RecoveryEntryFact(body.council, keys, index, effective=False)
    waits = proposed(view, body.council, record.leaf, index, quorum_of(view, body.council))
    if waits:
        return (*registered, *waits, RECOVERY_ENTRIES.put(record.leaf, entry))
    return (*registered, *recoverable(view, record.leaf, entry, index))


KIND: Final = Kind("recovery", Recovery, _check, nothing_owed, _step)
