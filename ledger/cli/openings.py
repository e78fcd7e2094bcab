"""Sums before they are opened: what they would show and of whom, on the clerk's own screen, and who would sign."""

from collections import defaultdict

from rich.console import Console
from rich.text import Text

from ledger.clerk.disclosing import Alone, who_stands_alone
from ledger.clerk.round_sheet import RoundSheet
from ledger.clerk.totals import TotalPreview
from ledger.cli.checked import CheckedLedger
from ledger.cli.remote import Remote
from ledger.cli.screen import Screen, counted, listing
from ledger.errors import NotAcceptedError, NotFoundError
from ledger.records.councils import MANDATES, has_ended
from ledger.records.openings import Cohort, Opening
from ledger.records.quantities import write_quantity
from ledger.signing import PublicKey


def refuse_leak(
    there: Remote,
    checked: CheckedLedger,
    opening: Opening,
    *,
    instead: str,
    members: Cohort | None = None,
) -> None:
    """Nobody would stand alone by this opening.

    Who would is told on the person's own screen alone, by reference; refusals end in logs, and name nobody.

    Args:
        there: the ledger.
        checked: what was opened in it before.
        opening: what is to be opened.
        instead: what the person can do in its place.
        members: whom it is about, where its parts are not in the ledger yet.

    Raises:
        NotAcceptedError: ``differencing``.
    """
    alone = who_stands_alone(checked.view, opening, members)
    if alone is not None:
        _name(there.desk.screen, checked, alone)
        raise NotAcceptedError(f"{alone.sentence()}. Nothing was sent. {instead}", rule="differencing")


def _name(screen: Screen, checked: CheckedLedger, alone: Alone) -> None:
    by_council = defaultdict[bytes, list[str]](list)
    for council, ref in alone.members:
        by_council[council].append(ref)
    for council, refs in by_council.items():
        screen.plain(f"Would stand alone, of {checked.council(council).name}: {', '.join(refs)}")


def signer_of(there: Remote, checked: CheckedLedger, council: bytes, kind: str, name: str | None) -> PublicKey:
    """The public half of the key that is to sign an entry of this kind for the council; its secret stays closed.

    It is the key that was named, or the council's own, or, where that is on another desk, one of this desk that acts
    for the council by a mandate in effect.

    Raises:
        NotFoundError: ``no-such-key``, this desk has none of them.
    """
    if name is not None:
        return there.desk.describe_key(name).public
    fact, mine = checked.council(council), [file.public for file in there.desk.keys().values()]
    for public in mine:
        if public == fact.key:
            return public
    for public in mine:
        mandate = checked.view.get(MANDATES, public)
        if mandate is None or mandate.council != council or kind not in mandate.kinds:
            continue
        if not has_ended(checked.view, mandate):
            return public
    raise NotFoundError(
        f"this desk holds neither the key of {fact.name} nor that of a mandate for entries of the kind {kind}",
        rule="no-such-key",
    )


def present_key(checked: CheckedLedger, council: bytes) -> PublicKey:
    """The council's own key as it is valid now.

    Raises:
        NotAcceptedError: ``revoked-key``, it has none.
    """
    fact = checked.council(council)
    if not fact.key:
        raise NotAcceptedError(f"the key of {fact.name} has been revoked, and it has no other", rule="revoked-key")
    return PublicKey(fact.key)


def show_amounts(out: Console, sheet: RoundSheet, shown: TotalPreview) -> None:
    """What a total holds, and what it says about single households."""
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
        elif category.code in shown.prominent:
            remark = "one household is more than 15 % of it"
        amount = write_quantity(totals[category.code], category.scale)
        table.add_row(*map(Text, (category.name, amount, category.unit, remark)))
    out.print(table)
    if shown.allowances_asserted:
        out.print(
            f"The sum of allowances rests on the council's word: {counted(shown.unclaimed, 'member')} without a claim.",
            markup=False,
        )
