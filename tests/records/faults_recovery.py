"""Ways to be refused: recovery keys, what they recover, and that nobody above has power over a key."""

from ledger.encoding import encode_base64
from tests.records.bodies import FOUNDER, LOG, CouncilHandle, key
from tests.records.builders import World
from tests.records.starts import founded, pair, with_council, with_federation

NAMES = ("r1", "r2", "r3")


def with_recovery() -> tuple[World, CouncilHandle]:
    """A council with three recovery keys, of which two must sign."""
    world, council = with_council()
    world.recovery(council, *NAMES)
    return world, council


def sorted_keys(*names: str) -> list[bytes]:
    return sorted(key(name).public for name in names)


# ---- recovery


@pair("bad-field")
def recovery_keys_that_are_not_sorted(wrong):
    world, council = with_council()
    keys = sorted_keys(*NAMES)
    return world, world.recovery_entry(council, *NAMES, keys=keys[::-1] if wrong else keys)


@pair("bad-field")
def recovery_keys_sorted_as_signatures_are(wrong):
    """The order is that of the keys' bytes, not of their base64."""
    world, council = with_council()
    names = [f"recovery {i}" for i in range(12)]
    keys = sorted_keys(*names)
    other = sorted(keys, key=lambda each: encode_base64(each))
    assert keys != other
    return world, world.recovery_entry(council, *names, keys=other if wrong else keys)


@pair("bad-field")
def a_recovery_key_twice(wrong):
    world, council = with_council()
    return world, world.recovery_entry(council, "r1", "r2", keys=sorted_keys("r1", "r1" if wrong else "r2"))


@pair("bad-field")
def a_recovery_key_of_small_order(wrong):
    world, council = with_council()
    keys = [bytes(32) if wrong else key("r2").public, key("r1").public]
    return world, world.recovery_entry(council, "r1", "r2", keys=sorted(keys), threshold=1)


@pair("bad-field")
def a_threshold_of_more_keys_than_there_are(wrong):
    world, council = with_council()
    return world, world.recovery_entry(council, *NAMES, threshold=4 if wrong else 3)


@pair("unknown-council")
def recovery_keys_of_a_council_nobody_knows(wrong):
    world, council = with_council()
    whose = CouncilHandle(bytes(32) if wrong else council.leaf, council.key)
    return world, world.recovery_entry(whose, *NAMES)


@pair("duplicate-key")
def a_recovery_key_that_is_the_councils_own(wrong):
    world, council = with_council()
    own = council.key.public if wrong else key("r2").public
    keys = sorted([key("r1").public, own])
    return world, world.recovery_entry(council, "r1", *([] if wrong else ["r2"]), keys=keys, threshold=1)


@pair("duplicate-key")
def a_recovery_key_that_was_replaced_and_comes_back(wrong):
    """Those that are there may be kept."""
    world, council = with_recovery()
    world.recovery(council, "r2", "r3", threshold=1, by=[key("r1"), key("r2")])
    return world, world.recovery_entry(council, "r3", "r1" if wrong else "r2", by=[key("r3")])


@pair("duplicate-key")
def a_recovery_key_of_another_council(wrong):
    world, _ = with_recovery()
    other = world.council("Hillside")
    return world, world.recovery_entry(other, "r4", "r3" if wrong else "r5", threshold=1)


@pair("revoked-key")
def recovery_keys_of_a_revoked_council(wrong):
    world, council = with_council()
    if wrong:
        world.say("key", council.key, action="revoke", key=council.key.public)
    return world, world.recovery_entry(council, *NAMES)


@pair("wrong-key")
def recovery_keys_given_by_the_holder_of_a_mandate(wrong):
    world, council = with_council()
    ann = world.mandate(council)
    return world, world.recovery_entry(ann if wrong else council, *NAMES)


@pair("wrong-key")
def recovery_keys_given_by_the_federation(wrong):
    world, valley, (child,) = with_federation()
    return world, world.recovery_entry(child, *NAMES, by=[valley.key if wrong else child.key])


@pair("wrong-key")
def recovery_keys_replaced_by_a_thief_of_the_councils_key(wrong):
    world, council = with_recovery()
    signed = [council.key] if wrong else [key("r1"), key("r3")]
    return world, world.recovery_entry(council, "r4", threshold=1, by=signed)


@pair("missing-signature")
def recovery_keys_of_which_one_has_not_signed(wrong):
    """A key that nobody holds would lock the council out one day."""
    world, council = with_council()
    signed = [council.key, *map(key, NAMES[: 2 if wrong else 3])]
    return world, world.recovery_entry(council, *NAMES, signed=signed)


@pair("missing-signature")
def recovery_keys_replaced_without_the_new_one(wrong):
    world, council = with_recovery()
    signed = [key("r1"), key("r2"), *([] if wrong else [key("r4")])]
    return world, world.recovery_entry(council, "r4", threshold=1, signed=signed)


@pair("missing-signature")
def recovery_keys_replaced_by_one_too_few(wrong):
    world, council = with_recovery()
    signed = [key("r1")] if wrong else [key("r1"), key("r2")]
    return world, world.recovery_entry(council, "r4", threshold=1, by=signed)


@pair("extra-signature")
def recovery_keys_replaced_with_the_councils_key_beside(wrong):
    world, council = with_recovery()
    also = [council.key] if wrong else [key("r3")]
    signed = [key("r1"), key("r2"), *also]
    return world, world.recovery_entry(council, "r4", threshold=1, by=signed)


# ---- recover


@pair("bad-field")
def a_recovery_to_a_key_of_small_order(wrong):
    world, council = with_recovery()
    new = key("Riverside 2")
    signed = [key("r1"), key("r2"), *([] if wrong else [new])]
    return world, world.entry("recover", council, new=bytes(32) if wrong else new.public, signed=signed)


@pair("unknown-council")
def a_recovery_of_a_council_nobody_knows(wrong):
    world, council = with_recovery()
    leaf = bytes(32) if wrong else council.leaf
    return world, recover_entry(world, council, "r1", "r2", council=leaf)


def recover_entry(world: World, handle: CouncilHandle, *names: str, **said) -> bytes:
    """Riverside under a new key, signed by it and by the recovery keys of these names."""
    new = key("Riverside 2")
    return world.entry("recover", handle, **{"new": new.public, "signed": [new, *map(key, names)], **said})


@pair("no-recovery")
def a_recovery_without_recovery_keys(wrong):
    world, council = with_council()
    if not wrong:
        world.recovery(council, *NAMES)
    return world, recover_entry(world, council, "r1", "r2")


@pair("no-recovery")
def a_recovery_by_keys_that_half_of_the_children_are_for(wrong):
    """The recovery keys of a federation are nobody's until more than half of those below say so."""
    world, valley, (one, two) = with_federation(2)
    keys = world.recovery(valley, *NAMES)
    for child in (one, two)[: 1 if wrong else 2]:
        world.say("consent", child, about=keys)
    return world, recover_entry(world, valley, "r1", "r2")


@pair("no-recovery")
def a_recovery_of_a_recalled_federation(wrong):
    """Or those who were recalled would be back in the next entry."""
    world = founded()
    valley = world.federation()
    world.recovery(valley, *NAMES)
    one, two = (world.council(name, valley) for name in ("Riverside", "Hillside"))
    recall = world.say("recall", one, council=valley.leaf)
    if wrong:
        world.say("consent", two, about=recall)
    return world, recover_entry(world, valley, "r1", "r2")


@pair("no-recovery")
def a_recovery_after_a_federation_has_revoked_its_key_in_a_recall(wrong):
    """A recall is not escaped by having no key for a while."""
    world = founded()
    valley = world.federation()
    world.recovery(valley, *NAMES)
    one, two = (world.council(name, valley) for name in ("Riverside", "Hillside"))
    world.say("key", valley.key, action="revoke", key=valley.key.public)
    recall = world.say("recall", one, council=valley.leaf)
    if wrong:
        world.say("consent", two, about=recall)
    return world, recover_entry(world, valley, "r1", "r2")


@pair("duplicate-key")
def a_recovery_to_a_key_that_the_council_had(wrong):
    world, council = with_recovery()
    old, new = council.key, key("Riverside 1b")
    world.say("key", old, new, action="rotate", key=old.public, new=new.public)
    back = old if wrong else key("Riverside 2")
    return world, recover_entry(world, council, new=back.public, signed=[back, key("r1"), key("r2")])


@pair("duplicate-key")
def a_recovery_to_one_of_the_recovery_keys(wrong):
    world, council = with_recovery()
    new = key("r3" if wrong else "Riverside 2")
    return world, recover_entry(world, council, new=new.public, signed=[new, key("r1"), key("r2")])


@pair("missing-signature")
def a_recovery_by_one_too_few(wrong):
    world, council = with_recovery()
    return world, recover_entry(world, council, *NAMES[: 1 if wrong else 2])


@pair("missing-signature")
def a_recovery_that_the_new_key_has_not_signed(wrong):
    world, council = with_recovery()
    new = [] if wrong else [key("Riverside 2")]
    return world, recover_entry(world, council, signed=[*new, key("r1"), key("r2")])


@pair("wrong-key")
def a_recovery_by_the_councils_key_and_one_of_two(wrong):
    world, council = with_recovery()
    other = council.key if wrong else key("r2")
    return world, recover_entry(world, council, signed=[key("Riverside 2"), key("r1"), other])


@pair("revoked-key")
def a_recovery_by_recovery_keys_that_were_replaced(wrong):
    world, council = with_recovery()
    world.recovery(council, "r4", "r5", by=[key("r1"), key("r2")])
    return world, recover_entry(world, council, *(("r1", "r2") if wrong else ("r4", "r5")))


@pair("unknown-key")
def a_recovery_by_one_of_two_and_a_stranger(wrong):
    world, council = with_recovery()
    return world, recover_entry(world, council, "r1", "a stranger" if wrong else "r3")


@pair("revoked-key")
def a_thief_of_the_key_who_signs_on_after_the_recovery(wrong):
    world, council = with_recovery()
    thief = CouncilHandle(council.leaf, council.key)
    world.recover(council, "Riverside 2", "r1", "r2")
    return world, world.entry("decision", thief if wrong else council, adopts=[council.leaf])


# ---- key


def changed(world: World, handle: CouncilHandle, by, *, to: str | None = None) -> bytes:
    """The council's key revoked, or rotated, by another key."""
    new = key(to) if to else None
    said = {"action": "rotate" if new else "revoke", "key": handle.key.public, "new": new and new.public}
    return world.entry("key", by, signed=[by, *([new] if new else [])], **said)


@pair("unknown-key")
def a_change_of_a_key_that_is_none(wrong):
    world, council = with_council()
    handle = CouncilHandle(council.leaf, key("stranger")) if wrong else council
    return world, changed(world, handle, handle.key)


@pair("revoked-key")
def a_change_of_a_key_that_has_ended(wrong):
    world, council = with_council()
    old = CouncilHandle(council.leaf, council.key)
    world.accept(changed(world, council, council.key, to="Riverside 2"))
    handle = old if wrong else CouncilHandle(council.leaf, key("Riverside 2"))
    return world, changed(world, handle, handle.key)


@pair("wrong-key")
def a_change_of_the_logs_key_by_itself(wrong):
    world, council = with_council()
    handle = CouncilHandle(council.leaf, key(LOG)) if wrong else council
    return world, changed(world, handle, handle.key)


@pair("wrong-key")
def a_recovery_key_that_revokes_itself(wrong):
    world, council = with_recovery()
    handle = CouncilHandle(council.leaf, key("r1")) if wrong else council
    return world, changed(world, handle, handle.key)


@pair("duplicate-key")
def a_rotation_to_a_recovery_key(wrong):
    world, council = with_recovery()
    return world, changed(world, council, council.key, to="r3" if wrong else "Riverside 2")


@pair("bad-field")
def a_rotation_without_a_new_key(wrong):
    world, council = with_council()
    new = key("Riverside 2")
    said = {"action": "rotate", "key": council.key.public, "new": None if wrong else new.public}
    return world, world.entry("key", council.key, signed=[council.key, *([] if wrong else [new])], **said)


@pair("wrong-key")
def a_council_revoked_by_a_founder(wrong):
    world, council = with_council()
    return world, changed(world, council, key(FOUNDER) if wrong else council.key)


@pair("wrong-key")
def a_council_rotated_by_a_founder(wrong):
    """Who could do that could join a federation with it, and vote there."""
    world, council = with_council()
    return world, changed(world, council, key(FOUNDER) if wrong else council.key, to="Riverside 2")


@pair("wrong-key")
def a_child_revoked_by_its_federation(wrong):
    """A holder who ends the keys of all who are against her has nobody left to recall her."""
    world, valley, (child,) = with_federation()
    return world, changed(world, child, valley.key if wrong else child.key)


@pair("wrong-key")
def a_child_rotated_by_its_federation(wrong):
    """It could vote with that key, withdraw what the child has said, and sign that it leaves and joins again."""
    world, valley, (child,) = with_federation()
    return world, changed(world, child, valley.key if wrong else child.key, to="Riverside 2")


@pair("last-founding-key")
def the_last_founding_key_that_is_valid_revoked(wrong):
    world = founded()
    new = {"action": "revoke"} if wrong else {"action": "rotate", "new": key("founder 2").public}
    signers = [key(FOUNDER), *([] if wrong else [key("founder 2")])]
    return world, world.entry("key", key(FOUNDER), key=key(FOUNDER).public, signed=signers, **new)
