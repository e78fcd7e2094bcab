"""Who is below whom (docs/spec/federation.md, its beginning and section 1)."""

from .state import State

MOST_LEVELS = 16


def below(state: State, federation: str) -> set[str]:
    """Its children, and those below them."""
    found = set()
    for child in state.children(federation):
        found |= {child} | below(state, child)
    return found


def below_at(state: State, federation: str, cut: int) -> set[str]:
    """Those below it of which every step up to it is older than the cut (section 4 step 5)."""
    found = set()
    for child in state.children(federation):
        if state.councils[child].joined < cut:
            found |= {child} | below_at(state, child, cut)
    return found


def level(state: State, council: str) -> int:
    """How many levels it stands below a council without a parent."""
    parent = state.councils[council].parent
    return 0 if parent is None else 1 + level(state, parent)


def height(state: State, council: str) -> int:
    """How many levels stand below it."""
    return max((1 + height(state, child) for child in state.children(council)), default=0)
