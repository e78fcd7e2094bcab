"""What the log needs of a database: rows that are only ever inserted, and one compare-and-swap.

The log does not look into facts: they are rows handed through to whoever admits entries.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

FactRow = tuple[str, bytes, bytes | None]
"""(space, key, value); without a value the fact is deleted."""


@dataclass(frozen=True, slots=True)
class StoredHead:
    """A signed tree head as it stands in the database: the size, the root (32 bytes) and the signed note itself."""

    size: int
    root: bytes
    note: bytes


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """One entry's bytes as received, and their RFC 6962 leaf hash."""

    raw: bytes
    leaf: bytes


class Facts(Protocol):
    """Reads facts as opaque rows."""

    def get_fact(self, space: str, key: bytes) -> bytes | None:
        """The fact's value, or None where there is none."""
        ...

    def scan_facts(self, space: str, prefix: bytes, after: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        """The facts of ``space`` whose keys start with ``prefix``, in the order of their keys' bytes.

        Where ``after`` is given, only those whose keys are greater.
        """
        ...


class Transaction(Facts, Protocol):
    """One writing transaction; what it reads includes what it has written."""

    def indices_of(self, leaves: Sequence[bytes]) -> dict[bytes, int]:
        """The index of each of these leaf hashes that is in the log already."""
        ...

    def require_head(self, size: int) -> None:
        """Nothing has been put after the head of ``size``.

        Raises:
            ConflictError: another writer has.
        """
        ...

    def compare_and_swap_head(self, old_size: int | None, head: StoredHead) -> None:
        """Put ``head`` after the head of ``old_size``, if that is the last one (None: if there is none yet).

        Raises:
            ConflictError: another writer was first. The transaction must not be committed.
        """
        ...

    def append(self, first_index: int, entries: Sequence[StoredEntry]) -> None:
        """Insert the entries at ``first_index`` and the indices after it."""
        ...

    def put_tile(self, level: int, n: int, data: bytes) -> None:
        """Insert a full tile (256 hashes)."""
        ...

    def put_facts(self, rows: Sequence[FactRow]) -> None:
        """Insert, replace and delete facts; of two rows for one key the later counts."""
        ...


class Store(Facts, Protocol):
    """A database that holds one log."""

    def begin(self) -> AbstractContextManager[Transaction]:
        """A writing transaction: committed when the block ends, rolled back when an exception leaves it.

        Raises:
            UnavailableError: it could not begin, or a statement failed; nothing has been written, and it may be
                tried again.
            FatalLogError: the commit failed, and whether it took place is unknown.
        """
        ...

    def head(self) -> StoredHead | None:
        """The last tree head, or None in an empty database."""
        ...

    def heads(self, start: int, limit: int) -> list[StoredHead]:
        """Up to ``limit`` heads of size ``start`` and above, smallest first."""
        ...

    def entries(self, start: int, end: int) -> list[bytes]:
        """The raw entries with indices in [start, end), in order; fewer where the database holds fewer."""
        ...

    def leaf_hashes(self, start: int, end: int) -> list[bytes]:
        """The leaf hashes of the entries with indices in [start, end), in order."""
        ...

    def entry_count(self) -> int:
        """How many entries stand in the database (counted, not concluded)."""
        ...

    def tile_count(self) -> int:
        """How many full tiles stand in the database."""
        ...

    def full_tiles(self, level: int, start: int, end: int) -> list[bytes]:
        """The full tiles (level, n), n in [start, end), in order; fewer where the database holds fewer."""
        ...

    def index_of(self, leaf: bytes) -> int | None:
        """The index of the entry with this leaf hash, or None."""
        ...

    def indices_of(self, leaves: Sequence[bytes]) -> dict[bytes, int]:
        """The index of each of these leaf hashes that is in the database."""
        ...
