"""A round as the rules see it: its terms, which never change, its rows, what each has claimed, and its close."""

import functools
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any, Final

from ledger.crypto.shape import Shape
from ledger.records.facts import now, u32
from ledger.records.kind import Record
from ledger.records.kinds.roster import ROWS, AllowanceName, RowFact
from ledger.records.openings import Member
from ledger.records.rule_names import refusal
from ledger.records.view import FactStruct, Space, View


class RoundFact(FactStruct, frozen=True):
    """A round, under its leaf hash. It never changes.

    Attributes:
        categories: code, unit and scale of each.
        rosters: each roster's first row in the round, and its leaf hash.
        allowances: the sum of the allowances over all rows; 0 without the rule.
    """

    council: bytes
    period: str
    round_no: int
    opens: int
    closes: int
    early_close: bool
    minimum: int
    allowance: AllowanceName
    slack_width: int | None
    widths: tuple[int, ...]
    prices: tuple[int, ...]
    categories: tuple[tuple[str, str, int], ...]
    rosters: tuple[tuple[int, bytes], ...]
    rows: int
    allowances: int
    index: int

    def shape(self) -> Shape:
        """The shape that every claim of the round has."""
        return shape_of(self.widths, self.prices, self.slack_width)

    def row_key(self, row: int) -> bytes:
        """The key in ``ROWS`` of the round's row of this number."""
        first, roster = self.rosters[bisect_right(self.rosters, row, key=_first_row) - 1]
        return roster + u32(row - first)


def _first_row(start: tuple[int, bytes]) -> int:
    return start[0]


class RoundNumberFact(FactStruct, frozen=True):
    """A council's round, under the council's leaf hash, the number (4 bytes) and the period (UTF-8)."""

    round: bytes


class SeatFact(FactStruct, frozen=True):
    """What a row of a round has said so far, under the round's leaf hash and the row (4 bytes).

    Attributes:
        seq: the number of its last claim.
        claim: the leaf hash of its live claim; empty after a withdrawal.
        index: the index of its live claim.
        commitment: that of its live claim; empty after a withdrawal.
    """

    seq: int
    claim: bytes
    index: int
    commitment: bytes


class CloseFact(FactStruct, frozen=True):
    """A round's close, under the round's leaf hash. It never changes."""

    close: bytes
    index: int
    count: int
    sum: bytes
    set: bytes


ROUNDS: Final = Space("round", RoundFact, lasting=True)
ROUND_NUMBERS: Final = Space("round-number", RoundNumberFact)
SEATS: Final = Space("seat", SeatFact)
CLOSES: Final = Space("close", CloseFact)


@functools.lru_cache(maxsize=256)
def shape_of(widths: tuple[int, ...], prices: tuple[int, ...], slack_width: int | None) -> Shape:
    """The shape, made once for all claims of a round."""
    return Shape(widths=widths, prices=prices, slack_width=slack_width)


def round_number(council: bytes, round_no: int, period: str) -> bytes:
    """The key in ``ROUND_NUMBERS`` of a council's round."""
    return council + u32(round_no) + period.encode()


def close_of(view: View, council: bytes, round_no: int, period: str) -> CloseFact | None:
    """The close of the council's round of this number and period; None before it has one."""
    number = view.get(ROUND_NUMBERS, round_number(council, round_no, period))
    return None if number is None else view.get(CLOSES, number.round)


def round_of(view: View, leaf: bytes) -> RoundFact:
    """The round of this leaf hash.

    Raises:
        NotYet: ``unknown-round``.
    """
    fact = view.get(ROUNDS, leaf)
    if fact is None:
        raise refusal("unknown-round", "round is not the leaf hash of a round entry")
    return fact


def live_members(view: View, leaf: bytes) -> Iterator[tuple[Member, int]]:
    """The rows of the round that have a live claim, each as its council and its reference, with the round's minimum."""
    fact = round_of(view, leaf)
    for key, seat in view.scan(SEATS, leaf):
        if seat.claim:
            yield (fact.council, row_of(view, fact, int.from_bytes(key[32:], "big")).ref), fact.minimum


def its_rounds_council(view: View, record: Record[Any]) -> bytes:
    """The council of the round that the body names: it answers for what is said in its round."""
    return round_of(view, record.body.round).council


def open_round(view: View, leaf: bytes) -> RoundFact:
    """The round of this leaf hash, if it takes claims at the last clock: opens ≤ clock < closes, and no close yet.

    Raises:
        NotAcceptedError: ``unknown-round``, ``round-not-open``, ``round-closed``.
    """
    fact = round_of(view, leaf)
    close = view.get(CLOSES, leaf)
    if close is not None:
        raise refusal("round-closed", f"the round was closed by the entry at index {close.index}")
    time = now(view)
    if time < fact.opens:
        raise refusal("round-not-open", f"the round opens at {fact.opens}; the last clock says {time}")
    if time >= fact.closes:
        raise refusal("round-closed", f"the round closed at {fact.closes}; the last clock says {time}")
    return fact


def row_of(view: View, fact: RoundFact, row: int) -> RowFact:
    """The round's row of this number.

    Raises:
        NotAcceptedError: ``row-out-of-range``.
    """
    if not 0 <= row < fact.rows:
        raise refusal("row-out-of-range", f"row {row} is not below {fact.rows}, the number of the round's rows")
    found = view.get(ROWS, fact.row_key(row))
    if found is None:
        raise AssertionError("bad math in the facts: a round's row is not in the view")
    return found
