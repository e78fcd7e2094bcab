"""Facts kept in memory: for audits that fit there, and for tests."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator

import msgspec

from ledger.records.view import F, Fact, FactRow, FactStruct, Space, first_key


class _Table:
    """One space: its facts, and their keys in order, which is only made when somebody scans."""

    __slots__ = ("facts", "order", "sorted")

    def __init__(self) -> None:
        self.facts: dict[bytes, FactStruct] = {}
        self.order: list[bytes] = []
        self.sorted = True

    def put(self, key: bytes, value: FactStruct) -> None:
        if key not in self.facts:
            self.order.append(key)
            self.sorted = False
        self.facts[key] = value

    def delete(self, key: bytes) -> None:
        if self.facts.pop(key, None) is not None:
            self.order.remove(key)  # rare: founding keys, departures, defaults of long ago

    def keys_from(self, prefix: bytes, after: bytes) -> Iterator[bytes]:
        if not self.sorted:
            self.order.sort()  # mostly in order already, which the sort makes use of
            self.sorted = True
        for position in range(bisect_left(self.order, first_key(prefix, after)), len(self.order)):
            key = self.order[position]
            if not key.startswith(prefix):
                return
            yield key


class MemoryView:
    """A view of facts in a dictionary for each space."""

    def __init__(self) -> None:
        self._tables: dict[str, _Table] = {}

    def apply(self, facts: Iterable[Fact]) -> None:
        """Add, replace and delete facts."""
        for fact in facts:
            table = self._tables.setdefault(fact.space.name, _Table())
            if fact.value is None:
                table.delete(fact.key)
            else:
                table.put(fact.key, fact.value)

    def get(self, space: Space[F], key: bytes) -> F | None:
        """The fact under ``key``, or None."""
        table = self._tables.get(space.name)
        value = None if table is None else table.facts.get(key)
        return None if value is None else space.typed(value)

    def scan(self, space: Space[F], prefix: bytes = b"", after: bytes = b"") -> Iterator[tuple[bytes, F]]:
        """The facts whose keys start with ``prefix``, in key order."""
        table = self._tables.get(space.name)
        if table is None:
            return
        for key in table.keys_from(prefix, after):
            yield key, space.typed(table.facts[key])

    def rows(self) -> Iterator[FactRow]:
        """All facts as rows, in the order of space and key: what two replays of one log must agree on."""
        for name in sorted(self._tables):
            table = self._tables[name]
            for key in table.keys_from(b"", b""):
                yield (name, key, msgspec.msgpack.encode(table.facts[key]))
