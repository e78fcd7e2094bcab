"""Ways to be refused: those who act by a mandate that does not reach so far, or not any more."""

from tests.records.bodies import START, key
from tests.records.faults_mandates import DAY, with_holder
from tests.records.starts import open_world, pair, with_council, with_federation


@pair("outside-mandate")
def an_entry_outside_of_the_mandate(wrong):
    world, council, ann = with_holder("use" if wrong else "consent")
    return world, world.entry("consent", ann, about=world.say("resource", council))


@pair("mandate-ended")
def an_entry_as_the_mandate_runs_out(wrong):
    world, _, ann = with_holder()
    world.tick(DAY if wrong else DAY - 60)
    return world, world.entry("decision", ann, adopts=[ann.mandate])


@pair("mandate-ended")
def a_recalled_holder_who_signs_on(wrong):
    world, council, ann = with_holder()
    ben = world.mandate(council, "Ben")
    world.say("recall", council, council=council.leaf, mandate=ann.mandate)
    return world, world.entry("decision", ann if wrong else ben, adopts=[ann.mandate])


@pair("mandate-ended")
def a_holder_who_has_resigned_and_signs_on(wrong):
    world, council, ann = with_holder()
    ben = world.mandate(council, "Ben")
    world.say("key", ann.key, action="revoke", key=ann.key.public)
    return world, world.entry("decision", ann if wrong else ben, adopts=[ann.mandate])


@pair("mandate-ended")
def a_holder_whom_those_below_have_not_confirmed(wrong):
    """Exactly half of the children is not more than half."""
    world, valley, (one, two) = with_federation(2)
    ann = world.mandate(valley, "Ann")
    for child in (one, two)[: 1 if wrong else 2]:
        world.say("consent", child, about=ann.mandate)
    return world, world.entry("decision", ann, adopts=[ann.mandate])


@pair("mandate-ended")
def a_holder_confirmed_by_two_of_four(wrong):
    """Who has no key before it has no say: then two of three are enough. Who gives it up later counts."""
    world, valley, (one, two, _, four) = with_federation(4)
    revoked = {"action": "revoke", "key": four.key.public}
    if not wrong:
        world.say("key", four.key, **revoked)
    ann = world.mandate(valley, "Ann")
    if wrong:
        world.say("key", four.key, **revoked)
    for child in (one, two):
        world.say("consent", child, about=ann.mandate)
    return world, world.entry("decision", ann, adopts=[ann.mandate])


@pair("mandate-ended")
def a_holder_from_before_a_recovery(wrong):
    world, council = with_council()
    world.recovery(council, "r1", threshold=1)
    ann = world.mandate(council, "Ann")
    world.recover(council, "Riverside 2", "r1")
    ben = world.mandate(council, "Ben")
    return world, world.entry("decision", ann if wrong else ben, adopts=[ann.mandate])


@pair("mandate-ended")
def a_holder_for_whom_the_only_one_left_of_two_is(wrong):
    """Who leaves makes no majority."""
    world, valley, (one, two) = with_federation(2)
    ann = world.mandate(valley, "Ann")
    world.say("consent", one, about=ann.mandate)
    world.say("membership", two, from_=valley.leaf) if wrong else world.say("consent", two, about=ann.mandate)
    if wrong:
        world.say("consent", one, about=ann.mandate)
    return world, world.entry("decision", ann, adopts=[ann.mandate])


@pair("mandate-ended")
def a_holder_to_whom_a_child_has_said_no_again(wrong):
    """A council's word takes the place of its earlier one; what is in effect stays so."""
    world, valley, (one, two, three) = with_federation(3)
    ann = world.mandate(valley, "Ann")
    world.say("consent", one, about=ann.mandate)
    if wrong:
        world.say("consent", one, about=ann.mandate, verdict="against")
    world.say("consent", two, about=ann.mandate)
    world.say("consent", three, about=ann.mandate, verdict="against")
    world.say("consent", two, about=ann.mandate, verdict="conditions", conditions="for a year only")
    return world, world.entry("decision", ann, adopts=[ann.mandate])


@pair("revoked-key")
def a_holder_for_a_council_without_a_key(wrong):
    world, council, ann = with_holder()
    if wrong:
        world.say("key", council.key, action="revoke", key=council.key.public)
    return world, world.entry("decision", ann, adopts=[ann.mandate])


@pair("wrong-key")
def a_holder_who_acts_for_another_council(wrong):
    world, council, ann = with_holder()
    other = world.council("Hillside")
    return world, world.entry("decision", ann, council=other.leaf if wrong else council.leaf, adopts=[ann.mandate])


@pair("extra-signature")
def an_entry_of_council_and_holder_together(wrong):
    world, council, ann = with_holder()
    also = [ann.key] if wrong else []
    return world, world.entry("decision", council, *also, adopts=[ann.mandate])


@pair("extra-signature")
def an_entry_of_two_holders(wrong):
    world, council, ann = with_holder()
    ben = world.mandate(council, "Ben")
    also = [ben.key] if wrong else []
    return world, world.entry("decision", ann, *also, adopts=[ann.mandate])


@pair("extra-signature")
def an_entry_of_two_holders_of_whom_one_is_recalled(wrong):
    """The one who may act acts; the other has no part in it."""
    world, council, ann = with_holder()
    ben = world.mandate(council, "Ben")
    world.say("recall", council, council=council.leaf, mandate=ann.mandate)
    signed = [ben.key, ann.key] if wrong else [ben.key]
    return world, world.entry("decision", ben, adopts=[ann.mandate], signed=signed)


@pair("outside-mandate")
def a_claim_countersigned_outside_of_the_mandate(wrong):
    world, rnd = open_world()
    ann = world.mandate(rnd.council, "Ann", "close" if wrong else "claim")
    return world, world.claim_entry(rnd, 0, signers=[key("Ada"), ann.key])


@pair("mandate-ended")
def a_claim_countersigned_as_the_mandate_runs_out(wrong):
    world, rnd = open_world()
    ann = world.mandate(rnd.council, "Ann", "claim", until=START + 60)
    if wrong:
        world.tick()
    return world, world.claim_entry(rnd, 0, signers=[key("Ada"), ann.key])


@pair("wrong-key")
def a_holders_claim_for_a_keyless_row_under_the_councils_key(wrong):
    world, rnd = open_world()
    ann = world.mandate(rnd.council, "Ann", "claim")
    return world, world.claim_entry(rnd, 1, key=rnd.council.key if wrong else ann.key, signers=[ann.key])


@pair("outside-mandate")
def a_holder_who_takes_the_council_out_of_its_federation(wrong):
    world, valley, (child,) = with_federation()
    ann = world.mandate(child, "Ann")
    return world, world.entry("membership", ann if wrong else child, from_=valley.leaf)


@pair("wrong-key")
def a_holder_who_revokes_the_councils_key(wrong):
    world, council, ann = with_holder()
    return world, world.entry("key", ann.key if wrong else council.key, action="revoke", key=council.key.public)


@pair("wrong-key")
def a_mandates_key_rotated_to_another(wrong):
    """Who holds a mandate can give it up, and cannot hand it on."""
    world, _, ann = with_holder()
    new = {"action": "rotate", "new": key("Ben").public} if wrong else {"action": "revoke"}
    signers = [ann.key, key("Ben")] if wrong else [ann.key]
    return world, world.entry("key", ann.key, key=ann.key.public, signed=signers, **new)


@pair("wrong-key")
def a_mandates_key_revoked_by_its_council(wrong):
    """The council recalls; it does not revoke."""
    world, council, ann = with_holder()
    return world, world.entry("key", council.key if wrong else ann.key, action="revoke", key=ann.key.public)
