"""A table for a terminal in which texts of the ledger are text, never markup: "[red]" in a name is six letters."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ledger.audit.plain import left_out, newest

T = TypeVar("T")


def listing(
    title: str,
    columns: Sequence[str],
    lines: Sequence[T],
    row: Callable[[T], Sequence[str]],
    *,
    chosen: Callable[[Sequence[T]], Sequence[T]] = newest,
    which: str = "newest",
) -> Iterator[RenderableType]:
    """The table of these lines, one row each; none where there are no lines, and of very many those that are `chosen`.

    `which` says which those are.
    """
    if not lines:
        return
    table = Table()
    for name in columns:
        table.add_column(name, overflow="fold")  # nothing is cut off, however narrow the terminal
    for line in chosen(lines):
        table.add_row(*map(Text, row(line)))
    yield from titled(title, table, left_out(lines, which))


def titled(title: str, table: Table, *notes: str | None) -> Iterator[RenderableType]:
    """A table with a title above and notes below, which may be wider than it."""
    yield Text(f"\n{title}", style="italic")
    yield table
    yield from (Text(note) for note in notes if note)


def joined(*parts: str | None) -> str:
    """The parts that say something, one a line."""
    return "\n".join(part for part in parts if part)
