"""``opentally resource``: a claim about the world on the record, what others say of it, and what was measured."""

from pathlib import Path
from typing import Annotated

import typer

from ledger.cli import options
from ledger.cli.consent import consent
from ledger.cli.evidence import Evidence
from ledger.cli.public import confirm_words, post_and_name
from ledger.cli.resources import SAYS, list_, show
from ledger.cli.screen import Screen

app = typer.Typer(no_args_is_help=True, help="Claim a resource, a capacity or a ceiling; consent; say what was used.")
app.command("list")(list_)
app.command()(show)
app.command()(consent)


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

    The file: version = 1, resource (its name, the same for all who claim something about it), type ("base": so much is
    there; "capacity": so much can be made or carried; "ceiling": no more than so much is acceptable), category,
    quantity and uncertainty (as text, "1200.5"), unit, scale, area, mandate, method, affected, valid_from and
    valid_until (with time zone), evidence (the path of a file, of which only the SHA-256 is logged), and, to correct an
    earlier claim, supersedes (its leaf hash).

    Example: opentally resource log spring.toml --council Waterschap
    """
    from ledger.cli.desk import read_bytes
    from ledger.cli.lookup import find_council, signing_key
    from ledger.cli.remote import open_remote
    from ledger.cli.resource_file import read_resource
    from ledger.records.quantities import write_quantity

    screen = Screen(json_output=as_json)
    raw = read_bytes(file, "resource file")
    read_resource(raw, file, bytes(32))  # what is wrong with the file is said before a ledger is asked for anything
    with open_remote(desk, ledger, screen) as there:
        body = find_council(there, council)
        resource = read_resource(raw, file, body.leaf)
        amount = write_quantity(resource.quantity, resource.scale)
        screen.plain(
            f"{body.name} claims of {resource.resource}: {SAYS[resource.type]} {amount} {resource.unit} of "
            f"{resource.category} in {resource.area}"
        )
        if resource.evidence is None:
            screen.warn(
                "the claim names no evidence: it will be shown with the mark “no evidence” wherever it is used."
            )
        confirm_words(screen, "Put this on the record, for ever?", yes=yes)
        entry = there.make("resource", resource, [signing_key(there, body, key, kind="resource")])
        post_and_name(there, entry, f"{body.name}'s claim is on the record.")


@app.command()
def use(
    claim: Annotated[str, typer.Argument(metavar="LEAF|INDEX", help="The claim that it is held against.")],
    *,
    quantity: Annotated[str, typer.Option("--quantity", help="How much, in the claim's unit, such as 410.0.")],
    from_: Annotated[str, typer.Option("--from", metavar="TIME", help="Since when: 2026-11-01T00:00:00+01:00.")],
    until: Annotated[str, typer.Option("--until", metavar="TIME", help="Until when; nothing is measured ahead.")],
    method: Annotated[str, typer.Option("--method", help="How it was measured.")],
    evidence: Evidence = None,
    council: options.Council = None,
    key: options.Key = None,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> None:
    """Say what was measured against a claim: so much was taken, made or emitted. Nothing is refused for being too much.

    Example: opentally resource use LEAF --quantity 410.0 --from 2026-11-01T00:00:00+01:00
    --until 2026-11-08T00:00:00+01:00 --method "meter at the outlet"
    """
    from ledger.cli.evidence import digest_of
    from ledger.cli.lookup import find_council, find_leaf, signing_key
    from ledger.cli.remote import open_remote
    from ledger.cli.resource_file import read_amount
    from ledger.cli.resources import find_resource, resource_at
    from ledger.cli.times import parse_time, utc
    from ledger.records.kinds.use import Use
    from ledger.records.quantities import write_quantity

    screen = Screen(json_output=as_json)
    start, end = parse_time(from_, "--from"), parse_time(until, "--until")
    shown = digest_of(evidence)
    with open_remote(desk, ledger, screen) as there:
        leaf = find_leaf(there, claim)
        held = resource_at(there, leaf)
        amount = read_amount(quantity, held.scale, "--quantity")
        known = find_council(there, council)
        body = Use(
            claim=leaf, council=known.leaf, evidence=shown, from_=start, method=method, quantity=amount, until=end
        )
        used = find_resource(there, leaf).resource.used
        unit = f"{held.unit} of {held.category}"
        screen.plain(
            f"{known.name} says of {held.resource}: {write_quantity(amount, held.scale)} {unit}, "
            f"from {utc(start)} until {utc(end)}"
        )
        if used + amount > held.quantity:
            screen.warn(
                f"with this the use is {write_quantity(used + amount, held.scale)} {unit}; the claim says "
                f"{write_quantity(held.quantity, held.scale)}. Everybody will see the claim as above its "
                f"{'ceiling' if held.type == 'ceiling' else 'quantity'}."
            )
        confirm_words(screen, "Put this on the record, for ever?", yes=yes)
        entry = there.make("use", body, [signing_key(there, known, key, kind="use")])
        post_and_name(there, entry, f"The use of {held.resource} is on the record.")
