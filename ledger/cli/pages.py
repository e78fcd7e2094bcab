"""The pages of a server's lists: all of them, or as many as are shown, and never one twice."""

from collections.abc import Iterator
from typing import Final, Protocol, TypeVar

from ledger.cli.remote import Remote, unexpected

PAGE: Final = 1_000
"""As many as one page may have."""

MOST_TOLD: Final = 20
"""Lines that are shown of what hangs on one entry; ``--json`` has a page of it."""

P = TypeVar("P", str, int)


class Page(Protocol):
    """A part of a list, and where the next one begins."""

    @property
    def next(self) -> str | None:
        """The ``after`` of the next page; None on the last."""
        ...


Q = TypeVar("Q", bound=Page)


def pages(there: Remote, path: str, shape: type[Q], **chosen: str) -> Iterator[Q]:
    """Every page of a list of the server's, one after the other."""
    after = ""
    while True:
        page = there.view(path, shape, after=after, limit=PAGE, **chosen)
        yield page
        if page.next is None:
            return
        after = further(page.next, after)


def further(given: P, before: P) -> P:
    """Where the next page begins: always further on, so that no server can keep us turning pages for ever."""
    if not given > before:
        raise unexpected("a list")
    return given
