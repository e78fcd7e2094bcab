"""``opentally decision``: what was adopted, by whom, by which rule, with which turnout."""

from typing import Annotated

import typer

from ledger.cli import options
from ledger.cli.screen import Screen

app = typer.Typer(no_args_is_help=True, help="Put a decision on the record.")


@app.command()
def adopt(
    entries: Annotated[list[str], typer.Argument(metavar="LEAF…", help="The leaf hashes of what is adopted.")],
    *,
    title: Annotated[str, typer.Option("--title", help="What was decided, in one line.")],
    body: Annotated[str, typer.Option("--body", help="Who decided, such as: members' assembly.")],
    rule: Annotated[str, typer.Option("--rule", help="By which rule, such as: simple majority of those present.")],
    affected: Annotated[str, typer.Option("--affected", help="Whom it concerns.")],
    eligible: Annotated[int, typer.Option("--eligible", min=0, help="How many could vote.")],
    voted: Annotated[int, typer.Option("--voted", min=0, help="How many did.")],
    council: options.Council = None,
    key: options.Key = None,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> None:
    """Record that a body has adopted entries of the ledger: totals, rounds, claims about resources.

    Example: opentally decision adopt LEAF --title "Plan for week 48" --body "assembly" --rule "majority"
    --affected "all members" --eligible 120 --voted 81
    """
    from ledger.cli.lookup import find_council, parse_leaf, signing_key
    from ledger.cli.remote import open_remote
    from ledger.records.kinds.decision import Decision, Turnout

    screen = Screen(json_output=as_json)
    adopts = tuple(parse_leaf(text) for text in entries)
    with open_remote(desk, ledger, screen) as there:
        known = find_council(there, council)
        decision = Decision(
            adopts=adopts,
            affected=affected,
            body=body,
            council=known.leaf,
            rule=rule,
            title=title,
            turnout=Turnout(eligible=eligible, voted=voted),
        )
        for leaf in adopts:
            record = there.entry(leaf)
            screen.plain(f"  adopts: a {record.kind}, entry no. {there.index_of(leaf)}")
        screen.confirm(f"Record for {known.name} that “{title}” was decided?", yes=yes)
        entry = there.make("decision", decision, [signing_key(there, known, key)])
        there.post_and_show(entry, f"The decision “{title}” is on the record.")
