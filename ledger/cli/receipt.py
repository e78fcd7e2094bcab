"""``opentally receipt``: files that show, years later and offline, that an entry is in the log or in a total."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli import options
from ledger.cli.screen import Screen

if TYPE_CHECKING:
    from ledger.cli.remote import Remote
    from ledger.client.total_receipt import LoggedEntry

app = typer.Typer(no_args_is_help=True, help="Save receipts, to be verified offline at any time later.")

RoundOption = Annotated[str | None, typer.Option("--round", metavar="LEAF|PERIOD", help="The round of the claim.")]
RowOption = Annotated[str | None, typer.Option("--row", metavar="REF", help="The member whose claim it is.")]
KeyOption = Annotated[str | None, typer.Option("--key", metavar="NAME", help="Your own key, for your own claim.")]
OutOption = Annotated[Path, typer.Option("--out", help="The folder for the files.", show_default="the present one")]


@app.command()
def get(
    entry: Annotated[
        str | None,
        typer.Argument(metavar="LEAF|INDEX", help="The entry; or name a claim by --round and --row or --key."),
    ] = None,
    *,
    round_: RoundOption = None,
    row: RowOption = None,
    key: KeyOption = None,
    out: OutOption = Path(),
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    as_json: options.Json = False,
) -> None:
    """Save an entry and its receipt: entry.json and receipt.tlog-proof. They show nothing of what was asked for.

    Example: opentally receipt get --round 2026-W48 --row m017 --out m017
    """
    from ledger.cli.lookup import entry_number, parse_leaf
    from ledger.cli.remote import open_remote
    from ledger.client.receipts import verify_receipt
    from ledger.encoding import encode_base64

    screen = Screen(json_output=as_json)
    with open_remote(desk, ledger, screen) as there:
        number = None if entry is None else entry_number(entry)
        if number is not None:
            index = number
        elif entry is not None:
            index = there.index_of(parse_leaf(entry))
        else:
            index = there.index_of(_own_claim(there, round_, row, key))
        logged = fetch(there, index)
        finding = verify_receipt(logged.entry, logged.receipt, there.policy)
        _save(out / "entry.json", logged.entry, renewed=False)
        _save(out / "receipt.tlog-proof", logged.receipt, renewed=True)
        facts = {
            "index": index,
            "leaf": encode_base64(finding.record.leaf),
            "kind": finding.record.kind,
            "files": [str(out / "entry.json"), str(out / "receipt.tlog-proof")],
            "shows": list(finding.shows()),
            "leaves_open": list(finding.leaves_open()),
        }
        words = (
            f"{out} holds entry no. {index}, a {finding.record.kind}, and its receipt. Check: opentally verify {out}"
        )
        screen.result(facts, lambda console: console.print(words, markup=False))


@app.command()
def total(
    claim: Annotated[str | None, typer.Argument(metavar="LEAF", help="The claim; or name it as below.")] = None,
    *,
    round_: RoundOption = None,
    row: RowOption = None,
    key: KeyOption = None,
    out: OutOption = Path(),
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    as_json: options.Json = False,
) -> None:
    """Save the receipt that a claim is in a round's total, and the claim with its own receipt beside it.

    Example: opentally receipt total --round 2026-W48 --row m017 --out m017
    """
    import secrets

    from ledger.cli.lookup import find_round, live_claims, name_of_round, parse_leaf, round_view
    from ledger.cli.remote import open_remote
    from ledger.client.total_receipt import make_total_receipt, verify_total_receipt
    from ledger.encoding import encode_base64
    from ledger.errors import MalformedError, NotAcceptedError
    from ledger.records.kinds.claim import Claim

    screen = Screen(json_output=as_json)
    with open_remote(desk, ledger, screen) as there:
        leaf = parse_leaf(claim) if claim is not None else _own_claim(there, round_, row, key)
        own = fetch(there, there.index_of(leaf))
        body = there.entry(leaf).body
        if not isinstance(body, Claim):
            raise MalformedError("the entry of this leaf hash is not a claim", rule="wrong-kind")
        sheet = find_round(there, encode_base64(body.round))
        view = round_view(there, sheet.leaf)
        if view.close is None or view.total is None:
            raise NotAcceptedError(f"{name_of_round(sheet)} has no total yet", rule="not-totalled")
        closing, opened = fetch(there, view.close.index), fetch(there, view.total.index)
        file = make_total_receipt(leaf, live_claims(there, sheet), closing, opened).encode()
        finding = verify_total_receipt(file, there.policy, claim_entry=own.entry, randbytes=secrets.token_bytes)
        _save(out / "entry.json", own.entry, renewed=False)
        _save(out / "receipt.tlog-proof", own.receipt, renewed=True)
        _save(out / "total-receipt.json", file, renewed=True)
        facts = {
            "round": name_of_round(sheet),
            "leaf": encode_base64(leaf),
            "position": finding.position,
            "count": finding.count,
            "files": [str(out / name) for name in ("entry.json", "receipt.tlog-proof", "total-receipt.json")],
            "shows": list(finding.shows()),
            "leaves_open": list(finding.leaves_open()),
        }
        words = f"The receipts are in {out}. Check them, now or in years: opentally verify {out}"
        screen.result(facts, lambda console: console.print(words, markup=False))


def fetch(there: "Remote", index: int) -> "LoggedEntry":
    """An entry and a receipt for it made from verified tiles, under the state this desk believes."""
    from ledger.client.total_receipt import LoggedEntry

    return LoggedEntry(*there.logged(index))


def _own_claim(there: "Remote", round_: str | None, row: str | None, key: str | None) -> bytes:
    from ledger.cli.claim import row_of_key
    from ledger.cli.lookup import find_round, name_of_round, seat
    from ledger.errors import MalformedError, NotFoundError

    if row is None and key is None:
        raise MalformedError("name an entry, or a claim by --round and --row or --key", rule="missing-field")
    sheet = find_round(there, round_)
    number = sheet.row_of(row) if row is not None else row_of_key(sheet, there.desk.open_key(str(key)))
    if number is None:
        raise NotFoundError(f"no row of the round has the key {key}", rule="unknown-member")
    live = seat(there, sheet, number).live
    if live is None:
        raise NotFoundError(
            f"{sheet.rows[number].ref} has no live claim in {name_of_round(sheet)}", rule="no-live-claim"
        )
    return live


def _save(path: Path, raw: bytes, *, renewed: bool) -> None:
    """A file to be kept. A receipt against a newer state may take an older one's place; an entry never another's."""
    from ledger.cli.desk import write_public
    from ledger.client.export import write_file

    if renewed:
        write_file(path, raw)
    else:
        write_public(path, raw)
