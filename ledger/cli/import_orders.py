"""``opentally import``: the clerk's table becomes claims; nothing is sent unless every row passes."""

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from ledger.cli import options
from ledger.cli.exits import ExitCode
from ledger.cli.screen import Screen, counted, listing

if TYPE_CHECKING:
    from ledger.clerk.mapping import Mapping
    from ledger.clerk.orders import Preview
    from ledger.clerk.outbox import Sent
    from ledger.clerk.round_sheet import RoundSheet
    from ledger.cli.remote import Remote

_FEW = 16
"""Claims proved in this process: starting others takes longer."""


def import_(
    file: Annotated[Path, typer.Argument(help="The table of orders (CSV), as the council has it.")],
    *,
    mapping: Annotated[Path, typer.Option("--mapping", help="Which column is the member, which are the categories.")],
    round_: Annotated[str, typer.Option("--round", metavar="LEAF|PERIOD", help="The round.")],
    preview: Annotated[bool, typer.Option("--preview", help="Show what would be sent, and send nothing.")] = False,
    workers: options.Workers = None,
    council: options.Council = None,
    key: options.Key = None,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    no_passphrase: options.NoPassphrase = False,
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> None:
    """Turn a table of orders into claims, and send them.

    First every row is looked at, and every one that cannot be sent is shown with its number and the reason; one such
    row, and nothing is sent. Run again after a crash or Ctrl-C, it sends what is left, the same bytes as before. Run
    again with a corrected table, it replaces what has changed and leaves the rest alone.

    Example: opentally import orders.csv --mapping orders.mapping.toml --round 2026-W48
    """
    import secrets

    from ledger.clerk.claims import make_claims
    from ledger.clerk.mapping import parse_mapping
    from ledger.clerk.orders import read_orders
    from ledger.clerk.outbox import Letter
    from ledger.clerk.table import read_table
    from ledger.cli.desk import read_bytes
    from ledger.cli.lookup import council_of, find_round, name_of_round, seats, signing_key
    from ledger.cli.remote import open_remote
    from ledger.cli.sending import claims_prefix, jobs, new_job, next_name, own_claims, send
    from ledger.cli.vaults import open_vault

    screen = Screen(json_output=as_json)
    how = parse_mapping(read_bytes(mapping, "mapping file"), name=mapping.name)
    table = read_table(file, how.declared, columns=how.columns)
    with open_remote(desk, ledger, screen, no_passphrase=no_passphrase) as there:
        sheet = find_round(there, round_, council)
        vault = open_vault(there)
        looked = read_orders(
            table,
            how,
            sheet.body.catalogue,
            slack_width=sheet.body.allowance.slack_width,
            members=sheet.expected(vault),
        )
        facts = _facts(there, sheet, looked, how)
        if not as_json:
            _show(screen.out, sheet, looked, how)
        if preview or looked.refusals:
            screen.result({**facts, "sent": False}, lambda out: out.print(_nothing_sent(looked), markup=False))
            raise typer.Exit(ExitCode.DOES_NOT_HOLD if looked.refusals else ExitCode.HOLDS)
        orders = looked.accepted()

        # What an earlier run began goes first, byte for byte, so that each row has said what it was meant to say.
        resent = 0
        refused: tuple[Sent, ...] = ()
        for _, job in jobs(there, claims_prefix(sheet.leaf)):
            if job.pending:
                screen.plain(f"An earlier run was cut off: {counted(job.pending, 'claim')} left of it, sent now.")
                left, known = job.pending, job.refused()
                turned_down = tuple(sent for sent in send(there, job, "sending again", "claim") if sent not in known)
                resent += left - len(turned_down)
                refused += turned_down
        before = seats(there, sheet)
        standing = own_claims(there, sheet.leaf)
        rows = {row.ref: position for position, row in enumerate(sheet.rows)}
        fresh = []
        for order in orders:
            live = before[rows[order.ref]].live if rows[order.ref] in before else None
            claim = standing.get(live) if live is not None else None
            if claim is None or vault.claim(claim.commitment).opening.quantities != order.quantities:
                fresh.append(order)
        replaced = sum(rows[order.ref] in before and before[rows[order.ref]].live is not None for order in fresh)
        claims = 0
        if fresh:
            screen.plain(
                f"To send: {counted(len(fresh), 'claim')}, of which {replaced} in the place of an earlier one; "
                f"{len(orders) - len(fresh)} stand as they are."
            )
            screen.confirm(f"Make and send {counted(len(fresh), 'claim')} for {name_of_round(sheet)}?", yes=yes)
            signer = signing_key(there, council_of(there, sheet.body.council), key, kind="claim")
            processes = 0 if len(fresh) <= _FEW else workers or os.cpu_count() or 1
            with _told_if_interrupted(screen), screen.progress("proving", len(fresh)) as advance:
                made = make_claims(
                    sheet,
                    fresh,
                    before,
                    key=signer,
                    vault=vault,
                    randbytes=secrets.token_bytes,
                    workers=processes,
                    progress=lambda _done, _of: advance(1),
                )
            about = {order.ref: f"row {', '.join(map(str, order.rows))} ({order.ref})" for order in fresh}
            letters = [Letter(about[claim.ref], claim.raw) for claim in made]
            job = new_job(there, next_name(there, claims_prefix(sheet.leaf)), letters)
            turned_down = send(there, job, "sending", "claim")
            claims = len(fresh) - len(turned_down)
            refused = turned_down  # what was left of an earlier run and refused has been made and sent anew
        facts |= {
            "sent": True,
            "claims": claims,
            "resent": resent,
            "replaced": replaced,
            "unchanged": len(orders) - len(fresh),
            "refused": [_refusal(sent) for sent in refused],
        }
        screen.result(facts, lambda out: _render(out, facts, refused))
        if refused:
            raise typer.Exit(ExitCode.DOES_NOT_HOLD)


@contextlib.contextmanager
def _told_if_interrupted(screen: Screen) -> Iterator[None]:
    """Ctrl-C while claims are made leaves nothing behind, and says so."""
    try:
        yield
    except KeyboardInterrupt:
        screen.note("Interrupted while proving: nothing was sent; run the same command to begin again.")
        raise


def _facts(there: "Remote", sheet: "RoundSheet", looked: "Preview", how: "Mapping") -> dict[str, Any]:
    from ledger.cli.lookup import name_of_round
    from ledger.encoding import encode_base64

    return {
        "ledger": there.origin,
        "round": encode_base64(sheet.leaf),
        "name": name_of_round(sheet),
        "table": {
            "name": looked.source.name,
            "encoding": looked.source.encoding,
            "delimiter": looked.source.delimiter,
            "decimal": looked.source.notation.decimal,
            "grouping": looked.source.notation.grouping,
            "rows": looked.source.rows,
            "ignored_rows": looked.source.ignored_rows,
            "ignored_columns": list(looked.source.ignored_columns),
        },
        "members": looked.members,
        "passing": looked.passing,
        "absent": list(looked.absent),
        "refused_rows": [
            {
                "row": refusal.row,
                "member": refusal.ref,
                "column": refusal.where,
                "rule": refusal.rule,
                "reason": refusal.reason,
                "over": None if refusal.over is None else _money(refusal.over, sheet, how),
            }
            for refusal in looked.refusals
        ],
    }


def _show(out: Console, sheet: "RoundSheet", looked: "Preview", how: "Mapping") -> None:
    """The preview: how the table was read, what adds up to what, and every row that cannot be sent."""
    from ledger.records.quantities import write_quantity

    source = looked.source
    delimiter = {"\t": "tabs", ",": "commas", ";": "semicolons", "|": "bars"}.get(source.delimiter, source.delimiter)
    encoding = {"utf-8-sig": "UTF-8"}.get(source.encoding, source.encoding)
    sign = {".": "point", ",": "comma"}[source.notation.decimal]
    grouping = "" if source.notation.grouping == "none" else f", digits grouped by {source.notation.grouping}"
    out.print(
        f"{source.name}: {counted(source.rows, 'row')}, {counted(looked.members, 'member')}; {encoding}, divided by "
        f"{delimiter}, decimal {sign}{grouping}",
        markup=False,
    )
    if source.ignored_columns:
        out.print(f"Not read: the columns {', '.join(source.ignored_columns)}", markup=False)
    if source.ignored_rows:
        out.print(f"Not read: {source.ignored_rows} rows of other categories", markup=False)
    if looked.absent:
        out.print(f"Without an order: {len(looked.absent)} of the round's {len(sheet.rows)} members", markup=False)
    if looked.passing:
        table = listing("category", "sum of the orders that pass", "unit")
        for category, total in zip(sheet.body.catalogue, looked.totals(), strict=True):
            table.add_row(*map(Text, (category.name, write_quantity(total, category.scale), category.unit)))
        out.print(table)
    if looked.refusals:
        table = listing("row", "member", "column", "why it cannot be sent", "over by")
        for refusal in looked.refusals:
            over = "" if refusal.over is None else _money(refusal.over, sheet, how)
            cells = (str(refusal.row), refusal.ref or "", refusal.where, refusal.reason, over)
            table.add_row(*map(Text, cells))
        out.print(table)


def _money(amount: int, sheet: "RoundSheet", how: "Mapping") -> str:
    """Money as the mapping writes allowances; else in the catalogue's decimals, if they are all the same."""
    from ledger.cli.quantities import write_money
    from ledger.records.quantities import write_quantity

    if how.allowance is not None:
        return write_quantity(amount, how.allowance.scale)
    return write_money(amount, sheet.body.catalogue)


def _nothing_sent(looked: "Preview") -> str:
    if looked.refusals:
        return f"{counted(len(looked.refusals), 'row')} cannot be sent, so nothing was. Correct and run this again."
    return f"{counted(looked.passing, 'order')} would be sent: all pass. Nothing was sent; run this without --preview."


def _refusal(sent: "Sent") -> dict[str, Any]:
    from ledger.client.poster import Declined

    if not isinstance(sent.result, Declined):
        raise AssertionError("bad math in Outbox.refused: an entry that is in")  # noqa: TRY004 - a bug, not input
    return {"about": sent.letter.about, "rule": sent.result.rule, "detail": sent.result.detail}


def _render(out: Console, facts: dict[str, Any], refused: "Sequence[Sent]") -> None:
    if facts["resent"]:
        left = f"{counted(facts['resent'], 'claim')} left of an earlier run"
        out.print(f"{left} sent and in the ledger, each with its receipt.", markup=False)
    if facts["claims"]:
        out.print(f"{counted(facts['claims'], 'claim')} sent and in the ledger, each with its receipt.", markup=False)
    elif not refused and not facts["resent"]:
        out.print("Every order stands in the ledger already; there was nothing to send.", markup=False)
    if refused:
        out.print(f"The ledger refused {len(refused)}; these members have no claim from this run:", markup=False)
        for sent in refused:
            facts_ = _refusal(sent)
            out.print(f"  {facts_['about']}: {facts_['detail']} (rule: {facts_['rule']})", markup=False)
