"""What the facts of one snapshot say of a council, a round or a row, in the form of the answers."""

from api.answers import CloseView, CouncilView, RoundState, RowView, TotalView
from api.lookups import errata_about
from ledger.encoding import encode_base64
from ledger.errors import NotFoundError
from ledger.records.councils import CouncilFact
from ledger.records.facts import CLOCK, ONE, u32
from ledger.records.kinds.erratum import is_withdrawn
from ledger.records.kinds.total import TOTALS, TotalFact
from ledger.records.rounds import CLOSES, ROUNDS, SEATS, CloseFact, RoundFact, row_of
from ledger.records.view import View


def clock_time(view: View) -> int | None:
    """The last clock, in Unix seconds; None before the first."""
    fact = view.get(CLOCK, ONE)
    return None if fact is None else fact.time


def council_view(size: int, leaf: bytes, fact: CouncilFact) -> CouncilView:
    """A council as it stands at this ``size``."""
    return CouncilView(
        size=size,
        leaf=leaf,
        index=fact.index,
        name=fact.name,
        type=fact.type,
        key=fact.key or None,
        parent=fact.parent or None,
    )


def close_view(fact: CloseFact) -> CloseView:
    """What a round's close says."""
    return CloseView(leaf=fact.close, index=fact.index, count=fact.count, sum=fact.sum, set=fact.set)


def total_view(view: View, fact: TotalFact) -> TotalView:
    """What a round's total says, and what was said of it afterwards."""
    return TotalView(
        leaf=fact.total,
        index=fact.index,
        totals=fact.totals,
        withdrawn=is_withdrawn(view, fact.total),
        errata=errata_about(view, fact.total),
    )


def known_round(view: View, leaf: bytes) -> RoundFact:
    """The round of this leaf hash.

    Raises:
        NotFoundError: there is none.
    """
    fact = view.get(ROUNDS, leaf)
    if fact is None:
        raise NotFoundError("there is no round of this leaf hash", rule="unknown-round")
    return fact


def round_state(view: View, leaf: bytes, fact: RoundFact) -> RoundState:
    """How far a round has come: by its close and its total, else by the last clock."""
    if view.get(TOTALS, leaf) is not None:
        return "totalled"
    if view.get(CLOSES, leaf) is not None:
        return "closed"
    time = clock_time(view)
    if time is None or time < fact.opens:
        return "announced"
    return "open" if time < fact.closes else "ended"


def row_view(view: View, leaf: bytes, fact: RoundFact, number: int) -> RowView:
    """One row of a round: its member, and what it has claimed so far.

    Raises:
        NotFoundError: the round has fewer rows.
    """
    if not 0 <= number < fact.rows:
        raise NotFoundError(f"row {number} is not below {fact.rows}, the number of the round's rows")
    row = row_of(view, fact, number)
    seat = view.get(SEATS, leaf + u32(number))
    allowance = encode_base64(row.allowance) if isinstance(row.allowance, bytes) else row.allowance
    live = seat is not None and bool(seat.claim)
    return RowView(
        row=number,
        roster=fact.row_key(number)[:32],
        ref=row.ref,
        key=row.key or None,
        allowance=allowance,
        seq=0 if seat is None else seat.seq,
        claim=seat.claim if seat is not None and live else None,
        claim_index=seat.index if seat is not None and live else None,
    )
