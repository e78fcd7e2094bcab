"""Ways to be refused: recalls of mandates and of keys."""

from tests.records.bodies import CouncilHandle, key
from tests.records.faults_mandates import DAY, with_holder
from tests.records.starts import founded, pair, with_federation, with_two


@pair("bad-field")
def a_recall_of_the_councils_own_key(wrong):
    world, council, ann = with_holder()
    return world, world.entry("recall", council, council=council.leaf, mandate=None if wrong else ann.mandate)


@pair("unknown-council")
def a_recall_in_a_council_nobody_knows(wrong):
    world, valley, (child,) = with_federation()
    return world, world.entry("recall", child, council=bytes(32) if wrong else valley.leaf)


@pair("unknown-council")
def a_recall_by_a_council_nobody_knows(wrong):
    world, valley, (child,) = with_federation()
    return world, world.entry("recall", child, by=bytes(32) if wrong else child.leaf, council=valley.leaf)


@pair("unknown-mandate")
def a_recall_of_a_decision(wrong):
    world, council, ann = with_holder()
    decision = world.decision(council)
    return world, world.entry("recall", council, council=council.leaf, mandate=decision if wrong else ann.mandate)


@pair("unknown-mandate")
def a_recall_of_another_councils_holder(wrong):
    world, council, other = with_two()
    holders = [world.mandate(each, name) for each, name in ((council, "Ann"), (other, "Ben"))]
    return world, world.entry("recall", council, council=council.leaf, mandate=holders[wrong].mandate)


@pair("mandate-ended")
def a_recall_of_a_mandate_as_it_runs_out(wrong):
    world, council, ann = with_holder()
    world.tick(DAY if wrong else DAY - 60)
    return world, world.entry("recall", council, council=council.leaf, mandate=ann.mandate)


@pair("mandate-ended")
def a_second_recall_of_a_mandate(wrong):
    world, council, ann = with_holder()
    if wrong:
        world.say("recall", council, council=council.leaf, mandate=ann.mandate)
    return world, world.entry("recall", council, council=council.leaf, mandate=ann.mandate, reason="once more")


@pair("revoked-key")
def a_recall_of_a_key_that_there_is_not(wrong):
    world, valley, (child,) = with_federation()
    if wrong:
        world.say("key", valley.key, action="revoke", key=valley.key.public)
    return world, world.entry("recall", child, council=valley.leaf)


@pair("wrong-council")
def a_recall_by_a_council_without_a_key(wrong):
    world, valley, (child,) = with_federation()
    if wrong:
        world.say("key", child.key, action="revoke", key=child.key.public)
    return world, world.entry("recall", child, council=valley.leaf)


@pair("revoked-key")
def a_recall_of_its_own_holder_by_a_council_without_a_key(wrong):
    world, council, ann = with_holder()
    if wrong:
        world.say("key", council.key, action="revoke", key=council.key.public)
    return world, world.entry("recall", council, council=council.leaf, mandate=ann.mandate)


@pair("wrong-council")
def a_recall_from_outside_of_the_federation(wrong):
    world, valley, (child,) = with_federation()
    other = world.council("Seaside")
    return world, world.entry("recall", other if wrong else child, council=valley.leaf)


@pair("wrong-council")
def a_recall_from_above(wrong):
    """Those above recall nobody below."""
    world, valley, (child,) = with_federation()
    ann = world.mandate(child)
    return world, world.entry("recall", valley if wrong else child, council=child.leaf, mandate=ann.mandate)


@pair("wrong-council")
def a_recall_from_two_levels_below(wrong):
    world = founded()
    valley = world.federation()
    brooks = world.federation("Brooks", valley)
    below = world.council("Lower Brook", brooks)
    return world, world.entry("recall", below if wrong else brooks, council=valley.leaf)


@pair("wrong-key")
def a_recall_signed_by_the_holder_of_a_mandate(wrong):
    world, council, ann = with_holder("outcome")
    ben = world.mandate(council, "Ben")
    said = {"council": council.leaf, "mandate": ben.mandate}
    return world, world.entry("recall", council, signed=[ann.key if wrong else council.key], **said)


@pair("revoked-key")
def an_entry_under_a_key_recalled_by_exactly_half_and_one_more(wrong):
    """Two of four is not more than half; three are."""
    world, valley, (one, two, three, _) = with_federation(4)
    recall = world.say("recall", one, council=valley.leaf)
    world.say("consent", two, about=recall)
    if wrong:
        world.say("consent", three, about=recall)
    return world, world.entry("decision", valley, adopts=[recall])


@pair("revoked-key")
def an_entry_under_a_key_to_which_a_federation_rotated_away_from_a_recall(wrong):
    world, valley, (one, two) = with_federation(2)
    recall = world.say("recall", one, council=valley.leaf)
    new = key("valley 2")
    world.say("key", valley.key, new, action="rotate", key=valley.key.public, new=new.public)
    if wrong:
        world.say("consent", two, about=recall)
    return world, world.entry("decision", CouncilHandle(valley.leaf, new), adopts=[recall])


@pair("revoked-key")
def an_entry_under_a_recalled_key_that_friends_taken_in_later_were_to_save(wrong):
    world, valley, (one, two) = with_federation(2)
    recall = world.say("recall", one, council=valley.leaf)
    for number in range(3):
        world.council(f"Friend {number}", valley)
    world.say("consent", two, about=recall, verdict="for" if wrong else "against")
    return world, world.entry("decision", valley, adopts=[recall])
