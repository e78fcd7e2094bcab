"""When the log itself says what time it is: before the first entry, after index 0, of each period of its clock."""

from typing import Final

from ledger.errors import UnavailableError
from ledger.records.facts import CLOCK, ONE, ledger_of
from ledger.records.view import View

MAX_LEAP: Final = 7 * 24 * 3600
"""Seconds by which the system's time may be ahead of the last clock before an operator must confirm it.

A clock is for ever: one wrong by years would close every open round and could never be taken back.
"""


def due_time(view: View, system_time: int, *, confirmed_time: int | None) -> int | None:
    """The time of the clock entry that is due before an entry admitted now; None if none is.

    Args:
        view: what the entries so far mean; holds entry 0.
        system_time: Unix seconds as the machine says.
        confirmed_time: Unix seconds up to which the operator has confirmed the machine's time.

    Raises:
        UnavailableError: rule ``clock-leap``; the machine's time is too far ahead of the last clock to be believed.
    """
    period = ledger_of(view).clock_period
    time = system_time - system_time % period
    last = view.get(CLOCK, ONE)
    if last is None:
        return time
    if time <= last.time:  # also when the machine's time has gone backwards: clocks never do
        return None
    if time - last.time > MAX_LEAP and (confirmed_time is None or time > confirmed_time):
        raise UnavailableError(
            f"the server's time is {(time - last.time) // 86_400} days ahead of the ledger's last clock; writing stops "
            "until the operator confirms it",
            retry_after=3600,
            rule="clock-leap",
        )
    return time
