"""``opentally total``: the opened total, after a look at what it would give away."""

import secrets
import shlex
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from ledger.cli import options
from ledger.cli.screen import Screen, counted, listing

if TYPE_CHECKING:
    from ledger.clerk.round_sheet import RoundSheet
    from ledger.clerk.totals import TotalPreview


def total(
    round_: options.RoundArgument = None,
    *,
    council: options.Council = None,
    key: options.Key = None,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> None:
    """Publish the total of a closed round. First it is shown to you alone, with what it would give away.

    Where one household is more than half of a category, its total nearly says what that household takes. A total
    cannot be taken back; joining with other councils in a larger round gives less away.

    Example: opentally total 2026-W48
    """
    from ledger.clerk.totals import LiveClaim, draft_total
    from ledger.cli.close import claims_of
    from ledger.cli.lookup import council_of, find_round, live_claims, name_of_round, round_view, signing_key
    from ledger.cli.remote import open_remote
    from ledger.cli.vaults import open_vault
    from ledger.encoding import encode_base64
    from ledger.errors import NotAcceptedError, VerificationError
    from ledger.merkle.hashing import leaf_hash
    from ledger.merkle.tree import root_of
    from ledger.records.kinds.close import Close

    screen = Screen(json_output=as_json)
    with open_remote(desk, ledger, screen) as there:
        sheet = find_round(there, round_, council)
        name = name_of_round(sheet)
        view = round_view(there, sheet.leaf)
        if view.close is None:
            raise NotAcceptedError(
                f"{name} is not closed yet; first: opentally close {shlex.quote(name)}", rule="not-closed"
            )
        if view.total is not None:
            raise NotAcceptedError(f"{name} has its total at entry no. {view.total.index}", rule="already-totalled")
        closing = there.entry(view.close.leaf).body
        leaves = live_claims(there, sheet)
        if not isinstance(closing, Close) or closing.round != sheet.leaf:
            raise VerificationError("the server names another entry as the round's close", rule="wrong-close")
        if root_of([leaf_hash(leaf) for leaf in leaves]) != closing.set:
            raise VerificationError(
                "the claims that the server lists are not the set that the close signs", rule="wrong-set"
            )
        live = [LiveClaim(claim.row, claim.commitment) for claim in claims_of(there, sheet, leaves).values()]
        draft = draft_total(sheet, live, open_vault(there), randbytes=secrets.token_bytes)
        shown = draft.preview
        if not as_json:
            _show(screen.out, sheet, shown)
        body = draft.body()
        question = f"Publish the total of {name}? It cannot be taken back."
        if shown.gives_away:
            question = f"It gives households away, as shown above. {question}"
        screen.confirm(question, yes=yes)
        posted = there.post(there.make("total", body, [signing_key(there, council_of(there, sheet.body.council), key)]))
        facts: dict[str, Any] = {
            "index": posted.index,
            "leaf": encode_base64(posted.leaf),
            "new": posted.new,
            "round": name,
            "count": shown.count,
            "minimum": shown.minimum,
            "totals": dict(shown.totals),
            "unclaimed": shown.unclaimed,
            "allowances": shown.allowances,
            "allowances_asserted": shown.allowances_asserted,
            "one_household_over_half": list(shown.dominated),
            "unanimous": list(shown.unanimous),
        }
        screen.result(facts, lambda out: out.print(f"The total of {name} is entry no. {posted.index}.", markup=False))


def _show(out: Console, sheet: "RoundSheet", shown: "TotalPreview") -> None:
    from ledger.records.quantities import write_quantity

    out.print(
        f"{counted(shown.count, 'claim')} (minimum {shown.minimum}), {counted(shown.unclaimed, 'member')} without one. "
        "Only you see this:",
        markup=False,
    )
    table = listing("category", "total", "unit", "what it gives away")
    totals = dict(shown.totals)
    for category in sheet.body.catalogue:
        remark = ""
        if category.code in shown.dominated:
            remark = "one household is more than half of it"
        elif category.code in shown.unanimous:
            remark = "every household asks for the same"
        amount = write_quantity(totals[category.code], category.scale)
        table.add_row(*map(Text, (category.name, amount, category.unit, remark)))
    out.print(table)
    if shown.allowances_asserted:
        out.print(
            f"The sum of allowances rests on the council's word: {counted(shown.unclaimed, 'member')} without a claim.",
            markup=False,
        )
