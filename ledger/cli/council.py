"""``opentally council``: a body is registered by its own key and approved by a founder or its parent."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer
from rich.markup import escape

from ledger.cli import options
from ledger.cli.membership import join, leave, move
from ledger.cli.recall import recall_key
from ledger.cli.screen import Screen, counted, entries

if TYPE_CHECKING:
    from ledger.cli.remote import Remote

app = typer.Typer(
    no_args_is_help=True,
    help="Register a council, approve one that others registered, join federations, list them all.",
)
app.command("join")(join)
app.command("leave")(leave)
app.command("move")(move)
app.command("recall-key")(recall_key)

_TWINS: Final = "Others will not know which of them is meant; a name that says where it is may be better."


def _recovery_hint(name: str) -> str:
    """What a council does first of all."""
    return (
        "Next: set recovery keys, held by several people, so that a lost or stolen key is not the council's end:\n"
        f"opentally key recovery-set {shlex.quote(name)} PUBLICKEY PUBLICKEY PUBLICKEY --threshold 2"
    )


def _warn_of_twins(there: "Remote", name: str, own: bytes) -> None:
    """Say so where another council, with another key, calls itself so already."""
    from ledger.cli.lookup import councils

    same = [one for one in councils(there) if one.name.casefold() == name.casefold() and one.key != own]
    if same:
        taken = ", ".join(f"no. {one.index}" for one in same[:3])
        there.desk.screen.warn(f"{counted(len(same), 'council')} called {name} is there already: {taken}. {_TWINS}")


@app.command()
def register(
    *,
    name: Annotated[str, typer.Argument(help="The council's name, as everybody will read it.")],
    key: Annotated[str, typer.Option("--key", metavar="NAME", help="The council's own key, on this desk.")],
    kind: Annotated[str, typer.Option("--type", help="council, federation, steward or other.")] = "council",
    parent: Annotated[
        str | None, typer.Option("--parent", metavar="NAME|LEAF", help="The federation it belongs to.")
    ] = None,
    silent: Annotated[
        Literal["default", "excluded"] | None,
        typer.Option("--silent", help="What a federation's rollups do about silent councils.", show_default="excluded"),
    ] = None,
    tags: Annotated[
        bool, typer.Option("--tags", help="A federation's rollups ask for tags, so that nobody is counted twice.")
    ] = False,
    approve_with: Annotated[
        str | None,
        typer.Option(
            "--approve-with", metavar="NAME", help="A founding or the parent's key, if this desk holds it too."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="The file for whoever approves.", show_default="named after the council"),
    ] = None,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    as_json: options.Json = False,
) -> None:
    """Sign a council's registration; post it at once with --approve-with, else send the file to who approves.

    A federation's rule is fixed here for ever: --silent default counts a silent council by the default it has given,
    --silent excluded leaves it out; --tags has members' tags compared.

    Example: opentally council register "Co-op Noord" --key noord
    """
    from ledger.cli.desk import write_public
    from ledger.cli.lookup import find_council
    from ledger.cli.remote import open_remote
    from ledger.encoding import encode_base64
    from ledger.errors import MalformedError
    from ledger.records.entry import add_signature, build_statement, sign_entry

    screen = Screen(json_output=as_json)
    with open_remote(desk, ledger, screen) as there:
        own = there.desk.open_key(key)
        body: dict[str, Any] = {"key": encode_base64(own.public), "name": name, "type": kind}
        if parent is not None:
            body["parent"] = encode_base64(find_council(there, parent).leaf)
        if kind == "federation":
            body["rule"] = {"silent": silent or "excluded", "tags": tags}
        elif silent is not None or tags:
            raise MalformedError(
                "--silent and --tags are a federation's rule: give --type federation", rule="bad-field"
            )
        entry = sign_entry(build_statement("council", there.origin, body), "council", [own])
        _warn_of_twins(there, name, own.public)
        if approve_with is not None:
            there.post_and_show(add_signature(entry, there.desk.open_key(approve_with)), f"{name} is registered.")
            screen.note(escape(_recovery_hint(name)))
            return
        plain = "".join(character if character.isalnum() else "-" for character in name.lower())
        path = out or Path(f"{plain}.council.json")
        write_public(path, entry)
        facts = {"file": str(path), "name": name, "public_key": encode_base64(own.public), "posted": False}
        approver = f"whoever holds the key of {parent}" if parent else "a founder"
        screen.result(
            facts,
            lambda console: console.print(
                f"Signed, not posted yet. Send {path} to {approver}, who runs: opentally council approve {path}",
                markup=False,
            ),
        )


@app.command()
def approve(
    *,
    file: Annotated[Path, typer.Argument(help="The file that the council has signed.")],
    key: Annotated[str, typer.Option("--key", metavar="NAME", help="Your founding or parent's key.")],
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> None:
    """Add your signature to a council's registration and post it.

    Example: opentally council approve co-op-noord.council.json --key founder
    """
    from ledger.cli.desk import read_bytes
    from ledger.cli.remote import open_remote
    from ledger.encoding import encode_base64
    from ledger.errors import MalformedError
    from ledger.records.entry import MAX_ENTRY_BYTES, add_signature, parse_entry
    from ledger.records.kinds.council import Council

    screen = Screen(json_output=as_json)
    with open_remote(desk, ledger, screen) as there:
        raw = read_bytes(file, "registration", limit=MAX_ENTRY_BYTES)
        record = parse_entry(raw, origin=there.origin)
        body = record.body
        if not isinstance(body, Council):
            raise MalformedError(f"{file} is a {record.kind} entry, not a council's registration", rule="wrong-kind")
        approver = there.desk.open_key(key)
        screen.plain(f"{body.name}, a {body.type}, with the key {encode_base64(body.key)}")
        _warn_of_twins(there, body.name, body.key)
        screen.confirm("Have its people told you, by a way you trust, that this is their key? Register it?", yes=yes)
        signed = raw if approver.public in record.signers else add_signature(raw, approver)
        there.post_and_show(signed, f"{body.name} is registered.")
        screen.note(escape(_recovery_hint(body.name)))


@app.command("list")
def list_(
    *, desk: options.Desk = options.DEFAULT_DESK, ledger: options.Ledger = None, as_json: options.Json = False
) -> None:
    """List the councils of the ledger, as its server tells it.

    Example: opentally council list
    """
    from ledger.cli.lookup import councils
    from ledger.cli.remote import open_remote
    from ledger.encoding import encode_base64

    screen = Screen(json_output=as_json)
    with open_remote(desk, ledger, screen) as there:
        found = councils(there)
        names = {council.leaf: council.name for council in found}
        rows = [
            {
                "name": council.name,
                "type": council.type,
                "federation": None if council.parent is None else names.get(council.parent),
                "leaf": encode_base64(council.leaf),
                "key": encode_base64(council.key),
                "key_on_this_desk": there.desk.name_of(council.key),
            }
            for council in found
        ]
        fields = ("type", "key_on_this_desk", "federation", "name")
        shown = entries(
            ("type", "key here", "federation", "name"),
            (([row[field] or "" for field in fields], str(row["leaf"])) for row in rows),
        )
        screen.result({"councils": rows}, lambda out: out.print(shown if rows else "No councils yet."))
