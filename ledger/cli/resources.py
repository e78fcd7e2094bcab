"""Claims about the world as the server tells them: side by side, with what speaks against each, in words."""

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.console import Console

from ledger.cli import options
from ledger.cli.screen import Screen, entries

if TYPE_CHECKING:
    from collections.abc import Iterable

    from api.checks_answers import OneResource, ResourceView, UseView
    from ledger.cli.remote import Remote
    from ledger.records.kinds.resource import Resource
    from ledger.records.standing import Mark

SAYS: Final = {"base": "there is", "capacity": "there can be made or carried", "ceiling": "acceptable is no more than"}
"""What each type of claim says of its amount."""


def list_(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="Only claims about the resource of this name.")] = "",
    *,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    as_json: options.Json = False,
) -> None:
    """List claims about the world side by side, with what was used and what speaks against each.

    Example: opentally resource list lower-spring-nitrate
    """
    from ledger.cli.lookup import councils
    from ledger.cli.remote import open_remote

    screen = Screen(json_output=as_json)
    with open_remote(desk, ledger, screen) as there:
        names = {known.leaf: known.name for known in councils(there)}
        rows = [_facts(one, names) for one in find_resources(there, name)]
        shown = entries(
            ("resource", "type", "claimed", "used", "by", "remarks"),
            (
                (
                    [
                        row["resource"],
                        row["type"],
                        row["claimed"],
                        row["used"],
                        row["council"],
                        ", ".join(row["remarks"]),
                    ],
                    row["leaf"],
                )
                for row in rows
            ),
        )
        none = f"No claims about {name}." if name else "No claims about the world yet."
        screen.result({"resources": rows}, lambda out: out.print(shown if rows else none, markup=False))


def show(
    claim: Annotated[str, typer.Argument(metavar="LEAF|INDEX", help="The claim, by its leaf hash or entry number.")],
    *,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    as_json: options.Json = False,
) -> None:
    """Show a claim about the world: what it says and rests on, what councils say of it, what was used, and who objects.

    Example: opentally resource show LEAF
    """
    from ledger.cli.challenges import STATES, facts_of, find_challenges
    from ledger.cli.lookup import councils, find_leaf
    from ledger.cli.pages import MOST_TOLD
    from ledger.cli.remote import open_remote
    from ledger.cli.times import utc

    screen = Screen(json_output=as_json)
    with open_remote(desk, ledger, screen) as there:
        leaf = find_leaf(there, claim)
        body = resource_at(there, leaf)
        view = find_resource(there, leaf)
        names = {known.leaf: known.name for known in councils(there)}
        challenges = [facts_of(one, names) for one in find_challenges(there, about=leaf)]
        facts: dict[str, Any] = {
            **_facts(view.resource, names),
            "says": body.to_json(),
            "consents": [{"council": one.name, "verdict": one.verdict, "index": one.index} for one in view.consents],
            "challenges": challenges,
            **(used := _uses(there, leaf, view, names)),
            "use_challenges": _against_uses(there, used["uses"], names),
        }

        def render(out: Console) -> None:
            out.print(
                f"{facts['council']} claims of {body.resource}: {SAYS[body.type]} {facts['claimed']} of "
                f"{body.category}, give or take {_amount(body.uncertainty, view.resource)}, in {body.area}",
                markup=False,
            )
            out.print(f"from {utc(body.valid_from)} until {utc(body.valid_until)}; method: {body.method}", markup=False)
            out.print(f"under {body.mandate}; it concerns {body.affected}", markup=False)
            out.print(f"evidence, by its SHA-256: {facts['says'].get('evidence', 'none')}", markup=False)
            out.print(f"used: {facts['used']}", markup=False)
            for use in facts["uses"][-MOST_TOLD:]:
                struck = "; a challenge of it was upheld, and it counts no more" if use["struck"] else ""
                told = f"{use['quantity']} from {utc(use['from'])} until {utc(use['until'])}, by {use['council']}"
                out.print(f"  {told}: {use['method']} (entry no. {use['index']}){struck}", markup=False)
            if len(facts["uses"]) > MOST_TOLD:
                out.print(f"  … and {len(facts['uses']) - MOST_TOLD} before them")
            if facts["more_uses"]:
                out.print("  … and later ones; the server's list has them all")
            if facts["supersedes"] is not None:
                out.print(f"  and what was measured against the claim that it replaced:\n  {facts['supersedes']}")
            for one in facts["consents"]:
                out.print(f"{one['council']}: {one['verdict']} (entry no. {one['index']})", markup=False)
            for one in challenges:
                told = f"challenged by {one['by']}, on the ground “{one['ground']}”: {STATES[one['state']]}"
                out.print(f"{told} (entry no. {one['index']})", markup=False)
            for one in facts["use_challenges"]:
                told = (
                    f"the use in entry no. {one['use']} is challenged by {one['by']}, on the ground “{one['ground']}”"
                )
                out.print(f"{told}: {STATES[one['state']]} (entry no. {one['index']})", markup=False)
            out.print(f"Remarks: {', '.join(facts['remarks']) or 'none'}", markup=False)

        screen.result(facts, render)


def find_resources(there: "Remote", name: str) -> "tuple[ResourceView, ...]":
    """The claims about the resource of this name, or (empty) all: by name, and those about one in the log's order."""
    from api.checks_answers import ResourceList
    from ledger.cli.pages import pages

    listed = pages(there, "v1/resources", ResourceList, resource=name)
    return tuple(sorted((one for page in listed for one in page.resources), key=lambda one: (one.resource, one.index)))


def find_resource(there: "Remote", leaf: bytes) -> "OneResource":
    """One claim with its use, its marks, and what councils say of it."""
    from api.checks_answers import OneResource

    return there.view(f"v1/resources/{leaf.hex()}", OneResource)


def resource_at(there: "Remote", leaf: bytes) -> "Resource":
    """What the claim of this leaf hash says.

    Raises:
        NotAcceptedError: ``unknown-resource``, the entry is of another kind.
    """
    from ledger.records.kinds.resource import Resource
    from ledger.records.rule_names import refusal

    record = there.entry(leaf)
    if not isinstance(record.body, Resource):
        raise refusal("unknown-resource", f"this is the leaf hash of a {record.kind} entry, not of a resource")
    return record.body


def remarks_of(marks: "Iterable[Mark]") -> list[str]:
    """The marks of a claim in the words of an audit's report."""
    from ledger.audit.plain import MARKS

    return [MARKS[mark][0] for mark in marks]


def _facts(one: "ResourceView", names: dict[bytes, str]) -> dict[str, Any]:
    from ledger.encoding import encode_base64

    return {
        "leaf": encode_base64(one.leaf),
        "index": one.index,
        "resource": one.resource,
        "type": one.type,
        "council": names.get(one.council, encode_base64(one.council)),
        "claimed": _amount(one.quantity, one),
        "used": _amount(one.used, one),
        "valid_from": one.valid_from,
        "valid_until": one.valid_until,
        "superseded_by": None if one.superseded_by is None else encode_base64(one.superseded_by),
        "marks": list(one.marks),
        "remarks": remarks_of(one.marks),
    }


def _uses(there: "Remote", leaf: bytes, view: "OneResource", names: dict[bytes, str]) -> dict[str, Any]:
    """What was measured against the claim, as much as one page has, and the claim whose place it took."""
    from api.checks_answers import UseList
    from ledger.cli.pages import PAGE
    from ledger.encoding import encode_base64

    def told(use: "UseView") -> dict[str, Any]:
        return {
            "leaf": encode_base64(use.leaf),
            "index": use.index,
            "council": names.get(use.council, encode_base64(use.council)),
            "quantity": _amount(use.quantity, view.resource),
            "from": use.from_,
            "until": use.until,
            "method": use.method,
            "evidence": None if use.evidence is None else encode_base64(use.evidence),
            "struck": use.struck,
        }

    page = there.view(f"v1/resources/{leaf.hex()}/uses", UseList, limit=PAGE)
    return {
        "uses": [told(use) for use in page.uses],
        "more_uses": page.next is not None,
        "supersedes": None if view.supersedes is None else encode_base64(view.supersedes),
    }


def _against_uses(there: "Remote", uses: list[dict[str, Any]], names: dict[bytes, str]) -> list[dict[str, Any]]:
    """The challenges of the uses that are shown which nobody has decided yet."""
    from ledger.cli.challenges import facts_of, find_challenges
    from ledger.cli.pages import MOST_TOLD
    from ledger.encoding import decode_base64

    return [
        {**facts_of(one, names), "use": use["index"]}
        for use in uses[-MOST_TOLD:]
        if not use["struck"]
        for one in find_challenges(there, about=decode_base64(use["leaf"], length=32, what="leaf"))
        if one.state != "decided"
    ]


def _amount(value: int, one: "ResourceView") -> str:
    from ledger.records.quantities import write_quantity

    return f"{write_quantity(value, one.scale)} {one.unit}"
