"""When mandates, recalls and recoveries take effect, and end (docs/spec/checks.md sections 1 and 6 to 8)."""

from dataclasses import replace

from .facts import Mandate, Recall, Recovery
from .state import State


def has_ended(state: State, mandate: Mandate) -> bool:
    """Time, a recall, the end of its key, or a recovery of its council has ended it."""
    return (
        state.clock >= mandate.until
        or mandate.recalled
        or state.keys[mandate.key].ended is not None
        or recovered_since(state, mandate)
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


def electorate(state: State, council: str, index: int) -> set[str]:
    """The children that the federation has now and has had since before the index, with keys of their own."""
    children = {name: state.councils[name] for name in state.children(council)}
    return {name for name, child in children.items() if child.joined < index and child.key is not None}


def is_settled(state: State, about: Mandate | Recall | Recovery) -> bool:
    """Nobody has a word on it any more (section 1)."""
    if isinstance(about, Mandate):
        return has_ended(state, about)
    if about.in_effect:
        return True
    if isinstance(about, Recovery):
        return other_keys_since(state, about) or recovered_since(state, about)
    if about.mandate is not None:
        return has_ended(state, state.mandates[about.mandate])
    return state.councils[about.council].key is None


def take_effect_if_most_are_for(state: State, name: str, index: int) -> None:
    """With more than half of the electorate for it, it is in effect from the entry at this index."""
    asked = asked_about(state, name)
    voters = electorate(state, asked.council, asked.index)
    if 2 * sum(state.consents.get((name, voter)) == "for" for voter in voters) > len(voters):
        take_effect(state, name, index)


def take_effect(state: State, name: str, index: int) -> None:
    """The mandate, recall or recovery is in effect from the entry at this index."""
    if name in state.mandates:
        state.mandates[name] = replace(state.mandates[name], in_effect=True)
    elif name in state.recalls:
        recall = state.recalls[name] = replace(state.recalls[name], in_effect=True)
        if recall.mandate is not None:
            state.mandates[recall.mandate] = replace(state.mandates[recall.mandate], recalled=True)
        else:
            council = state.councils[recall.council]
            state.keys[council.key] = replace(state.keys[council.key], ended=index)
            state.councils[recall.council] = replace(council, key=None)
    else:
        recovery = state.recoveries[name] = replace(state.recoveries[name], in_effect=True)
        before = state.recovery_of(recovery.council)
        for key in frozenset() if before is None else before.keys - recovery.keys:
            state.keys[key] = replace(state.keys[key], ended=index)
        council = state.councils[recovery.council]
        state.councils[recovery.council] = replace(council, recovery=name, recovery_since=index)
