"""``key``: a council's, founding or mandate's key ends by its own signature; nobody above has a say in it."""

from typing import Final, Literal

from msgspec.structs import replace

from ledger.records.councils import COUNCILS, MANDATES, council_of
from ledger.records.facts import FOUNDING, KEYS, FoundingFact, founding_keys
from ledger.records.fields import Body, Key, check_key
from ledger.records.kind import Kind, Record, nothing_owed
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
        view, record, {body.key: "the key that ends"} | ({} if body.new is None else {body.new: "the new key"})
    )
    ended = KEYS.put(body.key, replace(old, ended=index))
    registered = () if body.new is None else (KEYS.put(body.new, replace(old, ended=None)),)
    if old.role == "mandate":
        mandate = view.get(MANDATES, body.key)
        if mandate is None:
            raise AssertionError("bad math in the facts: a mandate's key is registered without it")
        return (ended, *(() if mandate.ended is not None else (MANDATES.put(body.key, replace(mandate, ended=index)),)))
    if old.role == "council":
        council = council_of(view, old.council)
        return (ended, *registered, COUNCILS.put(old.council, replace(council, key=body.new or b"")))
    if body.new is not None:
        return (ended, *registered, FOUNDING.delete(body.key), FOUNDING.put(body.new, FoundingFact(index)))
    if founding_keys(view) == {body.key}:
        raise refusal("last-founding-key", "key is the last valid founding key; rotate it instead")
    return (ended, FOUNDING.delete(body.key))


def _answers(view: View, record: Record[KeyChange]) -> bytes:
    fact = view.get(KEYS, record.body.key)
    return fact.council if fact is not None else b""


KIND: Final = Kind("key", KeyChange, _check, nothing_owed, _step, _answers)
