"""A clock is due once a period, never goes back, and does not follow a machine's clock far ahead unasked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import UnavailableError
from ledger.records.facts import CLOCK, LEDGER, ONE, ClockFact, LedgerFact
from ledger.rules.memory import MemoryView
from ledger.submit.clock import MAX_LEAP, due_time


def view(last: int | None, period: int = 60) -> MemoryView:
    made = MemoryView()
    made.apply([LEDGER.put(ONE, LedgerFact("example.org", 2, period, bytes(32), 3, 60))])
    if last is not None:
        made.apply([CLOCK.put(ONE, ClockFact(last))])
    return made


@pytest.mark.parametrize(
    ("last", "now", "due"),
    [
        (None, 1_000, 960),
        (960, 1_000, None),
        (960, 1_019, None),
        (960, 1_020, 1_020),
        (960, 1_075, 1_020),
        (960, 900, None),  # the machine's time went backwards
        (960, 960 + MAX_LEAP + 59, 960 + MAX_LEAP),
    ],
)
def test_a_clock_is_due_once_a_period_and_never_earlier_than_the_last(last: int | None, now: int, due: int) -> None:
    assert due_time(view(last), now, confirmed_time=None) == due


def test_more_than_seven_days_ahead_stops_writing_until_the_operator_confirms() -> None:
    now = 960 + MAX_LEAP + 60
    with pytest.raises(UnavailableError) as stopped:
        due_time(view(960), now, confirmed_time=None)
    assert stopped.value.rule == "clock-leap"
    assert "7 days ahead" in str(stopped.value)
    with pytest.raises(UnavailableError):
        due_time(view(960), now, confirmed_time=now - 61)  # an earlier confirmation is for an earlier leap
    assert due_time(view(960), now, confirmed_time=now) == now


@given(st.integers(0, 2**40), st.integers(0, 2**40), st.integers(1, 3600))
def test_what_is_due_is_later_than_the_last_and_a_multiple_of_the_period(last: int, now: int, period: int) -> None:
    last -= last % period
    due = due_time(view(last, period), now, confirmed_time=2**41)
    if due is None:
        assert now < last + period
    else:
        assert last < due <= now < due + period
        assert due % period == 0
