"""Members become roster entries: as few as hold them all, none too long to have tags, none below the floor of cohorts.

With hidden allowances each row gets a fresh C_E = E·G + r_E·H, whose opening is in the vault before anybody sees the
entry; the entry opens the sum over its rows, so it has at least the floor's number of them.
"""

import itertools
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from ledger.clerk.member_secrets import MAX_TAGS
from ledger.clerk.orders import Member
from ledger.clerk.vault import Vault
from ledger.clerk.vault_records import AllowanceOpening
from ledger.crypto.backend import ORDER, SCALAR_BYTES
from ledger.crypto.commit import commit_allowance, random_scalar
from ledger.crypto.shape import MAX_ALLOWANCE
from ledger.encoding import canonical_json
from ledger.errors import MalformedError, NotAcceptedError
from ledger.records.entry import MAX_ENTRY_BYTES, build_statement, sign_entry
from ledger.records.kinds.roster import AllowanceName, Roster, Row, SumOpening
from ledger.signing import RandBytes, SigningKey

ROSTER: Final = "roster"


def make_rosters(
    members: Sequence[Member],
    *,
    origin: str,
    council: bytes,
    rule: AllowanceName,
    cohort_floor: int,
    key: SigningKey,
    vault: Vault,
    randbytes: RandBytes,
    period: str | None = None,
) -> tuple[bytes, ...]:
    """Signed roster entries that hold all members in order; hidden allowances' openings are in the vault.

    Args:
        members: each once; with an allowance exactly where the rule asks for one.
        origin: the ledger's.
        council: the leaf hash of the council's entry.
        rule: whether allowances are public, hidden, or none.
        cohort_floor: the ledger's.
        key: the council's current key.
        vault: takes the openings.
        randbytes: 48 bytes are drawn for each hidden allowance.
        period: the one that hidden allowances are for; None for any.

    Raises:
        MalformedError: ``bad-field``, ``period`` is given and allowances are not hidden.
        NotAcceptedError: ``below-floor``, ``duplicate-member``, ``missing-allowance``, ``no-orders``.
        UnavailableError: the disk refused the vault: nothing may be sent.
    """
    if not members:
        raise NotAcceptedError("a roster has at least one member", rule="no-orders")
    for values in ([member.ref for member in members], [member.key for member in members if member.key is not None]):
        if len(set(values)) != len(values):
            raise NotAcceptedError("a reference or a key stands in two rows", rule="duplicate-member")
    openings: dict[str, AllowanceOpening] = {}
    rows = []
    for member in members:
        row = Row(ref=member.ref, key=member.key)
        if rule != "none":
            amount = _allowance(member)
            if rule == "public":
                row = Row(ref=member.ref, key=member.key, allowance=amount)
            else:
                blinding = random_scalar(randbytes)
                commitment = commit_allowance(amount, blinding)
                openings[member.ref] = AllowanceOpening(member.ref, commitment, amount, blinding)
                row = Row(ref=member.ref, key=member.key, commitment=commitment)
        rows.append(row)

    frame = Roster(council=council, allowance=rule, rows=(), period=period)
    parts = tuple(_split(rows, MAX_ENTRY_BYTES - _frame_bytes(frame, rows[0], origin, key)))
    if rule == "hidden" and min(map(len, parts)) < cohort_floor:
        raise NotAcceptedError(
            f"a roster with hidden allowances has at least {cohort_floor} rows an entry, and an entry holds "
            f"{max(map(len, parts))} of these",
            rule="below-floor",
        )
    if openings:
        vault.add(openings.values(), randbytes=randbytes)
    entries = []
    for part in parts:
        opening = None if rule != "hidden" else _sum_opening([openings[row.ref] for row in part])
        body = replace(frame, rows=part, opening=opening)
        entries.append(sign_entry(build_statement(ROSTER, origin, body), ROSTER, (key,)))
    return tuple(entries)


def _frame_bytes(frame: Roster, row: Row, origin: str, key: SigningKey) -> int:
    """The length of an entry without its rows, the opening at its longest."""
    hidden = frame.allowance == "hidden"
    opening = SumOpening(blinding=bytes(SCALAR_BYTES), sum=str(MAX_ALLOWANCE)) if hidden else None
    body = replace(frame, rows=(row,), opening=opening)
    entry = sign_entry(build_statement(ROSTER, origin, body), ROSTER, (key,))
    return len(entry) - _row_bytes(row) + 1


def _row_bytes(row: Row) -> int:
    return len(canonical_json(row.to_json())) + 1  # and a comma


def _allowance(member: Member) -> int:
    if member.allowance is None:
        raise NotAcceptedError(f"{member.ref} has no allowance, and the rule asks for one", rule="missing-allowance")
    if not 0 <= member.allowance <= MAX_ALLOWANCE:
        raise MalformedError(f"the allowance of {member.ref} is outside 0 to 2^53 - 1", rule="out-of-range")
    return member.allowance


def _split(rows: Sequence[Row], limit: int) -> Iterator[tuple[Row, ...]]:
    """The rows in as few runs as fit the limit, of nearly equal length: a short last run could fall below the floor."""
    sizes = [_row_bytes(row) for row in rows]
    runs = -(-len(rows) // MAX_TAGS)  # a longer roster could never be tagged, nor rolled up where tags are asked for
    while True:
        bounds = [len(rows) * run // runs for run in range(runs + 1)]
        if all(sum(sizes[a:b]) <= limit for a, b in itertools.pairwise(bounds)):
            break
        runs += 1
    for a, b in itertools.pairwise(bounds):
        yield tuple(rows[a:b])


def _sum_opening(openings: Sequence[AllowanceOpening]) -> SumOpening:
    blinding = sum(opening.blinding for opening in openings) % ORDER
    total = sum(opening.amount for opening in openings)
    return SumOpening(blinding=blinding.to_bytes(SCALAR_BYTES, "big"), sum=str(total))
