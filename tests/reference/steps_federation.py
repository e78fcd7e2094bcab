"""The lists "Steps" and "Adds" of three kinds (docs/spec/federation.md sections 1 to 3)."""

from dataclasses import replace

from .entries import Entry
from .facts import Request
from .levels import MOST_LEVELS, below, height, level
from .refusal import require
from .signing import acting_key, signed_by, signed_by_council
from .state import State

MOST_REQUESTS = 64


def _membership(state: State, entry: Entry, index: int) -> None:
    council, left, joined = entry.body["council"], entry.body.get("from"), entry.body.get("to")
    require(council in state.councils, "unknown-council")
    require(left == state.councils[council].parent, "wrong-federation")
    if joined is not None:
        require(joined in state.councils, "unknown-council")
        require(state.councils[joined].type == "federation", "wrong-federation")
        require(joined != council and joined not in below(state, council), "wrong-federation")
        require(level(state, joined) + 1 + height(state, council) <= MOST_LEVELS, "wrong-federation")
    required = [acting_key(state, entry, name) for name in (council, joined) if name is not None]
    welcome = [state.councils[left].key] if left is not None else []
    signed_by(state, entry, required, welcome=welcome)
    moved = replace(state.councils[council], parent=joined, joined=index)
    state.councils[council] = moved


def _request(state: State, entry: Entry, index: int) -> None:
    body = entry.body
    council, period, earlier = body["council"], body.get("period"), body.get("supersedes")
    signed_by_council(state, entry, council)
    if earlier is not None:
        old = state.requests.get(earlier)
        require(old is not None and (old.council, old.period) == (council, period), "wrong-request")
        require(old.superseded is None, "wrong-request")
    if period is not None:
        own = [made for made in state.requests.values() if (made.council, made.period) == (council, period)]
        require(len(own) < MOST_REQUESTS, "request-limit")
    if earlier is not None:
        state.requests[earlier] = replace(state.requests[earlier], superseded=index)
    amounts = {(said["code"], said["unit"], said["scale"]): said["quantity"] for said in body["amounts"]}
    state.requests[entry.name] = Request(index, council, period, amounts)


def _tags(state: State, entry: Entry, _: int) -> None:
    body = entry.body
    council, period, roster = body["council"], body["period"], body["roster"]
    signed_by_council(state, entry, council)
    require(roster in state.rosters, "unknown-roster")
    require(state.rosters[roster].council == council, "wrong-roster")
    require((roster, period) not in state.tags, "duplicate-tags")
    require(len(body["tags"]) == len(state.rosters[roster].rows), "wrong-count")
    state.tags[roster, period] = tuple(body["tags"])


STEPS = {
    "membership": _membership,
    "request": _request,
    "tags": _tags,
}
