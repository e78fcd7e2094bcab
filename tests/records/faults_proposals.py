"""Ways to be refused: words on proposals that are settled or have lapsed, and words that come too late."""

from ledger.records.assent import LAPSES
from tests.records.bodies import key
from tests.records.builders import World
from tests.records.starts import founded, pair, with_federation, with_two


def wait(world: World, seconds: int) -> None:
    """Time goes by as a server lets it: no leap of more than seven days, and something is said between two clocks."""
    while seconds:
        step = min(seconds, 6 * 86_400)
        world.tick(step)
        world.council(f"Council of {world.time}")
        seconds -= step


@pair("mandate-ended")
def a_consent_to_a_mandate_as_it_runs_out(wrong):
    world, valley, (child,) = with_federation()
    holder = world.mandate(valley)
    world.tick(86_400 if wrong else 86_340)
    return world, world.entry("consent", child, about=holder.mandate)


@pair("mandate-ended")
def a_consent_to_a_mandate_that_was_recalled(wrong):
    world, valley, (child,) = with_federation()
    holders = [world.mandate(valley, name) for name in ("Ann", "Ben")]
    world.say("recall", valley, council=valley.leaf, mandate=holders[0].mandate)
    return world, world.entry("consent", child, about=holders[not wrong].mandate)


@pair("mandate-ended")
def a_consent_to_a_mandate_whose_holder_has_resigned(wrong):
    world, valley, (child,) = with_federation()
    holders = [world.mandate(valley, name) for name in ("Ann", "Ben")]
    world.say("key", holders[0].key, action="revoke", key=holders[0].key.public)
    return world, world.entry("consent", child, about=holders[not wrong].mandate)


@pair("mandate-ended")
def a_consent_to_a_mandate_from_before_a_recovery(wrong):
    world = founded()
    valley = world.federation()
    world.recovery(valley, "r1", threshold=1)
    child = world.council("Riverside", valley)
    early = world.mandate(valley, "Ann")
    world.recover(valley, "valley 2", "r1")
    late = world.mandate(valley, "Ben")
    return world, world.entry("consent", child, about=(early if wrong else late).mandate)


@pair("mandate-ended")
def a_consent_to_a_recall_in_effect(wrong):
    world, valley, (one, two, three) = with_federation(3)
    recall = world.say("recall", one, council=valley.leaf)
    if wrong:
        world.say("consent", two, about=recall)
    return world, world.entry("consent", three, about=recall)


@pair("mandate-ended")
def a_consent_to_the_recall_of_a_mandate_that_has_run_out(wrong):
    world, valley, (one, two) = with_federation(2)
    holder = world.mandate(valley)
    recall = world.say("recall", one, council=valley.leaf, mandate=holder.mandate)
    world.tick(86_400 if wrong else 86_340)
    return world, world.entry("consent", two, about=recall)


@pair("mandate-ended")
def a_consent_to_the_recall_of_a_key_that_was_revoked(wrong):
    world, valley, (one, two) = with_federation(2)
    recall = world.say("recall", one, council=valley.leaf)
    new = None if wrong else key("valley 2")
    change = {"action": "revoke" if wrong else "rotate", "key": valley.key.public, "new": new and new.public}
    world.say("key", valley.key, *([new] if new else []), **change)
    return world, world.entry("consent", two, about=recall)


@pair("mandate-ended")
def a_consent_to_recovery_keys_from_before_a_recovery(wrong):
    world = founded()
    valley = world.federation()
    world.recovery(valley, "r1", threshold=1)
    child = world.council("Riverside", valley)
    signed = [key("r1")]
    keys = world.recovery(valley, "r2", threshold=1, by=signed)
    if wrong:
        world.recover(valley, "valley 2", "r1")
    return world, world.entry("consent", child, about=keys)


@pair("mandate-ended")
def a_consent_to_recovery_keys_after_others_took_effect(wrong):
    world, valley, (child,) = with_federation()
    first = world.recovery(valley, "r1", threshold=1)
    second = world.recovery(valley, "r2", threshold=1)
    if wrong:
        world.say("consent", child, about=second)
    return world, world.entry("consent", child, about=first)


@pair("mandate-ended")
def a_consent_to_recovery_keys_in_effect(wrong):
    world, valley, (one, two, three) = with_federation(3)
    keys = world.recovery(valley, "r1", "r2")
    world.say("consent", one, about=keys)
    if wrong:
        world.say("consent", two, about=keys)
    return world, world.entry("consent", three, about=keys)


@pair("mandate-ended")
def a_consent_to_a_mandate_as_it_lapses(wrong):
    """What was proposed long ago is not decided by the few who are left of that time."""
    world, valley, (child,) = with_federation()
    holder = world.mandate(valley, days=200)
    wait(world, LAPSES - (0 if wrong else 60))
    return world, world.entry("consent", child, about=holder.mandate)


@pair("mandate-ended")
def a_consent_to_a_recall_as_it_lapses(wrong):
    world, valley, (one, two) = with_federation(2)
    recall = world.say("recall", one, council=valley.leaf)
    wait(world, LAPSES - (0 if wrong else 60))
    return world, world.entry("consent", two, about=recall)


@pair("mandate-ended")
def a_consent_to_recovery_keys_as_they_lapse(wrong):
    world, valley, (child,) = with_federation()
    keys = world.recovery(valley, "r1", "r2")
    wait(world, LAPSES - (0 if wrong else 60))
    return world, world.entry("consent", child, about=keys)


@pair("mandate-ended")
def a_consent_to_recovery_keys_of_a_recalled_federation(wrong):
    """Who was recalled does not come back by keys of its own."""
    world, valley, (one, two, three) = with_federation(3)
    keys = world.recovery(valley, "r1", "r2")
    recall = world.say("recall", one, council=valley.leaf)
    if wrong:
        world.say("consent", two, about=recall)
    return world, world.entry("consent", three, about=keys)


@pair("mandate-ended")
def a_consent_to_a_mandate_of_a_recalled_federation(wrong):
    world, valley, (one, two, three) = with_federation(3)
    holder = world.mandate(valley)
    recall = world.say("recall", one, council=valley.leaf)
    if wrong:
        world.say("consent", two, about=recall)
    return world, world.entry("consent", three, about=holder.mandate)


@pair("stale-consent")
def a_word_that_was_held_back_and_comes_after_a_later_one(wrong):
    """The operator cannot make an old word the last one."""
    world, council, other = with_two()
    claim = world.say("resource", council)
    held_back = world.entry("consent", other, about=claim, again=None if wrong else 1)
    world.say("consent", other, about=claim, verdict="against")
    return world, held_back


@pair("stale-consent")
def a_first_word_with_a_number(wrong):
    world, council, other = with_two()
    claim = world.say("resource", council)
    return world, world.entry("consent", other, about=claim, again=1 if wrong else None)


@pair("stale-consent")
def a_word_after_which_no_other_could_come(wrong):
    """Numbers are not used up by a thief."""
    world, council, other = with_two()
    claim = world.say("resource", council)
    world.say("consent", other, about=claim)
    return world, world.entry("consent", other, about=claim, again=2**31 - 1 if wrong else 1, verdict="against")


@pair("stale-consent")
def a_word_on_a_proposal_that_is_not_later_than_the_last(wrong):
    world, valley, (one, _) = with_federation(2)
    holder = world.mandate(valley)
    for verdict in ("against", "for"):
        world.say("consent", one, about=holder.mandate, verdict=verdict)
    said = {"verdict": "against", "again": 1 if wrong else 2}
    return world, world.entry("consent", one, about=holder.mandate, **said)


@pair("stale-consent")
def a_second_word_without_a_number(wrong):
    """None is 0. The word of who recalls is in its recall, and not counted."""
    world, valley, (one, _, _) = with_federation(3)
    recall = world.say("recall", one, council=valley.leaf)
    if wrong:
        world.say("consent", one, about=recall, verdict="conditions", conditions="in autumn")
    return world, world.entry("consent", one, about=recall, verdict="against", again=None)


@pair("wrong-council")
def a_consent_of_a_child_that_had_no_key_when_it_was_proposed(wrong):
    """Who is not in the quorum has no say, or allies without keys would make it small, and come back."""
    world, valley, (one, two) = with_federation(2)
    world.recovery(two, "r1", threshold=1)
    world.say("key", two.key, action="revoke", key=two.key.public)
    if not wrong:
        world.recover(two, "Hillside 2", "r1")
    recall = world.say("recall", one, council=valley.leaf, mandate=world.mandate(valley).mandate)
    if wrong:
        world.recover(two, "Hillside 2", "r1")
    return world, world.entry("consent", two, about=recall)


@pair("wrong-council")
def a_consent_of_a_child_that_gave_up_its_key_and_recovered(wrong):
    """Recovering from a key that it has is no break."""
    world, valley, (_, two) = with_federation(2)
    world.recovery(two, "r1", threshold=1)
    holder = world.mandate(valley)
    if wrong:
        world.say("key", two.key, action="revoke", key=two.key.public)
    world.recover(two, "Hillside 2", "r1")
    return world, world.entry("consent", two, about=holder.mandate)
