"""``council``: somebody who may open rounds, claim resources and adopt decisions registers a name and a key."""

from typing import Any, Final, Literal

from ledger.records.facts import KEYS, KeyFact, founding_keys
from ledger.records.fields import Body, Key, LeafHash, ShortText, check_key
from ledger.records.kind import Kind, Record, nothing_owed
from ledger.records.rule_names import refusal
from ledger.records.signers import require_signers
from ledger.records.view import Fact, FactStruct, Space, View


class Council(Body, frozen=True, kw_only=True):
    """What a council entry says. ``parent`` is the council above it; without one, founding keys stand above it."""

    key: Key
    name: ShortText
    parent: LeafHash | None = None
    type: Literal["council", "federation", "steward", "other"]


class CouncilFact(FactStruct, frozen=True):
    """A council, under its leaf hash. ``key`` is the one valid now, empty once it has been revoked."""

    key: bytes
    name: str
    parent: bytes
    type: str
    index: int


COUNCILS: Final = Space("council", CouncilFact)


def council_of(view: View, leaf: bytes) -> CouncilFact:
    """The council of this leaf hash.

    Raises:
        NotAcceptedError: ``unknown-council``.
    """
    fact = view.get(COUNCILS, leaf)
    if fact is None:
        raise refusal("unknown-council", "council is not the leaf hash of a council entry")
    return fact


def council_key(view: View, leaf: bytes) -> bytes:
    """The council's key as valid now.

    Raises:
        NotAcceptedError: ``unknown-council``, ``revoked-key``.
    """
    fact = council_of(view, leaf)
    if not fact.key:
        raise refusal("revoked-key", "the council's key has been revoked, and it has no other")
    return fact.key


def require_council(view: View, record: Record[Any], leaf: bytes) -> None:
    """Refuse the entry unless the council's key, and no other, has signed it."""
    require_signers(view, record, {council_key(view, leaf): "the council"})


def _check(body: Council) -> None:
    check_key(body.key, "key")


def _step(view: View, record: Record[Council], index: int) -> tuple[Fact, ...]:
    body = record.body
    if view.get(KEYS, body.key) is not None:
        raise refusal("duplicate-key", "key was registered before; a council takes a fresh one")
    authorities = founding_keys(view)
    if body.parent is not None:
        parent = view.get(COUNCILS, body.parent)
        if parent is None:
            raise refusal("unknown-council", "parent is not the leaf hash of a council entry")
        authorities |= {parent.key}
    require_signers(
        view, record, {body.key: "the new key"}, one_of=authorities, authority="a founding key or the parent"
    )
    return (
        COUNCILS.put(record.leaf, CouncilFact(body.key, body.name, body.parent or b"", body.type, index)),
        KEYS.put(body.key, KeyFact("council", record.leaf, None)),
    )


KIND: Final = Kind("council", Council, _check, nothing_owed, _step)
