"""``key``: a council's or a founding key is rotated or revoked, or a mandate's given up, with effect from then on."""

from typing import Final, Literal

from msgspec.structs import replace

from ledger.records.councils import COUNCILS, MANDATES, council_of
from ledger.records.facts import FOUNDING, KEYS, FoundingFact, KeyFact, founding_keys
from ledger.records.fields import Body, Key, check_key
from ledger.records.kind import Kind, Record, nothing_owed
from ledger.records.recovering import RECOVERIES
from ledger.records.rule_names import refusal
from ledger.records.signers import require_signers
from ledger.records.view import Fact, View


class KeyChange(Body, frozen=True, kw_only=True):
    """What a key entry says: ``key`` ends; with ``rotate``, ``new`` takes its place."""

    action: Literal["rotate", "revoke"]
    key: Key
    new: Key | None = None


def _check(body: KeyChange) -> None:
    if (body.action == "rotate") != (body.new is not None):
        raise refusal("bad-field", "new stands in a rotation, and only there")
    if body.new is not None:
        check_key(body.new, "new")


def _step(view: View, record: Record[KeyChange], index: int) -> tuple[Fact, ...]:
    body = record.body
    old = view.get(KEYS, body.key)
    if old is None:
        raise refusal("unknown-key", "key is not registered")
    if old.ended is not None:
        raise refusal("revoked-key", f"key ended at index {old.ended}; what has ended stays so")
    if old.role == "log":
        raise refusal("wrong-key", "key is the log's, which changes with a new origin only")
    if old.role == "recovery" or (old.role == "mandate" and body.new is not None):
        raise refusal("wrong-key", f"key is of a {old.role}, which ends by another kind of entry")
    if body.new is not None and view.get(KEYS, body.new) is not None:
        raise refusal("duplicate-key", "new was registered before; a key is registered once, for ever")
    require_signers(
        view,
        record,
        {} if body.new is None else {body.new: "the new key"},
        one_of=_powers(view, body.key, old),
        authority="the key itself or its parent",
    )
    ended = KEYS.put(body.key, replace(old, ended=index))
    registered = () if body.new is None else (KEYS.put(body.new, replace(old, ended=None)),)
    if old.role == "mandate":
        mandate = view.get(MANDATES, body.key)
        if mandate is None:
            raise AssertionError("bad math in the facts: a mandate's key is registered without it")
        return (ended, MANDATES.put(body.key, replace(mandate, ended=index)))
    if old.role == "council":
        council = council_of(view, old.council)
        imposed = council.imposed or body.key not in record.signers
        return (ended, *registered, COUNCILS.put(old.council, replace(council, key=body.new or b"", imposed=imposed)))
    if body.new is not None:
        return (ended, *registered, FOUNDING.delete(body.key), FOUNDING.put(body.new, FoundingFact(index)))
    if founding_keys(view) == {body.key}:
        raise refusal("last-founding-key", "key is the last valid founding key; rotate it instead")
    return (ended, FOUNDING.delete(body.key))


def _powers(view: View, key: bytes, fact: KeyFact) -> frozenset[bytes]:
    """The keys that may end ``key``: itself; for a council's without recovery keys, those above it too."""
    if fact.role != "council" or view.get(RECOVERIES, fact.council) is not None:
        return frozenset({key})
    parent = council_of(view, fact.council).parent
    above = frozenset({council_of(view, parent).key}) if parent else founding_keys(view)
    return above | {key}


def _answers(view: View, record: Record[KeyChange]) -> bytes:
    fact = view.get(KEYS, record.body.key)
    return fact.council if fact is not None else b""


KIND: Final = Kind("key", KeyChange, _check, nothing_owed, _step, _answers)
