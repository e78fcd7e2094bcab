"""A member's own row: found by her key in rosters that entries hold, so that she need not know its number."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ledger.cli.lookup import KnownCouncil, council_of, find_council, find_round, parse_leaf, rounds
from ledger.cli.remote import Remote, unexpected
from ledger.cli.rosters import posted_rosters
from ledger.errors import NotFoundError
from ledger.records.kind import Record
from ledger.records.kinds.roster import Roster
from ledger.records.kinds.round import Round
from ledger.records.rule_names import refusal
from ledger.signing import PublicKey


@dataclass(frozen=True, slots=True)
class OwnRow:
    """A row that has a key.

    Attributes:
        roster: the roster's leaf hash.
        row: its position there.
        ref: the member's reference.
        council: the leaf hash of whose roster it is.
    """

    roster: bytes
    row: int
    ref: str
    council: bytes


def find_own_row(
    there: Remote,
    key: PublicKey,
    about: Record[Any],
    *,
    roster: str | None,
    round_: str | None,
    council: str | None,
) -> OwnRow:
    """The first row with this key in the rosters that were named; without any, in those of rounds.

    Rounds of the entry that it is about come first, then those of the same council, then all others from the newest.

    Args:
        there: the ledger.
        key: the member's.
        about: the entry that she has something to say about.
        roster: a leaf hash: looks there alone.
        round_: a leaf hash or a period: looks in its rosters alone.
        council: looks in this council's rosters alone.

    Raises:
        NotFoundError: ``unknown-member``, no row there has the key.
    """
    if roster is not None:
        leaves: Iterator[bytes] = iter((parse_leaf(roster),))
    elif round_ is not None:
        leaves = iter(find_round(there, round_, council).body.rosters)
    else:
        leaves = _rosters(there, about, None if council is None else find_council(there, council))
    seen = set[bytes]()
    for leaf in leaves:
        if leaf not in seen:
            seen.add(leaf)
            record = there.entry(leaf)
            if not isinstance(record.body, Roster):
                raise refusal("unknown-roster", f"this is the leaf hash of a {record.kind} entry, not of a roster")
            for number, row in enumerate(record.body.rows):
                if row.key == key:
                    return OwnRow(leaf, number, row.ref, record.body.council)
    raise NotFoundError(
        "no row of these rosters has your key; name yours with --roster LEAF or --council NAME, or ask your council to "
        "challenge",
        rule="unknown-member",
    )


def _rosters(there: Remote, about: Record[Any], council: KnownCouncil | None) -> Iterator[bytes]:
    """The leaf hashes of rosters in the order in which hers is most likely among them; some more than once."""
    nearest = about.leaf if isinstance(about.body, Round) else getattr(about.body, "round", None)
    if nearest is not None and council is None:
        yield from _of_round(there, nearest)
    whose: bytes | None = getattr(about.body, "council", None)
    lines = rounds(there, None if council is None else council.leaf)
    for line in sorted(lines, key=lambda line: (line.council != whose, -line.index)):
        yield from _of_round(there, line.leaf)
    # Rosters that no round has asked yet: found in the log itself.
    known = council or (None if whose is None else council_of(there, whose))
    if known is not None:
        yield from (record.leaf for record in posted_rosters(there, known))


def _of_round(there: Remote, leaf: bytes) -> tuple[bytes, ...]:
    body = there.entry(leaf).body
    if not isinstance(body, Round):
        raise unexpected("v1/rounds")
    return body.rosters
