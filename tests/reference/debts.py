"""What an entry owes, and the equations (docs/spec/entries.md section 3 steps 2 and 4, federation.md section 4)."""

from . import claim, totals
from .encoding import base64_read
from .entries import Entry
from .refusal import require
from .state import State


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


def _rollup_owes(state: State, entry: Entry) -> None:
    body = entry.body
    catalogue, minimum, count = None, 0, 0
    for name in body["rounds"]:
        require(name in state.rounds, "unknown-round")
        require(name in state.closes, "not-closed")
        terms = state.rounds[name]
        catalogue = catalogue or terms.categories
        require(terms.categories == catalogue, "wrong-categories")
        minimum = max(minimum, terms.minimum)
        count += state.closes[name].count
    require(len(body["totals"]) == len(catalogue), "wrong-categories")
    require(body["count"] == count, "wrong-count")
    require(count >= minimum, "under-minimum")


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


def _rollup_equation(state: State, entry: Entry) -> None:
    sums = [state.closes[name].total for name in entry.body["rounds"]]
    totals.open_rollup(sums, [int(amount) for amount in entry.body["totals"]], base64_read(entry.body["blinding"]))


DEBTS = {"claim": _claim_owes, "total": _total_owes, "rollup": _rollup_owes}
EQUATIONS = {
    "claim": _claim_equations,
    "roster": _roster_equation,
    "total": _total_equation,
    "rollup": _rollup_equation,
}
