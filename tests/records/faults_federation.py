"""Ways to be refused: who is in which federation, what is asked for in the open, and tags."""

from tests.records.bodies import FOUNDER, CouncilHandle, key
from tests.records.builders import World
from tests.records.starts import founded, pair, with_federation, with_two

LEVELS = 16


def registered(world: World, above: CouncilHandle | None, /, *signers, **said) -> bytes:
    """The entry of a new council called Riverside."""
    mine = key("Riverside")
    usual = {"key": mine.public, "name": "Riverside", "type": "council", "parent": above and above.leaf}
    return world.entry("council", mine, *signers, **{**usual, **said})


def chain(world: World, length: int) -> list[CouncilHandle]:
    """Federations, each in the one before; the last stands so many levels below the first, less one."""
    found = [world.federation("Level 0")]
    for level in range(1, length):
        found.append(world.federation(f"Level {level}", found[-1]))
    return found


# ---- council


@pair("bad-field")
def a_rule_of_a_council_that_is_no_federation(wrong):
    world = founded()
    said = {"rule": {"silent": "default", "tags": False}, "type": "council" if wrong else "federation"}
    return world, registered(world, None, key(FOUNDER), **said)


@pair("bad-field")
def a_federation_under_a_key_of_small_order(wrong):
    world = founded()
    said = {"key": bytes(32), "signed": [key(FOUNDER)]} if wrong else {}
    return world, registered(world, None, key(FOUNDER), type="federation", **said)


@pair("duplicate-key")
def a_child_under_its_federations_key(wrong):
    world = founded()
    valley = world.federation()
    said = {"key": valley.key.public, "signed": [valley.key]} if wrong else {}
    return world, registered(world, valley, valley.key, **said)


@pair("unknown-council")
def a_child_of_nothing_known(wrong):
    world = founded()
    valley = world.federation()
    return world, registered(world, valley, valley.key, parent=bytes(32) if wrong else valley.leaf)


@pair("wrong-federation")
def a_child_of_a_council_that_is_no_federation(wrong):
    world = founded()
    above = world.council("Valley", type="other" if wrong else "federation")
    return world, registered(world, above, above.key)


@pair("wrong-federation")
def a_council_17_levels_below(wrong):
    world = founded()
    levels = chain(world, LEVELS + 1)
    above = levels[LEVELS if wrong else LEVELS - 1]
    return world, registered(world, above, above.key)


@pair("revoked-key")
def a_child_of_a_federation_without_a_key(wrong):
    world = founded()
    valley = world.federation()
    if wrong:
        world.say("key", valley.key, action="revoke", key=valley.key.public)
    return world, registered(world, valley, valley.key)


@pair("wrong-key")
def a_child_put_into_a_federation_by_a_founder(wrong):
    world = founded()
    valley = world.federation()
    return world, registered(world, valley, key(FOUNDER) if wrong else valley.key)


@pair("missing-signature")
def a_child_registered_against_its_will(wrong):
    world = founded()
    valley = world.federation()
    signed = [valley.key] if wrong else [valley.key, key("Riverside")]
    return world, registered(world, valley, signed=signed)


@pair("missing-signature")
def a_child_that_its_federation_has_not_taken_in(wrong):
    world = founded()
    valley = world.federation()
    return world, registered(world, valley, *([] if wrong else [valley.key]))


@pair("wrong-key")
def a_child_taken_in_by_the_holder_of_a_mandate(wrong):
    world = founded()
    valley = world.federation()
    ann = world.mandate(valley)
    return world, registered(world, valley, ann.key if wrong else valley.key)


@pair("extra-signature")
def a_child_signed_by_federation_and_founder(wrong):
    world = founded()
    valley = world.federation()
    return world, registered(world, valley, valley.key, *([key(FOUNDER)] if wrong else []))


# ---- membership


def with_valley() -> tuple[World, CouncilHandle, CouncilHandle]:
    """A federation, and a council that is in none."""
    world = founded()
    return world, world.federation(), world.council()


@pair("bad-field")
def a_membership_of_nothing(wrong):
    world, valley, (child,) = with_federation()
    return world, world.entry("membership", child, from_=None if wrong else valley.leaf)


@pair("bad-field")
def a_move_to_where_one_is(wrong):
    world, valley, (child,) = with_federation()
    hills = world.federation("Hills")
    to = valley if wrong else hills
    return world, world.entry("membership", child, to.key, from_=valley.leaf, to=to.leaf)


@pair("unknown-council")
def a_council_nobody_knows_that_joins(wrong):
    world, valley, council = with_valley()
    leaf = bytes(32) if wrong else council.leaf
    return world, world.entry("membership", council, valley.key, council=leaf, to=valley.leaf)


@pair("wrong-federation")
def a_council_that_joins_a_second_federation(wrong):
    """Nobody is in two: who joins another one leaves the first in the same entry."""
    world, valley, (child,) = with_federation()
    hills = world.federation("Hills")
    left = None if wrong else valley.leaf
    return world, world.entry("membership", child, hills.key, from_=left, to=hills.leaf)


@pair("wrong-federation")
def a_council_that_leaves_a_federation_that_it_is_not_in(wrong):
    world, valley, (child,) = with_federation()
    hills = world.federation("Hills")
    return world, world.entry("membership", child, from_=(hills if wrong else valley).leaf)


@pair("wrong-federation")
def a_council_in_no_federation_that_leaves_one(wrong):
    world, valley, council = with_valley()
    left = {"from_": valley.leaf} if wrong else {"to": valley.leaf}
    return world, world.entry("membership", council, valley.key, **left)


@pair("unknown-council")
def a_council_that_joins_nothing_known(wrong):
    world, valley, council = with_valley()
    return world, world.entry("membership", council, valley.key, to=bytes(32) if wrong else valley.leaf)


@pair("wrong-federation")
def a_council_that_joins_one_that_is_no_federation(wrong):
    world, council, _ = with_two()
    other = world.council("Lakeside", type="steward" if wrong else "federation")
    return world, world.entry("membership", council, other.key, to=other.leaf)


@pair("wrong-federation")
def a_federation_that_joins_itself(wrong):
    world = founded()
    valley, hills = world.federation(), world.federation("Hills")
    to = valley if wrong else hills
    signed = list({each.public: each for each in (valley.key, to.key)}.values())
    return world, world.entry("membership", valley, to=to.leaf, signed=signed)


@pair("wrong-federation")
def a_federation_that_joins_one_two_levels_below_it(wrong):
    world = founded()
    top = world.federation("Top")
    middle = world.federation("Middle", top)
    low = world.federation("Low", middle)
    other = world.federation("Other")
    to = low if wrong else other
    return world, world.entry("membership", top, to.key, to=to.leaf)


@pair("wrong-federation")
def a_federation_that_brings_a_child_17_levels_below(wrong):
    world = founded()
    levels = chain(world, LEVELS)
    hills = world.federation("Hills")
    world.council("Riverside", hills)
    to = levels[LEVELS - 1 if wrong else LEVELS - 2]
    return world, world.entry("membership", hills, to.key, to=to.leaf)


@pair("wrong-federation")
def a_federation_that_brings_a_grandchild_17_levels_below(wrong):
    world = founded()
    levels = chain(world, LEVELS)
    hills = world.federation("Hills")
    world.council("Riverside", world.federation("Brooks", hills))
    to = levels[LEVELS - 2 if wrong else LEVELS - 3]
    return world, world.entry("membership", hills, to.key, to=to.leaf)


@pair("missing-signature")
def a_council_taken_into_a_federation_unasked(wrong):
    world, valley, council = with_valley()
    signed = [valley.key] if wrong else [valley.key, council.key]
    return world, world.entry("membership", council, to=valley.leaf, signed=signed)


@pair("missing-signature")
def a_council_that_joins_unasked(wrong):
    world, valley, council = with_valley()
    return world, world.entry("membership", council, *([] if wrong else [valley.key]), to=valley.leaf)


@pair("missing-signature")
def a_council_expelled_by_its_federation(wrong):
    world, valley, (child,) = with_federation()
    return world, world.entry("membership", child, from_=valley.leaf, signed=[(valley if wrong else child).key])


@pair("extra-signature")
def a_departure_signed_by_a_founder_too(wrong):
    """The federation that is left may sign too; nobody else."""
    world, valley, (child,) = with_federation()
    return world, world.entry("membership", child, key(FOUNDER) if wrong else valley.key, from_=valley.leaf)


@pair("revoked-key")
def a_departure_of_a_council_without_a_key(wrong):
    world, valley, (child,) = with_federation()
    if wrong:
        world.say("key", child.key, action="revoke", key=child.key.public)
    return world, world.entry("membership", child, from_=valley.leaf)


@pair("revoked-key")
def a_council_that_joins_a_federation_without_a_key(wrong):
    world, valley, council = with_valley()
    if wrong:
        world.say("key", valley.key, action="revoke", key=valley.key.public)
    return world, world.entry("membership", council, valley.key, to=valley.leaf)


@pair("outside-mandate")
def a_council_let_in_by_the_holder_of_a_mandate(wrong):
    world, valley, council = with_valley()
    ann = world.mandate(valley)
    return world, world.entry("membership", council, (ann if wrong else valley).key, to=valley.leaf)
