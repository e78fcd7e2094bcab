"""``clock``: the time, asserted by the operator. Rules know no other."""

from typing import Final

from ledger.records.facts import CLOCK, ONE, ClockFact, ledger_of
from ledger.records.fields import Body, Natural, Ordinal
from ledger.records.kind import Kind, Record, nobody, nothing_owed, nothing_to_check
from ledger.records.rule_names import refusal
from ledger.records.signers import require_signers
from ledger.records.view import Fact, View


class Clock(Body, frozen=True, kw_only=True):
    """What a clock entry says.

    Attributes:
        refused: how many challenges were refused as ``too-many-challenges`` since the clock before; absent for none.
        time: Unix seconds.
    """

    refused: Ordinal | None = None
    time: Natural


def _step(view: View, record: Record[Clock], _index: int) -> tuple[Fact, ...]:
    time = record.body.time
    ledger = ledger_of(view)
    require_signers(view, record, {ledger.log_key: "the log"})
    if time % ledger.clock_period:
        raise refusal("clock-off-period", f"time is not a multiple of the clock period, {ledger.clock_period} s")
    last = view.get(CLOCK, ONE)
    if last is not None and time <= last.time:
        raise refusal("clock-backwards", f"time {time} is not later than the last clock, {last.time}")
    return (CLOCK.put(ONE, ClockFact(time)),)


KIND: Final = Kind("clock", Clock, nothing_to_check, nothing_owed, _step, nobody)
