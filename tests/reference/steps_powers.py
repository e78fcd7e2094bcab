"""The lists "Steps" and "Adds" of mandates, recalls and recovery (docs/spec/checks.md sections 6 to 9)."""

from dataclasses import replace

from .entries import Entry
from .facts import Mandate, Recall, Recovery
from .mandates import (
    can_be_recalled,
    has_ended,
    have_a_say,
    proposed,
    proposed_to_children,
    take_effect,
    take_effect_if_most_are_for,
)
from .refusal import require
from .signing import current_key, signed_by
from .state import Key, State


def _mandate(state: State, entry: Entry, index: int) -> None:
    body = entry.body
    council, key = body["council"], body["key"]
    current = current_key(state, council)
    require(key not in state.keys, "duplicate-key")
    decision = state.decisions.get(body["decision"])
    require(decision is not None and decision.council == council, "wrong-decision")
    require(body["until"] > state.clock, "mandate-ended")
    signed_by(state, entry, [key, current])
    state.keys[key] = Key("mandate", council)
    proposal = proposed_to_children(state, council)
    state.mandates[entry.name] = Mandate(
        index=index,
        council=council,
        key=key,
        kinds=frozenset(body["kinds"]),
        until=body["until"],
        proposal=proposal,
        in_effect=proposal is None,
    )


def _recall(state: State, entry: Entry, index: int) -> None:
    body = entry.body
    by, council, name = body["by"], body["council"], body.get("mandate")
    require(council in state.councils, "unknown-council")
    if name is not None:
        mandate = state.mandates.get(name)
        require(mandate is not None and mandate.council == council, "unknown-mandate")
        require(not has_ended(state, mandate), "mandate-ended")
    else:
        require(can_be_recalled(state, council), "revoked-key")
    if by != council:
        require(by in state.councils, "unknown-council")
        require(by in have_a_say(state, council, index), "wrong-council")
    signed_by(state, entry, [current_key(state, by)])
    state.recalls[entry.name] = Recall(index, council, name, None if by == council else proposed(state, council))
    if by == council:
        take_effect(state, entry.name, index)
    else:
        state.consents[entry.name, by] = "for"
        take_effect_if_most_are_for(state, entry.name, index)


def _recovery(state: State, entry: Entry, index: int) -> None:
    body = entry.body
    council = body["council"]
    require(council in state.councils, "unknown-council")
    present = state.recovery_of(council)
    kept = frozenset() if present is None else present.keys
    require(all(key in kept or key not in state.keys for key in body["keys"]), "duplicate-key")
    fresh = [key for key in body["keys"] if key not in kept]
    if present is None:
        signed_by(state, entry, [current_key(state, council), *fresh])
    else:
        signed_by(state, entry, fresh, recovery=present)
    for key in body["keys"]:
        state.keys.setdefault(key, Key("recovery", council))
    proposal = proposed_to_children(state, council)
    state.recoveries[entry.name] = Recovery(index, council, frozenset(body["keys"]), body["threshold"], proposal)
    if proposal is None:
        take_effect(state, entry.name, index)


def _recover(state: State, entry: Entry, index: int) -> None:
    council, new = entry.body["council"], entry.body["new"]
    require(council in state.councils, "unknown-council")
    recovery = state.recovery_of(council)
    require(recovery is not None, "no-recovery")
    require(new not in state.keys, "duplicate-key")
    signed_by(state, entry, [new], recovery=recovery)
    known = state.councils[council]
    if known.key is not None:
        state.keys[known.key] = replace(state.keys[known.key], ended=index)
    state.keys[new] = Key("council", council)
    keyed = index if known.key is None else known.keyed
    state.councils[council] = replace(known, key=new, keyed=keyed, recovered=index)


STEPS = {
    "mandate": _mandate,
    "recall": _recall,
    "recovery": _recovery,
    "recover": _recover,
}
