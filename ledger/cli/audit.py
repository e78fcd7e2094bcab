"""``opentally audit``: the whole ledger verified from its public files, trusting nobody."""

import os
import secrets
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from ledger.cli import options
from ledger.cli.exits import ExitCode
from ledger.cli.screen import Screen, so_far

_EXITS: Final = {
    "holds": ExitCode.HOLDS,
    "does-not-hold": ExitCode.DOES_NOT_HOLD,
    "log-lied": ExitCode.LOG_LIED,
    "not-checked": ExitCode.NOT_CHECKED,
}


def audit(
    source: Annotated[str, typer.Argument(metavar="URL|FOLDER", help="The ledger's address, or a copy of it.")],
    *,
    policy: Annotated[
        Path | None,
        typer.Option("--policy", help="The policy file with the log's key. Without it the ledger names its own key."),
    ] = None,
    state: Annotated[
        Path | None,
        typer.Option(
            "--state",
            help="A folder that remembers this audit: the next one goes on from it, and a log that "
            "rewrites its history is caught.",
        ),
    ] = None,
    html: Annotated[Path | None, typer.Option("--html", help="Write the report as one page for everybody.")] = None,
    workers: options.Workers = None,
    as_json: options.Json = False,
) -> None:
    """Check every signature, rule, proof, close and total of a ledger, from its public files alone.

    Example: opentally audit https://ledger.example.org --policy policy --state ./audits --html report.html
    """
    from ledger.audit import audit as run
    from ledger.audit import report_json, report_page, report_table
    from ledger.cli.desk import read_policy
    from ledger.cli.export import open_any
    from ledger.client.export import write_file

    screen = Screen(json_output=as_json)
    trusted = None if policy is None else read_policy(policy)
    with open_any(source) as (files, _), screen.progress("verifying", None) as advance:
        report = run(
            files,
            policy=trusted,
            state=state,
            workers=workers or os.cpu_count() or 1,
            progress=so_far(advance),
            randbytes=secrets.token_bytes,
        )
    if html is not None:
        write_file(html, report_page(report).encode())

    def render(out: Console) -> None:
        out.print(report_table(report), soft_wrap=False)
        for path in report.evidence:
            out.print(f"Evidence: {path}", markup=False)
        if html is not None:
            out.print(f"The page is in {html}", markup=False)

    if as_json:
        typer.echo(report_json(report).decode(), nl=False)
    else:
        render(screen.out)
    raise typer.Exit(_EXITS[report.verdict])
