"""The options that commands share, written once so that the same word means the same thing everywhere."""

from pathlib import Path
from typing import Annotated

import typer

Desk = Annotated[
    Path,
    typer.Option(
        "--desk",
        envvar="OPENTALLY_DESK",
        help="The folder with your own keys, openings and unsent entries.",
        show_default="~/.opentally",
    ),
]
DEFAULT_DESK = Path("~/.opentally")

Ledger = Annotated[
    str | None,
    typer.Option(
        "--ledger",
        envvar="OPENTALLY_LEDGER",
        metavar="URL",
        help="The address of the ledger; the desk remembers the one named last.",
    ),
]

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]

Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask; for scripts.")]

Key = Annotated[
    str | None,
    typer.Option("--key", metavar="NAME", help="The key of the desk to sign with (found by itself where it can be)."),
]

Council = Annotated[
    str | None,
    typer.Option(
        "--council", metavar="NAME|LEAF", help="The council; not needed when the desk holds one council's key only."
    ),
]

NoPassphrase = Annotated[
    bool,
    typer.Option(
        "--no-passphrase", help="Leave the file unencrypted. Otherwise OPENTALLY_PASSPHRASE, or a question, gives one."
    ),
]

Workers = Annotated[
    int | None,
    typer.Option("--workers", min=1, max=256, help="Processes for proofs.", show_default="one a processor"),
]

RoundArgument = Annotated[
    str | None,
    typer.Argument(metavar="ROUND", help="A leaf hash or a period; not needed if the council has one unfinished."),
]
