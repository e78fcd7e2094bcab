"""Ways to be refused: claims about the world, what is measured against them, and what councils say to them."""

from tests.records.bodies import START, CouncilHandle
from tests.records.builders import World
from tests.records.starts import founded, pair, with_council, with_federation, with_two

MOST = 2**53 - 1


def with_resource(**said) -> tuple[World, CouncilHandle, bytes]:
    world, council = with_council()
    return world, council, world.say("resource", council, **said)


# ---- resource


@pair("bad-field")
def a_claim_about_the_world_that_ends_as_it_begins(wrong):
    world, council = with_council()
    return world, world.entry("resource", council, valid_until=START if wrong else START + 1)


@pair("unknown-resource")
def a_resource_that_supersedes_a_decision(wrong):
    world, council, old = with_resource()
    other = world.decision(council, old)
    return world, world.entry("resource", council, quantity=1, supersedes=other if wrong else old)


@pair("wrong-resource")
def a_resource_that_supersedes_one_of_another_council(wrong):
    world, council, hillside = with_two()
    olds = [world.say("resource", each) for each in (council, hillside)]
    return world, world.entry("resource", council, quantity=1, supersedes=olds[wrong])


@pair("wrong-resource")
def a_resource_that_supersedes_one_superseded_already(wrong):
    world, council, first = with_resource()
    second = world.say("resource", council, quantity=1, supersedes=first)
    return world, world.entry("resource", council, quantity=2, supersedes=first if wrong else second)


def _supersedes_another(field, value):
    def make(wrong):
        world, council, old = with_resource()
        return world, world.entry("resource", council, quantity=1, supersedes=old, **({field: value} if wrong else {}))

    make.__name__ = f"a_resource_that_supersedes_one_of_another_{field}"
    return pair("wrong-resource")(make)


for _field, _value in (("resource", "mill-race"), ("type", "ceiling"), ("unit", "l/day"), ("scale", 1)):
    _supersedes_another(_field, _value)


# ---- use


@pair("bad-field")
def a_use_measured_for_no_time(wrong):
    world, council, claim = with_resource()
    return world, world.entry("use", council, claim=claim, from_=START if wrong else START - 1)


@pair("unknown-resource")
def a_use_of_a_decision(wrong):
    world, council, claim = with_resource()
    decision = world.decision(council, claim)
    return world, world.entry("use", council, claim=decision if wrong else claim)


@pair("wrong-resource")
def a_use_of_a_superseded_claim(wrong):
    world, council, first = with_resource()
    second = world.say("resource", council, quantity=1, supersedes=first)
    return world, world.entry("use", council, claim=first if wrong else second)


@pair("too-early")
def a_use_measured_a_second_ahead_of_the_clock(wrong):
    world, council, claim = with_resource()
    return world, world.entry("use", council, claim=claim, until=START + wrong)


@pair("use-overflow")
def a_use_that_reaches_2_to_53(wrong):
    world, council, claim = with_resource()
    world.say("use", council, claim=claim, quantity=MOST - 5)
    return world, world.entry("use", council, claim=claim, quantity=5 + wrong)


@pair("use-overflow")
def a_meter_reset_by_superseding(wrong):
    """Whoever claims again takes the meter along, whenever the new claim begins; a claim beside it has its own."""
    world, council, old = with_resource()
    world.say("use", council, claim=old, quantity=MOST)
    times = {"valid_from": START + 86_400, "valid_until": START + 86_401}
    again = world.say("resource", council, supersedes=old if wrong else None, **times)
    return world, world.entry("use", council, claim=again, quantity=1)


@pair("use-overflow")
def a_use_on_top_of_one_that_is_challenged_and_not_upheld(wrong):
    """A use counts no more once a challenge of it was upheld, in the claim and in what took its place."""
    world, council, old = with_resource()
    use = world.say("use", council, claim=old, quantity=MOST)
    again = world.say("resource", council, supersedes=old)
    challenge = world.say("challenge", world.council("Hillside"), about=use, ground="measurement")
    world.say("reply", council, challenge=challenge)
    if not wrong:
        world.say("outcome", council, challenge=challenge)
    return world, world.entry("use", council, claim=again, quantity=MOST)


# ---- consent


@pair("bad-field")
def a_consent_whose_conditions_are_not_told(wrong):
    world, council, claim = with_resource()
    said = None if wrong else "not in August"
    return world, world.entry("consent", council, about=claim, verdict="conditions", conditions=said)


@pair("bad-field")
def a_consent_without_conditions_that_tells_some(wrong):
    world, council, claim = with_resource()
    said = "not in August" if wrong else None
    return world, world.entry("consent", council, about=claim, conditions=said)


@pair("wrong-entry")
def a_consent_to_a_decision(wrong):
    world, council, claim = with_resource()
    decision = world.decision(council, claim)
    return world, world.entry("consent", council, about=decision if wrong else claim)


@pair("wrong-entry")
def a_consent_to_nothing_known(wrong):
    world, council, claim = with_resource()
    return world, world.entry("consent", council, about=bytes(32) if wrong else claim)


@pair("wrong-council")
def a_consent_to_a_mandate_from_outside_of_the_federation(wrong):
    world, valley, (child,) = with_federation()
    other = world.council("Seaside")
    holder = world.mandate(valley)
    return world, world.entry("consent", other if wrong else child, about=holder.mandate)


@pair("wrong-council")
def a_consent_of_the_federation_to_its_own_mandate(wrong):
    world, valley, (child,) = with_federation()
    holder = world.mandate(valley)
    return world, world.entry("consent", valley if wrong else child, about=holder.mandate)


@pair("wrong-council")
def a_consent_from_two_levels_below(wrong):
    world = founded()
    valley = world.federation()
    brooks = world.federation("Brooks", valley)
    below = world.council("Lower Brook", brooks)
    holder = world.mandate(valley)
    return world, world.entry("consent", below if wrong else brooks, about=holder.mandate)


@pair("wrong-council")
def a_consent_of_a_council_that_has_left(wrong):
    world, valley, (child, other) = with_federation(2)
    holder = world.mandate(valley)
    world.say("membership", child, from_=valley.leaf)
    return world, world.entry("consent", child if wrong else other, about=holder.mandate)


@pair("wrong-council")
def a_consent_of_a_friend_taken_in_later(wrong):
    """Whoever is to be recalled cannot take in as many friends as it needs."""
    world, valley, _ = with_federation()
    if wrong:
        holder = world.mandate(valley)
    friend = world.council("Friend", valley)
    if not wrong:
        holder = world.mandate(valley)
    return world, world.entry("consent", friend, about=holder.mandate)


@pair("wrong-council")
def a_consent_of_a_council_that_left_and_came_back(wrong):
    world, valley, (child, other) = with_federation(2)
    holder = world.mandate(valley)
    world.say("membership", child, from_=valley.leaf)
    world.say("membership", child, valley.key, to=valley.leaf)
    return world, world.entry("consent", child if wrong else other, about=holder.mandate)


# ---- decision


@pair("unknown-entry")
def a_decision_that_adopts_an_entry_nobody_has_seen(wrong):
    world, council, claim = with_resource()
    return world, world.entry("decision", council, adopts=[claim, bytes(32) if wrong else council.leaf])
