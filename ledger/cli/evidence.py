"""Evidence is kept elsewhere; the ledger takes the SHA-256 of the file, by which anybody knows it again."""

from hashlib import sha256
from pathlib import Path
from typing import Annotated, Final

import typer

_MOST: Final = 1 << 30

Evidence = Annotated[
    Path | None,
    typer.Option("--evidence", metavar="FILE", help="The file that shows it; only its SHA-256 is logged."),
]


def digest_of(file: Path | None) -> bytes | None:
    """The SHA-256 of a file of evidence; None where none is given.

    Raises:
        NotFoundError, MalformedError: there is no such file, or it is no file of at most 1 GiB.
    """
    from ledger.cli.desk import read_bytes

    return None if file is None else sha256(read_bytes(file, "evidence", limit=_MOST)).digest()
