"""``opentally round``: a council asks its members, in the open, what they need."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console, Group
from rich.text import Text

from ledger.cli import options
from ledger.cli.screen import Screen, counted, entries, listing
from ledger.cli.times import utc

if TYPE_CHECKING:
    from ledger.records.kinds.round import Round

app = typer.Typer(no_args_is_help=True, help="Preview, open, list and show rounds.")

RosterLeaves = Annotated[
    list[str] | None,
    typer.Option("--roster", metavar="LEAF", help="A roster of the round; found by itself where this desk posted it."),
]


@app.command()
def preview(
    file: Annotated[Path, typer.Argument(help="The round file.")],
    *,
    as_json: options.Json = False,
) -> None:
    """Show what a round file asks for; nothing is sent and no ledger is needed.

    Example: opentally round preview week-48.toml
    """
    from ledger.clerk.round_file import parse_round_file
    from ledger.cli.desk import read_bytes

    screen = Screen(json_output=as_json)
    body = parse_round_file(read_bytes(file, "round file"), name=file.name, council=bytes(32), rosters=(bytes(32),))
    facts = _facts(body)
    screen.result(facts, lambda out: out.print(_shown(body)))


@app.command("open")
def open_(
    file: Annotated[Path, typer.Argument(help="The round file: period, times, minimum, catalogue.")],
    *,
    roster: RosterLeaves = None,
    council: options.Council = None,
    key: options.Key = None,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> None:
    """Open a round from a file: its categories, prices, members, times and minimum are then fixed for everybody.

    Example: opentally round open week-48.toml
    """
    from ledger.clerk.round_file import parse_round_file, read_catalogue
    from ledger.cli.desk import read_bytes
    from ledger.cli.lookup import find_council, parse_leaf, signing_key
    from ledger.cli.remote import open_remote
    from ledger.cli.rosters import choose_rosters
    from ledger.encoding import encode_base64

    screen = Screen(json_output=as_json)
    raw = read_bytes(file, "round file")
    _, rule = read_catalogue(raw, name=file.name)
    with open_remote(desk, ledger, screen) as there:
        body = find_council(there, council)
        if roster:
            records = tuple(there.entry(parse_leaf(text)) for text in roster)
        else:
            records = choose_rosters(there, body.leaf, rule.rule)
        opened = parse_round_file(raw, name=file.name, council=body.leaf, rosters=[record.leaf for record in records])
        members = sum(len(record.body.rows) for record in records)
        if not as_json:
            screen.out.print(_shown(opened))
            screen.plain(f"{body.name} asks {counted(members, 'member')}, from {counted(len(records), 'roster')}.")
        screen.confirm("Open this round? Nothing of it can be changed afterwards.", yes=yes)
        posted = there.post(there.make("round", opened, [signing_key(there, body, key, kind="round")]))
        facts = {
            "index": posted.index,
            "leaf": encode_base64(posted.leaf),
            "new": posted.new,
            "members": members,
            **_facts(opened),
        }
        place = f"entry no. {posted.index}{'' if posted.new else ', there already'}"
        words = f"The round {opened.period}#{opened.round_no} is {place}. Its leaf hash is"
        screen.result(facts, lambda out: out.print(f"{words}\n{facts['leaf']}", markup=False))


@app.command("list")
def list_(
    *,
    council: Annotated[
        str | None, typer.Option("--council", metavar="NAME|LEAF", help="Only the rounds of this council.")
    ] = None,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    as_json: options.Json = False,
) -> None:
    """List rounds and how far they have come, as the server tells it.

    Example: opentally round list
    """
    from ledger.cli.lookup import councils, find_council, rounds
    from ledger.cli.remote import open_remote
    from ledger.encoding import encode_base64

    screen = Screen(json_output=as_json)
    with open_remote(desk, ledger, screen) as there:
        names = {known.leaf: known.name for known in councils(there)}
        found = rounds(there, None if council is None else find_council(there, council).leaf)
        rows = [
            {
                "round": f"{known.period}#{known.round_no}",
                "council": names.get(known.council, encode_base64(known.council)),
                "state": known.state,
                "members": known.rows,
                "opens": utc(known.opens),
                "closes": utc(known.closes),
                "leaf": encode_base64(known.leaf),
            }
            for known in found
        ]
        fields = ("round", "state", "members", "closes", "council")
        shown = entries(fields, (([str(row[field]) for field in fields], str(row["leaf"])) for row in rows))
        screen.result({"rounds": rows}, lambda out: out.print(shown if rows else "No rounds yet."))


@app.command()
def show(
    round_: Annotated[str | None, typer.Argument(metavar="ROUND", help="A leaf hash, or a period.")] = None,
    *,
    council: options.Council = None,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    as_json: options.Json = False,
) -> None:
    """Show a round: what it asks, how many have claimed, what came of it.

    Example: opentally round show 2026-W48
    """
    from ledger.cli.lookup import find_round, round_view, total_of
    from ledger.cli.remote import open_remote
    from ledger.encoding import encode_base64

    screen = Screen(json_output=as_json)
    with open_remote(desk, ledger, screen) as there:
        sheet = find_round(there, round_, council)
        view = round_view(there, sheet.leaf)
        opened = total_of(there, view)
        facts: dict[str, Any] = {
            **_facts(sheet.body),
            "leaf": encode_base64(sheet.leaf),
            "index": view.index,
            "state": view.state,
            "members": view.rows,
            "claims": view.claims,
            "close": None
            if view.close is None
            else {"leaf": encode_base64(view.close.leaf), "index": view.close.index},
            "total": None
            if view.total is None or opened is None
            else {"leaf": encode_base64(view.total.leaf), "index": view.total.index, "totals": list(opened.totals)},
        }

        def render(out: Console) -> None:
            out.print(_shown(sheet.body, None if opened is None else opened.totals))
            out.print(f"{view.state}: {view.claims} of {counted(view.rows, 'member')} with a live claim", markup=False)

        screen.result(facts, render)


def _facts(body: "Round") -> dict[str, Any]:
    return {
        "period": body.period,
        "round_no": body.round_no,
        "opens": body.opens,
        "closes": body.closes,
        "minimum": body.minimum,
        "early_close": body.early_close,
        "allowance": body.allowance.rule,
        "slack_width": body.allowance.slack_width,
        "catalogue": [category.to_json() for category in body.catalogue],
        "claim_bytes": body.shape().proof_bytes,
    }


def _shown(body: "Round", totals: Sequence[int] | None = None) -> Group:
    from ledger.records.quantities import write_quantity

    rule = {
        "none": "no allowance",
        "public": "no basket costs more than the member's public allowance",
        "hidden": "no basket costs more than the member's hidden allowance",
    }[body.allowance.rule]
    early = ", or earlier if the council closes it" if body.early_close else ""
    lines = (
        f"{body.period}#{body.round_no}: from {utc(body.opens)} until {utc(body.closes)}{early}",
        f"No total over fewer than {body.minimum} claims; {rule}.",
    )
    table = listing("code", "name", "unit", "up to", "price", *([] if totals is None else ["total"]))
    for place, category in enumerate(body.catalogue):
        cells = [category.code, category.name, category.unit]
        cells.append(write_quantity(2**category.width - 1, category.scale))
        cells.append(str(category.price))
        if totals is not None:
            cells.append(write_quantity(totals[place], category.scale))
        table.add_row(*map(Text, cells))
    return Group(*(Text(line) for line in lines), table)
