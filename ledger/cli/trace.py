"""``opentally trace``: a number followed down to its sources, as a tree."""

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli import options
from ledger.cli.exits import ExitCode
from ledger.cli.screen import Screen, so_far

if TYPE_CHECKING:
    from rich.text import Text
    from rich.tree import Tree

    from ledger.audit.trace import Node


def trace(
    entry: Annotated[
        str, typer.Argument(metavar="LEAF|INDEX", help="A decision, a total, a rollup, any public entry.")
    ],
    source: Annotated[
        str | None,
        typer.Argument(metavar="URL|FOLDER", help="The ledger or a copy of it; else the one this desk named last."),
    ] = None,
    *,
    policy: Annotated[Path | None, typer.Option("--policy", help="The policy file with the log's key.")] = None,
    state: Annotated[
        Path | None, typer.Option("--state", help="The folder of an audit: the trace goes on from it, and is quick.")
    ] = None,
    workers: options.Workers = None,
    desk: options.Desk = options.DEFAULT_DESK,
    as_json: options.Json = False,
) -> None:
    """Follow any number of a decision down to its sources: totals, closes, rounds, claims about the world, objections.

    The ledger is audited first; ■ marks what is proved, ○ what somebody asserts. Single claims are not followed: the
    tree ends at the set that a close signs.

    Example: opentally trace 1627 https://ledger.example.org --state ./audits
    """
    import tempfile

    import msgspec

    from ledger.audit.following import follow
    from ledger.cli.desk import read_policy
    from ledger.cli.export import open_any
    from ledger.cli.lookup import entry_number, parse_leaf

    screen = Screen(json_output=as_json)
    number = entry_number(entry)
    wanted = parse_leaf(entry) if number is None else number
    given = None if policy is None else read_policy(policy)
    with (
        tempfile.TemporaryDirectory(prefix="opentally-trace-") as scratch,
        open_any(source or _last_ledger(desk, screen)) as (files, own),
        screen.progress("verifying", None) as advance,
    ):
        report, root = follow(
            files,
            wanted,
            policy=given or own,
            state=state or Path(scratch),
            workers=workers or os.cpu_count() or 1,
            progress=so_far(advance),
            randbytes=secrets.token_bytes,
        )
    if root is None:
        found = "" if report.finding is None else f": {report.finding.found} (rule: {report.finding.rule})"
        screen.note(f"Nothing was followed, because the ledger was not found to hold{found}. See: opentally audit")
        raise typer.Exit(ExitCode.NOT_CHECKED if report.verdict == "not-checked" else ExitCode.DOES_NOT_HOLD)
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode(root), indent=2).decode())
        return
    screen.out.print(draw(root), soft_wrap=False)


def _last_ledger(desk: Path, screen: Screen) -> str:
    from ledger.cli.desk import Desk
    from ledger.errors import NotFoundError

    address = Desk(desk, screen).current_ledger()
    if address is None:
        raise NotFoundError("no ledger is known yet; name its address or a copy of it", rule="no-ledger-named")
    return address


def draw(root: "Node") -> "Tree":
    """The tree as the terminal shows it."""
    from rich.tree import Tree

    tree = Tree(_label(root), guide_style="dim")
    waiting = [(tree, root)]
    while waiting:
        branch, node = waiting.pop()
        waiting += [(branch.add(_label(child)), child) for child in node.children]
    return tree


def _label(node: "Node") -> "Text":
    """One entry in the tree; what others wrote is escaped, and no colour says anything alone."""
    from rich.markup import escape
    from rich.text import Text

    sign = "■" if node.word == "proved" else "○"
    relation = f"{node.relation}: " if node.relation else ""
    lines = [f"{relation}[bold]{node.kind} {node.index}[/bold] {sign} {escape(node.says)}"]
    lines += [f"  {escape(figure.name)}: {escape(figure.written)}" for figure in node.figures]
    if node.signed_by:
        lines.append(f"  [dim]signed by {escape('; '.join(node.signed_by))}[/dim]")
    if node.marks:
        lines.append(f"  [bold]! {escape(', '.join(map(_word, node.marks)))}[/bold]")
    if node.repeated:
        lines.append("  [dim]shown elsewhere in this tree[/dim]")
    return Text.from_markup("\n".join(lines), overflow="fold")


def _word(mark: str) -> str:
    """The plain word of a mark of a claim about the world; other marks are words already."""
    from ledger.audit.plain import MARKS

    return next((word for known, (word, _) in MARKS.items() if known == mark), mark)
