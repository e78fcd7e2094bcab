"""A closed round's sub-total, written for the federation's clerk and nobody else; nothing becomes public by it."""

import secrets
from pathlib import Path

from ledger.clerk.round_sheet import RoundSheet
from ledger.clerk.subtotals import seal_sub_total
from ledger.clerk.totals import TotalDraft
from ledger.cli.checked import CheckedLedger
from ledger.cli.desk import write_sealed
from ledger.cli.lookup import find_council, name_of_round
from ledger.cli.openings import present_key, show_amounts
from ledger.cli.remote import Remote
from ledger.cli.screen import counted
from ledger.encoding import encode_base64
from ledger.errors import NotAcceptedError
from ledger.records.councils import MANDATES, has_ended, is_below
from ledger.signing import PublicKey


def hand_over(
    there: Remote,
    checked: CheckedLedger,
    sheet: RoundSheet,
    draft: TotalDraft,
    file: Path,
    *,
    federation: str | None,
    to: str | None,
    yes: bool,
) -> None:
    """Write the sub-total of a closed round into ``file``, sealed to who rolls up for a federation above the council.

    Raises:
        NotAcceptedError: ``wrong-federation``, the council is in none, or not in this one; ``revoked-key``, it has
            none; ``wrong-key``, the key that was named may not roll up for it; ``file-exists``.
    """
    if file.exists():  # asked again when it is written; here so that nobody says yes for nothing
        raise NotAcceptedError(f"{file} is there already and is left as it is", rule="file-exists")
    leaf = _federation(there, checked, sheet.body.council, federation)
    whose = checked.council(leaf).name
    recipient = _recipient(checked, leaf, None if to is None else there.desk.public_key(to))
    screen, name, shown = there.desk.screen, name_of_round(sheet), draft.preview
    if not screen.json_output:
        show_amounts(screen.out, sheet, shown)
    screen.plain(
        f"The clerk of {whose} will see this sub-total of {counted(shown.count, 'household')}, and what stands beside "
        "it. Where it is rolled up with one other council's, that council's clerk can compute it too. The ledger and "
        "everybody else see nothing of it."
    )
    screen.confirm(f"Write the sub-total of {name} for {whose}?", yes=yes)
    write_sealed(file, seal_sub_total(draft.sub_total(there.origin), to=recipient, randbytes=secrets.token_bytes))
    facts = {
        "file": str(file),
        "round": name,
        "count": shown.count,
        "minimum": shown.minimum,
        "federation": encode_base64(leaf),
        "sealed_to": encode_base64(recipient),
        "seen_by_the_federation": True,
        "posted": False,
    }
    screen.result(
        facts,
        lambda out: out.print(
            f"Nothing was posted. Give {file} to the clerk of {whose}, who runs: opentally rollup "
            f"{sheet.body.period} {file}",
            markup=False,
        ),
    )


def _federation(there: Remote, checked: CheckedLedger, council: bytes, named: str | None) -> bytes:
    """The federation that the council is in, or the one that was named, above it."""
    if named is None:
        above = checked.council(council).parent
        if not above:
            raise NotAcceptedError(
                "the council is in no federation; see opentally council list", rule="wrong-federation"
            )
        return above
    leaf = find_council(there, named).leaf
    if checked.council(leaf).type != "federation" or not (leaf == council or is_below(checked.view, council, leaf)):
        raise NotAcceptedError(f"{named} is no federation that the council is in", rule="wrong-federation")
    return leaf


def _recipient(checked: CheckedLedger, federation: bytes, given: PublicKey | None) -> PublicKey:
    """The key that the sub-total is sealed to: the federation's present one, or that of a mandate to roll up for it."""
    fact = checked.council(federation)
    if given is None or given == fact.key:
        return present_key(checked, federation)
    mandate = checked.view.get(MANDATES, given)
    if mandate is None or mandate.council != federation or has_ended(checked.view, mandate):
        raise NotAcceptedError(f"the key acts for {fact.name} by no mandate that is in effect", rule="wrong-key")
    if "rollup" not in mandate.kinds:
        raise NotAcceptedError(f"the mandate of this key does not name rollups of {fact.name}", rule="outside-mandate")
    return given
