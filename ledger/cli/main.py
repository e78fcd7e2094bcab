"""The command ``opentally``: its commands, and the one place where errors become exit codes."""

import sys
from importlib.metadata import version

import typer

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
