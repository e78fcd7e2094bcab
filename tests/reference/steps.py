"""The lists "Steps" and "Adds" of the twelve kinds (docs/spec/entries.md sections 6 to 17)."""

from dataclasses import replace

from . import totals
from .canonical import MAX_INTEGER
from .claim import Allowance, Shape
from .encoding import base64_encode, base64_read
from .entries import Entry, roster_sum
from .generators import DIGEST
from .refusal import require
from .signing import signed_by, signed_by_council
from .state import Close, Council, Key, Roster, Round, Row, Seat, State


def _ledger(state: State, entry: Entry, _: int) -> None:
    body = entry.body
    require(base64_read(body["generators"]) == DIGEST, "wrong-generators")
    signed_by(state, entry, body["founding"])
    state.origin = entry.ledger
    state.floor, state.period, state.log_key = body["cohort_floor"], body["clock_period"], body["log_key"]
    state.keys[body["log_key"]] = Key("log")
    for key in body["founding"]:
        state.keys[key] = Key("founding")
        state.founding.add(key)


def _clock(state: State, entry: Entry, _: int) -> None:
    time = entry.body["time"]
    signed_by(state, entry, [state.log_key])
    require(time % state.period == 0, "clock-off-period")
    require(state.clock is None or time > state.clock, "clock-backwards")
    state.clock = time


def _council(state: State, entry: Entry, _: int) -> None:
    key, parent = entry.body["key"], entry.body.get("parent")
    require(key not in state.keys, "duplicate-key")
    require(parent is None or parent in state.councils, "unknown-council")
    powers = set(state.founding)
    if parent is not None and state.councils[parent].key is not None:
        powers.add(state.councils[parent].key)
    signed_by(state, entry, [key], powers)
    state.councils[entry.name] = Council(key, parent)
    state.keys[key] = Key("council", entry.name)


def _powers(state: State, key: str) -> set[str]:
    """Step 5 of section 9: the powers over a key."""
    powers = {key}
    known = state.keys[key]
    if known.role == "council":
        parent = state.councils[known.council].parent
        if parent is None:
            powers |= state.founding
        elif state.councils[parent].key is not None:
            powers.add(state.councils[parent].key)
    return powers


def _key(state: State, entry: Entry, index: int) -> None:
    key, new = entry.body["key"], entry.body.get("new")
    require(key in state.keys, "unknown-key")
    known = state.keys[key]
    require(known.ended is None, "revoked-key")
    require(known.role != "log", "wrong-key")
    require(new not in state.keys, "duplicate-key")
    signed_by(state, entry, [] if new is None else [new], _powers(state, key))
    if known.role == "founding" and new is None:
        require(state.founding != {key}, "last-founding-key")
    state.keys[key] = replace(known, ended=index)
    if new is not None:
        state.keys[new] = replace(known)
    if known.role == "council":
        state.councils[known.council] = replace(state.councils[known.council], key=new)
    else:
        state.founding.remove(key)
        if new is not None:
            state.founding.add(new)


def _row(row: dict) -> Row:
    commitment = row.get("commitment")
    allowance = Allowance(row.get("allowance"), None if commitment is None else base64_read(commitment))
    return Row(row["ref"], row.get("key"), allowance)


def _roster(state: State, entry: Entry, _: int) -> None:
    body = entry.body
    signed_by_council(state, entry, body["council"])
    hidden = body["allowance"] == "hidden"
    require(not hidden or len(body["rows"]) >= state.floor, "below-floor")
    commitments = {row["commitment"] for row in body["rows"]} if hidden else set()
    require(not commitments & state.commitments, "reused-commitment")
    rows = tuple(map(_row, body["rows"]))
    state.rosters[entry.name] = Roster(body["council"], body["allowance"], rows, roster_sum(body))
    state.commitments |= commitments


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
    current = state.councils[terms.council].key
    require(current is not None, "revoked-key")
    require(terms.rows[row].key is not None or body["key"] == current, "wrong-key")
    signed_by(state, entry, {body["key"], current})
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
    state.totals.add(name)


def _resource(state: State, entry: Entry, _: int) -> None:
    council, earlier = entry.body["council"], entry.body.get("supersedes")
    signed_by_council(state, entry, council)
    if earlier is not None:
        require(earlier in state.resources, "unknown-resource")
        require(state.resources[earlier] == (council, False), "wrong-resource")
        state.resources[earlier] = (council, True)
    state.resources[entry.name] = (council, False)


def _decision(state: State, entry: Entry, _: int) -> None:
    signed_by_council(state, entry, entry.body["council"])
    for name in entry.body["adopts"]:
        require(name in state.entries, "unknown-entry")


STEPS = {
    "ledger": _ledger,
    "clock": _clock,
    "council": _council,
    "key": _key,
    "roster": _roster,
    "round": _round,
    "claim": _claim,
    "withdraw": _withdraw,
    "close": _close,
    "total": _total,
    "resource": _resource,
    "decision": _decision,
}
