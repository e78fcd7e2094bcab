"""Who must sign (docs/spec/entries.md section 5)."""

from collections.abc import Collection

from .entries import Entry
from .facts import Recovery
from .mandates import has_ended, mandate_of
from .refusal import RefusedError, require
from .state import State


def signed_by(
    state: State,
    entry: Entry,
    required: Collection[str | None],
    *,
    powers: Collection[str | None] | None = None,
    recovery: Recovery | None = None,
    welcome: Collection[str | None] = (),
) -> None:
    """The keys that signed are exactly the required ones and, beside them, what else is asked for.

    That is one of `powers`, and at least the threshold of the keys of `recovery`. Those of `welcome` may sign.
    """
    missing = [key for key in required if key not in entry.signers]
    others = [key for key in entry.signers if key not in required and key not in welcome]
    lacking = bool(missing)
    if powers is not None:
        power = next((key for key in others if key in powers), None)
        if power is None:
            lacking = True
        else:
            others.remove(power)
    if recovery is not None:
        lacking |= sum(key in recovery.keys for key in others) < recovery.threshold
        others = [key for key in others if key not in recovery.keys]
    if lacking and others:
        first = state.keys.get(others[0])
        if first is None:
            raise RefusedError("unknown-key")
        raise RefusedError("wrong-key" if first.ended is None else "revoked-key")
    require(not lacking, "missing-signature")
    require(not others, "extra-signature")


def current_key(state: State, name: str) -> str:
    """The council exists and has a current key: steps 1 and 2."""
    council = state.councils.get(name)
    require(council is not None, "unknown-council")
    require(council.key is not None, "revoked-key")
    return council.key


def acting_key(state: State, entry: Entry, name: str) -> str:
    """The key that acts for the council in this entry: steps 1 to 4."""
    current = current_key(state, name)
    known = [(key, state.keys[key]) for key in entry.signers if key in state.keys]
    held = [mandate_of(state, key) for key, fact in known if (fact.role, fact.council) == ("mandate", name)]
    if current in entry.signers or not held:
        return current
    acting = [mandate for mandate in held if mandate.in_effect and not has_ended(state, mandate)]
    require(bool(acting), "mandate-ended")
    naming = [mandate for mandate in acting if entry.kind in mandate.kinds]
    require(bool(naming), "outside-mandate")
    return naming[0].key


def signed_by_council(state: State, entry: Entry, name: str) -> None:
    """The council's acting key alone has signed: step 5."""
    signed_by(state, entry, {acting_key(state, entry, name)})
