"""``opentally withdraw``: a row takes its live claim back while the round is open."""

from typing import Annotated

import typer

from ledger.cli import options
from ledger.cli.screen import Screen


def withdraw(
    *,
    row: Annotated[
        str | None, typer.Option("--row", metavar="REF", help="The member, for a clerk; her row has no key of its own.")
    ] = None,
    key: Annotated[
        str | None,
        typer.Option("--key", metavar="NAME", help="A member's own key, if she claims herself; a clerk's, with --row."),
    ] = None,
    round_: Annotated[
        str | None, typer.Option("--round", metavar="LEAF|PERIOD", help="Not needed if the council has one unfinished.")
    ] = None,
    council: options.Council = None,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> None:
    """Take a live claim back: it is then in no total. The row may claim again while the round is open.

    Example: opentally withdraw --row m017
    """
    from ledger.clerk.claims import make_withdrawal
    from ledger.cli.claim import row_of_key
    from ledger.cli.lookup import council_of, find_round, name_of_round, seat, signing_key
    from ledger.cli.remote import open_remote
    from ledger.errors import MalformedError, NotAcceptedError, NotFoundError

    screen = Screen(json_output=as_json)
    if row is None and key is None:
        raise MalformedError("name the member with --row, or yourself with --key", rule="missing-field")
    with open_remote(desk, ledger, screen) as there:
        sheet = find_round(there, round_, council)
        own = there.desk.open_key(key) if row is None and key is not None else None
        number = sheet.row_of(str(row)) if own is None else row_of_key(sheet, own)
        if number is None:
            raise NotFoundError(f"no row of the round has the key {key}", rule="unknown-member")
        ref = sheet.rows[number].ref
        standing = seat(there, sheet, number)
        if standing.live is None:
            raise NotAcceptedError(f"{ref} has no live claim in {name_of_round(sheet)}", rule="wrong-claim")
        if sheet.rows[number].key is None:
            own = signing_key(there, council_of(there, sheet.body.council), key, kind="withdraw")
        elif key is None:
            raise NotAcceptedError(f"{ref} claims herself, so only she can withdraw", rule="wrong-key")
        elif own is None:
            own = there.desk.open_key(key)
        screen.confirm(f"Withdraw claim no. {standing.seq} of {ref} from {name_of_round(sheet)}?", yes=yes)
        entry = make_withdrawal(sheet, number, standing.live, key=own)
        there.post_and_show(entry, f"Claim no. {standing.seq} of {ref} is withdrawn.")
