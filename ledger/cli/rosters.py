"""The rosters of a council: posted once, chosen for a round, held against earlier ones, their members invited."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ledger.clerk.invitations import Invitation, seal_invitation
from ledger.clerk.roster_sums import given_away, published
from ledger.cli.checked import CheckedLedger, checked_ledger
from ledger.cli.desk import write_sealed
from ledger.cli.lookup import KnownCouncil
from ledger.cli.openings import refuse_leak
from ledger.cli.remote import Remote
from ledger.cli.sending import jobs
from ledger.cli.vaults import open_vault
from ledger.client.poster import Posted
from ledger.encoding import encode_base64
from ledger.errors import MalformedError, NotAcceptedError
from ledger.records.entry import parse_entry
from ledger.records.facts import ledger_of
from ledger.records.kind import Record
from ledger.records.kinds.roster import ROSTERS, AllowanceName, Roster
from ledger.records.openings import Opening, allowances_occasion
from ledger.signing import RandBytes, parse_public_key

_PREFIX: Final = "roster-"
_INSTEAD: Final = (
    "--yes-this-gives-away does not help, since the ledger itself refuses such a roster. Let at least as many members "
    "as the floor come or go at once, or, where these are the allowances of another period, say so with --period"
)
_NAMED: Final = 5
"""Groups named in a refusal; who wants to know of more asks again with fewer changes."""


def roster_prefix(council: bytes) -> str:
    """How the jobs with a council's rosters are called."""
    return f"{_PREFIX}{council.hex()[:16]}-"


def known_rosters(there: Remote, council: bytes) -> tuple[Record[Roster], ...]:
    """The council's rosters that this desk has posted, in the order of the log."""
    raws = {
        sent.result.index: sent.letter.raw
        for _, job in jobs(there, roster_prefix(council))
        for sent in job.results()
        if isinstance(sent.result, Posted)
    }
    return tuple(parse_entry(raws[index], origin=there.origin) for index in sorted(raws))


def choose_rosters(there: Remote, council: bytes, rule: AllowanceName) -> tuple[Record[Roster], ...]:
    """The rosters that a round takes where none are named, in the order of the log.

    The newest, and each older one whose members and keys stand in none of those chosen so far.

    Raises:
        NotAcceptedError: this desk has posted none with this allowance rule.
    """
    chosen: list[Record[Roster]] = []
    taken = set[str | bytes]()
    for record in reversed(known_rosters(there, council)):
        own = {row.ref for row in record.body.rows} | {row.key for row in record.body.rows if row.key is not None}
        if record.body.allowance == rule and not own & taken:
            chosen.insert(0, record)
            taken |= own
    if not chosen:
        raise NotAcceptedError(
            f"this desk has posted no roster of the council with the allowance rule {rule}; add one with opentally "
            "roster add, or name rosters with --roster",
            rule="missing-roster",
        )
    return tuple(chosen)


def posted_rosters(there: Remote, council: KnownCouncil) -> tuple[Record[Roster], ...]:
    """The council's rosters in the log, whichever desk posted them, from the entries of the signed tree.

    No view of the server is asked, since a roster that it kept silent about would be one that nobody is warned of.

    Raises:
        MalformedError: the server's list of councils does not agree with the log.
    """
    if there.reader.entry(council.index).leaf != council.leaf:
        raise MalformedError("the server's list of councils does not agree with the log", rule="unexpected-answer")
    marks = (b'"kind":"roster"', encode_base64(council.leaf).encode())
    start, end = council.index + 1, there.head.size
    found = []
    with there.desk.screen.progress("looking for rosters", end - start) as advance:
        for entry in there.reader.entries(start, end):
            advance(1)
            if all(mark in entry.raw for mark in marks):
                record = parse_entry(entry.raw, origin=there.origin)
                if isinstance(record.body, Roster) and record.body.council == council.leaf:
                    found.append(record)
    return tuple(found)


def _checked_rosters(there: Remote, checked: CheckedLedger, council: bytes) -> tuple[Record[Roster], ...]:
    """The council's rosters in the log, in its order, from what this desk has checked of it."""
    known = sorted((fact.index, leaf) for leaf, fact in checked.view.scan(ROSTERS) if fact.council == council)
    return tuple(there.entry(leaf) for _, leaf in known)


def refuse_giving_away(there: Remote, council: KnownCouncil, entries: Sequence[bytes], *, agreed: bool) -> None:
    """These rosters may be posted: with the council's earlier ones they give no allowance away.

    Two things are asked. The ledger's rule refuses a hidden roster whose sum, with those of earlier ones for the same
    period, is about fewer members than the floor, whatever their allowances; nobody can agree that away. The second is
    finer, and is the desk's own: it knows which allowances have changed, and which are the same in another period.

    Args:
        there: the ledger.
        council: whose rosters they are.
        entries: the rosters; what of them is in the log already is not held against the others.
        agreed: whether the person has agreed to what is given away; then it is only told.

    Raises:
        NotAcceptedError: ``differencing``, by the ledger's rule; ``gives-away``.
        LedgerError: what else the rules would refuse a roster for.
    """
    new: list[Record[Roster]] = [parse_entry(raw, origin=there.origin) for raw in entries]
    if all(record.body.allowance == "none" for record in new):
        return
    with checked_ledger(there) as checked:
        earlier = _checked_rosters(there, checked, council.leaf)
        floor = ledger_of(checked.view).cohort_floor
        for record in new:
            if checked.standing(record.leaf) is None:
                _refuse_by_rule(there, checked, record)
    own = {record.leaf for record in new}
    before = [record for record in earlier if record.body.allowance != "none" and record.leaf not in own]
    if before:
        _refuse_by_amounts(there, before, new, floor=floor, agreed=agreed)


def _refuse_by_rule(there: Remote, checked: CheckedLedger, record: Record[Roster]) -> None:
    """Refuse what the ledger would refuse: a refused roster has shown its sum to the server."""
    body = record.body
    if body.opening is not None:
        floor = ledger_of(checked.view).cohort_floor
        opening = Opening(allowances_occasion(body.council, body.period), (record.leaf,), (body.council,))
        members = {(body.council, row.ref): floor for row in body.rows}
        refuse_leak(there, checked, opening, members=members, instead=_INSTEAD)
    checked.would_take(record)


def _refuse_by_amounts(
    there: Remote, earlier: Sequence[Record[Roster]], new: Sequence[Record[Roster]], *, floor: int, agreed: bool
) -> None:
    vault = open_vault(there)
    groups = given_away(
        [published(record.body, vault) for record in earlier],
        [published(record.body, vault) for record in new],
        floor=floor,
    )
    if not groups:
        return
    named = "; ".join(_together(group) for group in groups[:_NAMED])
    more = f"; and of {len(groups) - _NAMED} more groups" if len(groups) > _NAMED else ""
    told = (
        f"the sums of the council's rosters are public, and from this one and the earlier ones everybody could compute "
        f"the allowance, or the change of it, of fewer than {floor} members: of {named}{more}"
    )
    if not agreed:
        raise NotAcceptedError(
            f"{told}. Nothing was sent; let at least {floor} members come, go or change at once, or give everybody a "
            "new allowance, or, if those named agree, add --yes-this-gives-away",
            rule="gives-away",
        )
    there.desk.screen.warn(f"{told}.")


def _together(group: frozenset[str]) -> str:
    refs = sorted(group)
    return refs[0] if len(refs) == 1 else f"{', '.join(refs[:-1])} and {refs[-1]} together"


def write_invitations(there: Remote, entries: Sequence[bytes], folder: Path, randbytes: RandBytes) -> tuple[Path, ...]:
    """One sealed file for each member with a key of her own: what she needs to claim under her hidden allowance."""
    vault = open_vault(there)
    written = []
    for raw in entries:
        record: Record[Roster] = parse_entry(raw, origin=there.origin)
        for row in record.body.rows:
            if row.key is None or row.commitment is None:
                continue
            path = folder / f"{row.ref}.invitation"
            if not path.exists():  # sealed anew the bytes would differ, and one that was handed out stays as it is
                invitation = Invitation(there.origin, record.leaf, vault.allowance(row.commitment))
                write_sealed(path, seal_invitation(invitation, to=parse_public_key(row.key), randbytes=randbytes))
            written.append(path)
    return tuple(written)
