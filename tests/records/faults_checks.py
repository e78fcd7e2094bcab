"""Ways to be refused: challenges, replies, outcomes and errata."""

from ledger.merkle.hashing import leaf_hash
from tests.records.bodies import FOUNDER, LOG, START, CouncilHandle, key, ledger_body
from tests.records.builders import World
from tests.records.starts import closed_world, founded, pair, with_council, with_two

REPLY = 600
"""Seconds that a challenge is owed an answer in, in the ledgers of this file that count them."""


def with_members() -> tuple[World, CouncilHandle, bytes]:
    """A council, and a roster with a member who has a key, Ada, and one who has none."""
    world, council = with_council()
    return world, council, world.roster(council, [None, None], members=["Ada"]).leaf


def challenged(**said) -> tuple[World, CouncilHandle, CouncilHandle, bytes]:
    """Hillside challenges a decision of Riverside."""
    world, council, hillside = with_two()
    return world, council, hillside, world.say("challenge", hillside, about=world.decision(council), **said)


# ---- challenge


@pair("bad-field")
def a_challenge_by_nobody(wrong):
    world, council = with_council()
    who = council.key if wrong else council
    return world, world.entry("challenge", who, about=council.leaf)


@pair("bad-field")
def a_challenge_by_a_council_and_a_member_together(wrong):
    world, council, roster = with_members()
    said = {"roster": roster, "row": 0}
    return world, world.entry("challenge", council if wrong else key("Ada"), about=roster, **said)


@pair("bad-field")
def a_challenge_by_a_council_that_names_a_row(wrong):
    world, council, roster = with_members()
    return world, world.entry("challenge", council, about=roster, row=0 if wrong else None)


@pair("bad-field")
def a_challenge_by_a_council_that_names_a_roster(wrong):
    world, council, roster = with_members()
    return world, world.entry("challenge", council, about=roster, roster=roster if wrong else None)


@pair("bad-field")
def a_challenge_by_a_member_of_no_row(wrong):
    world, _, roster = with_members()
    return world, world.entry("challenge", key("Ada"), about=roster, roster=roster, row=None if wrong else 0)


@pair("bad-field")
def a_challenge_by_a_member_of_no_roster(wrong):
    world, _, roster = with_members()
    return world, world.entry("challenge", key("Ada"), about=roster, roster=None if wrong else roster, row=0)


@pair("unknown-entry")
def a_challenge_of_an_entry_nobody_has_seen(wrong):
    world, council = with_council()
    return world, world.entry("challenge", council, about=bytes(32) if wrong else council.leaf)


@pair("unknown-roster")
def a_challenge_from_a_roster_nobody_knows(wrong):
    world, council, roster = with_members()
    return world, world.entry("challenge", key("Ada"), about=roster, roster=council.leaf if wrong else roster, row=0)


@pair("row-out-of-range")
def a_challenge_from_a_row_too_many(wrong):
    world, council = with_council()
    roster = world.roster(council, [None, None], members=["Ada", "Bea"]).leaf
    return world, world.entry("challenge", key("Bea"), about=roster, roster=roster, row=2 if wrong else 1)


@pair("wrong-key")
def a_challenge_from_a_row_without_a_key(wrong):
    world, council, roster = with_members()
    said = {"row": 1} if wrong else {"row": 0, "signed": [key("Ada")]}
    return world, world.entry("challenge", council.key, about=roster, roster=roster, **said)


@pair("unknown-key")
def a_challenge_from_another_members_row(wrong):
    world, council = with_council()
    roster = world.roster(council, [None, None], members=["Ada", "Bea"]).leaf
    return world, world.entry("challenge", key("Bea" if wrong else "Ada"), about=roster, roster=roster, row=0)


@pair("extra-signature")
def a_members_challenge_that_her_council_signs_too(wrong):
    world, council, roster = with_members()
    also = [council.key] if wrong else []
    return world, world.entry("challenge", key("Ada"), *also, about=roster, roster=roster, row=0)


@pair("too-many-challenges")
def a_second_challenge_before_the_reply_time_is_over(wrong):
    """At exactly so many seconds the earlier challenge counts no more."""
    world = World(proofs=False)
    world.add("ledger", ledger_body(challenges={"limit": 1, "reply": REPLY}), key(FOUNDER))
    council = world.tick(0).council()
    world.say("challenge", council, about=council.leaf)
    world.tick(REPLY - 60 if wrong else REPLY)
    return world, world.entry("challenge", council, about=council.leaf, ground="harm")


@pair("too-many-challenges")
def a_fourth_challenge_in_a_ledger_that_says_nothing_of_them(wrong):
    world, council = with_council()
    for ground in ("evidence", "harm", "mandate")[not wrong :]:
        world.say("challenge", council, about=council.leaf, ground=ground)
    return world, world.entry("challenge", council, about=council.leaf, ground="privacy")


@pair("too-many-challenges")
def a_challenge_too_many_of_a_member_from_another_roster(wrong):
    """Who challenges is the key, not the row that it stands in."""
    world, council, first = with_members()
    second = world.roster(council, [None], members=["Ada" if wrong else "Bea"], prefix="n").leaf
    for ground in ("evidence", "harm", "mandate"):
        world.say("challenge", key("Ada"), about=first, roster=first, row=0, ground=ground)
    return world, world.entry("challenge", key("Ada" if wrong else "Bea"), about=first, roster=second, row=0)


# ---- reply


@pair("unknown-challenge")
def a_reply_to_a_decision(wrong):
    world, council, _, challenge = challenged()
    return world, world.entry("reply", council, challenge=council.leaf if wrong else challenge)


@pair("wrong-council")
def a_reply_by_who_challenged(wrong):
    world, council, hillside, challenge = challenged()
    return world, world.entry("reply", hillside if wrong else council, challenge=challenge)


@pair("wrong-council")
def a_reply_by_a_council_nobody_knows(wrong):
    world, council, _, challenge = challenged()
    return world, world.entry("reply", council, council=bytes(32) if wrong else council.leaf, challenge=challenge)


@pair("wrong-council")
def a_founders_reply_where_a_council_has_to_answer(wrong):
    world, council, _, challenge = challenged()
    return world, world.entry("reply", key(FOUNDER) if wrong else council, challenge=challenge)


@pair("wrong-council")
def a_councils_reply_where_founders_have_to_answer(wrong):
    """Nobody but founding keys answers for a clock."""
    world, council = with_council()
    clock = world.accept(clock_of(world)).leaf
    challenge = world.say("challenge", council, about=clock)
    return world, world.entry("reply", council if wrong else key(FOUNDER), challenge=challenge)


def clock_of(world: World) -> bytes:
    return world.entry("clock", key(LOG), time=START + 60)


@pair("extra-signature")
def a_reply_of_two_founding_keys(wrong):
    world = World(proofs=False)
    founders = sorted([key("a"), key("b")], key=lambda each: each.public)
    world.add("ledger", ledger_body(founding=tuple(each.public for each in founders)), *founders)
    world.tick(0)
    mine = key("Riverside")
    body = {"key": mine.public, "name": "Riverside", "type": "council"}
    council = CouncilHandle(world.say("council", mine, founders[0], **body), mine)
    challenge = world.say("challenge", council, about=world.accept(clock_of(world)).leaf)
    return world, world.entry("reply", *founders[: 1 + wrong], challenge=challenge)


@pair("revoked-key")
def a_reply_of_a_founding_key_that_was_rotated_away(wrong):
    world, council = with_council()
    challenge = world.say("challenge", council, about=world.accept(clock_of(world)).leaf)
    old, new = key(FOUNDER), key("founder 2")
    world.say("key", old, new, action="rotate", key=old.public, new=new.public)
    return world, world.entry("reply", old if wrong else new, challenge=challenge)


# ---- erratum


@pair("wrong-entry")
def an_erratum_to_a_close(wrong):
    world, rnd = closed_world()
    close, total = world.entries[-1], world.total(rnd)
    return world, world.entry("erratum", rnd.council, about=leaf_hash(close) if wrong else total.leaf)


@pair("wrong-entry")
def an_erratum_to_nothing_known(wrong):
    world, rnd = closed_world()
    total = world.total(rnd)
    return world, world.entry("erratum", rnd.council, about=bytes(32) if wrong else total.leaf)


@pair("wrong-council")
def an_erratum_to_another_councils_total(wrong):
    world, rnd = closed_world()
    total, other = world.total(rnd), world.council("Hillside")
    return world, world.entry("erratum", other if wrong else rnd.council, about=total.leaf, effect="withdrawn")


@pair("clock-off-period")
def a_clock_that_tells_of_refused_challenges_between_periods(wrong):
    return founded(), founded().entry("clock", key(LOG), refused=3, time=START + 60 + wrong)
