"""Ways to be refused: mandates, those who act by one, and recalls of mandates and keys."""

from tests.records.bodies import START, CouncilHandle, Holder, key
from tests.records.builders import World
from tests.records.starts import pair, with_council, with_two

DAY = 86_400


def with_holder(*kinds: str, **said) -> tuple[World, CouncilHandle, Holder]:
    """Ann acts for Riverside in these kinds of entry; in decisions, if none is named."""
    world, council = with_council()
    return world, council, world.mandate(council, "Ann", *kinds, **said)


def given(world: World, council: CouncilHandle, /, **said) -> bytes:
    """A mandate for Ben."""
    decision = said.pop("decision", None) or world.decision(council)
    usual = {"decision": decision, "key": key("Ben").public, "kinds": ["decision"], "until": world.time + DAY}
    return world.entry("mandate", council, key("Ben"), **{**usual, **said})


# ---- mandate


@pair("bad-field")
def a_mandate_whose_kinds_are_not_sorted(wrong):
    world, council = with_council()
    kinds = ["claim", "decision"]
    return world, given(world, council, kinds=kinds[::-1] if wrong else kinds)


@pair("bad-field")
def a_mandate_that_names_a_kind_twice(wrong):
    world, council = with_council()
    return world, given(world, council, kinds=["claim", "claim"] if wrong else ["claim", "close"])


@pair("bad-field")
def a_mandate_for_a_key_of_small_order(wrong):
    world, council = with_council()
    signers = [council.key] if wrong else [council.key, key("Ben")]
    mine = bytes(32) if wrong else key("Ben").public
    return world, given(world, council, key=mine, signed=signers)


@pair("bad-field")
def a_mandate_to_give_mandates(wrong):
    """No mandate reaches keys, mandates and the tree of federations: there is no word for them."""
    world, council = with_council()
    return world, given(world, council, kinds=["mandate" if wrong else "outcome"])


@pair("unknown-council")
def a_mandate_of_a_council_nobody_knows(wrong):
    world, council = with_council()
    return world, given(world, council, council=bytes(32) if wrong else council.leaf)


@pair("revoked-key")
def a_mandate_of_a_revoked_council(wrong):
    world, council = with_council()
    decision = world.decision(council)
    if wrong:
        world.say("key", council.key, action="revoke", key=council.key.public)
    return world, given(world, council, decision=decision)


@pair("duplicate-key")
def a_mandate_for_a_key_registered_before(wrong):
    world, council, other = with_two()
    holder = other.key if wrong else key("Ben")
    return world, given(world, council, key=holder.public, signed=[council.key, holder])


@pair("duplicate-key")
def a_second_mandate_for_one_key(wrong):
    world, council, ann = with_holder()
    holder = ann.key if wrong else key("Ben")
    return world, given(world, council, key=holder.public, signed=[council.key, holder])


@pair("wrong-decision")
def a_mandate_given_by_another_councils_decision(wrong):
    world, council, other = with_two()
    decisions = [world.decision(each) for each in (council, other)]
    return world, given(world, council, decision=decisions[wrong])


@pair("wrong-decision")
def a_mandate_given_by_no_decision(wrong):
    world, council = with_council()
    claim = world.say("resource", council)
    decision = world.decision(council, claim)
    return world, given(world, council, decision=claim if wrong else decision)


@pair("mandate-ended")
def a_mandate_that_ends_now(wrong):
    world, council = with_council()
    return world, given(world, council, until=START if wrong else START + 1)


@pair("missing-signature")
def a_mandate_that_the_holder_has_not_signed(wrong):
    world, council = with_council()
    return world, given(world, council, signed=[council.key] if wrong else [council.key, key("Ben")])


@pair("missing-signature")
def a_mandate_that_the_holder_alone_has_signed(wrong):
    world, council = with_council()
    return world, given(world, council, signed=[key("Ben")] if wrong else [council.key, key("Ben")])


@pair("wrong-key")
def a_mandate_given_by_who_has_one(wrong):
    world, council, ann = with_holder()
    return world, given(world, council, signed=[ann.key if wrong else council.key, key("Ben")])
