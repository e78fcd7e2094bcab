"""``outcome``: a challenge is decided: withdrawn by who made it, conceded by who answers, or judged from above."""

from typing import Final

from msgspec.structs import replace

from ledger.records.challenges import (
    CHALLENGES,
    THREADS,
    ChallengeFact,
    Judgement,
    ThreadFact,
    challenge_of,
)
from ledger.records.councils import COUNCILS, council_at, is_below, require_council
from ledger.records.facts import ENTRIES, FOUNDERS, founding_keys
from ledger.records.fields import Body, Digest, LeafHash, Text
from ledger.records.kind import Kind, Record, nothing_owed
from ledger.records.kinds.resource import RESOURCES, struck
from ledger.records.kinds.use import USES
from ledger.records.rule_names import refusal
from ledger.records.signers import require_signers
from ledger.records.view import Fact, View


class Outcome(Body, frozen=True, kw_only=True):
    """What an outcome entry says: how it ended, who judged, under which rule.

    A member who withdraws has no council, nor have the founders who concede a challenge that they have to answer.
    """

    challenge: LeafHash
    council: LeafHash | None = None
    evidence: Digest | None = None
    outcome: Judgement
    rule: Text


def _check(body: Outcome) -> None:
    if body.council is None and body.outcome == "rejected":
        raise refusal("bad-field", "council is absent, and nobody judged")


def _step(view: View, record: Record[Outcome], index: int) -> tuple[Fact, ...]:
    body = record.body
    challenge = challenge_of(view, body.challenge)
    if challenge.decided is not None:
        raise refusal("already-decided", f"the challenge has its outcome at index {challenge.decided}")
    if body.outcome == "withdrawn":
        _require_challenger(view, record, challenge)
    else:
        _require_judge(view, record, challenge)
    return (
        CHALLENGES.put(body.challenge, replace(challenge, outcome=body.outcome, decided=index)),
        THREADS.put(record.leaf, ThreadFact(body.challenge)),
        *(_struck(view, challenge.about) if body.outcome == "upheld" else ()),
    )


def _struck(view: View, about: bytes) -> tuple[Fact, ...]:
    """A use that was challenged with success counts no more."""
    use = view.get(USES, about)
    if use is None or use.struck:
        return ()
    return (USES.put(about, replace(use, struck=True)), *struck(view, use.claim, use.quantity))


def _require_challenger(view: View, record: Record[Outcome], challenge: ChallengeFact) -> None:
    if record.body.council != (challenge.challenger if challenge.council else None):
        raise refusal("wrong-council", "council is not who challenged, who alone can withdraw")
    if challenge.council:
        require_council(view, record, challenge.challenger)
    else:
        require_signers(view, record, {challenge.challenger: "the member who challenged"})


def _require_judge(view: View, record: Record[Outcome], challenge: ChallengeFact) -> None:
    """Whoever rejects stands above the challenger, whoever upholds above the challenged; nobody is on both sides.

    Who stood above whom before there was anything to judge counts: nobody looks for a judge that it needs.
    """
    council = record.body.council
    if council is None:
        if challenge.answers != FOUNDERS or challenge.root != challenge.about:
            raise refusal("wrong-council", "council is absent, but it is a council or a member that has to answer")
        require_signers(view, record, {}, one_of=founding_keys(view), authority="a founding key")
        return
    fact = view.get(COUNCILS, council)
    if fact is None:
        raise refusal("unknown-council", "council is not the leaf hash of a council entry")
    if record.body.outcome == "rejected":
        if fact.index == challenge.answers or not _stands_above(view, council, challenge):
            raise refusal(
                "wrong-council", "only a council above the challenger can reject, and not the one that has to answer"
            )
    elif council == challenge.challenger or not _answers_or_stands_above(view, council, challenge):
        raise refusal(
            "wrong-council", "only the council that has to answer or one above it can uphold, and not the challenger"
        )
    elif fact.index != challenge.answers and council == _claimant_used(view, challenge.about):
        raise refusal("wrong-council", "council cannot take a use off its own claim")
    require_council(view, record, council)


def _stands_above(view: View, council: bytes, challenge: ChallengeFact) -> bool:
    own = not challenge.council and council == challenge.home
    # A council that challenges has chosen by joining who stands above it; a member's council has chosen for her.
    before = challenge.index if challenge.council else _judged_at(view, challenge) + 1
    return own or is_below(view, challenge.home, council, before)


def _answers_or_stands_above(view: View, council: bytes, challenge: ChallengeFact) -> bool:
    answering = council_at(view, challenge.answers)
    before = _judged_at(view, challenge) + 1
    return answering is not None and (council == answering or is_below(view, answering, council, before))


def _judged_at(view: View, challenge: ChallengeFact) -> int:
    """The index of the entry that is challenged."""
    about = view.get(ENTRIES, challenge.about)
    if about is None:
        raise AssertionError("bad math in the facts: a challenge is about an entry that is not in the view")
    return about.index


def _claimant_used(view: View, about: bytes) -> bytes | None:
    """Whose claim it is that was used, where ``about`` is a use."""
    use = view.get(USES, about)
    claim = None if use is None else view.get(RESOURCES, use.claim)
    return None if claim is None else claim.council


KIND: Final = Kind("outcome", Outcome, _check, nothing_owed, _step)
