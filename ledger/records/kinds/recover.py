"""``recover``: enough of a council's recovery keys set a new key for it; whatever key it had ends."""

from typing import Final

from msgspec.structs import replace

from ledger.records.councils import COUNCILS, council_of
from ledger.records.facts import KEYS, KeyFact
from ledger.records.fields import Body, Key, LeafHash, check_key
from ledger.records.kind import Kind, Record, nothing_owed
from ledger.records.recovering import RECOVERIES
from ledger.records.rule_names import refusal
from ledger.records.signers import require_threshold
from ledger.records.view import Fact, View


class Recover(Body, frozen=True, kw_only=True):
    """What a recover entry says: ``new`` is the council's key from now on, and all its mandates have ended."""

    council: LeafHash
    new: Key


def _check(body: Recover) -> None:
    check_key(body.new, "new")


def _step(view: View, record: Record[Recover], index: int) -> tuple[Fact, ...]:
    body = record.body
    council = council_of(view, body.council)
    recovery = view.get(RECOVERIES, body.council)
    if recovery is None:
        raise refusal("no-recovery", "the council has no recovery keys")
    if view.get(KEYS, body.new) is not None:
        raise refusal("duplicate-key", "new was registered before; a key is registered once, for ever")
    require_threshold(view, record, {body.new: "the new key"}, recovery.keys, recovery.threshold)
    old = view.get(KEYS, council.key)
    return (
        *(() if old is None else (KEYS.put(council.key, replace(old, ended=index)),)),
        KEYS.put(body.new, KeyFact("council", body.council, None)),
        COUNCILS.put(
            body.council, replace(council, key=body.new, keyed=council.keyed if council.key else index, recovered=index)
        ),
    )


KIND: Final = Kind("recover", Recover, _check, nothing_owed, _step)
