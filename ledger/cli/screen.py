"""What a command shows: results on standard output, everything else on standard error, the same facts as JSON."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import typer
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from ledger.cli.exits import ExitCode
from ledger.errors import LedgerError, MisbehaviourError


class Advance(Protocol):
    """Tell a progress bar how many more of its units are done, and how many there are, once that is known."""

    def __call__(self, steps: int, *, total: int | None = None) -> None:
        """``steps`` more are done."""


def counted(number: int, one: str, many: str | None = None) -> str:
    """``1 member``, ``2 members``; ``many`` where an s is not enough."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def listing(*headers: str) -> Table:
    """A plain table of texts; what must be copied whole, a leaf hash or a key, is never cut short."""
    table = Table(box=None, pad_edge=False)
    for header in headers:
        whole = header in {"leaf", "public key"}
        table.add_column(header, no_wrap=whole, min_width=44 if whole else None, overflow="fold")
    return table


def entries(headers: Sequence[str], rows: Iterable[tuple[Sequence[str], str]]) -> Text:
    """A line of cells for each row, and under it, alone and so whole to copy, its leaf hash.

    The last column is as long as it likes: a terminal breaks a line where it must, and never a leaf hash of 44.
    """
    found = [(tuple(cells), leaf) for cells, leaf in rows]
    table = [tuple(headers), *(cells for cells, _ in found)]
    widths = [max(map(cell_len, column)) for column in zip(*table, strict=True)][:-1]
    lines = [
        "  ".join([*(set_cell_size(cell, width) for cell, width in zip(cells, widths, strict=False)), cells[-1]])
        for cells in table
    ]
    text = Text(f"{lines[0]}\n", style="bold")
    for line, (_, leaf) in zip(lines[1:], found, strict=True):
        text.append(f"{line}\n  {leaf}\n", style="not bold")
    text.right_crop(1)
    return text


class Screen:
    """One command's output. With ``json_output`` standard output holds one JSON document and nothing else."""

    def __init__(self, *, json_output: bool) -> None:
        self.json_output = json_output
        self.out = Console(file=sys.stdout, highlight=False, soft_wrap=True)
        self.err = Console(file=sys.stderr, highlight=False, soft_wrap=True)

    def say(self, text: str) -> None:
        """A sentence for a person; silent with ``--json``, so that scripts read one document."""
        if not self.json_output:
            self.out.print(text)

    def plain(self, text: str) -> None:
        """Text that others wrote (an entry, a council's name), shown as it is; silent with ``--json``."""
        if not self.json_output:
            self.out.print(text, markup=False)

    def note(self, text: str) -> None:
        """A remark beside the result, on standard error."""
        self.err.print(text)

    def warn(self, text: str) -> None:
        """Something a person should act on, though the command goes on."""
        self.err.print(f"[yellow]warning:[/yellow] {escape(text)}")

    def result(self, facts: Mapping[str, Any], render: Callable[[Console], None]) -> None:
        """The command's result: ``facts`` as JSON, or ``render`` onto the console."""
        if self.json_output:
            sys.stdout.write(json.dumps(facts, indent=2, ensure_ascii=False) + "\n")
            sys.stdout.flush()
        else:
            render(self.out)

    def confirm(self, question: str, *, yes: bool) -> None:
        """Ask before something that cannot be taken back; ``--yes`` answers beforehand.

        Raises:
            typer.Exit: the answer was no, or nobody was there to ask (exit code 2, nothing done).
        """
        if yes:
            return
        if not sys.stdin.isatty():
            self.err.print("Nothing was done: this needs a yes; give --yes when no one is there to ask.")
            raise typer.Exit(ExitCode.BAD_INPUT)
        try:
            agreed = typer.confirm(question, err=True)
        except typer.Abort as exc:  # Ctrl-C at a question is Ctrl-C
            raise KeyboardInterrupt from exc
        if not agreed:
            self.err.print("Nothing was done.")
            raise typer.Exit(ExitCode.BAD_INPUT)

    @contextmanager
    def progress(self, label: str, total: int | None) -> Iterator[Advance]:
        """A bar on standard error for anything that may take over a second; gone when done, absent in a pipe."""
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=self.err, transient=True, disable=not self.err.is_terminal) as bar:
            task = bar.add_task(label, total=total)

            def advance(steps: int, *, total: int | None = None) -> None:
                if total is None:
                    bar.update(task, advance=steps)
                else:
                    bar.update(task, advance=steps, total=total)

            yield advance


def so_far(advance: Advance) -> Callable[[int, int], None]:
    """For what tells how much is done, of how much, and not how much more: the bar that it moves."""
    done = 0

    def progress(now: int, of: int) -> None:
        nonlocal done
        advance(now - done, total=of)
        done = now

    return progress


def show_error(error: LedgerError, *, json_output: bool) -> None:
    """One clear sentence on standard error, with the rule that refused; as a problem object with ``--json``."""
    if json_output:
        facts = {"error": {"rule": error.rule, "message": str(error)}}
        sys.stdout.write(json.dumps(facts, ensure_ascii=False) + "\n")
        return
    console = Console(file=sys.stderr, highlight=False, soft_wrap=True)
    console.print(f"[red]{escape(str(error))}[/red] [dim](rule: {escape(error.rule)})[/dim]")
    if isinstance(error, MisbehaviourError):
        console.print("The log contradicts itself. Keep the evidence and show it to others.")
