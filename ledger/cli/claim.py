"""``opentally claim``: one claim, by the member herself on her own device, or by the clerk for a row without a key."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.cli import options
from ledger.cli.screen import Screen

if TYPE_CHECKING:
    from ledger.clerk.round_sheet import RoundSheet
    from ledger.cli.remote import Remote
    from ledger.crypto.prover import HiddenAllowance
    from ledger.signing import PublicKey, SigningKey

app = typer.Typer(no_args_is_help=True, help="Make one claim, countersign a member's, replace a row's.")

RoundOption = Annotated[
    str | None,
    typer.Option("--round", metavar="LEAF|PERIOD", help="The round; not needed if the council has one unfinished."),
]
Amounts = Annotated[
    list[str], typer.Argument(metavar="CODE=AMOUNT…", help="What is asked for; a category left out is 0.")
]

CLAIM_SUFFIX = ".claim.json"
OPENING_SUFFIX = ".opening"


@app.command()
def new(
    amounts: Amounts,
    *,
    round_: Annotated[str, typer.Option("--round", metavar="LEAF|PERIOD", help="The round.")],
    key: Annotated[str, typer.Option("--key", metavar="NAME", help="Your own key; it says which row is yours.")],
    invitation: Annotated[
        Path | None, typer.Option("--invitation", help="Your invitation, in a round with hidden allowances.")
    ] = None,
    council_key: Annotated[
        str | None,
        typer.Option(
            "--council-key",
            metavar="PUBLICKEY",
            help="The council's key, if it has changed since it registered; or its clerk's, who has a mandate.",
        ),
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="Where the two files for the clerk go.")] = Path(),
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    no_passphrase: options.NoPassphrase = False,
    as_json: options.Json = False,
) -> None:
    """Make your claim on your own device, for the clerk to countersign. Nothing is posted yet.

    Two files come out: the claim, which hides what you ask for, and its opening, which only the council's clerk can
    read. The clerk needs the opening to open the total; this is what a custodial round means.

    Example: opentally claim new food=21.40 fuel=6 --round 2026-W48 --key me
    """
    import secrets

    from ledger.clerk.member_claims import claim_as_member
    from ledger.cli.desk import write_public, write_sealed
    from ledger.cli.lookup import find_round, name_of_round, seat
    from ledger.cli.quantities import read_quantities
    from ledger.cli.remote import open_remote
    from ledger.cli.vaults import open_vault
    from ledger.errors import NotAcceptedError, NotFoundError

    screen = Screen(json_output=as_json)
    with open_remote(desk, ledger, screen, no_passphrase=no_passphrase) as there:
        sheet = find_round(there, round_)
        quantities = read_quantities(amounts, sheet.body.catalogue)
        own = there.desk.open_key(key)
        row = row_of_key(sheet, own)
        if row is None:
            raise NotFoundError(f"no row of the round has the key {key}", rule="unknown-member")
        standing = seat(there, sheet, row)
        stem = f"{sheet.rows[row].ref}-{standing.seq + 1}"
        claim_file, opening_file = out / f"{stem}{CLAIM_SUFFIX}", out / f"{stem}{OPENING_SUFFIX}"
        if claim_file.exists() or opening_file.exists():
            raise NotAcceptedError(
                f"{claim_file} is there already and waits for the clerk; to ask for something else, delete it first",
                rule="file-exists",
            )
        hidden = _hidden(sheet, row, invitation, own)
        _say_over(screen, sheet, quantities, sheet.rows[row].allowance if hidden is None else hidden.amount)
        handed = claim_as_member(
            sheet,
            row,
            quantities,
            standing,
            hidden=hidden,
            key=own,
            council=_council_key(there, sheet, council_key),
            vault=open_vault(there),
            randbytes=secrets.token_bytes,
        )
        write_public(claim_file, handed.claim.raw)
        write_sealed(opening_file, handed.sealed_opening)
        facts = {
            "round": name_of_round(sheet),
            "row": row,
            "member": handed.claim.ref,
            "seq": handed.claim.seq,
            "claim": str(claim_file),
            "opening": str(opening_file),
        }
        screen.result(
            facts,
            lambda console: console.print(
                f"Your claim no. {handed.claim.seq} is made. Give {claim_file} and {opening_file} to the clerk; "
                f"she runs: opentally claim countersign {claim_file}",
                markup=False,
            ),
        )


@app.command()
def countersign(
    claim_file: Annotated[Path, typer.Argument(metavar="CLAIM", help="The member's claim file.")],
    *,
    opening: Annotated[
        Path | None,
        typer.Option("--opening", help="Her sealed opening.", show_default="the file of the same name, .opening"),
    ] = None,
    key: options.Key = None,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    no_passphrase: options.NoPassphrase = False,
    as_json: options.Json = False,
) -> None:
    """Check that a member's claim can be opened, keep the opening in the vault, sign and post.

    Without this check one member could make the total of all impossible to open.

    Example: opentally claim countersign m017-1.claim.json
    """
    import secrets

    from ledger.clerk.member_claims import countersign as check
    from ledger.clerk.sealing import MAX_SEALED_BYTES
    from ledger.cli.desk import read_bytes
    from ledger.cli.lookup import council_of, find_round, signing_key
    from ledger.cli.remote import open_remote
    from ledger.cli.sending import post_claim
    from ledger.cli.vaults import open_vault
    from ledger.encoding import encode_base64
    from ledger.errors import MalformedError
    from ledger.records.entry import MAX_ENTRY_BYTES, parse_entry
    from ledger.records.kinds.claim import Claim

    screen = Screen(json_output=as_json)
    beside = claim_file.with_name(claim_file.name.removesuffix(CLAIM_SUFFIX) + OPENING_SUFFIX)
    raw = read_bytes(claim_file, "claim", limit=MAX_ENTRY_BYTES)
    sealed = read_bytes(opening or beside, "opening", limit=MAX_SEALED_BYTES)
    with open_remote(desk, ledger, screen, no_passphrase=no_passphrase) as there:
        body = parse_entry(raw, origin=there.origin).body
        if not isinstance(body, Claim):
            raise MalformedError(f"{claim_file} is not a claim", rule="wrong-kind")
        sheet = find_round(there, encode_base64(body.round))
        signer = signing_key(there, council_of(there, sheet.body.council), key, kind="claim")
        vault = open_vault(there)
        name = (opening or beside).name
        made = check(sheet, raw, sealed, key=signer, vault=vault, randbytes=secrets.token_bytes, name=name)
        posted = post_claim(there, sheet.leaf, made.ref, made.raw)
        facts = {"member": made.ref, "seq": made.seq, "index": posted.index, "leaf": encode_base64(posted.leaf)}
        words = f"{made.ref}'s claim no. {made.seq} is entry no. {posted.index}; its opening is in the vault."
        screen.result(facts, lambda out: out.print(words, markup=False))


@app.command()
def replace(
    amounts: Amounts,
    *,
    row: Annotated[str, typer.Option("--row", metavar="REF", help="The member's reference in the roster.")],
    round_: RoundOption = None,
    council: options.Council = None,
    key: options.Key = None,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    no_passphrase: options.NoPassphrase = False,
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> None:
    """Make one claim for a member without a key of her own, in the place of her earlier one if there is one.

    Example: opentally claim replace --row m017 food=21.40 fuel=6
    """
    import secrets

    from ledger.clerk.claims import make_claims
    from ledger.clerk.orders import Order
    from ledger.cli.lookup import council_of, find_round, name_of_round, seat, signing_key
    from ledger.cli.quantities import read_quantities
    from ledger.cli.remote import open_remote
    from ledger.cli.sending import own_claims, post_claim
    from ledger.cli.vaults import open_vault
    from ledger.encoding import encode_base64
    from ledger.records.quantities import write_quantity

    screen = Screen(json_output=as_json)
    with open_remote(desk, ledger, screen, no_passphrase=no_passphrase) as there:
        sheet = find_round(there, round_, council)
        quantities = read_quantities(amounts, sheet.body.catalogue)
        number = sheet.row_of(row)
        standing = seat(there, sheet, number)
        vault = open_vault(there)
        before = own_claims(there, sheet.leaf).get(standing.live) if standing.live is not None else None
        facts: dict[str, Any] = {"round": name_of_round(sheet), "member": row, "replaces": standing.live is not None}
        if before is not None and vault.claim(before.commitment).opening.quantities == quantities:
            facts |= {"seq": standing.seq, "new": False}
            screen.result(
                facts, lambda out: out.print(f"{row} has exactly this claim already; nothing was sent.", markup=False)
            )
            return
        for category, quantity in zip(sheet.body.catalogue, quantities, strict=True):
            screen.plain(f"  {category.name}: {write_quantity(quantity, category.scale)} {category.unit}")
        if sheet.rows[number].key is None:  # else it is not the clerk's to make, as is said below
            hidden = sheet.hidden_allowance(number, vault)
            _say_over(screen, sheet, quantities, sheet.rows[number].allowance if hidden is None else hidden.amount)
        what = "in the place of the earlier claim" if standing.live is not None else "as a first claim"
        screen.confirm(f"Post this for {row} in {facts['round']}, {what}?", yes=yes)
        signer = signing_key(there, council_of(there, sheet.body.council), key, kind="claim")
        order = Order(row, (), quantities, None)
        (made,) = make_claims(
            sheet, [order], {number: standing}, key=signer, vault=vault, randbytes=secrets.token_bytes, workers=0
        )
        posted = post_claim(there, sheet.leaf, row, made.raw)
        facts |= {"seq": made.seq, "index": posted.index, "leaf": encode_base64(posted.leaf), "new": True}
        words = f"{row}'s claim no. {made.seq} is entry no. {posted.index}."
        screen.result(facts, lambda out: out.print(words, markup=False))


def row_of_key(sheet: "RoundSheet", key: "SigningKey") -> int | None:
    """The row whose member key this is."""
    return next((position for position, row in enumerate(sheet.rows) if row.key == key.public), None)


def _say_over(screen: Screen, sheet: "RoundSheet", quantities: Sequence[int], allowance: int | None) -> None:
    """By how much a claim is over: on the person's own screen alone, since errors end in logs and name no amount."""
    from ledger.cli.quantities import over_by, write_money

    over = over_by(quantities, sheet.body.catalogue, allowance)
    if over is not None and sheet.body.allowance.rule != "none":
        screen.say(f"This costs {write_money(over, sheet.body.catalogue)} more than the allowance.")


def _hidden(sheet: "RoundSheet", row: int, invitation: Path | None, key: "SigningKey") -> "HiddenAllowance | None":
    """The member's hidden allowance from her invitation, which must be of this roster; None where nothing is hidden."""
    from ledger.clerk.invitations import open_invitation
    from ledger.clerk.sealing import MAX_SEALED_BYTES
    from ledger.cli.desk import read_bytes
    from ledger.errors import MalformedError, VerificationError

    commitment = sheet.rows[row].commitment
    if commitment is None:
        return None
    if invitation is None:
        raise MalformedError("allowances are hidden in this round; give your --invitation", rule="missing-invitation")
    raw = read_bytes(invitation, "invitation", limit=MAX_SEALED_BYTES)
    opened = open_invitation(raw, key=key, name=invitation.name)
    if opened.origin != sheet.origin or opened.allowance.commitment != commitment:
        raise VerificationError(
            "the invitation is of another roster than the round's; ask the clerk for the present one",
            rule="wrong-invitation",
        )
    return opened.hidden_allowance()


def _council_key(there: "Remote", sheet: "RoundSheet", given: str | None) -> "PublicKey":
    """The key that the opening is sealed to. A server that could choose it could read what a member asks for."""
    from ledger.cli.lookup import council_of
    from ledger.cli.powers import may_act
    from ledger.errors import NotAcceptedError

    present = council_of(there, sheet.body.council).key
    trusted = there.desk.public_key(given) if given is not None else there.entry(sheet.body.council).body.key
    if present != trusted and not (given is not None and may_act(there, sheet.body.council, trusted, "claim")):
        raise NotAcceptedError(
            "the server names another key for the council than the one known here; ask the council's clerk for her "
            "public key and give it with --council-key",
            rule="council-key-changed",
        )
    return trusted
