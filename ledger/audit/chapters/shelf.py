"""Lines of one sort, packed in the audit's file of facts, in the order of the log; there may be any number of them."""

from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

import msgspec

from ledger.audit.lines.packed import PackedLines
from ledger.audit.lines.value import Value
from ledger.records.view import FactStruct, Space
from ledger.storage.facts import FactFile

L = TypeVar("L", bound=Value)


class LineFact(FactStruct, frozen=True):
    """A line, packed (MessagePack): the file keeps many facts in memory before it writes them."""

    line: msgspec.Raw


class Shelf(Generic[L]):
    """The lines of one type, each under one index, or, for what belongs to another line, under that one's and its own.

    Nothing is held here: a line goes to the file at once and is read again for the report.
    """

    def __init__(self, facts: FactFile, name: str, line: type[L]) -> None:
        self._facts = facts
        self._line = line
        self._space = Space(f"audit-{name}", LineFact)

    def put(self, line: L, *place: int) -> None:
        """Put `line` in its place, or, where one stands there, in the place of that one."""
        raw = msgspec.Raw(msgspec.msgpack.encode(line))
        self._facts.apply((self._space.put(_key(place), LineFact(raw)),))

    def get(self, *place: int) -> L | None:
        """The line in this place."""
        fact = self._facts.get(self._space, _key(place))
        return None if fact is None else self._unpacked(fact)

    def line(self, *place: int) -> L:
        """The line in this place, where one must be."""
        found = self.get(*place)
        if found is None:
            raise AssertionError("bad math in the book: an entry was stepped about one that has no line")
        return found

    def change(self, *place: int, **fields: Any) -> None:
        """Put other values in some fields of the line in this place."""
        self.put(msgspec.structs.replace(self.line(*place), **fields), *place)

    def below(self, *place: int) -> Iterator[L]:
        """The lines whose places begin so, in order."""
        for _, fact in self._facts.scan(self._space, _key(place)):
            yield self._unpacked(fact)

    def all(self, finish: Callable[[L], L] | None = None) -> PackedLines[L]:
        """All lines in order, each as `finish` completes it; no more than one is unpacked at a time."""
        lines = self.below()
        return PackedLines(self._line, lines if finish is None else map(finish, lines))

    def _unpacked(self, fact: LineFact) -> L:
        return msgspec.msgpack.decode(fact.line, type=self._line)


def _key(place: tuple[int, ...]) -> bytes:
    return b"".join([number.to_bytes(8, "big") for number in place])
