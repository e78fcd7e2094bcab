"""``opentally total``: the opened total, after a look at what it would give away."""

import secrets
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.cli import options
from ledger.cli.screen import Screen, counted

if TYPE_CHECKING:
    from ledger.clerk.round_sheet import RoundSheet
    from ledger.clerk.totals import TotalPreview
    from ledger.cli.checked import CheckedLedger
    from ledger.cli.remote import Remote
    from ledger.client.poster import Posted


def total(
    round_: options.RoundArgument = None,
    *,
    for_federation: Annotated[
        Path | None,
        typer.Option(
            "--for-federation",
            metavar="FILE",
            help="Publish nothing: write the sub-total into this file, which only the federation's clerk can open.",
        ),
    ] = None,
    federation: Annotated[
        str | None,
        typer.Option(
            "--federation",
            metavar="NAME|LEAF",
            help="The federation it is for, with --for-federation.",
            show_default="the one that the council is in",
        ),
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="PUBLICKEY",
            help="The key it is sealed to: of a mandate to roll up.",
            show_default="the federation's own",
        ),
    ] = None,
    council: options.Council = None,
    key: options.Key = None,
    desk: options.Desk = options.DEFAULT_DESK,
    ledger: options.Ledger = None,
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> None:
    """Publish the total of a closed round. First it is shown to you alone, with what it would give away.

    Nothing is signed or sent that the ledger would refuse, since a refused total has been shown to its server: not
    with fewer claims than the round's minimum, and not if with what was opened before a smaller group could be
    computed by subtraction. For this your desk first checks the whole ledger itself, from where it stopped last time.

    Where one household is more than half of a category, its total nearly says what that household takes; more than
    15 % stands out. A total cannot be taken back. Hand the sub-total to your federation instead, with
    --for-federation, and it is counted with those of other councils (opentally rollup); the federation's clerk then
    sees it, and nobody else.

    Example: opentally total 2026-W48
    """
    from ledger.clerk.totals import draft_total, live_claims
    from ledger.cli.checked import checked_ledger
    from ledger.cli.hand_over import hand_over
    from ledger.cli.lookup import find_round, name_of_round
    from ledger.cli.openings import show_amounts, signer_of
    from ledger.cli.remote import open_remote
    from ledger.cli.vaults import open_vault
    from ledger.errors import MalformedError, NotAcceptedError
    from ledger.records.rounds import CLOSES

    if for_federation is None and (federation is not None or to is not None):
        raise MalformedError("--federation and --to go with --for-federation FILE", rule="bad-field")
    screen = Screen(json_output=as_json)
    with open_remote(desk, ledger, screen) as there:
        sheet = find_round(there, round_, council)
        name = name_of_round(sheet)
        with checked_ledger(there) as checked:
            if checked.view.get(CLOSES, sheet.leaf) is None:
                raise NotAcceptedError(
                    f"{name} is not closed yet; first: opentally close {shlex.quote(name)}", rule="not-closed"
                )
            live = live_claims(checked.view, sheet.leaf)
            if for_federation is None:
                _refuse(there, checked, sheet, len(live))
            draft = draft_total(sheet, live, open_vault(there), randbytes=secrets.token_bytes)
            if for_federation is not None:
                hand_over(there, checked, sheet, draft, for_federation, federation=federation, to=to, yes=yes)
                return
        shown, body = draft.preview, draft.body()
        if not as_json:
            show_amounts(screen.out, sheet, shown)
        question = f"Publish the total of {name}? It cannot be taken back."
        if shown.gives_away:
            question = f"It gives households away, as shown above. {question}"
        elif shown.prominent:
            question = f"Single households stand out, as shown above. {question}"
        screen.confirm(question, yes=yes)
        with checked_ledger(there) as checked:  # once more: others may have opened something meanwhile
            _refuse(there, checked, sheet, len(live))
            signer = signer_of(there, checked, sheet.body.council, "total", key)
            checked.would_take(checked.draft("total", body, signer))
        posted = there.post(there.make("total", body, [there.desk.open_key_of(signer, "the council")]))
        _told(screen, name, shown, posted)


def _refuse(there: "Remote", checked: "CheckedLedger", sheet: "RoundSheet", count: int) -> None:
    """Refuse a total for what everybody can see of it, before the vault is opened."""
    from ledger.cli.lookup import name_of_round
    from ledger.cli.openings import refuse_leak
    from ledger.errors import NotAcceptedError
    from ledger.records.kinds.total import TOTALS
    from ledger.records.openings import Opening, claims_occasion

    body, name = sheet.body, name_of_round(sheet)
    instead = (
        "Hand the sub-total to your federation, to be counted with other councils: opentally total "
        f"{shlex.quote(name)} --for-federation FILE; or wait for another period"
    )
    total = checked.view.get(TOTALS, sheet.leaf)
    if total is not None:
        raise NotAcceptedError(f"{name} has its total at entry no. {total.index}", rule="already-totalled")
    if count < body.minimum:
        raise NotAcceptedError(
            f"{name} has {counted(count, 'live claim')}, and {body.minimum} are the least that are opened alone. "
            f"Nothing was sent. {instead}",
            rule="under-minimum",
        )
    opening = Opening(claims_occasion(body.period), (sheet.leaf,), (body.council,))
    refuse_leak(there, checked, opening, instead=instead)


def _told(screen: Screen, name: str, shown: "TotalPreview", posted: "Posted") -> None:
    from ledger.encoding import encode_base64

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
        "one_household_over_15_percent": [*shown.dominated, *shown.prominent],
        "unanimous": list(shown.unanimous),
    }
    screen.result(facts, lambda out: out.print(f"The total of {name} is entry no. {posted.index}.", markup=False))
