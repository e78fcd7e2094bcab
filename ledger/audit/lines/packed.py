"""Lines of a report kept packed: a ledger may hold any number of resource claims, and a report is about all of them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, TypeVar, overload

import msgspec
from typing_extensions import override

T = TypeVar("T", bound=msgspec.Struct)


class PackedLines(Sequence[T], Generic[T]):
    """A sequence of lines, each kept as one byte string without field names and unpacked when it is looked at."""

    __slots__ = ("_line", "_packed")

    def __init__(self, line: type[T], lines: Iterable[T]) -> None:
        """Pack `lines`, in their order, as they come."""
        self._line = line
        self._packed = tuple(msgspec.msgpack.encode(msgspec.structs.astuple(each)) for each in lines)

    @override
    def __len__(self) -> int:
        return len(self._packed)

    @overload
    def __getitem__(self, index: int) -> T: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...

    @override
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        if isinstance(index, slice):
            return tuple(self._unpacked(raw) for raw in self._packed[index])
        return self._unpacked(self._packed[index])

    @override
    def __iter__(self) -> Iterator[T]:
        return map(self._unpacked, self._packed)

    @override
    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(mine == theirs for mine, theirs in zip(self, other, strict=True))

    @override
    def __hash__(self) -> int:
        return hash(self._packed)

    def raws(self) -> list[msgspec.Raw]:
        """Each line as JSON, to be put into a larger document; no more than one is unpacked at a time."""
        return [msgspec.Raw(msgspec.json.encode(line)) for line in self]

    def _unpacked(self, raw: bytes) -> T:
        values = msgspec.msgpack.decode(raw)
        return msgspec.convert(dict(zip(self._line.__struct_fields__, values, strict=True)), type=self._line)
