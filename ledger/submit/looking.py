"""What can be said of an entry before its checks: refused, in the log already, ready, or resting on another entry.

Many are looked at together: their bytes first, then which of them are in, then what they owe by the facts as they
stand, with each fact read once.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Final, Protocol

from ledger.errors import LedgerError, NotAcceptedError
from ledger.log.batch import Accepted, Outcome, Refused
from ledger.log.log import Log
from ledger.records.entry import parse_entry
from ledger.records.facts import KEYS
from ledger.records.kind import NotYet, Record
from ledger.records.view import View
from ledger.rules.engine import Owed, owed
from ledger.submit.kept import KeptView, Memory

NOT_SUBMITTED: Final = {
    "ledger": ("second-ledger", "a ledger entry stands at index 0 only, and is not submitted"),
    "clock": ("clock-submitted", "a clock entry is made by the log itself, and is not submitted"),
}
"""Kinds that nobody submits: rule and sentence of the refusal."""


class Store(Protocol):
    """What the looker asks of the store."""

    def indices_of(self, leaves: Sequence[bytes]) -> Mapping[bytes, int]:
        """The index of each of these leaf hashes that is in the log."""
        ...

    def look(self) -> AbstractContextManager[View]:
        """The committed facts as they stand at each call; to be held shortly."""
        ...


@dataclass(frozen=True, slots=True)
class Ready:
    """A record whose checks can be run now."""

    record: Record[Any]
    owed: Owed


Slot = Ready | Outcome
"""The place of one entry in its submission: still to be checked, or settled."""


Parsed = Record[Any] | Outcome
"""A line of which nothing is known but what it says; or, where that is refused or in the log already, its outcome."""

Seen = Slot | NotYet
"""A line that was looked at; NotYet where it rests on an entry that is not in the log."""


class Looker:
    """Looks at what is submitted; safe to use from many threads.

    Args:
        origin: the ledger's origin.
        store: knows the committed facts, and which entries are in.
        log: gives receipts for those.
        lasting: what was read already of facts that never change.
    """

    def __init__(self, *, origin: str, store: Store, log: Log, lasting: Memory) -> None:
        self._origin = origin
        self._store = store
        self._log = log
        self._lasting = lasting

    def parse(self, lines: Sequence[bytes | LedgerError]) -> list[Parsed]:
        """Each line as a record, or what is known of it already: refused, or in the log."""
        parsed = [self._parse(line) for line in lines]
        leaves = [one.leaf for one in parsed if isinstance(one, Record)]
        try:
            found = self._store.indices_of(leaves) if leaves else {}
            size = self._log.size  # what is committed and not published yet is not known yet
            known = {leaf: index for leaf, index in found.items() if index < size}
            receipts = self._log.receipts(sorted(known.values()))
        except LedgerError as error:
            return [Refused(error) if isinstance(one, Record) else one for one in parsed]
        return [
            Accepted(index, one.leaf, receipts[index], new=False)
            if isinstance(one, Record) and (index := known.get(one.leaf)) is not None
            else one
            for one in parsed
        ]

    def _parse(self, line: bytes | LedgerError) -> Parsed:
        if isinstance(line, LedgerError):
            return Refused(line)
        try:
            record = parse_entry(line, origin=self._origin)
        except LedgerError as error:
            return Refused(error)
        if record.kind in NOT_SUBMITTED:
            return Refused(NotAcceptedError(NOT_SUBMITTED[record.kind][1], rule=NOT_SUBMITTED[record.kind][0]))
        return record

    def look(self, records: Sequence[Record[Any]]) -> list[Seen]:
        """What can be said of each record before its checks: refused, ready, or resting on another."""
        try:
            with self._store.look() as facts:
                view = KeptView(facts, lasting=self._lasting, standing=Memory())
                return [_look(view, record) for record in records]
        except LedgerError as error:  # the database could not be reached
            return [Refused(error)] * len(records)


def _look(view: View, record: Record[Any]) -> Seen:
    try:
        ready = Ready(record, owed(view, record))
        if ready.owed.checks:
            _require_known_signer(view, record)
    except NotYet as reason:
        return reason
    except LedgerError as error:
        return Refused(error)
    return ready


def _require_known_signer(view: View, record: Record[Any]) -> None:
    """Refuse group equations to whoever has no key here, before they cost anything.

    Whatever owes them is signed by a council as well. Its signature is verified before its equations are, so that
    nobody without a registered key can have proofs checked.
    """
    keys = [key for signer in record.signers if (key := view.get(KEYS, signer)) is not None]
    if not keys:
        raise NotYet("the signature of a key registered in this ledger is missing", rule="missing-signature")
    if all(key.ended is not None for key in keys):
        raise NotYet("every registered key that has signed was rotated away or revoked", rule="revoked-key")
