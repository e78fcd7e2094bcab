"""The lists "Steps" and "Adds" of a rollup (docs/spec/federation.md section 4)."""

from .entries import Entry
from .facts import Request, Rollup
from .levels import below, below_at
from .openings import add_opening, of_rounds
from .refusal import require
from .signing import signed_by_council
from .state import Round, State

KNOWN_DEFAULTS = 16


def _rollup(state: State, entry: Entry, _: int) -> None:
    body = entry.body
    federation, period, number = body["federation"], body["period"], body["round_no"]
    require(federation in state.councils, "unknown-council")
    require(state.councils[federation].type == "federation", "wrong-federation")
    signed_by_council(state, entry, federation)
    require((federation, period, number) not in state.rollups, "duplicate-rollup")
    under = below(state, federation)
    rounds = [state.rounds[name] for name in body["rounds"]]
    for terms in rounds:
        require((terms.period, terms.number) == (period, number), "wrong-round")
        require(terms.council == federation or terms.council in under, "wrong-federation")
        require(not _counted_elsewhere(state, body, terms.council), "counted-twice")
    tags = _tags(state, rounds, body) if state.councils[federation].tags else frozenset()
    cut = max(state.closes[name].index for name in body["rounds"])
    then = below_at(state, federation, cut)
    asked = _live_before(state, {federation} | then, period, cut)
    require(body["requests"] == len(asked), "wrong-requests")
    silent = {name for name in then if state.councils[name].type == "council"} - {terms.council for terms in rounds}
    by_default = {name for name in silent if _counts_by_default(state, body, name, cut)}
    require(set(body["defaults"]) == by_default, "wrong-missing")
    require(set(body["missing"]) == silent - by_default, "wrong-missing")
    counted = asked + [made for name in by_default if (made := _default_before(state, name, cut))]
    for category, said in zip(rounds[0].categories, body["requested"], strict=True):
        require(int(said) == sum(made.amounts.get(category, 0) for made in counted), "wrong-requested")
    add_opening(state, ("period", period), of_rounds(state, body["rounds"]))
    councils = frozenset(terms.council for terms in rounds)
    state.rollups[federation, period, number] = Rollup(entry.name, councils, frozenset(by_default), tags)


def _earlier(state: State, body: dict) -> list[tuple[str, Rollup]]:
    """The rollups of this period and number, each with its federation."""
    when = (body["period"], body["round_no"])
    return [(federation, made) for (federation, *other), made in state.rollups.items() if tuple(other) == when]


def _counted_elsewhere(state: State, body: dict, council: str) -> bool:
    """Step 3: an earlier rollup of a federation neither below this one nor above it counts the council."""
    federation = body["federation"]
    others = [other for other, made in _earlier(state, body) if council in made.counted | made.by_default]
    return any(other not in below(state, federation) and federation not in below(state, other) for other in others)


def _tags(state: State, rounds: list[Round], body: dict) -> frozenset[tuple[str, str]]:
    """Step 4: each roster has tags; none stands twice among them, or was counted for another council."""
    period = body["period"]
    for terms in rounds:
        for name in terms.rosters:
            require((name, period) in state.tags, "missing-tags")
    given = [(tag, terms.council) for terms in rounds for name in terms.rosters for tag in state.tags[name, period]]
    giver = dict(given)
    require(len(giver) == len(given), "counted-twice")
    for _, made in _earlier(state, body):
        for tag, council in made.tags:
            require(giver.get(tag, council) == council, "counted-twice")
    return frozenset(given)


def _live_before(state: State, councils: set[str], period: str, cut: int) -> list[Request]:
    """Step 5: the collective requests of these councils for the period that were live just before the cut."""
    return [
        made
        for made in state.requests.values()
        if made.council in councils
        and made.period == period
        and made.index < cut
        and (made.superseded is None or made.superseded > cut)
    ]


def _default_before(state: State, council: str, cut: int) -> Request | None:
    """The last default before the cut, of those that are known (section 2: the last 16 that there are now)."""
    made = [made for made in state.requests.values() if (made.council, made.period) == (council, None)]
    known = sorted(made, key=lambda default: default.index)[-KNOWN_DEFAULTS:]
    before = [default for default in known if default.index < cut]
    return before[-1] if before else None


def _counts_by_default(state: State, body: dict, council: str, cut: int) -> bool:
    """Step 6: whether a silent council is counted by its default."""
    return (
        state.councils[body["federation"]].silent == "default"
        and _default_before(state, council, cut) is not None
        and not _closed_before(state, body, council, cut)
        and not _counted_elsewhere(state, body, council)
    )


def _closed_before(state: State, body: dict, council: str, cut: int) -> bool:
    """Whether a close of the council's round of this period and number stands before the cut."""
    meant = (council, body["period"], body["round_no"])
    found = [close.index for name, close in state.closes.items() if _number(state.rounds[name]) == meant]
    return any(index < cut for index in found)


def _number(terms: Round) -> tuple[str, str, int]:
    return terms.council, terms.period, terms.number


STEPS = {"rollup": _rollup}
