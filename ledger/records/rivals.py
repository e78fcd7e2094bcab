"""A view for the marks of very many claims: it remembers what would be looked up again for each of them.

Whether a claim is contested depends on the living claims of its type by other councils: whether there is any, and
whether exactly one among them and itself was adopted by others (``ledger.records.standing``). A few of them decide
that, whoever asks: one claim of each of two councils, and two adopted claims of each of three. So the marks of n claims
about one resource cost n looks and not n². And most claims are neither challenged nor adopted nor spoken of: which ones
are, is found out once.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import chain, islice
from typing import Any, Final

from typing_extensions import override

from ledger.records.assent import CONSENTS
from ledger.records.challenges import AGAINST
from ledger.records.kinds.decision import ADOPTIONS
from ledger.records.kinds.resource import RESOURCE_NAMES, RESOURCES, ResourceType
from ledger.records.standing import is_adopted
from ledger.records.view import F, Space, View, first_key

FEW: Final = 32
"""As many claims about one resource are shown as they are."""

MOST_SPOKEN_OF: Final = 100_000
"""Facts of one space that are looked through to find out which entries are spoken of; with more, each is looked up."""

_SPEAKING: Final = frozenset(space.name for space in (ADOPTIONS, AGAINST, CONSENTS))
"""Spaces whose keys begin with the leaf hash of what they speak of."""

Row = tuple[bytes, Any]
Rows = tuple[Row, ...]
Find = Callable[[bytes], Rows]

IN_MEMORY: Final[Callable[[Find], Find]] = lru_cache(10_000)
"""Remembers what was found for so many resources."""


class Rivals:
    """A view of `view` when the last clock says `time`; it must not change meanwhile.

    `remember` makes of a function one that remembers what it found; by default, for as long as this object lives.
    """

    def __init__(self, view: View, time: int, *, remember: Callable[[Find], Find] = IN_MEMORY) -> None:
        self.time = time
        self._view = view
        self._claims = remember(self._find)

    def get(self, space: Space[F], key: bytes) -> F | None:
        """The fact under ``key``, or None."""
        return self._view.get(space, key)

    def scan(self, space: Space[F], prefix: bytes = b"", after: bytes = b"") -> Iterator[tuple[bytes, F]]:
        """The facts whose keys start with ``prefix``, in key order; of a resource's claims, those that decide."""
        if space.name != RESOURCE_NAMES.name:
            return self._view.scan(space, prefix, after)
        return (row for row in self._claims(prefix) if row[0] >= first_key(prefix, after))

    def _find(self, prefix: bytes) -> Rows:
        rows = self._view.scan(RESOURCE_NAMES, prefix)
        few = tuple(islice(rows, FEW + 1))
        return few if len(few) <= FEW else self._decide(prefix, chain(few, rows))

    def _decide(self, prefix: bytes, rows: Iterable[Row]) -> Rows:
        anyone: dict[ResourceType, dict[bytes, Row]] = {}
        adopted: dict[ResourceType, dict[bytes, list[Row]]] = {}
        for row in rows:
            leaf = row[0][len(prefix) :]
            fact = self._view.get(RESOURCES, leaf)
            if fact is None or fact.superseded_by or self.time >= fact.valid_until:
                continue
            one = anyone.setdefault(fact.type, {})
            if len(one) < 2:
                one.setdefault(fact.council, row)
            two = adopted.setdefault(fact.type, {})
            has_room = len(two.get(fact.council, ())) < (2 if fact.council in two or len(two) < 3 else 0)
            if has_room and is_adopted(self, leaf, fact.council):
                two.setdefault(fact.council, []).append(row)
        found = {key: fact for councils in anyone.values() for key, fact in councils.values()}
        found.update(row for councils in adopted.values() for some in councils.values() for row in some)
        return tuple(sorted(found.items()))


class AllRivals(Rivals):
    """The same for all claims of a ledger: it finds out first which entries anybody speaks of at all."""

    def __init__(self, view: View, time: int) -> None:
        super().__init__(view, time)
        self._spoken_of: dict[str, frozenset[bytes] | None] = {}

    @override
    def scan(self, space: Space[F], prefix: bytes = b"", after: bytes = b"") -> Iterator[tuple[bytes, F]]:
        """The facts whose keys start with ``prefix``, in key order; of a resource's claims, those that decide."""
        if space.name in _SPEAKING:
            if space.name not in self._spoken_of:
                keys = [key[:32] for key, _ in islice(self._view.scan(space), MOST_SPOKEN_OF + 1)]
                self._spoken_of[space.name] = frozenset(keys) if len(keys) <= MOST_SPOKEN_OF else None
            known = self._spoken_of[space.name]
            if known is not None and prefix not in known:
                return iter(())
        return super().scan(space, prefix, after)
