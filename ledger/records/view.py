"""Facts: what the entries so far mean to the rules, in named spaces, and the ways to look at them.

A fact is a small frozen struct under a space and a key. Rules read facts through a :class:`View` and return the facts
that an entry adds; who keeps them (a table, a file, memory) is not their matter. Facts are a cache of the log and can
be computed anew from it; ``FACTS_VERSION`` says when they must be.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Generic, Protocol, TypeVar

import msgspec

from ledger.errors import FatalLogError

FACTS_VERSION: Final = 3
"""Counts up when facts change their form or meaning: facts kept under another number are to be computed anew."""


REBUILT: Final = "rebuilt"
"""The space of one row, no fact, that is new whenever facts were computed anew: who keeps any in memory looks at it."""


def end_of(prefix: bytes) -> bytes | None:
    """The least key that is greater than every key that starts with ``prefix``; None if there is none."""
    stem = prefix.rstrip(b"\xff")
    return stem[:-1] + bytes([stem[-1] + 1]) if stem else None


def first_key(prefix: bytes, after: bytes) -> bytes:
    """The least key that a scan may give: it starts with ``prefix``, and comes after ``after`` where that is given."""
    return max(prefix, after + b"\0") if after else prefix


class WrongFacts(FatalLogError):  # noqa: N818 - named like its siblings in ledger/errors.py
    """The facts that were kept are not those that the entries give."""

    default_rule = "wrong-facts"


class FactStruct(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The base of all facts: frozen, and written as an array without field names."""


F = TypeVar("F", bound=FactStruct)

FactRow = tuple[str, bytes, bytes | None]
"""A fact as it is kept: space, key, msgpack value; without a value the fact is deleted."""


@dataclass(frozen=True, slots=True)
class Space(Generic[F]):
    """One sort of fact.

    Attributes:
        name: as in storage.
        type: of its facts.
        lasting: whether a fact never changes and is never deleted once it is there, so that whoever has read it may
            keep it.
    """

    name: str
    type: type[F]
    lasting: bool = False

    def put(self, key: bytes, value: F) -> "Fact":
        """The fact that ``value`` stands under ``key``, in place of what stood there."""
        return Fact(self, key, value)

    def delete(self, key: bytes) -> "Fact":
        """The fact that nothing stands under ``key`` any more."""
        return Fact(self, key, None)

    def typed(self, value: FactStruct) -> F:
        """The value as what it must be, if it was put under this space."""
        if isinstance(value, self.type):
            return value
        raise AssertionError(f"bad math in the facts: {self.name} holds {type(value).__name__}")

    def decode(self, raw: bytes) -> F:
        """The fact that :meth:`Fact.row` wrote.

        Raises:
            WrongFacts: the store gives back something else.
        """
        try:
            return msgspec.msgpack.decode(raw, type=self.type)
        except (msgspec.DecodeError, UnicodeDecodeError) as exc:
            raise WrongFacts(
                f"a fact called {self.name} cannot be read; stop the server and run opentally fsck"
            ) from exc


# A Struct, since every entry makes several: a frozen dataclass takes eight times as long to be made.
class Fact(msgspec.Struct, frozen=True, gc=False):
    """What one entry adds, replaces or (``value`` None) deletes."""

    space: Space[Any]
    key: bytes
    value: FactStruct | None

    def row(self) -> FactRow:
        """The fact as a row to keep."""
        value = None if self.value is None else msgspec.msgpack.encode(self.value)
        return (self.space.name, self.key, value)


class View(Protocol):
    """Reads facts as of some point of the log."""

    def get(self, space: Space[F], key: bytes) -> F | None:
        """The fact under ``key``, or None."""
        ...

    def scan(self, space: Space[F], prefix: bytes = b"", after: bytes = b"") -> Iterator[tuple[bytes, F]]:
        """The facts whose keys start with ``prefix``, in the order of their keys' bytes.

        Where ``after`` is given, only those whose keys are greater: a list goes on without what came before.
        """
        ...


class Rows(Protocol):
    """Facts kept as opaque rows (``ledger.log.ports.Facts``)."""

    def get_fact(self, space: str, key: bytes) -> bytes | None:
        """The value under ``key``, or None."""
        ...

    def scan_facts(self, space: str, prefix: bytes, after: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        """The rows whose keys start with ``prefix`` and come after ``after``, in the order of their keys' bytes."""
        ...


class RowView:
    """A view of facts kept as rows."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def get(self, space: Space[F], key: bytes) -> F | None:
        """The fact under ``key``, or None."""
        raw = self._rows.get_fact(space.name, key)
        return None if raw is None else space.decode(raw)

    def scan(self, space: Space[F], prefix: bytes = b"", after: bytes = b"") -> Iterator[tuple[bytes, F]]:
        """The facts whose keys start with ``prefix``, in key order."""
        for key, raw in self._rows.scan_facts(space.name, prefix, after):
            yield key, space.decode(raw)


class OverlayView:
    """A view of ``base`` with facts laid over it that are not in the base yet, as inside one transaction."""

    def __init__(self, base: View) -> None:
        self._base = base
        self._spaces: dict[str, dict[bytes, Fact]] = {}

    def apply(self, facts: Iterable[Fact]) -> None:
        """Lay ``facts`` over what is seen."""
        for fact in facts:
            self._spaces.setdefault(fact.space.name, {})[fact.key] = fact

    def facts(self) -> tuple[Fact, ...]:
        """What was laid over the base: the last fact for each key."""
        return tuple(fact for space in self._spaces.values() for fact in space.values())

    def get(self, space: Space[F], key: bytes) -> F | None:
        """The fact under ``key``, or None."""
        over = self._spaces.get(space.name)
        if over is not None and key in over:
            value = over[key].value
            return None if value is None else space.typed(value)
        return self._base.get(space, key)

    def scan(self, space: Space[F], prefix: bytes = b"", after: bytes = b"") -> Iterator[tuple[bytes, F]]:
        """The facts whose keys start with ``prefix``, in key order: a merge of the base and what lies over it."""
        over = self._spaces.get(space.name, {})
        start = first_key(prefix, after)
        waiting = sorted((key for key in over if key >= start and key.startswith(prefix)), reverse=True)
        for key, value in self._base.scan(space, prefix, after):
            while waiting and waiting[-1] < key:
                above = waiting.pop()
                fact = over[above].value
                if fact is not None:
                    yield above, space.typed(fact)
            if waiting and waiting[-1] == key:
                continue  # replaced or deleted; it is put in its place in the next turn, or after the loop
            yield key, value
        while waiting:
            above = waiting.pop()
            fact = over[above].value
            if fact is not None:
                yield above, space.typed(fact)
