"""``opentally key``: the keys of a desk, and a change of keys on the record."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ledger.cli import options
from ledger.cli.recovery import recover, recovery_set
from ledger.cli.screen import Screen, counted, listing

app = typer.Typer(
    no_args_is_help=True,
    help="Make and list the keys of your desk; rotate, revoke or recover a key on the record.",
)
app.command("recovery-set")(recovery_set)
app.command()(recover)


@app.command()
def new(
    *,
    name: str = typer.Argument(help="What you call the key, for instance noord."),
    desk: options.Desk = options.DEFAULT_DESK,
    no_passphrase: options.NoPassphrase = False,
    as_json: options.Json = False,
) -> None:
    """Make a key.

    Example: opentally key new noord
    """
    from ledger.cli.desk import Desk
    from ledger.encoding import encode_base64

    screen = Screen(json_output=as_json)
    here = Desk(desk, screen, no_passphrase=no_passphrase)
    file = here.new_key(name)
    facts = {
        "name": name,
        "public_key": encode_base64(file.public),
        "file": str(here.key_path(name)),
        "encrypted": file.encrypted,
    }
    screen.result(facts, lambda out: _render_new(out, facts))


def _render_new(out: Console, facts: dict[str, object]) -> None:
    out.print(f"Key {facts['name']}: {facts['public_key']}", markup=False)
    out.print(f"The secret is in {facts['file']}; keep a copy where only you can reach it.", markup=False)


@app.command("list")
def list_(desk: options.Desk = options.DEFAULT_DESK, as_json: options.Json = False) -> None:
    """List the keys of the desk, without opening them.

    Example: opentally key list
    """
    from ledger.cli.desk import Desk
    from ledger.encoding import encode_base64

    screen = Screen(json_output=as_json)
    files = Desk(desk, screen).keys()
    facts = {
        "keys": [
            {"name": name, "public_key": encode_base64(file.public), "encrypted": file.encrypted}
            for name, file in files.items()
        ]
    }
    table = listing("name", "public key", "passphrase")
    for name, file in files.items():
        table.add_row(name, encode_base64(file.public), "yes" if file.encrypted else "none")
    screen.result(facts, lambda out: out.print(table if files else "No keys yet; make one: opentally key new NAME"))


@app.command()
def show(
    *,
    name: str = typer.Argument(help="The key."),
    desk: options.Desk = options.DEFAULT_DESK,
    as_json: options.Json = False,
) -> None:
    """Print a key's public half, to hand to whoever registers it; the secret is not touched.

    Example: opentally key show noord
    """
    from ledger.cli.desk import Desk
    from ledger.encoding import encode_base64

    screen = Screen(json_output=as_json)
    file = Desk(desk, screen).describe_key(name)
    public = encode_base64(file.public)
    screen.result({"name": name, "public_key": public, "encrypted": file.encrypted}, lambda out: out.print(public))


@app.command()
def sign(
    *,
    file: Annotated[Path, typer.Argument(help="An entry that waits for signatures, such as founding.json.")],
    key: Annotated[str, typer.Option("--key", metavar="NAME", help="The key of the desk to sign with.")],
    desk: options.Desk = options.DEFAULT_DESK,
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> None:
    """Show what an entry says, and add a signature to its file. Nothing is posted: opentally post does that.

    Example: opentally key sign founding.json --key founder
    """
    import json

    from ledger.clerk.files import replace_owner_only
    from ledger.cli.desk import Desk, read_bytes
    from ledger.records.entry import MAX_ENTRY_BYTES, add_signature, parse_entry

    screen = Screen(json_output=as_json)
    raw = read_bytes(file, "entry", limit=MAX_ENTRY_BYTES)
    record = parse_entry(raw, origin=None)
    screen.plain(json.dumps(json.loads(record.statement), indent=2, ensure_ascii=False))
    screen.confirm("Sign exactly this?", yes=yes)
    signed = add_signature(raw, Desk(desk, screen).open_key(key))
    replace_owner_only(file, signed)
    facts = {"file": str(file), "kind": record.kind, "signatures": len(record.signers) + 1}
    words = f"{file} now has {counted(len(record.signers) + 1, 'signature')}. {_next(record.kind, file)}"
    screen.result(facts, lambda out: out.print(words, markup=False))


def _next(kind: str, file: Path) -> str:
    """What is done with an entry of this kind that has been signed."""
    if kind == "ledger":
        return "Once all founders have signed, the operator runs opentally init again."
    if kind == "claim":
        return f"Next, the clerk: opentally claim countersign {file}"
    if kind == "council":
        return f"Next, a founder or the federation: opentally council approve {file}"
    return f"Once all who must have signed: opentally post {file}"


@app.command()
def rotate(
    *,
    key: Annotated[str, typer.Argument(metavar="NAME|PUBLICKEY", help="The council's or founding key that ends.")],
    new: Annotated[str, typer.Option("--new", metavar="NAME", help="The key of this desk that takes its place.")],
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> None:
    """Put a new key in the place of an old one, with effect on all later entries. Older entries stay valid.

    Both keys sign. A council whose key is lost gets another by opentally key recover, and by nobody else.

    Example: opentally key rotate noord --new noord-2
    """
    from ledger.cli.remote import open_remote
    from ledger.records.kinds.key import KeyChange

    screen = Screen(json_output=as_json)
    with open_remote(desk, ledger, screen) as there:
        old, fresh = there.desk.public_key(key), there.desk.open_key(new)
        signer = there.desk.open_key_of(old, key)
        screen.confirm(f"From now on {new} signs in the place of {key}. This cannot be taken back. Go on?", yes=yes)
        entry = there.make("key", KeyChange(action="rotate", key=old, new=fresh.public), [signer, fresh])
        there.post_and_show(entry, f"{key} has ended; {new} signs from now on.")


@app.command()
def revoke(
    *,
    key: Annotated[str, typer.Argument(metavar="NAME|PUBLICKEY", help="The council's, founding or mandate's key.")],
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> None:
    """End a key for ever, without another in its place: its council can sign nothing more until it is recovered.

    The key itself signs, and nobody above it can. Whoever holds a mandate gives it up so. A stolen key that a thief
    may have rotated already ends by opentally key recover.

    Example: opentally key revoke noord
    """
    from ledger.cli.remote import open_remote
    from ledger.records.kinds.key import KeyChange

    screen = Screen(json_output=as_json)
    with open_remote(desk, ledger, screen) as there:
        old = there.desk.public_key(key)
        signer = there.desk.open_key_of(old, key)
        screen.confirm(f"{key} will never sign again, and nothing takes its place. Go on?", yes=yes)
        entry = there.make("key", KeyChange(action="revoke", key=old), [signer])
        there.post_and_show(entry, f"{key} is revoked.")
