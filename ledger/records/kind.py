"""A record (one entry, parsed) and a kind (the whole law of one sort of entry)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from ledger.crypto.batch import ClaimCheck, SumCheck
from ledger.records.fields import Body
from ledger.records.rule_names import NotYet
from ledger.records.view import Fact, View
from ledger.signing import PublicKey

__all__ = ["Check", "Kind", "NotYet", "Record", "its_council", "nobody", "nothing_owed", "nothing_to_check"]

B = TypeVar("B", bound=Body)

Check = ClaimCheck | SumCheck
"""A group equation that an entry owes."""


@dataclass(frozen=True, slots=True)
class Record(Generic[B]):
    """One entry: well-formed, and nothing more is known of it.

    Attributes:
        raw: the entry's bytes as received.
        leaf: the RFC 6962 leaf hash of ``raw``, by which other entries refer to it.
        origin: the ledger it was made for.
        kind: the name of its kind.
        body: what it says.
        statement: the received bytes of its statement, which the signatures cover.
        signers: the keys it names as signing, in the order of their base64.
        signatures: theirs, not verified.
    """

    raw: bytes
    leaf: bytes
    origin: str
    kind: str
    body: B
    statement: bytes
    signers: tuple[PublicKey, ...]
    signatures: tuple[bytes, ...]


def its_council(view: View, record: Record[Any]) -> bytes:
    """The council that the body names as ``council``, for which it was signed; empty without one."""
    del view
    council: bytes | None = getattr(record.body, "council", None)
    return council or b""


def nobody(view: View, record: Record[Any]) -> bytes:
    """For kinds for which no council answers."""
    del view, record
    return b""


@dataclass(frozen=True, slots=True)
class Kind(Generic[B]):
    """The law of one sort of entry.

    Attributes:
        name: as in ``statement.kind``.
        body: the type of what it says.
        check: refuses what the types of the fields alone do not; knows nothing but the body.
        owed: the group equations it owes, from the record and from facts that never change once they are there, so
            that they can be computed ahead of its place in the log. Raises :class:`NotYet` where such a fact is absent.
        step: everything else: refuses, or returns the facts that the entry at this index adds. No cryptography but
            adding points.
        answers: the leaf hash of the council that answers for the entry, once it is accepted; empty if the founding
            keys do.
    """

    name: str
    body: type[B]
    check: Callable[[B], None]
    owed: Callable[[View, Record[B]], tuple[Check, ...]]
    step: Callable[[View, Record[B], int], tuple[Fact, ...]]
    answers: Callable[[View, Record[B]], bytes] = its_council


def nothing_to_check(body: Body) -> None:
    """For kinds whose fields' types say all that the body alone can be refused for."""
    del body


def nothing_owed(view: View, record: Record[Any]) -> tuple[Check, ...]:
    """For kinds that owe signatures only."""
    del view, record
    return ()
