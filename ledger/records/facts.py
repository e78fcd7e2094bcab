"""The facts that many kinds read: the ledger's constants, the clock, which entries there are, which keys are valid."""

from hashlib import sha256
from typing import Final, Literal

from ledger.records.view import FactStruct, Space, View


class LedgerFact(FactStruct, frozen=True):
    """What entry 0 fixed for ever."""

    origin: str
    cohort_floor: int
    clock_period: int
    log_key: bytes
    challenge_limit: int
    challenge_reply: int


class ClockFact(FactStruct, frozen=True):
    """The last clock: the only time that rules know, in Unix seconds."""

    time: int


class EntryFact(FactStruct, frozen=True):
    """An entry that is in the log, under its leaf hash.

    Attributes:
        answers: the index of the council that answers for it; :data:`FOUNDERS` where none does.
    """

    index: int
    kind: str
    answers: int


class KeyFact(FactStruct, frozen=True):
    """A key that was registered, under its 32 bytes: as what, for which council, and the index that ended it."""

    role: Literal["council", "founding", "log", "mandate", "recovery"]
    council: bytes
    ended: int | None


class FoundingFact(FactStruct, frozen=True):
    """A founding key that is valid, under its 32 bytes; it was registered at this index."""

    index: int


LEDGER: Final = Space("ledger", LedgerFact)
CLOCK: Final = Space("clock", ClockFact)
ENTRIES: Final = Space("entry", EntryFact)
KEYS: Final = Space("key", KeyFact)
FOUNDING: Final = Space("founding", FoundingFact)

FOUNDERS: Final = -1
"""In the place of a council's index: the founding keys."""

ONE: Final = b""
"""The key of the only fact of a space."""


def period_key(period: str) -> bytes:
    """32 bytes for a period, so that facts about it stand together whatever its length."""
    return sha256(period.encode()).digest()


def u32(number: int) -> bytes:
    """Four bytes, big-endian, so that the order of keys is the order of numbers."""
    return number.to_bytes(4, "big")


def ledger_of(view: View) -> LedgerFact:
    """What entry 0 fixed."""
    fact = view.get(LEDGER, ONE)
    if fact is None:
        raise AssertionError("bad math in the order of entries: entry 0 is not in the view")
    return fact


def now(view: View) -> int:
    """The time of the last clock, in Unix seconds."""
    fact = view.get(CLOCK, ONE)
    if fact is None:
        raise AssertionError("bad math in the order of entries: no clock is in the view")
    return fact.time


def founding_keys(view: View) -> frozenset[bytes]:
    """The founding keys that are valid."""
    return frozenset(key for key, _ in view.scan(FOUNDING))
