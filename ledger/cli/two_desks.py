"""Entries that people on several desks sign: the file goes from desk to desk, and whoever has it whole posts it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli import options
from ledger.cli.screen import Screen, counted

if TYPE_CHECKING:
    from ledger.cli.remote import Remote

Out = Annotated[
    Path | None,
    typer.Option("--out", help="The file for whoever signs next.", show_default="named after what it says"),
]


def hand_on(there: "Remote", entry: bytes, path: Path, who: str) -> None:
    """Write an entry that ``who`` must sign too, and say how it goes on.

    Raises:
        NotAcceptedError: ``file-exists``, something else stands under this name.
    """
    from ledger.cli.desk import write_public
    from ledger.records.entry import parse_entry

    write_public(path, entry)
    record = parse_entry(entry, origin=there.origin)
    signatures = len(record.signers)
    facts = {"file": str(path), "kind": record.kind, "signatures": signatures, "posted": False}
    words = (
        f"{path} has {counted(signatures, 'signature')} and is not posted yet. Send it to {who}, who runs: "
        f"opentally key sign {path} --key NAME\nOnce all have signed, anybody posts it: opentally post {path}"
    )
    there.desk.screen.result(facts, lambda out: out.print(words, markup=False))


def file_for(path: Path | None, kind: str, name: str) -> Path:
    """Where an entry goes that others sign: the path that was given, or one named after a council and the kind."""
    plain = "".join(character if character.isalnum() else "-" for character in name.lower())
    return path or Path(f"{plain}.{kind}.json")


def post(
    file: Annotated[Path, typer.Argument(help="An entry that all who must have signed, with opentally key sign.")],
    *,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> None:
    """Show what an entry says that was signed on several desks, and post it. Signs nothing: anybody may do it.

    Example: opentally post noord.mandate.json
    """
    import json

    from ledger.cli.desk import read_bytes
    from ledger.cli.proposals import is_waiting
    from ledger.cli.public import name_posted
    from ledger.cli.remote import open_remote
    from ledger.errors import MalformedError
    from ledger.records.entry import MAX_ENTRY_BYTES, parse_entry

    screen = Screen(json_output=as_json)
    raw = read_bytes(file, "entry", limit=MAX_ENTRY_BYTES)
    with open_remote(desk, ledger, screen) as there:
        record = parse_entry(raw, origin=there.origin)
        if record.kind == "claim":  # its opening must be in the clerk's vault first
            raise MalformedError(
                f"{file} is a claim, which the clerk posts with: opentally claim countersign", rule="wrong-kind"
            )
        screen.plain(json.dumps(json.loads(record.statement), indent=2, ensure_ascii=False))
        screen.confirm(f"Post exactly this, with {counted(len(record.signers), 'signature')}?", yes=yes)
        posted = there.post(raw)
        name_posted(there, posted, f"The {record.kind} entry is posted.", waits=is_waiting(there, posted.leaf))
