"""``opentally request``: what a council asks for in the open, or what is to be counted for it if it is silent."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.cli import options
from ledger.cli.screen import Screen, entries

if TYPE_CHECKING:
    from ledger.records.kinds.request import Request

app = typer.Typer(no_args_is_help=True, help="Ask for something in the open, for everybody's use.")


@app.command()
def log(
    file: Annotated[Path, typer.Argument(help="The request as TOML; see below.")],
    *,
    council: options.Council = None,
    key: options.Key = None,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> None:
    """Put a council's request on the record: for a school, a clinic, a street; or its default for when it is silent.

    The file: version = 1, type ("collective" or "default"), purpose, and for each category an [[amount]] with code,
    quantity (as text, "12.50"), unit and scale, as the rounds have them. With "collective": period, and, in the place
    of an earlier one, supersedes (its leaf hash). A default holds for every period until the next one. To ask once more
    for what was asked for before: again = 1, 2, and so on.

    Example: opentally request log clinic.toml --council Riverside
    """
    from ledger.cli.checked import checked_ledger
    from ledger.cli.desk import read_bytes
    from ledger.cli.lookup import find_council
    from ledger.cli.openings import signer_of
    from ledger.cli.public import confirm_words
    from ledger.cli.remote import open_remote
    from ledger.errors import NotAcceptedError
    from ledger.merkle.hashing import leaf_hash
    from ledger.records.kinds.request import default_of, live_requests
    from ledger.records.quantities import write_quantity

    screen = Screen(json_output=as_json)
    raw = read_bytes(file, "request file")
    read_request(raw, file, bytes(32))  # what is wrong with the file is said before a ledger is asked for anything
    with open_remote(desk, ledger, screen) as there:
        own = find_council(there, council)
        body = read_request(raw, file, own.leaf)
        with checked_ledger(there) as checked:
            signer = signer_of(there, checked, own.leaf, "request", key)
            when = "for every period in which it is silent" if body.period is None else f"for {body.period}"
            screen.plain(f"{own.name} asks in the open, {when}:")
            for amount in body.amounts:
                screen.plain(f"  {amount.code}: {write_quantity(amount.quantity, amount.scale)} {amount.unit}")
            confirm_words(screen, "Put this on the record, for ever?", yes=yes)
            entry = there.make("request", body, [there.desk.open_key_of(signer, own.name)])
            leaf = leaf_hash(entry)
            before = checked.standing(leaf)
            if before is None:
                checked.would_take(checked.draft("request", body, signer))
            else:
                default = default_of(checked.view, own.leaf, checked.size)
                live = dict(live_requests(checked.view, body.period or "", own.leaf, checked.size))
                if leaf not in live and (default is None or default.leaf != leaf):
                    raise NotAcceptedError(
                        f"this very request is entry no. {before.index}, and another one has taken its place since; to "
                        "ask for the same once more, write again = 1, or the next number, into the file",
                        rule="duplicate-entry",
                    )
        there.post_and_show(entry, f"{own.name}'s request is on the record.")


@app.command("list")
def list_(
    *,
    period: Annotated[str | None, typer.Option("--period", help="Of this period, and the defaults.")] = None,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    as_json: options.Json = False,
) -> None:
    """List the requests that stand: collective ones that are not superseded, and each council's default.

    Your desk checks the ledger itself for this, from where it stopped last time. A rollup counts those that stood when
    the last of its rounds closed.

    Example: opentally request list --period 2026-W48
    """
    from ledger.cli.checked import checked_ledger
    from ledger.cli.remote import open_remote
    from ledger.encoding import encode_base64
    from ledger.records.kinds.request import DEFAULTS, REQUESTS, Request
    from ledger.records.quantities import write_quantity

    screen = Screen(json_output=as_json)
    with open_remote(desk, ledger, screen) as there, checked_ledger(there) as checked:
        leaves = [key[64:] for key, fact in checked.view.scan(REQUESTS) if fact.superseded is None]
        leaves += {key[:32]: fact.leaf for key, fact in checked.view.scan(DEFAULTS)}.values()  # the last of each
        rows = []
        for leaf in leaves:
            body = there.entry(leaf).body
            if not isinstance(body, Request):
                raise AssertionError("bad math in the requests: a fact names an entry of another kind")  # noqa: TRY004
            if period is None or body.period in {period, None}:
                rows.append((checked.council(body.council).name, leaf, body))
        rows.sort(key=lambda row: (row[2].period or "", row[0], row[1]))
        facts: dict[str, Any] = {
            "requests": [
                {
                    "leaf": encode_base64(leaf),
                    "council": encode_base64(body.council),
                    "name": name,
                    "type": body.type,
                    "period": body.period,
                    "purpose": body.purpose,
                    "amounts": [amount.to_json() for amount in body.amounts],
                }
                for name, leaf, body in rows
            ]
        }
        shown = entries(
            ("period", "council", "asks for"),
            (
                (
                    (
                        body.period or "if silent",
                        name,
                        ", ".join(f"{a.code} {write_quantity(a.quantity, a.scale)} {a.unit}" for a in body.amounts)
                        + f": {body.purpose}",
                    ),
                    encode_base64(leaf),
                )
                for name, leaf, body in rows
            ),
        )
        screen.result(facts, lambda out: out.print(shown if rows else "Nobody asks for anything in the open."))


def read_request(raw: bytes, file: Path, council: bytes) -> "Request":
    """The body of the request entry that a TOML file describes.

    Raises:
        MalformedError: a field is missing, unknown or outside its limits.
    """
    import msgspec

    from ledger.clerk.toml_file import Section, parse_toml
    from ledger.cli.lookup import parse_leaf
    from ledger.cli.resource_file import read_amount
    from ledger.errors import MalformedError
    from ledger.records.kinds.request import KIND, Request

    top = parse_toml(raw, name=file.name)
    top.integer("version", 1, 1)
    document: dict[str, Any] = {"council": council, "purpose": top.text("purpose"), "type": top.text("type")}
    if "again" in top.names():
        document["again"] = top.integer("again", 1, 2**31 - 1)
    period, supersedes = top.optional_text("period"), top.optional_text("supersedes")
    if period is not None:
        document["period"] = period
    if supersedes is not None:
        document["supersedes"] = parse_leaf(supersedes)
    tables = top.take("amount")
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise MalformedError(f"{file.name}: amount is not a list of tables ([[amount]])", rule="bad-field")
    document["amounts"] = []
    for number, table in enumerate(tables, 1):
        section = Section(table, f"{file.name}: amount {number}")
        scale = section.integer("scale", 0, 12)
        quantity = read_amount(section.text("quantity"), scale, f"{section.name}: quantity")
        document["amounts"].append(
            {"code": section.text("code"), "quantity": quantity, "scale": scale, "unit": section.text("unit")}
        )
        section.done()
    top.done()
    try:
        body = msgspec.convert(document, Request)
        KIND.check(body)
    except msgspec.ValidationError as exc:
        raise MalformedError(f"{file.name}: {exc}", rule="bad-field") from exc
    except MalformedError as exc:
        raise MalformedError(f"{file.name}: {exc}", rule=exc.rule) from exc
    return body
