"""What goes into one integration and what comes out: items, what was admitted of them, and one outcome each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from ledger.errors import LedgerError
from ledger.log.ports import Transaction

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Item(Generic[T]):
    """One submitted entry: its bytes as received, and what admission already knows about it (a verified record)."""

    raw: bytes
    payload: T


@dataclass(frozen=True, slots=True)
class Batch(Generic[T]):
    """Items that are not in the log yet, each once, in the order in which they came.

    Attributes:
        first_index: the index that the first admitted entry will have.
        items: at least one.
    """

    first_index: int
    items: tuple[Item[T], ...]


@dataclass(frozen=True, slots=True)
class Admitted:
    """What to append, and how each item of the batch fared.

    Attributes:
        entries: the bytes to append, in order; more than the items where admission adds its own (a clock).
        outcomes: for each item of the batch its position in ``entries``, or why it is refused.
    """

    entries: tuple[bytes, ...]
    outcomes: tuple[int | LedgerError, ...]


Admit = Callable[[Transaction, Batch[T]], Admitted]
"""Decides, inside the transaction, and writes the facts that the admitted entries add."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The entry is in the log, durably.

    Attributes:
        index: its index, from 0.
        leaf: its RFC 6962 leaf hash, 32 bytes.
        receipt: a C2SP tlog-proof against the head just published.
        new: False where it had been submitted before; nothing was added then.
    """

    index: int
    leaf: bytes
    receipt: bytes
    new: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """The entry is not in the log, for this reason."""

    error: LedgerError


Outcome = Accepted | Refused
