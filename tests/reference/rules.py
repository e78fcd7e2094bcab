"""Judging entries one after the other (docs/spec/entries.md section 3)."""

from collections.abc import Sequence
from dataclasses import dataclass

from . import steps, steps_checks, steps_federation, steps_powers, steps_rollup, steps_rounds
from .answers import who_answers
from .debts import DEBTS, EQUATIONS
from .entries import Entry, read_entry
from .refusal import RefusedError, require
from .state import Noted, State

STEPS = steps.STEPS | steps_rounds.STEPS | steps_checks.STEPS | steps_powers.STEPS
STEPS |= steps_federation.STEPS | steps_rollup.STEPS


@dataclass(frozen=True)
class Verdict:
    """Whether a list of entries holds; if not, the first index that does not, and the rule."""

    state: State
    index: int | None = None
    rule: str | None = None

    @property
    def holds(self) -> bool:
        """No entry is refused."""
        return self.rule is None


def judge(state: State, raw: bytes, index: int, origin: str | None) -> Entry:
    """One entry on the state before it; what it adds is added."""
    entry = read_entry(raw, origin)
    if entry.kind in DEBTS:
        DEBTS[entry.kind](state, entry)
    require(entry.signatures_hold(), "invalid-signature")
    if entry.kind in EQUATIONS:
        EQUATIONS[entry.kind](state, entry)
    if index == 0:
        require(entry.kind == "ledger", "no-ledger")
    else:
        require(entry.name not in state.entries, "duplicate-entry")
        require(entry.kind != "ledger", "second-ledger")
        require(entry.ledger == state.origin, "wrong-ledger")
        require(entry.kind == "clock" or state.clock is not None, "no-clock")
    STEPS[entry.kind](state, entry, index)
    state.entries[entry.name] = Noted(index, entry.kind, who_answers(state, entry))
    return entry


def replay(entries: Sequence[bytes], origin: str | None = None) -> Verdict:
    """All entries in order; the origin is the log's key name, or what entry 0 says of itself."""
    state = State()
    for index, raw in enumerate(entries):
        try:
            judge(state, raw, index, origin)
        except RefusedError as refused:
            return Verdict(state, index, refused.rule)
        origin = origin or state.origin
    return Verdict(state)
