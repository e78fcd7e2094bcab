"""``opentally resource``: a claim about the world on the record, with its evidence's digest."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.cli import options
from ledger.cli.screen import Screen

if TYPE_CHECKING:
    from ledger.records.kinds.resource import Resource

app = typer.Typer(no_args_is_help=True, help="Claim a resource, a stock or a ceiling, with evidence.")


@app.command()
def log(
    file: Annotated[Path, typer.Argument(help="The claim as TOML; see below.")],
    *,
    council: options.Council = None,
    key: options.Key = None,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> None:
    """Put a claim about the world on the record. Being recorded does not make it true: anybody may challenge it.

    The file: version = 1, category, quantity and uncertainty (as text, "1200.5"), unit, scale, area, mandate, method,
    affected, valid_from and valid_until (with time zone), evidence (the path of a file, of which only the SHA-256 is
    logged), and, to correct an earlier claim, supersedes (its leaf hash).

    Example: opentally resource log spring.toml --council Waterschap
    """
    from ledger.cli.desk import read_bytes
    from ledger.cli.lookup import find_council, signing_key
    from ledger.cli.remote import open_remote
    from ledger.records.quantities import write_quantity

    screen = Screen(json_output=as_json)
    raw = read_bytes(file, "resource file")
    read_resource(raw, file, bytes(32))  # what is wrong with the file is said before a ledger is asked for anything
    with open_remote(desk, ledger, screen) as there:
        body = find_council(there, council)
        resource = read_resource(raw, file, body.leaf)
        amount = write_quantity(resource.quantity, resource.scale)
        screen.plain(f"{body.name} claims: {amount} {resource.unit} of {resource.category} in {resource.area}")
        screen.confirm("Put this on the record, for ever?", yes=yes)
        entry = there.make("resource", resource, [signing_key(there, body, key)])
        there.post_and_show(entry, f"{body.name}'s claim is on the record.")


def read_resource(raw: bytes, file: Path, council: bytes) -> "Resource":
    """The body of the resource entry that a TOML file describes.

    Raises:
        MalformedError: a field is missing, unknown or outside its limits.
        NotFoundError: there is no file of evidence.
    """
    import hashlib

    import msgspec

    from ledger.clerk.amounts import Notation, parse_amount
    from ledger.clerk.toml_file import parse_toml
    from ledger.cli.desk import read_bytes
    from ledger.cli.lookup import parse_leaf
    from ledger.errors import MalformedError
    from ledger.records.kinds.resource import KIND, Resource

    top = parse_toml(raw, name=file.name)
    top.integer("version", 1, 1)
    scale = top.integer("scale", 0, 12)
    document: dict[str, Any] = {"council": council, "scale": scale}
    for field in ("quantity", "uncertainty"):
        try:
            document[field] = parse_amount(top.text(field), notation=Notation("."), scale=scale)
        except MalformedError as exc:
            raise MalformedError(f"{file.name}: {field}: {exc}", rule=exc.rule) from exc
    for field in ("affected", "area", "category", "mandate", "method", "unit"):
        document[field] = top.text(field)
    for field in ("valid_from", "valid_until"):
        document[field] = _time(top.take(field), f"{file.name}: {field}")
    evidence = file.parent / top.text("evidence")
    document["evidence"] = hashlib.sha256(read_bytes(evidence, "evidence", limit=1 << 30)).digest()
    supersedes = top.optional_text("supersedes")
    if supersedes is not None:
        document["supersedes"] = parse_leaf(supersedes)
    top.done()
    try:
        body = msgspec.convert(document, Resource)
    except msgspec.ValidationError as exc:
        raise MalformedError(f"{file.name}: {exc}", rule="bad-field") from exc
    KIND.check(body)
    return body


def _time(value: object, what: str) -> int:
    from datetime import datetime

    from ledger.errors import MalformedError

    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            value = None
    if isinstance(value, datetime) and value.tzinfo is not None and not value.microsecond:
        return int(value.timestamp())
    raise MalformedError(f"{what} is not a time with its zone, such as 2026-11-23T08:00:00+01:00", rule="bad-time")
