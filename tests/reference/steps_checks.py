"""The lists "Steps" and "Adds" of six kinds that ask and object (docs/spec/checks.md sections 1 to 5 and 10)."""

from dataclasses import replace

from .canonical import MAX_INTEGER
from .entries import Entry
from .facts import Challenge, Use
from .levels import below_at
from .mandates import asked_about, have_a_say, is_settled, take_effect_if_most_are_for
from .refusal import require
from .signing import signed_by, signed_by_council
from .state import State


def _kind_of(state: State, name: str) -> str | None:
    return state.entries[name].kind if name in state.entries else None


def _consent(state: State, entry: Entry, index: int) -> None:
    council, about, again = entry.body["council"], entry.body["about"], entry.body.get("again")
    signed_by_council(state, entry, council)
    kind = _kind_of(state, about)
    require(kind in ("resource", "mandate", "recall", "recovery"), "wrong-entry")
    if kind != "resource":
        asked = asked_about(state, about)
        require(council in have_a_say(state, asked.council, asked.index), "wrong-council")
        require(not is_settled(state, asked), "mandate-ended")
    last = state.again.get((about, council))
    require(again == (None if last is None else last + 1), "stale-consent")
    state.again[about, council] = again or 0
    state.consents[about, council] = entry.body["verdict"]
    if kind != "resource" and entry.body["verdict"] == "for":
        take_effect_if_most_are_for(state, about, index)


def _use(state: State, entry: Entry, _: int) -> None:
    body = entry.body
    signed_by_council(state, entry, body["council"])
    require(body["claim"] in state.resources, "unknown-resource")
    claimed = state.resources[body["claim"]]
    require(claimed.superseded is None, "wrong-resource")
    require(body["until"] <= state.clock, "too-early")
    used = claimed.used + body["quantity"]
    require(used <= MAX_INTEGER, "use-overflow")
    state.resources[body["claim"]] = replace(claimed, used=used)
    state.uses[entry.name] = Use(body["claim"], body["quantity"])


def _challenge(state: State, entry: Entry, index: int) -> None:
    body = entry.body
    about, council = body["about"], body.get("council")
    require(about in state.entries, "unknown-entry")
    if council is not None:
        signed_by_council(state, entry, council)
        challenger, home = ("council", council), council
    else:
        require(body["roster"] in state.rosters, "unknown-roster")
        roster = state.rosters[body["roster"]]
        require(body["row"] < len(roster.rows), "row-out-of-range")
        key = roster.rows[body["row"]].key
        require(key is not None, "wrong-key")
        signed_by(state, entry, [key])
        challenger, home = ("member", key), roster.council
    own = [made for made in state.challenges.values() if made.challenger == challenger]
    young = [made for made in own if made.made > state.clock - state.reply]
    require(len(young) < state.limit, "too-many-challenges")
    state.challenges[entry.name] = Challenge(
        index=index,
        about=about,
        challenger=challenger,
        home=home,
        answers=state.entries[about].answers,
        root=_root(state, about),
        made=state.clock,
        deadline=state.clock + state.reply,
    )


def _root(state: State, about: str) -> str:
    """`about`, or the root of the challenge that it is, replies to or decides."""
    thread = state.threads.get(about, about)
    return state.challenges[thread].root if thread in state.challenges else about


def _reply(state: State, entry: Entry, _: int) -> None:
    name, council = entry.body["challenge"], entry.body.get("council")
    require(name in state.challenges, "unknown-challenge")
    require(council == state.challenges[name].answers, "wrong-council")
    if council is not None:
        signed_by_council(state, entry, council)
    else:
        signed_by(state, entry, [], powers=state.founding)
    state.challenges[name] = replace(state.challenges[name], answered=True)
    state.threads[entry.name] = name


def _outcome(state: State, entry: Entry, _: int) -> None:
    body = entry.body
    name, council, outcome = body["challenge"], body.get("council"), body["outcome"]
    require(name in state.challenges, "unknown-challenge")
    made = state.challenges[name]
    require(not made.decided, "already-decided")
    kind, challenger = made.challenger
    if outcome == "withdrawn":
        require(council == (challenger if kind == "council" else None), "wrong-council")
    elif council is None:
        require(made.answers is None, "wrong-council")
        require(_kind_of(state, made.about) not in ("challenge", "reply", "outcome"), "wrong-council")
    else:
        require(council in state.councils, "unknown-council")
        may = _may_reject if outcome == "rejected" else _may_uphold
        require(may(state, made, council), "wrong-council")
    if council is not None:
        signed_by_council(state, entry, council)
    elif outcome == "withdrawn":
        signed_by(state, entry, [challenger])
    else:
        signed_by(state, entry, [], powers=state.founding)
    state.challenges[name] = replace(made, decided=True)
    state.threads[entry.name] = name
    if outcome == "upheld" and made.about in state.uses:
        _strike(state, made.about)


def _may_reject(state: State, made: Challenge, council: str) -> bool:
    """The challenge's home is below the council, or is it where a member challenged; it has not to answer.

    It has been below it since before the challenge; of a member's, since what is challenged, or longer.
    """
    by_member = made.challenger[0] == "member"
    before = state.entries[made.about].index + 1 if by_member else made.index
    at_home = made.home == council and by_member
    return (at_home or made.home in below_at(state, council, before)) and council != made.answers


def _may_uphold(state: State, made: Challenge, council: str) -> bool:
    """The council has to answer, or stands above the one that has to; it is not the challenger.

    It has stood above it since what is challenged, or longer: no step up is younger. Nor, unless it has to answer,
    does it judge a use of its own claim.
    """
    if made.challenger == ("council", council):
        return False
    if council == made.answers:
        return True
    used = state.uses.get(made.about)
    own = used is not None and state.resources[used.claim].council == council
    return made.answers in below_at(state, council, state.entries[made.about].index + 1) and not own


def _strike(state: State, name: str) -> None:
    """The use counts no more: neither for its claim nor for those that took that one's place."""
    struck = state.uses[name]
    if not struck.counts:
        return
    state.uses[name] = replace(struck, counts=False)
    claim: str | None = struck.claim
    while claim is not None:
        claimed = state.resources[claim]
        state.resources[claim] = replace(claimed, used=claimed.used - struck.quantity)
        claim = claimed.superseded


def _erratum(state: State, entry: Entry, _: int) -> None:
    council, about = entry.body["council"], entry.body["about"]
    signed_by_council(state, entry, council)
    require(_kind_of(state, about) in ("total", "rollup"), "wrong-entry")
    require(state.entries[about].answers == council, "wrong-council")
    state.errata.setdefault(about, []).append(entry.name)


STEPS = {
    "consent": _consent,
    "use": _use,
    "challenge": _challenge,
    "reply": _reply,
    "outcome": _outcome,
    "erratum": _erratum,
}
