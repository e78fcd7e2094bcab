"""What is shown beside a claim about the world: each mark where it belongs, and not where it does not."""

import pytest

from ledger.records.standing import resource_marks
from ledger.rules.memory import MemoryView
from tests.records.bodies import FOUNDER, START, key, ledger_body
from tests.records.builders import World

REPLY = 600
DAY = 86_400


def with_claim(**said):
    """Three councils, and a claim of the first that another one is for: nothing is to be said against it."""
    world = World(proofs=False)
    world.add("ledger", ledger_body(challenges={"limit": 3, "reply": REPLY}), key(FOUNDER))
    world.tick(0)
    councils = [world.council(name) for name in ("Riverside", "Hillside", "Lakeside")]
    claim = world.say("resource", councils[0], **said)
    world.say("consent", councils[1], about=claim)
    return world, councils, claim


def marks(world, claim):
    return resource_marks(world.view, claim, world.time)


def test_nothing_is_against_it():
    world, _, claim = with_claim()
    assert marks(world, claim) == ()


@pytest.mark.parametrize(("more", "expected"), [(0, ()), (1, ("above",))])
def test_above_is_more_than_the_claim_says(more, expected):
    world, councils, claim = with_claim()
    world.say("use", councils[2], claim=claim, quantity=1200)
    if more:
        world.say("use", councils[2], claim=claim, quantity=more)
    assert marks(world, claim) == expected


def test_a_challenge_is_shown_until_it_is_decided_and_overdue_until_it_is_answered():
    world, councils, claim = with_claim()
    challenge = world.say("challenge", councils[2], about=claim)
    assert marks(world, claim) == ("challenged",)
    world.tick(REPLY - 60)
    assert marks(world, claim) == ("challenged",)
    world.tick()
    assert marks(world, claim) == ("challenged", "overdue")
    reply = world.say("reply", councils[0], challenge=challenge)
    assert marks(world, claim) == ("challenged",)
    world.say("challenge", councils[1], about=reply)
    world.say("outcome", councils[2], challenge=challenge, outcome="withdrawn")
    assert marks(world, claim) == ("challenged",)  # the reply was challenged, and that is open against the claim


def test_it_is_expired_from_the_moment_it_ends():
    world, _, claim = with_claim(valid_until=START + 120)
    world.tick()
    assert marks(world, claim) == ()
    world.tick()
    assert marks(world, claim) == ("expired",)


@pytest.mark.parametrize(
    ("said", "contested"),
    [
        ({}, True),
        ({"quantity": 1}, True),
        ({"type": "capacity"}, False),
        ({"resource": "mill-race"}, False),
        ({"valid_until": START + 60}, False),
    ],
)
def test_it_is_contested_by_what_another_council_says_of_the_same_thing(said, contested):
    world, councils, claim = with_claim()
    world.say("resource", councils[2], **said)
    world.tick()
    assert marks(world, claim) == (("contested",) if contested else ())


def test_a_contest_ends_when_one_of_the_two_is_adopted_alone_or_has_ended():
    world, councils, claim = with_claim()
    rival = world.say("resource", councils[2], quantity=1)
    world.decision(councils[1], claim)
    assert marks(world, claim) == ()
    world.decision(councils[1], rival)
    assert marks(world, claim) == ("contested",)
    world.say(
        "resource", councils[2], quantity=2, resource="weir", type="base", supersedes=rival, valid_until=START + 60
    )
    assert marks(world, claim) == ()
    assert marks(world, rival) == ("superseded",)


def test_a_claimant_does_not_end_a_contest_by_its_own_decision():
    world, councils, claim = with_claim()
    rival = world.say("resource", councils[2], quantity=1)
    world.decision(councils[0], claim)
    assert marks(world, claim) == ("contested",)
    world.decision(councils[2], rival)
    world.decision(councils[1], claim)
    assert marks(world, claim) == ()
    assert "contested" not in marks(world, rival)


def test_its_own_councils_other_claims_do_not_contest_it():
    world, councils, claim = with_claim()
    world.say("resource", councils[0], quantity=1)
    assert marks(world, claim) == ()


def test_its_own_councils_word_is_nobody_elses():
    world, councils, _ = with_claim()
    claim = world.say("resource", councils[0], resource="spring")
    assert marks(world, claim) == ("own-word",)
    world.say("consent", councils[0], about=claim)
    world.decision(councils[0], claim)
    world.say("consent", councils[1], about=claim, verdict="against")
    world.say("consent", councils[2], about=claim, verdict="conditions", conditions="not in August")
    assert marks(world, claim) == ("own-word",)
    world.decision(councils[1], claim)
    assert marks(world, claim) == ()


def test_superseded_and_without_evidence():
    world, councils, claim = with_claim(evidence=None)
    assert marks(world, claim) == ("unevidenced",)
    again = world.say("resource", councils[0], supersedes=claim)
    assert marks(world, claim) == ("superseded", "unevidenced")
    assert marks(world, again) == ("own-word",)


def test_a_claim_that_is_not_there_is_a_bug():
    with pytest.raises(AssertionError, match="bad math in the marks"):
        resource_marks(MemoryView(), bytes(32), START)
