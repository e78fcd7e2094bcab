"""Look-ups that several views share, each bounded: pages of facts, the body of an entry, errata."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Final, TypeVar

from api.answers import ErratumView
from ledger.errors import NotFoundError
from ledger.records.entry import parse_entry
from ledger.records.facts import ENTRIES
from ledger.records.kinds.erratum import ERRATA
from ledger.records.view import View
from ledger.storage.store import SqlStore

MOST_LISTED: Final = 1_000
"""What one answer lists beside what it is about: consents, children, mandates, errata."""

MOST_LOOKED_AT: Final = 10_000
"""Facts looked at for one page, where only some of them fit."""

T = TypeVar("T")
B = TypeVar("B")


def page_of(found: Iterator[T], limit: int) -> tuple[list[T], bool]:
    """The first ``limit`` items, and whether there are more."""
    page = list(islice(found, limit + 1))
    return page[:limit], len(page) > limit


def fitting_page(
    found: Iterable[tuple[bytes, T]], fits: Callable[[T], bool], limit: int, *, most: int | None = None
) -> tuple[list[tuple[bytes, T]], bytes | None]:
    """Up to ``limit`` facts that fit, and the key after which to go on; None at the end.

    At most ``most`` facts are looked at, else ``MOST_LOOKED_AT``: a page may hold fewer than there are.
    """
    bound = MOST_LOOKED_AT if most is None else most
    page: list[tuple[bytes, T]] = []
    last = b""
    for looked, (key, fact) in enumerate(found):
        if len(page) == limit or looked == bound:
            return page, last
        last = key
        if fits(fact):
            page.append((key, fact))
    return page, None


def body_at(store: SqlStore, index: int, body: type[B]) -> B:
    """What the entry at ``index`` says, which is of this kind; its texts are in no fact."""
    (raw,) = store.entries(index, index + 1)
    found: Any = parse_entry(raw, origin=None).body
    if not isinstance(found, body):
        raise AssertionError(f"bad math in the facts: the entry at {index} is no {body.__name__}")  # noqa: TRY004
    return found


def index_of(view: View, leaf: bytes, kind: str) -> int:
    """Where the entry of this leaf hash and kind stands.

    Raises:
        NotFoundError: there is none.
    """
    entry = view.get(ENTRIES, leaf)
    if entry is None or entry.kind != kind:
        raise NotFoundError(f"there is no {kind} of this leaf hash")
    return entry.index


def errata_about(view: View, leaf: bytes) -> tuple[ErratumView, ...]:
    """The errata about the total or rollup of this leaf hash, in the order of the log."""
    found = islice(view.scan(ERRATA, leaf), MOST_LISTED)
    errata = (ErratumView(leaf=key[32:], index=fact.index, effect=fact.effect) for key, fact in found)
    return tuple(sorted(errata, key=lambda each: each.index))
