"""``opentally rollup``: a federation opens the sum of its councils' rounds as one."""

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.console import Console
from rich.text import Text

from ledger.cli import options
from ledger.cli.screen import Screen, counted, listing

if TYPE_CHECKING:
    from ledger.clerk.rollups import Part, RollupDraft, Standing
    from ledger.clerk.subtotals import SubTotal
    from ledger.cli.checked import CheckedLedger
    from ledger.cli.remote import Remote
    from ledger.client.poster import Posted
    from ledger.records.kinds.rollup import RollupFact

_WHY: "Final[dict[Standing, str]]" = {
    "counted": "counted",
    "default": "silent: counted by its default request",
    "elsewhere": "missing: counted by another federation",
    "no-claims": "missing: closed without a claim",
    "no-round": "missing: no round of this period and number",
    "no-sub-total": "missing: closed, and no sub-total was given here",
    "not-closed": "missing: its round was not closed before the last of these",
}


def rollup(
    period: Annotated[str, typer.Argument(metavar="PERIOD[#NO]", help="Which round of the councils.")],
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="Sub-totals, from opentally total --for-federation.")
    ],
    *,
    federation: Annotated[
        str | None,
        typer.Option(
            "--federation", metavar="NAME|LEAF", help="Not needed when the desk holds one council's key only."
        ),
    ] = None,
    key: options.Key = None,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> None:
    """Publish the sum of several closed rounds as one, so that councils too small to publish alone are seen.

    Each sub-total is checked against what its council has signed in its close. Which councils are missing, which are
    counted by their default and what is asked for in the open follows from the ledger, and is listed before you are
    asked. Nothing is signed or sent that the ledger would refuse: fewer claims than the greatest minimum of the
    rounds, or a sum by which, with what was opened before, a smaller group could be computed. For this your desk first
    checks the whole ledger itself, from where it stopped last time.

    You see the sub-totals of the councils; the ledger shows their sum alone. Each council's clerk knows her own, can
    subtract it, and is left with the others': where that is fewer members than the minimum, you are told.

    Example: opentally rollup 2026-W48 riverside.sub hillside.sub --federation Valley
    """
    from ledger.clerk.rollups import check_parts, draft_rollup
    from ledger.cli.checked import checked_ledger
    from ledger.cli.lookup import find_council
    from ledger.cli.openings import signer_of
    from ledger.cli.remote import open_remote

    screen = Screen(json_output=as_json)
    with open_remote(desk, ledger, screen) as there:
        leaf = find_council(there, federation).leaf
        opened = _open(there, files)
        with checked_ledger(there) as checked:
            parts = check_parts(
                checked.view, opened, origin=there.origin, federation=leaf, randbytes=secrets.token_bytes
            )
            _require_period(parts[0], period)
            draft = draft_rollup(checked.view, leaf, parts)
            name = f"{draft.body.period}#{draft.body.round_no}"
            earlier = _earlier(checked, leaf, draft)
            if earlier is not None:
                _told_already(there, earlier, draft)
                return
            if not as_json:
                _show(screen.out, draft)
            _refuse(there, checked, draft, parts)
        screen.confirm(f"Publish this sum of {counted(len(parts), 'round')} of {name}? It stays for ever.", yes=yes)
        with checked_ledger(there) as checked:  # once more: others may have opened something meanwhile
            _refuse(there, checked, draft, parts)
            signer = signer_of(there, checked, leaf, "rollup", key)
            checked.would_take(checked.draft("rollup", draft.body, signer))
        posted = there.post(there.make("rollup", draft.body, [there.desk.open_key_of(signer, "the federation")]))
        _told(screen, name, draft, posted)


def _open(there: "Remote", files: Sequence[Path]) -> "list[tuple[str, SubTotal]]":
    """What the files say, each opened with the key of this desk that it is sealed to."""
    from ledger.clerk.sealed_documents import recipient_of
    from ledger.clerk.sealing import MAX_SEALED_BYTES
    from ledger.clerk.subtotals import open_sub_total
    from ledger.cli.desk import read_bytes
    from ledger.errors import NotAcceptedError
    from ledger.signing import SigningKey

    keys: dict[bytes, SigningKey] = {}
    found = []
    for file in files:
        raw = read_bytes(file, "sub-total", limit=MAX_SEALED_BYTES)
        to = recipient_of(raw, name=file.name)
        if to not in keys:
            if there.desk.name_of(to) is None:
                raise NotAcceptedError(
                    f"{file.name} is sealed to a key that is not on this desk", rule="wrong-recipient"
                )
            keys[to] = there.desk.open_key_of(to, "the federation")
        found.append((file.name, open_sub_total(raw, key=keys[to], name=file.name)))
    return found


def _require_period(part: "Part", period: str) -> None:
    from ledger.errors import VerificationError

    fact = part.round
    if period not in {fact.period, f"{fact.period}#{fact.round_no}"}:
        raise VerificationError(
            f"{part.name} is of {fact.period}#{fact.round_no}, and {period} is to be rolled up", rule="wrong-round"
        )


def _earlier(checked: "CheckedLedger", federation: bytes, draft: "RollupDraft") -> "RollupFact | None":
    from ledger.records.kinds.rollup import ROLLUPS
    from ledger.records.rounds import round_number

    return checked.view.get(ROLLUPS, round_number(federation, draft.body.round_no, draft.body.period))


def _told_already(there: "Remote", earlier: "RollupFact", draft: "RollupDraft") -> None:
    """The same rollup is in the log: nothing is to be done; there is never a second one of a round.

    Raises:
        NotAcceptedError: ``duplicate-rollup``, another one is.
    """
    from ledger.client.poster import Posted
    from ledger.errors import NotAcceptedError

    body, known = draft.body, there.entry(earlier.leaf).body
    name = f"{body.period}#{body.round_no}"
    if (known.rounds, known.totals, known.blinding) != (body.rounds, body.totals, body.blinding):
        raise NotAcceptedError(
            f"the federation has its rollup of {name} at entry no. {earlier.index}, of other rounds; there is no other",
            rule="duplicate-rollup",
        )
    _told(there.desk.screen, name, draft, Posted(earlier.index, earlier.leaf, b"", new=False))


def _refuse(there: "Remote", checked: "CheckedLedger", draft: "RollupDraft", parts: "Sequence[Part]") -> None:
    """Refuse, in words that help, what the ledger would refuse for what others have said."""
    from ledger.clerk.rollups import check_tags
    from ledger.cli.openings import refuse_leak
    from ledger.errors import NotAcceptedError

    if not draft.enough:
        raise NotAcceptedError(
            f"the rounds have {counted(draft.body.count, 'live claim')} together, and {draft.minimum} are the least "
            "that are opened. Nothing was sent. Roll up with more councils",
            rule="under-minimum",
        )
    check_tags(checked.view, draft.body.federation, parts)
    refuse_leak(there, checked, draft.opening(checked.view), instead="Roll up with other councils, or leave one out")


def _show(out: Console, draft: "RollupDraft") -> None:
    from ledger.records.quantities import write_quantity

    body = draft.body
    out.print(f"{counted(body.count, 'claim')} (minimum {draft.minimum}) of:", markup=False)
    councils = listing("council", "claims", "")
    for line in draft.councils:
        councils.add_row(*map(Text, (line.name, str(line.count or ""), _WHY[line.standing])))
    out.print(councils)
    out.print(
        f"Asked for in the open: {counted(body.requests, 'collective request')}, "
        f"{counted(len(body.defaults), 'default')}. Only you see this:",
        markup=False,
    )
    table = listing("category", "total", "in the open", "unit", "what it gives away")
    for one in draft.categories:
        total, requested = (write_quantity(amount, one.scale) for amount in (one.total, one.requested))
        remark = "one council is more than half of it" if one.dominated and len(body.rounds) > 1 else ""
        table.add_row(*map(Text, (one.code, total, requested, one.unit, remark)))
    out.print(table)
    for name, rest in draft.remainders():
        out.print(
            f"The clerk of {name} knows its own sub-total, can subtract it, and then has what {rest} others asked for.",
            markup=False,
        )


def _told(screen: Screen, name: str, draft: "RollupDraft", posted: "Posted") -> None:
    from ledger.encoding import encode_base64

    body = draft.body
    facts: dict[str, Any] = {
        "index": posted.index,
        "leaf": encode_base64(posted.leaf),
        "new": posted.new,
        "period": body.period,
        "round_no": body.round_no,
        "count": body.count,
        "minimum": draft.minimum,
        "totals": {line.code: str(line.total) for line in draft.categories},
        "requested": {line.code: str(line.requested) for line in draft.categories},
        "councils": [
            {"leaf": encode_base64(line.leaf), "name": line.name, "standing": line.standing, "claims": line.count}
            for line in draft.councils
        ],
        "requests": body.requests,
        "clerks_can_subtract": [{"name": name, "members_left": rest} for name, rest in draft.remainders()],
        "one_council_over_half": [line.code for line in draft.categories if line.dominated],
    }
    there = "" if posted.new else " already"
    screen.result(
        facts, lambda out: out.print(f"The rollup of {name} is entry no. {posted.index}{there}.", markup=False)
    )
