"""Facts kept in memory, so that what a thousand claims of one round all ask for is not read a thousand times.

Two memories, for facts are of two sorts. Some never change once they are there (``Space.lasting``): whoever has seen
one may keep it for as long as the log stands, and the writer and all submissions share one memory of them. All others,
and that there is no such fact, are true at one size of the log only: who keeps those says for how long.
"""

from collections.abc import Iterator
from enum import Enum
from typing import Final

from ledger.records.view import F, Fact, FactStruct, Space, View

LIMIT: Final = 16_384
"""Facts in one generation of a memory; a row with a hidden allowance takes about half a kilobyte."""


class _Unknown(Enum):
    UNKNOWN = 0


_UNKNOWN: Final = _Unknown.UNKNOWN


class Memory:
    """Facts by space and key, at most ``2 * limit``: when a generation is full, the one before it is forgotten.

    Safe to share between threads: what is lost in a race is read once more.
    """

    __slots__ = ("_limit", "_old", "_young")

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._young: dict[tuple[str, bytes], FactStruct | None] = {}
        self._old: dict[tuple[str, bytes], FactStruct | None] = {}

    def put(self, space: str, key: bytes, value: FactStruct | None) -> None:
        """Keep that ``value`` stands under ``key``."""
        if len(self._young) >= self._limit:
            self._old, self._young = self._young, {}
        self._young[space, key] = value

    def get(self, space: str, key: bytes) -> FactStruct | _Unknown | None:
        """What is known of ``key``."""
        found = self._young.get((space, key), _UNKNOWN)
        if found is _UNKNOWN:
            found = self._old.get((space, key), _UNKNOWN)
            if found is not _UNKNOWN:
                self.put(space, key, found)  # asked for again: it stays
        return found


class KeptView:
    """A view of ``base`` that reads each fact once.

    Args:
        base: where facts stand.
        lasting: keeps what never changes; may be as old as the log, never older than its last loading.
        standing: keeps everything else, absences included; must not outlive the size of the log that ``base`` shows.
    """

    def __init__(self, base: View, *, lasting: Memory, standing: Memory) -> None:
        self._base = base
        self._lasting = lasting
        self._standing = standing

    def get(self, space: Space[F], key: bytes) -> F | None:
        """The fact under ``key``, or None."""
        memory = self._lasting if space.lasting else self._standing
        found = memory.get(space.name, key)
        if not isinstance(found, _Unknown):
            return None if found is None else space.typed(found)
        value = self._base.get(space, key)
        if value is not None or not space.lasting:
            memory.put(space.name, key, value)
        return value

    def scan(self, space: Space[F], prefix: bytes = b"", after: bytes = b"") -> Iterator[tuple[bytes, F]]:
        """The facts whose keys start with ``prefix``, in key order; always read from the base."""
        return self._base.scan(space, prefix, after)


class Standing:
    """What the one writer knows of the facts at the size of its log, from one transaction to the next.

    The writer alone changes facts, so what it has read or written stays true until it writes again. Whether it has is
    told by the size at which the next transaction begins: that of its own last commit, or that from before it. After
    anything else nothing is known any more. Made anew with each loading of the log.
    """

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._memory = Memory(limit)
        self._size = 0
        self._written: tuple[int, tuple[Fact, ...]] | None = None

    def at(self, size: int) -> Memory:
        """The memory for a transaction that begins at ``size``."""
        written, self._written = self._written, None
        if written is not None and written[0] == size:
            for fact in written[1]:
                if not fact.space.lasting:
                    self._memory.put(fact.space.name, fact.key, fact.value)
        elif size != self._size:
            self._memory = Memory(self._limit)
        self._size = size
        return self._memory

    def written(self, size: int, facts: tuple[Fact, ...]) -> None:
        """The open transaction writes ``facts``, and if it is committed, the log has this size."""
        self._written = (size, facts)
