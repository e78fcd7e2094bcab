"""When mandates, recalls and recoveries take effect, and end (docs/spec/checks.md sections 1 and 6 to 8)."""

from collections.abc import Collection
from dataclasses import replace

from .facts import Mandate, Proposal, Recall, Recovery
from .state import State

LAPSE = 7_776_000


def has_ended(state: State, mandate: Mandate) -> bool:
    """Time, a recall, the end of its key, or a recovery or recall of its council has ended it."""
    return (
        state.clock >= mandate.until
        or mandate.recalled
        or state.keys[mandate.key].ended is not None
        or recovered_since(state, mandate)
        or state.councils[mandate.council].recalled
    )


def recovered_since(state: State, about: Mandate | Recovery) -> bool:
    """Whether the council was recovered at a greater index."""
    recovered = state.councils[about.council].recovered
    return recovered is not None and recovered > about.index


def other_keys_since(state: State, about: Recovery) -> bool:
    """Whether recovery keys took effect at a greater index; other ones, as long as these are not in effect."""
    since = state.councils[about.council].recovery_since
    return since is not None and since > about.index


def mandate_of(state: State, key: str) -> Mandate:
    """The mandate whose holder has this key."""
    return next(mandate for mandate in state.mandates.values() if mandate.key == key)


def asked_about(state: State, about: str) -> Mandate | Recall | Recovery:
    """The mandate, recall or recovery of this leaf hash."""
    return state.mandates.get(about) or state.recalls.get(about) or state.recoveries[about]


def keyed_children(state: State, council: str) -> set[str]:
    """Its children that have a current key now."""
    return {name for name in state.children(council) if state.councils[name].key is not None}


def have_a_say(state: State, council: str, index: int) -> set[str]:
    """Its children with a current key that have been so, and have had one, since before the index."""
    return {name for name in keyed_children(state, council) if _came_before(state, name, index)}


def _came_before(state: State, name: str, index: int) -> bool:
    return state.councils[name].joined < index and state.councils[name].keyed < index


def can_be_recalled(state: State, council: str) -> bool:
    """It has something to take: a current key, or recovery keys."""
    return state.councils[council].key is not None or state.councils[council].recovery is not None


def proposed(state: State, council: str) -> Proposal:
    """A proposal about the council that is logged now."""
    return Proposal(len(keyed_children(state, council)), state.clock + LAPSE)


def proposed_to_children(state: State, council: str) -> Proposal | None:
    """The same of a mandate or recovery; none of a council that has no child with a current key."""
    return proposed(state, council) if keyed_children(state, council) else None


def is_settled(state: State, about: Mandate | Recall | Recovery) -> bool:
    """Nobody has a word on it any more (section 1)."""
    if isinstance(about, Mandate) and has_ended(state, about):
        return True
    if about.in_effect:
        return not isinstance(about, Mandate)
    if about.proposal is not None and state.clock >= about.proposal.lapses:
        return True
    if isinstance(about, Recovery):
        recalled = state.councils[about.council].recalled
        return other_keys_since(state, about) or recovered_since(state, about) or recalled
    if isinstance(about, Recall):
        if about.mandate is not None:
            return has_ended(state, state.mandates[about.mandate])
        return not can_be_recalled(state, about.council)
    return False


def take_effect_if_most_are_for(state: State, name: str, index: int) -> None:
    """With more than half of the quorum for it, the proposal is in effect from the entry at this index."""
    asked = asked_about(state, name)
    if asked.proposal is None or asked.in_effect:
        return
    agreed = [voter for voter in have_a_say(state, asked.council, asked.index) if _is_for(state, name, voter)]
    if 2 * len(agreed) > asked.proposal.quorum:
        take_effect(state, name, index)


def _is_for(state: State, name: str, council: str) -> bool:
    return state.consents.get((name, council)) == "for"


def take_effect(state: State, name: str, index: int) -> None:
    """The mandate, recall or recovery is in effect from the entry at this index."""
    if name in state.mandates:
        state.mandates[name] = replace(state.mandates[name], in_effect=True)
    elif name in state.recalls:
        recall = state.recalls[name] = replace(state.recalls[name], in_effect=True)
        if recall.mandate is not None:
            state.mandates[recall.mandate] = replace(state.mandates[recall.mandate], recalled=True)
        else:
            _recall_for_ever(state, recall.council, index)
    else:
        recovery = state.recoveries[name] = replace(state.recoveries[name], in_effect=True)
        before = state.recovery_of(recovery.council)
        _end(state, set() if before is None else before.keys - recovery.keys, index)
        council = state.councils[recovery.council]
        state.councils[recovery.council] = replace(council, recovery=name, recovery_since=index)


def _recall_for_ever(state: State, name: str, index: int) -> None:
    """The council's key has ended, if it has one, and its recovery keys have."""
    council, recovery = state.councils[name], state.recovery_of(name)
    _end(state, set() if council.key is None else {council.key}, index)
    _end(state, set() if recovery is None else recovery.keys, index)
    state.councils[name] = replace(council, key=None, recovery=None, recalled=True)


def _end(state: State, keys: Collection[str], index: int) -> None:
    for key in keys:
        state.keys[key] = replace(state.keys[key], ended=index)
