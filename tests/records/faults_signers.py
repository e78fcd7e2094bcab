"""Ways to be refused: who signs."""

from ledger.encoding import encode_base64
from ledger.records.entry import build_statement, sign_entry
from ledger.records.kinds.clock import Clock
from ledger.records.kinds.key import KeyChange
from ledger.records.kinds.withdraw import Withdraw
from tests.records.builders import (
    FOUNDER,
    LOG,
    START,
    World,
    key,
    ledger_body,
    make_entry,
    raw_entry,
    roster_parts,
    round_body,
)
from tests.records.starts import closed_world, due_world, fault, founded, open_world, pair, with_council
from tests.records.usual import council_entry


@fault("invalid-signature")
def a_signature_of_another_kind():
    """A statement signed as another kind: the label of the kind is in what is signed."""
    statement = build_statement("clock", World.origin, Clock(time=START + 60))
    return founded(), sign_entry(statement, "council", [key(LOG)])


@pair("invalid-signature")
def a_changed_statement(wrong):
    raw = make_entry("clock", Clock(time=START + 60), key(LOG))
    return founded(), raw.replace(str(START + 60).encode(), str(START + 120).encode()) if wrong else raw


@pair("missing-signature")
def no_signature_at_all(wrong):
    return founded(), make_entry("clock", Clock(time=START + 60), *([] if wrong else [key(LOG)]))


@fault("missing-signature")
def a_council_without_an_authority():
    return founded(), council_entry(key("New"))


@fault("missing-signature")
def a_council_without_its_own_signature():
    return founded(), council_entry(key(FOUNDER))


@fault("missing-signature")
def a_ledger_without_one_founder():
    founders = sorted([key("a"), key("b")], key=lambda k: k.public)
    return World(), make_entry("ledger", ledger_body(founding=tuple(k.public for k in founders)), founders[0])


@fault("missing-signature")
def a_members_claim_without_the_council():
    world, rnd = open_world()
    return world, world.claim_entry(rnd, 0, signers=[key("Ada")])


@fault("missing-signature")
def a_members_claim_without_the_member():
    world, rnd = open_world()
    return world, world.claim_entry(rnd, 0, signers=[rnd.council.key])


@fault("missing-signature")
def a_rotation_without_the_new_key():
    world, council = with_council()
    body = KeyChange(action="rotate", key=council.key.public, new=key("New").public)
    return world, make_entry("key", body, council.key)


@fault("missing-signature")
def a_rotation_without_the_old_key():
    world, council = with_council()
    body = KeyChange(action="rotate", key=council.key.public, new=key("New").public)
    return world, make_entry("key", body, key("New"))


@pair("extra-signature")
def a_clock_signed_by_a_founder_too(wrong):
    return founded(), make_entry("clock", Clock(time=START + 60), key(LOG), *([key(FOUNDER)] if wrong else []))


@fault("extra-signature")
def a_members_withdrawal_signed_by_the_council_too():
    world, rnd = open_world()
    world.claim(rnd, 0)
    body = Withdraw(claim=rnd.seats[0].live, round=rnd.leaf, row=0)
    return world, make_entry("withdraw", body, key("Ada"), rnd.council.key)


@fault("extra-signature")
def a_revocation_signed_by_the_key_and_a_founder():
    world, council = with_council()
    return world, make_entry("key", KeyChange(action="revoke", key=council.key.public), council.key, key(FOUNDER))


@pair("unknown-key")
def a_roster_signed_by_a_stranger(wrong):
    world, council = with_council()
    signer = key("stranger") if wrong else council.key
    return world, make_entry("roster", roster_parts(council.leaf, [None], rule="none")[0], signer)


@fault("unknown-key")
def a_change_of_an_unknown_key():
    return founded(), make_entry("key", KeyChange(action="revoke", key=key("stranger").public), key("stranger"))


@fault("revoked-key")
def a_roster_signed_by_the_old_key():
    world, council = with_council()
    world.add(
        "key",
        KeyChange(action="rotate", key=council.key.public, new=key("New").public),
        council.key,
        key("New"),
    )
    return world, make_entry("roster", roster_parts(council.leaf, [None], rule="none")[0], council.key)


@fault("revoked-key")
def a_roster_of_a_revoked_council():
    world, council = with_council()
    world.add("key", KeyChange(action="revoke", key=council.key.public), council.key)
    return world, make_entry("roster", roster_parts(council.leaf, [None], rule="none")[0], council.key)


@fault("revoked-key")
def a_council_authorised_by_a_rotated_founder():
    world = founded()
    body = KeyChange(action="rotate", key=key(FOUNDER).public, new=key("founder 2").public)
    world.add("key", body, key(FOUNDER), key("founder 2"))
    return world, council_entry(key("New"), key(FOUNDER))


@fault("revoked-key")
def a_council_authorised_by_a_revoked_parent():
    world = founded()
    valley = world.federation()
    world.add("key", KeyChange(action="revoke", key=valley.key.public), valley.key)
    return world, council_entry(key("New"), valley.key, parent=valley.leaf)


@pair("revoked-key")
def a_claim_under_the_councils_old_key(wrong):
    world, rnd = open_world()
    raw = world.claim_entry(rnd, 0)
    body = KeyChange(action="rotate", key=rnd.council.key.public, new=key("New").public)
    if wrong:
        world.add("key", body, rnd.council.key, key("New"))
    return world, raw


@fault("wrong-key")
def a_round_signed_by_another_council():
    world, council = with_council()
    other = world.council("Hillside")
    return world, make_entry("round", round_body(council, world.roster(council)), other.key)


@pair("wrong-key")
def a_clock_signed_by_a_founder(wrong):
    return founded(), make_entry("clock", Clock(time=START + 60), key(FOUNDER if wrong else LOG))


@fault("wrong-key")
def a_council_authorised_by_a_council_that_is_not_its_parent():
    world, council = with_council()
    return world, council_entry(key("New"), council.key)


@fault("wrong-key")
def a_child_revoked_by_its_grandparent():
    world = founded()
    child = world.council("Child", world.federation())
    return world, make_entry("key", KeyChange(action="revoke", key=child.key.public), key(FOUNDER))


@fault("wrong-key")
def a_founder_revoked_by_another():
    world = founded_by_two()
    return world, make_entry("key", KeyChange(action="revoke", key=key("a").public), key("b"))


@fault("wrong-key")
def a_change_of_the_logs_key():
    body = KeyChange(action="rotate", key=key(LOG).public, new=key("New").public)
    return founded(), make_entry("key", body, key(LOG), key("New"))


@pair("wrong-key")
def a_claim_for_a_keyed_row_under_the_councils_key(wrong):
    world, rnd = open_world()
    return world, world.claim_entry(rnd, 0, **({"key": rnd.council.key} if wrong else {}))


@fault("wrong-key")
def a_claim_for_a_keyless_row_under_a_members_key():
    world, rnd = open_world()
    return world, world.claim_entry(rnd, 1, key=key("Ada"), signers=[key("Ada"), rnd.council.key])


@fault("unknown-key")
def a_members_withdrawal_by_a_stranger():
    world, rnd = open_world()
    world.claim(rnd, 0)
    return world, make_entry("withdraw", Withdraw(claim=rnd.seats[0].live, round=rnd.leaf, row=0), key("stranger"))


@fault("wrong-key")
def a_members_withdrawal_by_the_council():
    world, rnd = open_world()
    world.claim(rnd, 0)
    body = Withdraw(claim=rnd.seats[0].live, round=rnd.leaf, row=0)
    return world, make_entry("withdraw", body, rnd.council.key)


@fault("duplicate-key")
def a_second_council_of_the_same_key():
    world, council = with_council()
    return world, council_entry(council.key, key(FOUNDER), key=council.key.public)


@fault("duplicate-key")
def a_founding_key_as_a_councils():
    return founded(), council_entry(key(FOUNDER), key=key(FOUNDER).public)


@fault("duplicate-key")
def a_rotation_back_to_an_old_key():
    world, council = with_council()
    body = KeyChange(action="rotate", key=council.key.public, new=key("New").public)
    world.add("key", body, council.key, key("New"))
    back = KeyChange(action="rotate", key=key("New").public, new=council.key.public)
    return world, make_entry("key", back, key("New"), council.key)


@fault("last-founding-key")
def the_last_founding_key_revoked():
    return founded(), make_entry("key", KeyChange(action="revoke", key=key(FOUNDER).public), key(FOUNDER))


@fault("last-founding-key")
def the_last_of_two_founding_keys_revoked():
    world = founded_by_two()
    world.add("key", KeyChange(action="revoke", key=key("a").public), key("a"))
    return world, make_entry("key", KeyChange(action="revoke", key=key("b").public), key("b"))


def founded_by_two() -> World:
    founders = sorted([key("a"), key("b")], key=lambda k: k.public)
    world = World(proofs=False)
    world.add("ledger", ledger_body(founding=tuple(k.public for k in founders)), *founders)
    return world.tick(0)


@fault("wrong-key")
def a_close_signed_by_another_council():
    world, rnd = due_world()
    other = world.council("Hillside")
    return world, make_entry("close", world.close_body(rnd), other.key)


@fault("wrong-key")
def a_total_signed_by_another_council():
    world, rnd = closed_world()
    other = world.council("Hillside")
    return world, make_entry("total", world.total_body(rnd), other.key)


@fault("bad-field")
def a_founding_key_of_small_order():
    return World(), raw_entry("ledger", {**ledger_body().to_json(), "founding": [encode_base64(bytes(32))]})


@fault("bad-field")
def a_rotation_to_a_key_of_small_order():
    names = {"key": encode_base64(key(FOUNDER).public), "new": encode_base64(bytes(32))}
    return founded(), raw_entry("key", {"action": "rotate", **names}, key(FOUNDER))


@fault("wrong-key")
def a_keyless_rows_withdrawal_by_another_council():
    world, rnd = open_world()
    world.claim(rnd, 1)
    other = world.council("Hillside")
    return world, make_entry("withdraw", Withdraw(claim=rnd.seats[1].live, round=rnd.leaf, row=1), other.key)


@fault("revoked-key")
def a_roster_of_a_revoked_council_signed_by_a_stranger():
    world, council = with_council()
    world.add("key", KeyChange(action="revoke", key=council.key.public), council.key)
    return world, make_entry("roster", roster_parts(council.leaf, [None], rule="none")[0], key("stranger"))
