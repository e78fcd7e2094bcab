"""Judging entries one after the other (docs/spec/entries.md sections 3 and 5)."""

from collections.abc import Sequence
from dataclasses import dataclass

from . import claim, totals
from .encoding import base64_read
from .entries import Entry, read_entry
from .refusal import RefusedError, require
from .state import State
from .steps import STEPS


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
    if entry.kind in _DEBTS:
        _DEBTS[entry.kind](state, entry)
    require(entry.signatures_hold(), "invalid-signature")
    if entry.kind in _EQUATIONS:
        _EQUATIONS[entry.kind](state, entry)
    if index == 0:
        require(entry.kind == "ledger", "no-ledger")
    else:
        require(entry.name not in state.entries, "duplicate-entry")
        require(entry.kind != "ledger", "second-ledger")
        require(entry.ledger == state.origin, "wrong-ledger")
        require(entry.kind == "clock" or state.clock is not None, "no-clock")
    STEPS[entry.kind](state, entry, index)
    state.entries[entry.name] = (index, entry.kind)
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


def _claim_owes(state: State, entry: Entry) -> None:
    terms = state.rounds.get(entry.body["round"])
    require(terms is not None, "unknown-round")
    require(entry.body["row"] < len(terms.rows), "row-out-of-range")
    key = terms.rows[entry.body["row"]].key
    require(key in (None, entry.body["key"]), "wrong-key")


def _total_owes(state: State, entry: Entry) -> None:
    terms = state.rounds.get(entry.body["round"])
    require(terms is not None, "unknown-round")
    close = state.closes.get(entry.body["round"])
    require(close is not None, "not-closed")
    require(close.count >= terms.minimum, "under-minimum")
    require(len(entry.body["totals"]) == terms.shape.m, "wrong-categories")


def _claim_equations(state: State, entry: Entry) -> None:
    body = entry.body
    terms = state.rounds[body["round"]]
    allowance = terms.rows[body["row"]].allowance
    context = claim.context_of(claim.message(terms.shape, allowance, body["round"], entry.statement))
    commitment, proof = base64_read(body["commitment"]), base64_read(body["proof"])
    claim.verify(terms.shape, allowance, context, commitment, proof)


def _roster_equation(_: State, entry: Entry) -> None:
    if entry.body["allowance"] == "hidden":
        opening = entry.body["opening"]
        commitments = [base64_read(row["commitment"]) for row in entry.body["rows"]]
        totals.open_roster(commitments, int(opening["sum"]), base64_read(opening["blinding"]))


def _total_equation(state: State, entry: Entry) -> None:
    close = state.closes[entry.body["round"]]
    totals.open_total(close.total, entry.body["totals"], base64_read(entry.body["blinding"]))


_DEBTS = {"claim": _claim_owes, "total": _total_owes}
_EQUATIONS = {"claim": _claim_equations, "roster": _roster_equation, "total": _total_equation}
