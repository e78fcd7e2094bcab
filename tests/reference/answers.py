"""Which council answers for an entry (docs/spec/entries.md section 3)."""

from .entries import Entry
from .state import State


def who_answers(state: State, entry: Entry) -> str | None:
    """The council, on the state that the entry left; none if the founding keys answer."""
    body = entry.body
    match entry.kind:
        case "council":
            return entry.name
        case "key":
            return state.keys[body["key"]].council
        case "claim" | "withdraw" | "close" | "total":
            return state.rounds[body["round"]].council
        case "rollup":
            return body["federation"]
        case "recall":
            return body["by"]
        case _:
            return body.get("council")
