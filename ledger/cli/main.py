"""The command ``opentally``: its commands, and the one place where errors become exit codes."""

import sys
from importlib.metadata import version

import typer

from ledger.cli import (
    audit,
    backup,
    challenge,
    claim,
    close,
    council,
    decision,
    erratum,
    export,
    fsck,
    import_orders,
    init,
    key,
    mandate,
    receipt,
    request,
    resource,
    rollup,
    roster,
    round,  # noqa: A004 - the command's name
    serve,
    total,
    trace,
    two_desks,
    verify,
    withdraw,
)
from ledger.cli.exits import ExitCode, exit_code
from ledger.cli.screen import show_error
from ledger.errors import LedgerError

EPILOG = (
    "Exit codes: 0 holds, 1 does not, 2 bad input or usage, 3 the log lied (evidence saved), "
    "4 could not be checked (network, disk), 130 interrupted."
)

app = typer.Typer(
    name="opentally",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Private entries, public totals, and a history that cannot be rewritten unseen.",
    epilog=EPILOG,
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"opentally {version('opentally')}")
        raise typer.Exit


@app.callback()
def options(
    show_version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    """Private entries, public totals, and a history that cannot be rewritten unseen."""


_OPERATORS = "For operators"
_COUNCILS = "For councils"
_EVERYBODY = "For members and auditors"

app.command("init", rich_help_panel=_OPERATORS, epilog=EPILOG)(init.init)
app.command("serve", rich_help_panel=_OPERATORS, epilog=EPILOG)(serve.serve)
app.add_typer(key.app, name="key", rich_help_panel=_COUNCILS)
app.add_typer(council.app, name="council", rich_help_panel=_COUNCILS)
app.add_typer(roster.app, name="roster", rich_help_panel=_COUNCILS)
app.add_typer(round.app, name="round", rich_help_panel=_COUNCILS)
app.command("import", rich_help_panel=_COUNCILS, epilog=EPILOG)(import_orders.import_)
app.add_typer(claim.app, name="claim", rich_help_panel=_COUNCILS)
app.command("withdraw", rich_help_panel=_COUNCILS, epilog=EPILOG)(withdraw.withdraw)
app.command("close", rich_help_panel=_COUNCILS, epilog=EPILOG)(close.close)
app.command("total", rich_help_panel=_COUNCILS, epilog=EPILOG)(total.total)
app.command("rollup", rich_help_panel=_COUNCILS, epilog=EPILOG)(rollup.rollup)
app.add_typer(request.app, name="request", rich_help_panel=_COUNCILS)
app.add_typer(resource.app, name="resource", rich_help_panel=_COUNCILS)
app.add_typer(decision.app, name="decision", rich_help_panel=_COUNCILS)
app.add_typer(challenge.app, name="challenge", rich_help_panel=_EVERYBODY)
app.add_typer(mandate.app, name="mandate", rich_help_panel=_COUNCILS)
app.command("erratum", rich_help_panel=_COUNCILS, epilog=EPILOG)(erratum.erratum)
app.command("post", rich_help_panel=_COUNCILS, epilog=EPILOG)(two_desks.post)
app.add_typer(receipt.app, name="receipt", rich_help_panel=_EVERYBODY)
app.command("verify", rich_help_panel=_EVERYBODY, epilog=EPILOG)(verify.verify)
app.command("audit", rich_help_panel=_EVERYBODY, epilog=EPILOG)(audit.audit)
app.command("trace", rich_help_panel=_EVERYBODY, epilog=EPILOG)(trace.trace)
app.command("fsck", rich_help_panel=_OPERATORS, epilog=EPILOG)(fsck.fsck)
app.command("export", rich_help_panel=_EVERYBODY, epilog=EPILOG)(export.export)
app.command("backup", rich_help_panel=_OPERATORS, epilog=EPILOG)(backup.backup)


@app.command(
    "demo",
    rich_help_panel=_EVERYBODY,
    add_help_option=False,
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
)
def demo(context: typer.Context) -> None:
    """Show the ledger at work on real households: private claims, public totals, an audit, and four lies caught."""
    # The demonstration needs the whole program, which every other --help would have to wait for.
    from ledger.cli.demo.command import demo as show

    inner = typer.Typer(pretty_exceptions_enable=False, add_completion=False)
    inner.command(epilog=EPILOG)(show)
    inner(args=context.args, prog_name="opentally demo")


def main() -> None:
    """Run the command line given to the process and leave with its exit code."""
    arguments = sys.argv[1:]
    try:
        app(args=arguments, prog_name="opentally")
    except LedgerError as error:
        show_error(error, json_output="--json" in arguments)
        sys.exit(exit_code(error))
    except OSError as error:
        # A full or read-only disk, a port in use: the message names the file, the exit code says "not checked".
        where = f" ({error.filename})" if error.filename else ""
        sys.stderr.write(f"{error.strerror or error}{where}\n")
        sys.exit(ExitCode.NOT_CHECKED)
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        sys.exit(ExitCode.INTERRUPTED)
