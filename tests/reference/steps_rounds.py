"""The lists "Steps" and "Adds" of rounds, from `round` to `total` (docs/spec/entries.md sections 11 to 15)."""

from dataclasses import replace

from . import totals
from .canonical import MAX_INTEGER
from .claim import Shape
from .encoding import base64_encode, base64_read
from .entries import Entry
from .openings import add_opening, of_rounds
from .refusal import require
from .signing import acting_key, signed_by, signed_by_council
from .state import Close, Round, Row, Seat, State


def _round(state: State, entry: Entry, _: int) -> None:
    body = entry.body
    council, rule, catalogue = body["council"], body["allowance"]["rule"], body["catalogue"]
    signed_by_council(state, entry, council)
    require(body["minimum"] >= state.floor, "below-floor")
    number = (council, body["round_no"], body["period"])
    require(number not in state.round_numbers, "duplicate-round")
    rosters = []
    for name in body["rosters"]:
        require(name in state.rosters, "unknown-roster")
        rosters.append(state.rosters[name])
        require(rosters[-1].council == council, "wrong-roster")
        require(rosters[-1].rule == rule, "wrong-roster")
    rows = tuple(row for roster in rosters for row in roster.rows)
    require(len(rows) <= 100_000, "too-many-rows")
    dearest = sum(category["price"] * (2 ** category["width"] - 1) for category in catalogue)
    require(len(rows) * dearest <= MAX_INTEGER, "price-list-overflow")
    allowances = sum(roster.total for roster in rosters)
    require(allowances <= MAX_INTEGER, "allowance-overflow")
    slack_width = body["allowance"].get("slack_width")
    _check_rows(rows, slack_width if rule == "public" else None)
    widths = tuple(category["width"] for category in catalogue)
    shape = Shape(widths, tuple(category["price"] for category in catalogue), slack_width)
    state.rounds[entry.name] = Round(
        council=council,
        period=body["period"],
        number=body["round_no"],
        rosters=tuple(body["rosters"]),
        categories=tuple((category["code"], category["unit"], category["scale"]) for category in catalogue),
        rule=rule,
        shape=shape,
        opens=body["opens"],
        closes=body["closes"],
        early_close=body["early_close"],
        minimum=body["minimum"],
        rows=rows,
        allowances=allowances,
    )
    state.round_numbers.add(number)


def _check_rows(rows: tuple[Row, ...], slack_width: int | None) -> None:
    """Step 8 of section 11, for each row in turn."""
    references, keys = set(), set()
    for row in rows:
        require(row.ref not in references and (row.key is None or row.key not in keys), "duplicate-member")
        references.add(row.ref)
        keys.add(row.key)
        if slack_width:
            require(row.allowance.amount < 2**slack_width, "slack-too-narrow")


def _open(state: State, name: str) -> None:
    """Step 1 of section 12."""
    terms = state.rounds[name]
    require(name not in state.closes, "round-closed")
    require(state.clock >= terms.opens, "round-not-open")
    require(state.clock < terms.closes, "round-closed")


def _claim(state: State, entry: Entry, index: int) -> None:
    body = entry.body
    name, row = body["round"], body["row"]
    terms = state.rounds[name]
    _open(state, name)
    acting = acting_key(state, entry, terms.council)
    require(terms.rows[row].key is not None or body["key"] == acting, "wrong-key")
    signed_by(state, entry, {body["key"], acting})
    seat = state.seat(name, row)
    require(body["seq"] == seat.seq + 1, "stale-sequence")
    live = None if seat.live is None else base64_encode(seat.live.leaf)
    require(body.get("superseded") == live, "wrong-superseded")
    made = totals.LiveClaim(index, entry.leaf, base64_read(body["commitment"]))
    state.seats[name, row] = Seat(body["seq"], made)


def _withdraw(state: State, entry: Entry, _: int) -> None:
    name, row = entry.body["round"], entry.body["row"]
    require(name in state.rounds, "unknown-round")
    terms = state.rounds[name]
    _open(state, name)
    require(row < len(terms.rows), "row-out-of-range")
    if terms.rows[row].key is not None:
        signed_by(state, entry, [terms.rows[row].key])
    else:
        signed_by_council(state, entry, terms.council)
    seat = state.seat(name, row)
    require(seat.live is not None and base64_encode(seat.live.leaf) == entry.body["claim"], "wrong-claim")
    state.seats[name, row] = replace(seat, live=None)


def _close(state: State, entry: Entry, index: int) -> None:
    body = entry.body
    name = body["round"]
    require(name in state.rounds, "unknown-round")
    terms = state.rounds[name]
    signed_by_council(state, entry, terms.council)
    require(name not in state.closes, "already-closed")
    require(state.clock >= terms.closes or terms.early_close, "too-early")
    live = state.live(name)
    require(body["count"] == len(live), "wrong-count")
    require(base64_read(body["sum"]) == totals.closing_sum(live), "wrong-sum")
    require(base64_read(body["set"]) == totals.closing_set(live), "wrong-set")
    state.closes[name] = Close(index, len(live), base64_read(body["sum"]))


def _total(state: State, entry: Entry, _: int) -> None:
    body = entry.body
    name = body["round"]
    terms = state.rounds[name]
    signed_by_council(state, entry, terms.council)
    require(name not in state.totals, "already-totalled")
    require(body["unclaimed"] == len(terms.rows) - state.closes[name].count, "wrong-unclaimed")
    expected = None if terms.rule == "none" else terms.allowances
    require(body.get("allowances") == expected, "wrong-allowances")
    add_opening(state, ("period", terms.period), of_rounds(state, [name]))
    state.totals.add(name)


STEPS = {
    "round": _round,
    "claim": _claim,
    "withdraw": _withdraw,
    "close": _close,
    "total": _total,
}
