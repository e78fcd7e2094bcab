"""``opentally decision``: what was adopted, by whom, by which rule, with which turnout."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.cli import options
from ledger.cli.public import confirm_words, post_and_name
from ledger.cli.screen import Screen, counted

if TYPE_CHECKING:
    from ledger.cli.remote import Remote
    from ledger.records.kind import Record

app = typer.Typer(no_args_is_help=True, help="Put a decision on the record.")


@app.command()
def adopt(
    entries: Annotated[list[str], typer.Argument(metavar="LEAF|INDEX…", help="What is adopted.")],
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

    What speaks against them is shown first. Challenges that are open against them are carried by the decision, whoever
    takes it: that is the ledger's rule, and nobody's choice.

    Example: opentally decision adopt LEAF --title "Plan for week 48" --body "assembly" --rule "majority"
    --affected "all members" --eligible 120 --voted 81
    """
    from ledger.cli.lookup import find_council, find_leaf, signing_key
    from ledger.cli.remote import open_remote
    from ledger.errors import MalformedError
    from ledger.records.kinds.decision import Decision, Turnout

    screen = Screen(json_output=as_json)
    if voted > eligible:
        raise MalformedError("--voted is more than --eligible: more voted than could", rule="bad-field")
    with open_remote(desk, ledger, screen) as there:
        adopts = tuple(find_leaf(there, text) for text in entries)
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
        carried = sum(_show_adopted(there, leaf) for leaf in adopts)
        if carried:
            screen.warn(f"the decision will carry {counted(carried, 'open challenge')}, for everybody to see.")
        confirm_words(screen, f"Record for {known.name} that “{title}” was decided?", yes=yes)
        entry = there.make("decision", decision, [signing_key(there, known, key, kind="decision")])
        post_and_name(there, entry, f"The decision “{title}” is on the record.")


def _show_adopted(there: "Remote", leaf: bytes) -> int:
    """Say what would be adopted and what speaks against it; give back how many challenges are open against it."""
    from ledger.cli.challenges import STATES, facts_of, find_challenges
    from ledger.cli.lookup import councils

    screen = there.desk.screen
    record = there.entry(leaf)
    what = f"the {record.kind}, entry no. {there.index_of(leaf)}"
    screen.plain(f"  adopts: {what}")
    for remark in _remarks(there, record):
        screen.warn(f"{what}: {remark}.")
    against = [one for one in find_challenges(there, about=leaf) if one.state != "decided"]
    names = {known.leaf: known.name for known in councils(there)} if against else {}
    for one in against:
        told = facts_of(one, names)
        screen.warn(
            f"{what}: challenged by {told['by']} in entry no. {one.index}, on the ground “{one.ground}”; "
            f"{STATES[one.state]}."
        )
    return len(against)


def _remarks(there: "Remote", record: "Record[Any]") -> list[str]:
    """What the server tells about a claim about the world, a total or a rollup; the entry itself stays as it is."""
    from api.federation_answers import RollupView
    from ledger.cli.lookup import round_view
    from ledger.cli.resources import find_resource, remarks_of
    from ledger.records.kinds.total import Total

    if record.kind == "resource":
        one = find_resource(there, record.leaf).resource
        # Each challenge is told by itself.
        return remarks_of(mark for mark in one.marks if mark not in {"challenged", "overdue"})
    withdrawn = False
    if isinstance(record.body, Total):
        total = round_view(there, record.body.round).total
        withdrawn = total is not None and total.withdrawn
    elif record.kind == "rollup":
        withdrawn = there.view(f"v1/rollups/{record.leaf.hex()}", RollupView).withdrawn
    return ["withdrawn by who published it"] if withdrawn else []
