"""``opentally demo``: the whole way on one machine, from a household's order to an auditor's report."""

import contextlib
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.table import Table

from ledger.cli.demo import LEAST_HOUSEHOLDS
from ledger.cli.exits import ExitCode
from ledger.cli.screen import Screen

if TYPE_CHECKING:
    from ledger.cli.demo.story import Story


def demo(
    *,
    households: int = typer.Option(
        0, "--households", metavar="N", help=f"How many households take part, at least {LEAST_HOUSEHOLDS}; 0 means all."
    ),
    once: bool = typer.Option(False, "--once", help="Stop the server at the end instead of keeping it up to look at."),
    keep: Path | None = typer.Option(
        None, "--keep", metavar="FOLDER", help="Keep all files in this new folder; without it they are removed."
    ),
    workers: int = typer.Option(0, "--workers", metavar="N", help="Processes that prove claims; 0 means one a core."),
    checks: bool = typer.Option(
        False, "--checks", help="The other chapter: who claims, who objects, who may act, and what a total gives away."
    ),
    json_output: bool = typer.Option(False, "--json", help="Print what was shown as one JSON document."),
) -> None:
    """Show the ledger at work on real households: private claims, public totals, an audit, and four lies caught.

    Starts a real server with a new database on a free port of this machine. Example: opentally demo --once
    """
    from ledger.cli.demo.households import household_count
    from ledger.cli.demo.story import Story

    screen = Screen(json_output=json_output)
    if checks:
        _run_checks(screen, keep, once=once)
        return
    there = household_count()
    households = households or there
    if not LEAST_HOUSEHOLDS <= households <= there:
        screen.note(f"--households takes {LEAST_HOUSEHOLDS} to {there}, or 0 for all.")
        raise typer.Exit(ExitCode.BAD_INPUT)
    with _folder(screen, keep) as folder:
        story = Story(screen, folder, households, workers or os.cpu_count() or 1)
        try:
            tell(story)
            if not once:
                _keep_up(
                    screen, folder, story.server.url, f"opentally verify {folder}/household --policy {folder}/policy"
                )
        finally:
            with contextlib.suppress(AttributeError):  # it was interrupted before there was one
                story.connection.close()
                story.server.stop()


def _run_checks(screen: Screen, keep: Path | None, *, once: bool) -> None:
    from ledger.cli.demo.checks import ChecksStory, tell_checks

    with _folder(screen, keep) as folder:
        story = ChecksStory(screen, folder)
        try:
            tell_checks(story)
            if not once:
                url = story.assembly.server.url
                _keep_up(screen, folder, url, f"opentally trace {story.decision.index} {url} --policy {folder}/policy")
        finally:
            with contextlib.suppress(AttributeError):
                story.assembly.stop()


@contextlib.contextmanager
def _folder(screen: Screen, keep: Path | None) -> Iterator[Path]:
    """The folder of the demonstration: a new one that stays, or one that is removed at the end."""
    if keep is not None and keep.exists():
        screen.note(f"{keep} is there already; --keep takes a new folder.")
        raise typer.Exit(ExitCode.BAD_INPUT)
    folder = keep if keep is not None else Path(tempfile.mkdtemp(prefix="opentally-demo-"))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # A service manager's or a shell's SIGTERM ends the demonstration as Ctrl-C does: its server must not outlive it.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield folder
    finally:
        if keep is None:
            shutil.rmtree(folder, ignore_errors=True)


def tell(story: "Story") -> None:
    """Every part in order, then the summary."""
    from ledger.cli.demo.checking import catch_forgeries, run_audit, verify_receipts

    start = time.perf_counter()
    story.start_server()
    story.register_councils()
    story.claim(story.import_orders())
    story.state_resource()
    story.publish_totals()
    run_audit(story)
    verify_receipts(story)
    catch_forgeries(story)
    story.screen.result(_facts(story), lambda console: _summary(console, story, time.perf_counter() - start))


def _facts(story: "Story") -> dict[str, Any]:
    return {
        "households": story.households,
        "councils": len(story.councils),
        "over_income": story.over_income,
        "claims": story.claims,
        "replaced": 1,
        "withdrawn": 1,
        "entries": story.audit["work"]["entries"],
        "audit": story.audit["verdict"],
        "forgeries": [
            {"name": forgery.name, "deed": forgery.deed, "finding": report["finding"]}
            for forgery, report in story.caught
        ],
        "seconds": {title: round(seconds, 2) for title, seconds in story.timings},
    }


def _summary(console: Console, story: "Story", seconds: float) -> None:
    entries = story.audit["work"]["entries"]
    console.print("\n[bold]What was shown[/bold]")
    for line in (
        f"Private: {story.claims:,} households' claims are in the log, and nobody but their clerk can read one.",
        "Public: every council's total was opened; each is the sum of exactly the claims in its log.",
        f"Checked: an auditor verified all {entries:,} entries from the URL, with the log's key pinned.",
        f"Not rewritable unseen: {len(story.caught)} forgeries by whoever holds the log's key were each named.",
    ):
        console.print(f"   {line}")
    table = Table(box=None, pad_edge=False, padding=(0, 2), title="How long each part took", title_justify="left")
    table.add_column("   part")
    table.add_column("seconds", justify="right")
    for title, took in story.timings:
        table.add_row(f"   {title}", f"{took:.1f}")
    table.add_row("   [bold]altogether[/bold]", f"[bold]{seconds:.1f}[/bold]")
    console.print(table)


def _keep_up(screen: Screen, folder: Path, url: str, another: str) -> None:
    """Leave the server up until Ctrl-C; every command that is named here works as it stands."""
    screen.note(
        f"\nThe server stays up at {url} until you press Ctrl-C. Try, in another terminal:\n"
        f"   opentally audit {url} --policy {folder}/policy\n"
        f"   {another}\n"
        f"   curl {url}/checkpoint       what the log signs\n"
        f"   curl {url}/openapi.json     the interface\n"
        f"and open {folder}/report.html, the audit's report, in a browser. Where opentally is not on your path, it is "
        f"{Path(sys.executable).parent / 'opentally'}."
    )
    with contextlib.suppress(KeyboardInterrupt):
        threading.Event().wait()
    screen.note("Stopping.")
