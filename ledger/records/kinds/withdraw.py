"""``withdraw``: a row takes its live claim back while the round is open."""

from typing import Final

from ledger.records.councils import require_council
from ledger.records.facts import u32
from ledger.records.fields import Body, LeafHash, RowNumber
from ledger.records.kind import Kind, Record, nothing_owed, nothing_to_check
from ledger.records.rounds import SEATS, SeatFact, its_rounds_council, open_round, row_of
from ledger.records.rule_names import refusal
from ledger.records.signers import require_signers
from ledger.records.view import Fact, View


class Withdraw(Body, frozen=True, kw_only=True):
    """What a withdraw entry says: ``claim`` is the row's live claim in ``round``."""

    claim: LeafHash
    round: LeafHash
    row: RowNumber


def _step(view: View, record: Record[Withdraw], _index: int) -> tuple[Fact, ...]:
    body = record.body
    fact = open_round(view, body.round)
    member = row_of(view, fact, body.row).key
    if member:
        require_signers(view, record, {member: "the row's member key"})
    else:
        require_council(view, record, fact.council)
    seat_key = body.round + u32(body.row)
    seat = view.get(SEATS, seat_key)
    if seat is None or seat.claim != body.claim:
        raise refusal("wrong-claim", "claim is not the row's live claim")
    return (SEATS.put(seat_key, SeatFact(seat.seq, b"", 0, b"")),)


KIND: Final = Kind("withdraw", Withdraw, nothing_to_check, nothing_owed, _step, its_rounds_council)
