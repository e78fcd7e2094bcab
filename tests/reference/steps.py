"""The lists "Steps" and "Adds" of the kinds but rounds (docs/spec/entries.md sections 6 to 10, 16 and 17)."""

from dataclasses import replace

from .claim import Allowance
from .encoding import base64_read
from .entries import Entry, roster_sum
from .facts import Decision, Resource
from .generators import DIGEST
from .levels import MOST_LEVELS, level
from .openings import add_opening, of_roster
from .refusal import require
from .signing import signed_by, signed_by_council
from .state import Council, Key, Roster, Row, State


def _ledger(state: State, entry: Entry, _: int) -> None:
    body = entry.body
    require(base64_read(body["generators"]) == DIGEST, "wrong-generators")
    signed_by(state, entry, body["founding"])
    state.origin = entry.ledger
    state.floor, state.period, state.log_key = body["cohort_floor"], body["clock_period"], body["log_key"]
    rule = body.get("challenges", {"limit": 3, "reply": 1_209_600})
    state.limit, state.reply = rule["limit"], rule["reply"]
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


def _council(state: State, entry: Entry, index: int) -> None:
    body = entry.body
    key, parent, rule = body["key"], body.get("parent"), body.get("rule", {"silent": "excluded", "tags": False})
    require(key not in state.keys, "duplicate-key")
    if parent is None:
        signed_by(state, entry, [key], powers=state.founding)
    else:
        above = state.councils.get(parent)
        require(above is not None, "unknown-council")
        require(above.type == "federation", "wrong-federation")
        require(level(state, parent) < MOST_LEVELS, "wrong-federation")
        require(above.key is not None, "revoked-key")
        signed_by(state, entry, [key, above.key])
    state.councils[entry.name] = Council(
        type=body["type"],
        silent=rule["silent"],
        tags=rule["tags"],
        key=key,
        parent=parent,
        joined=index,
        keyed=index,
    )
    state.keys[key] = Key("council", entry.name)


def _key(state: State, entry: Entry, index: int) -> None:
    key, new = entry.body["key"], entry.body.get("new")
    require(key in state.keys, "unknown-key")
    known = state.keys[key]
    require(known.ended is None, "revoked-key")
    require(known.role not in ("log", "recovery"), "wrong-key")
    require(known.role != "mandate" or new is None, "wrong-key")
    require(new not in state.keys, "duplicate-key")
    signed_by(state, entry, [key] if new is None else [key, new])
    if known.role == "founding" and new is None:
        require(state.founding != {key}, "last-founding-key")
    state.keys[key] = replace(known, ended=index)
    if new is not None:
        state.keys[new] = replace(known)
    if known.role == "council":
        state.councils[known.council] = replace(state.councils[known.council], key=new)
    elif known.role == "founding":
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
    if hidden:
        occasion = ("allowances", body["council"], body.get("period"))
        add_opening(state, occasion, of_roster(state, body["council"], (row["ref"] for row in body["rows"])))
    rows = tuple(map(_row, body["rows"]))
    state.rosters[entry.name] = Roster(body["council"], body["allowance"], rows, roster_sum(body))
    state.commitments |= commitments


def _resource(state: State, entry: Entry, _: int) -> None:
    body = entry.body
    earlier = body.get("supersedes")
    signed_by_council(state, entry, body["council"])
    made = Resource(
        council=body["council"],
        name=body["resource"],
        type=body["type"],
        unit=body["unit"],
        scale=body["scale"],
        used=0,
    )
    if earlier is not None:
        require(earlier in state.resources, "unknown-resource")
        old = state.resources[earlier]
        require(old.meter == made.meter and old.superseded is None, "wrong-resource")
        state.resources[earlier] = replace(old, superseded=entry.name)
        made = replace(made, used=old.used)
    state.resources[entry.name] = made


def _decision(state: State, entry: Entry, _: int) -> None:
    body = entry.body
    signed_by_council(state, entry, body["council"])
    for name in body["adopts"]:
        require(name in state.entries, "unknown-entry")
    carried = (name for name, made in state.challenges.items() if not made.decided and made.root in body["adopts"])
    state.decisions[entry.name] = Decision(body["council"], tuple(carried))


STEPS = {
    "ledger": _ledger,
    "clock": _clock,
    "council": _council,
    "key": _key,
    "roster": _roster,
    "resource": _resource,
    "decision": _decision,
}
