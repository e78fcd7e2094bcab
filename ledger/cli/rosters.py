"""The rosters of a council on this desk: posted once, chosen for a round, their members invited."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ledger.clerk.invitations import Invitation, seal_invitation
from ledger.cli.desk import write_public
from ledger.cli.remote import Remote
from ledger.cli.sending import jobs
from ledger.cli.vaults import open_vault
from ledger.client.poster import Posted
from ledger.errors import NotAcceptedError
from ledger.records.entry import parse_entry
from ledger.records.kind import Record
from ledger.records.kinds.roster import AllowanceName, Roster
from ledger.signing import RandBytes, parse_public_key

_PREFIX: Final = "roster-"


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
                write_public(path, seal_invitation(invitation, to=parse_public_key(row.key), randbytes=randbytes))
            written.append(path)
    return tuple(written)
