"""Who must sign (docs/spec/entries.md section 5)."""

from collections.abc import Collection

from .entries import Entry
from .refusal import RefusedError, require
from .state import State


def signed_by(
    state: State, entry: Entry, required: Collection[str | None], powers: Collection[str | None] | None = None
) -> None:
    """The keys that signed are exactly the required ones and, if powers are given, one of those beside them."""
    missing = [key for key in required if key not in entry.signers]
    others = [key for key in entry.signers if key not in required]
    lacking = bool(missing)
    if powers is not None:
        power = next((key for key in others if key in powers), None)
        if power is None:
            lacking = True
        else:
            others.remove(power)
    if lacking and others:
        first = state.keys.get(others[0])
        if first is None:
            raise RefusedError("unknown-key")
        raise RefusedError("wrong-key" if first.ended is None else "revoked-key")
    require(not lacking, "missing-signature")
    require(not others, "extra-signature")


def signed_by_council(state: State, entry: Entry, name: str) -> None:
    """The council exists, has a current key, and that key alone has signed."""
    council = state.councils.get(name)
    require(council is not None, "unknown-council")
    require(council.key is not None, "revoked-key")
    signed_by(state, entry, {council.key})
