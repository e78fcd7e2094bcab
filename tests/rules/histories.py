"""Random histories, true and false: each action looks at what stands in the log and makes an entry, or a lie."""

from collections import Counter

from ledger.records.entry import parse_entry
from tests.rules.histories_checks import CheckTeller
from tests.rules.histories_powers import PowerTeller
from tests.rules.histories_rollups import RollupTeller
from tests.rules.histories_rounds import RoundTeller

__all__ = ["ACTIONS", "Historian"]


class Historian(RoundTeller, PowerTeller, CheckTeller, RollupTeller):
    """One action for each kind of entry but the first, and two that repeat or damage one."""

    def again(self, a: int, b: int, c: int, lie: int) -> bytes | None:
        """An entry that was posted before, as it was."""
        return self.posted[a % len(self.posted)] if self.posted else self.server.log[a % len(self.server.log)]

    def damaged(self, a: int, b: int, c: int, lie: int) -> bytes | None:
        """An entry of the log with one bit turned."""
        raw = bytearray(self.server.log[a % len(self.server.log)])
        raw[(b << 8 | c) % len(raw)] ^= 1 << lie % 8
        return bytes(raw)

    def accepted_kinds(self) -> Counter[str]:
        return Counter(parse_entry(raw, origin=None).kind for raw in self.server.log)


ACTIONS = (
    *("clock", "clock", "council", "council", "key", "roster", "roster", "round", "round", *["claim"] * 14),
    *("withdraw", "close", "close", "close", "total", "total"),
    *("resource", "use", "decision", "mandate", "mandate", "recall", "recovery", "recover", "consent", "consent"),
    *("challenge", "challenge", "reply", "outcome", "outcome", "erratum"),
    *("membership", "request", "request", "tags", "tags", "tags", *["rollup"] * 3, "again", "damaged"),
)
