"""``opentally roster``: a council's members under pseudonyms, with keys and allowances where they have them."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli import moving, options
from ledger.cli.screen import Screen, counted, listing

if TYPE_CHECKING:
    from ledger.clerk.mapping import Mapping
    from ledger.clerk.orders import Member
    from ledger.clerk.tally import Refusal

app = typer.Typer(no_args_is_help=True, help="Put a council's members on the record, under pseudonyms.")
app.command()(moving.tags)
app.command()(moving.leave)
app.command()(moving.join)


class Rule(StrEnum):
    """Whether members have an allowance, and who can read it."""

    NONE = "none"
    PUBLIC = "public"
    HIDDEN = "hidden"


@app.command()
def add(
    *,
    file: Annotated[
        Path, typer.Argument(help="A table with the columns member, key (optional), allowance (optional).")
    ],
    allowance: Annotated[Rule, typer.Option("--allowance", help="Who can read the allowances.")] = Rule.NONE,
    mapping: Annotated[
        Path | None,
        typer.Option("--mapping", help="A mapping file, as for import, if the columns are called otherwise."),
    ] = None,
    allowance_scale: Annotated[
        int, typer.Option("--allowance-scale", min=0, max=12, help="Decimals of an allowance, without a mapping file.")
    ] = 0,
    period: Annotated[
        str | None,
        typer.Option(
            "--period", help="The period that hidden allowances are for, if they are other ones in each period."
        ),
    ] = None,
    invitations: Annotated[
        Path | None,
        typer.Option("--invitations", help="Where members' sealed invitations go.", show_default="./invitations"),
    ] = None,
    council: options.Council = None,
    key: options.Key = None,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    no_passphrase: options.NoPassphrase = False,
    yes: options.Yes = False,
    yes_this_gives_away: Annotated[
        bool,
        typer.Option(
            "--yes-this-gives-away", help="Post also if the rosters' sums give away what few members are allowed."
        ),
    ] = False,
    as_json: options.Json = False,
) -> None:
    """Add members. A reference is a pseudonym: names, addresses and notes about people never enter the log.

    With hidden allowances, the openings go into your vault, and each member with a key of her own gets an invitation.
    Their sum is public, so a roster that differs from an earlier one by few members is refused: the difference of the
    sums would be theirs. For rosters of one --period, or of none, that is the ledger's own rule, and
    --yes-this-gives-away does not change it; for the rest your desk looks at which allowances have changed. For this it
    first checks the whole ledger itself, from where it stopped last time.

    Example: opentally roster add members.csv --allowance hidden --allowance-scale 2
    """
    import secrets
    from hashlib import sha256

    from ledger.clerk.orders import read_members
    from ledger.clerk.outbox import Letter
    from ledger.clerk.rosters import make_rosters
    from ledger.clerk.table import read_table
    from ledger.cli.lookup import find_council, signing_key
    from ledger.cli.remote import open_remote
    from ledger.cli.rosters import refuse_giving_away, roster_prefix, write_invitations
    from ledger.cli.sending import jobs, new_job, send_all
    from ledger.cli.vaults import open_vault
    from ledger.encoding import encode_base64
    from ledger.errors import NotAcceptedError

    screen = Screen(json_output=as_json)
    how, raw = _mapping(mapping, file, allowance, allowance_scale)
    table = read_table(file, how.declared, columns=how.columns)
    members, refusals = read_members(table, how)
    if refusals:
        show_refusals(screen, refusals)
        raise NotAcceptedError(
            f"{counted(len(refusals), 'row')} of {file.name} cannot be used, so nothing was written or sent",
            rule="rows-refused",
        )
    with open_remote(desk, ledger, screen, no_passphrase=no_passphrase) as there:
        body = find_council(there, council)
        # The same file gives the same job: a second run sends what is left of the first, and makes nothing anew.
        how_else = f"{allowance.value}{allowance_scale}" + ("" if period is None else f"\0{period}")
        digest = sha256(file.read_bytes() + raw + how_else.encode()).hexdigest()[:16]
        name = f"{roster_prefix(body.leaf)}{digest}"
        job = dict(jobs(there, name)).get(name)
        if job is None:
            screen.plain(_preview(body.name, members, allowance))
            screen.confirm(f"Put {counted(len(members), 'member')} on the record, for ever?", yes=yes)
            entries = make_rosters(
                members,
                origin=there.origin,
                council=body.leaf,
                rule=allowance.value,
                cohort_floor=there.cohort_floor,
                key=signing_key(there, body, key, kind="roster"),
                vault=open_vault(there),
                randbytes=secrets.token_bytes,
                period=period,
            )
            refuse_giving_away(there, body, entries, agreed=yes_this_gives_away)
            job = new_job(there, name, [Letter(f"roster {n}", entry) for n, entry in enumerate(entries, 1)])
        elif job.pending:  # others may have been posted since the job was made
            refuse_giving_away(there, body, [letter.raw for letter in job.letters], agreed=yes_this_gives_away)
        posted = send_all(there, job, "posting", "roster")
        files: tuple[Path, ...] = ()
        if allowance is Rule.HIDDEN and any(member.key is not None for member in members):
            entries = tuple(sent.letter.raw for sent in job.results())
            files = write_invitations(there, entries, invitations or Path("invitations"), secrets.token_bytes)
        facts = {
            "council": encode_base64(body.leaf),
            "members": len(members),
            "rosters": [{"index": one.index, "leaf": encode_base64(one.leaf)} for one in posted],
            "invitations": [str(path) for path in files],
        }
        first, last = posted[0].index, posted[-1].index
        where = f"entry no. {first}" if first == last else f"entries no. {first} to {last}"
        told = f"\n{counted(len(files), 'invitation')} in {files[0].parent}: give each member hers." if files else ""
        words = f"{counted(len(members), 'member')} of {body.name}: {where}.{told}"
        screen.result(facts, lambda out: out.print(words, markup=False))


def _mapping(path: Path | None, file: Path, rule: Rule, scale: int) -> "tuple[Mapping, bytes]":
    """How the table is to be read: by the mapping file, or by the columns member, key and allowance."""
    from ledger.clerk.mapping import AllowanceSource, Mapping, parse_mapping
    from ledger.clerk.table import Declared, read_table
    from ledger.cli.desk import read_bytes
    from ledger.errors import MalformedError

    if path is not None:
        raw = read_bytes(path, "mapping")
        given = parse_mapping(raw, name=path.name)
        if rule is not Rule.NONE and given.allowance is None:
            raise MalformedError(f"{path.name} names no column for the allowance", rule="missing-field")
        return given, raw
    plain = Declared(None, None, 0)
    header = read_table(file, plain, columns=("member",)).header
    mapping = Mapping(
        declared=plain,
        notation=None,
        member="member",
        key="key" if "key" in header else None,
        unit="",
        symbol="",
        categories=(),
        long=None,
        allowance=None if rule is Rule.NONE else AllowanceSource("allowance", scale),
        sum_duplicates=False,
        empty_is_zero=False,
        net=False,
        ignore_others=False,
    )
    return mapping, b""


def _preview(council: str, members: "Sequence[Member]", rule: Rule) -> str:
    keys = sum(member.key is not None for member in members)
    allowances = {
        Rule.NONE: "no allowances",
        Rule.PUBLIC: "allowances that everybody can read",
        Rule.HIDDEN: "hidden allowances, whose sum everybody can read",
    }[rule]
    return f"{council}: {counted(len(members), 'member')}, {keys} with a key of their own, {allowances}."


@app.command("list")
def list_(
    *,
    council: options.Council = None,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    as_json: options.Json = False,
) -> None:
    """List the rosters of a council that this desk has posted or used.

    Example: opentally roster list
    """
    from ledger.cli.lookup import find_council
    from ledger.cli.remote import open_remote
    from ledger.cli.rosters import known_rosters
    from ledger.encoding import encode_base64

    screen = Screen(json_output=as_json)
    with open_remote(desk, ledger, screen) as there:
        body = find_council(there, council)
        rows = [
            {"leaf": encode_base64(record.leaf), "allowance": record.body.allowance, "rows": len(record.body.rows)}
            for record in known_rosters(there, body.leaf)
        ]
        table = listing("leaf", "allowance", "members")
        for row in rows:
            table.add_row(str(row["leaf"]), str(row["allowance"]), str(row["rows"]))
        facts = {"council": encode_base64(body.leaf), "rosters": rows}
        screen.result(facts, lambda out: out.print(table if rows else "This desk knows no rosters of the council."))


def show_refusals(screen: Screen, refusals: "Sequence[Refusal]") -> None:
    """Every refused row with its number and its reason, as the spreadsheet counts."""
    table = listing("row", "member", "column", "reason")
    for refusal in refusals:
        table.add_row(str(refusal.row), refusal.ref or "", refusal.where, refusal.reason)
    screen.err.print(table)
