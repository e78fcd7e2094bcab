"""Every way to be refused, named after its one fault: a world, and an entry that it must refuse by this very rule."""

from dataclasses import replace as with_values
from hashlib import sha512

from msgspec.structs import replace

from ledger.crypto.shape import Shape
from ledger.encoding import encode_base64
from ledger.records.entry import build_statement, parse_entry, sign_entry, signing_message
from ledger.records.kinds.claim import ClaimTerms
from ledger.records.kinds.clock import Clock
from ledger.records.kinds.council import Council
from ledger.records.kinds.decision import Decision, Turnout
from ledger.records.kinds.key import KeyChange
from ledger.records.kinds.resource import Resource
from ledger.records.kinds.roster import Roster, Row, SumOpening
from ledger.records.kinds.round import AllowanceRule
from ledger.records.kinds.withdraw import Withdraw
from ledger.signing import SigningKey
from tests.records import (
    faults_acting,
    faults_checks,
    faults_disclosure,
    faults_federation,
    faults_mandates,
    faults_outcomes,
    faults_recalls,
    faults_recovery,
    faults_requests,
    faults_rollup,
    faults_rollup_due,
    faults_world,
)
from tests.records.builders import (
    FOUNDER,
    LOG,
    START,
    CouncilHandle,
    RoundHandle,
    World,
    category,
    key,
    ledger_body,
    make_entry,
    raw_entry,
    roster_parts,
    round_body,
)
from tests.records.starts import FAULTS, TWINS, closed_world, fault, founded, open_world, pair, with_council

SUBJECTS = (
    faults_acting,
    faults_checks,
    faults_disclosure,
    faults_federation,
    faults_mandates,
    faults_outcomes,
    faults_recalls,
    faults_recovery,
    faults_requests,
    faults_rollup,
    faults_rollup_due,
    faults_world,
)
"""The other files of faults, which are kept by being imported."""

__all__ = [
    "FAULTS",
    "TWINS",
    "closed_world",
    "council_entry",
    "decision_entry",
    "founded",
    "open_world",
    "resource_body",
    "with_council",
]


def council_entry(*signers, **changes) -> bytes:
    values = {"key": key("New").public, "name": "New", "type": "council"}
    return make_entry("council", Council(**{**values, **changes}), *signers)


# ---- the bytes


@fault("too-long")
def entry_of_65536_bytes():
    world = founded()
    raw = make_entry("clock", Clock(time=START + 60), key(LOG))
    return world, raw + b" " * (65_536 - len(raw))


@fault("not-canonical")
def entry_of_65535_bytes():
    world = founded()
    raw = make_entry("clock", Clock(time=START + 60), key(LOG))
    return world, raw + b" " * (65_535 - len(raw))


@fault("too-deep")
def an_entry_of_lists_in_lists():
    return founded(), b'{"signatures":' + b"[" * 9000 + b"]" * 9000 + b"}"


@pair("not-json")
def half_an_entry(wrong):
    raw = make_entry("clock", Clock(time=START + 60), key(LOG))
    return founded(), raw[:-1] if wrong else raw


@pair("not-canonical")
def a_space_too_many(wrong):
    raw = make_entry("clock", Clock(time=START + 60), key(LOG))
    return founded(), raw.replace(b":", b": ", 1) if wrong else raw


@fault("not-canonical")
def a_doubled_field():
    raw = make_entry("clock", Clock(time=START + 60), key(LOG))
    return founded(), raw.replace(b'"body":{', b'"body":{"time":1,')


@fault("not-canonical")
def a_letter_spelled_as_an_escape():
    return founded(), council_entry(key("New"), key(FOUNDER)).replace(b'"New"', b'"\\u004eew"')


@fault("malformed")
def a_time_with_a_fraction():
    return founded(), make_entry("clock", Clock(time=START), key(LOG)).replace(b"00}", b"00e0}")


@fault("malformed")
def a_null():
    raw = council_entry(key("New"), key(FOUNDER)).replace(b'"name":"New"', b'"name":"New","parent":null')
    return founded(), raw


@pair("unknown-version")
def version_2(wrong):
    return founded(), raw_entry("clock", {"time": START + 60}, key(LOG), v=2 if wrong else 1)


@pair("unknown-kind")
def a_kind_nobody_knows(wrong):
    return founded(), raw_entry("clocks" if wrong else "clock", {"time": START + 60}, key(LOG))


@pair("unknown-field")
def a_claim_with_an_opening(wrong):
    world, rnd = open_world()
    body = parse_entry(world.claim_entry(rnd, 1), origin=None).body.to_json()
    more = {"opening": {"quantities": [1, 1]}} if wrong else {}
    return world, raw_entry("claim", {**body, **more}, rnd.council.key)


@pair("missing-field")
def a_row_without_a_reference(wrong):
    world, council = with_council()
    rows = [{} if wrong else {"ref": "h-1"}]
    body = {"allowance": "none", "council": encode_base64(council.leaf), "rows": rows}
    return world, raw_entry("roster", body, council.key)


@pair("bad-field")
def a_negative_time(wrong):
    return founded(), raw_entry("clock", {"time": -60 if wrong else START + 60}, key(LOG))


@fault("bad-field")
def a_key_in_other_base64():
    world = founded()
    body = {"key": encode_base64(bytes(32))[:-2] + "B=", "name": "New", "type": "council"}
    return world, raw_entry("council", body, key("New"), key(FOUNDER))


@fault("bad-field")
def a_council_key_of_small_order():
    return founded(), raw_entry(
        "council", {"key": encode_base64(bytes(32)), "name": "New", "type": "council"}, key(FOUNDER)
    )


@fault("bad-field")
def a_name_that_turns_the_direction_of_writing():
    return founded(), raw_entry(
        "council", {"key": encode_base64(key("New").public), "name": "a\u202eb", "type": "council"}, key("New")
    )


@pair("unsorted-signatures")
def signatures_the_wrong_way_round(wrong):
    world = founded()
    raw = council_entry(key("New"), key(FOUNDER))
    signatures, statement = raw.removeprefix(b'{"signatures":[').split(b'],"statement":')
    first, second = signatures.split(b"},")
    if wrong:
        raw = b'{"signatures":[' + second + b"," + first + b'}],"statement":' + statement
    return world, raw


@fault("unsorted-signatures")
def a_signature_twice():
    return founded(), make_entry("clock", Clock(time=START + 60), key(LOG), key(LOG))


@pair("wrong-ledger")
def an_entry_of_another_ledger(wrong):
    origin = "example.org/other" if wrong else World.origin
    return founded(), make_entry("clock", Clock(time=START + 60), key(LOG), origin=origin)


# ---- who signs


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


# ---- the order of entries


@pair("no-ledger")
def a_clock_at_index_0(wrong):
    return World(proofs=False) if wrong else founded(), make_entry("clock", Clock(time=START + 60), key(LOG))


@pair("second-ledger")
def a_ledger_at_index_2(wrong):
    world = founded() if wrong else World(proofs=False)
    return world, make_entry("ledger", ledger_body(cohort_floor=3), key(FOUNDER))


@pair("wrong-generators")
def other_generators(wrong):
    body = ledger_body(generators=bytes(32)) if wrong else ledger_body()
    return World(), make_entry("ledger", body, key(FOUNDER))


@pair("duplicate-entry")
def the_same_decision_twice(wrong):
    world, council = with_council()
    raw = decision_entry(world, council)
    if wrong:
        world.accept(raw)
    return world, raw


@pair("no-clock")
def a_council_before_any_clock(wrong):
    world = World(proofs=False)
    world.add("ledger", ledger_body(), key(FOUNDER))
    if not wrong:
        world.tick(0)
    return world, council_entry(key("New"), key(FOUNDER))


@pair("clock-backwards")
def an_earlier_clock(wrong):
    return founded(), make_entry("clock", Clock(time=START + (-60 if wrong else 60)), key(LOG))


@fault("clock-off-period")
def a_clock_between_periods():
    return founded(), make_entry("clock", Clock(time=START + 61), key(LOG))


@fault("clock-backwards")
def the_same_clock_under_another_signature():
    world = founded()
    return world, resigned(world.entries[1], key(LOG))


def resigned(raw: bytes, signer: SigningKey) -> bytes:
    """The same statement under another valid signature of the same key (RFC 8032 fixes the nonce, nobody checks it)."""
    record = parse_entry(raw, origin=None)
    message = signing_message(record.kind, record.statement)
    return raw.replace(
        encode_base64(record.signatures[0]).encode(), encode_base64(other_signature(signer, message)).encode()
    )


def other_signature(signer: SigningKey, message: bytes) -> bytes:
    """A signature whose nonce is 1: R = B, S = 1 + H(R ‖ A ‖ M)·a. It gives the key away, which is no matter here."""
    order = 2**252 + 27742317777372353535851937790883648493
    base = bytes([0x58]) + bytes([0x66]) * 31
    a = bytearray(sha512(signer.seed).digest()[:32])
    a[0] &= 248
    a[31] = a[31] & 127 | 64
    challenge = int.from_bytes(sha512(base + signer.public + message).digest(), "little")
    s = (1 + challenge * int.from_bytes(a, "little")) % order
    return base + s.to_bytes(32, "little")


@pair("bad-field")
def founding_keys_the_wrong_way_round(wrong):
    founders = sorted([key("a"), key("b")], key=lambda k: k.public, reverse=wrong)
    body = ledger_body().to_json()
    return World(), raw_entry("ledger", {**body, "founding": [encode_base64(k.public) for k in founders]}, *founders)


@fault("bad-field")
def the_logs_key_among_the_founders():
    return World(), raw_entry("ledger", {**ledger_body().to_json(), "log_key": encode_base64(key(FOUNDER).public)})


@fault("bad-field")
def a_log_key_of_small_order():
    return World(), raw_entry("ledger", {**ledger_body().to_json(), "log_key": encode_base64(bytes(32))})


@fault("bad-field")
def a_revocation_with_a_new_key():
    names = {name: encode_base64(key(name).public) for name in (FOUNDER, "New")}
    body = {"action": "revoke", "key": names[FOUNDER], "new": names["New"]}
    return founded(), raw_entry("key", body, key(FOUNDER), key("New"))


@fault("bad-field")
def a_rotation_to_nothing():
    body = {"action": "rotate", "key": encode_base64(key(FOUNDER).public)}
    return founded(), raw_entry("key", body, key(FOUNDER))


# ---- councils, rosters


@fault("unknown-council")
def a_parent_nobody_knows():
    return founded(), council_entry(key("New"), key(FOUNDER), parent=bytes(32))


@pair("unknown-council")
def a_roster_of_a_council_nobody_knows(wrong):
    world, council = with_council()
    leaf = bytes(32) if wrong else council.leaf
    return world, make_entry("roster", roster_parts(leaf, [None], rule="none")[0], council.key)


@fault("below-floor")
def a_hidden_roster_below_the_floor():
    world, council = with_council()
    return world, make_entry("roster", roster_parts(council.leaf, [7], rule="hidden")[0], council.key)


@fault("bad-field")
def a_hidden_roster_without_its_opening():
    world, council = with_council()
    body = roster_parts(council.leaf, [7, 7], rule="hidden")[0].to_json()
    del body["opening"]
    return world, raw_entry("roster", body, council.key)


@fault("bad-field")
def a_public_roster_with_a_row_without_allowance():
    world, council = with_council()
    body = roster_parts(council.leaf, [7, 7], rule="public")[0].to_json()
    del body["rows"][1]["allowance"]
    return world, raw_entry("roster", body, council.key)


@fault("bad-field")
def a_public_roster_with_a_hidden_row():
    world, council = with_council()
    body = roster_parts(council.leaf, [7, 7], rule="public")[0].to_json()
    body["rows"][1]["commitment"] = encode_base64(world_point(world))
    return world, raw_entry("roster", body, council.key)


@fault("bad-field")
def a_hidden_roster_with_a_public_row():
    world, council = with_council()
    body = roster_parts(council.leaf, [7, 7], rule="hidden")[0].to_json()
    body["rows"][1]["allowance"] = 7
    return world, raw_entry("roster", body, council.key)


@fault("bad-field")
def a_hidden_roster_with_a_row_without_commitment():
    world, council = with_council()
    body = roster_parts(council.leaf, [7, 7], rule="hidden")[0].to_json()
    del body["rows"][1]["commitment"]
    return world, raw_entry("roster", body, council.key)


@fault("bad-field")
def a_member_key_of_small_order():
    world, council = with_council()
    body = roster_parts(council.leaf, [None], rule="none")[0].to_json()
    body["rows"][0]["key"] = encode_base64(bytes(32))
    return world, raw_entry("roster", body, council.key)


@pair("duplicate-member")
def a_reference_twice_in_a_roster(wrong):
    world, council = with_council()
    body = roster_parts(council.leaf, [None, None], rule="none")[0].to_json()
    body["rows"][1]["ref"] = body["rows"][0]["ref"] if wrong else "another"
    return world, raw_entry("roster", body, council.key)


@fault("duplicate-member")
def a_key_twice_in_a_roster():
    world, council = with_council()
    body = roster_parts(council.leaf, [None, None], rule="none", members=["Ada"])[0].to_json()
    body["rows"][1]["key"] = body["rows"][0]["key"]
    return world, raw_entry("roster", body, council.key)


@fault("reused-commitment")
def a_hidden_allowance_twice_in_a_roster():
    world, council = with_council()
    body = roster_parts(council.leaf, [7, 7], rule="hidden")[0].to_json()
    body["rows"][1]["commitment"] = body["rows"][0]["commitment"]
    return world, raw_entry("roster", body, council.key)


@fault("reused-commitment")
def a_hidden_allowance_in_a_second_roster():
    world, council = with_council()
    first = world.roster(council, [7, 7], rule="hidden")
    rows = (first.body.rows[0], Row(ref="x", commitment=world_point(world)))
    opening = SumOpening(blinding=bytes(32), sum="0")
    body = Roster(council=council.leaf, allowance="hidden", rows=rows, opening=opening)
    return world, make_entry("roster", body, council.key)


def world_point(world: World) -> bytes:
    return roster_parts(world.origin.encode(), [1], rule="hidden")[0].rows[0].commitment or b""


@pair("invalid-opening")
def a_hidden_roster_whose_sum_is_another(wrong):
    world, council = proved_council()
    body = roster_parts(council.leaf, [7, 7], rule="hidden")[0]
    opening = SumOpening(blinding=body.opening.blinding, sum="15" if wrong else "14")
    return world, make_entry("roster", replace(body, opening=opening), council.key)


@fault("malformed")
def a_hidden_roster_with_an_unreduced_blinding():
    world, council = proved_council()
    body = roster_parts(council.leaf, [7, 7], rule="hidden")[0]
    return world, make_entry("roster", replace(body, opening=SumOpening(blinding=b"\xff" * 32, sum="14")), council.key)


def proved_council() -> tuple[World, CouncilHandle]:
    world = World().found()
    return world, world.council()


@pair("allowance-overflow")
def a_roster_whose_allowances_reach_2_to_53(wrong):
    world, council = with_council()
    body = roster_parts(council.leaf, [2**52, 2**52 - 1], rule="public")[0].to_json()
    body["rows"][1]["allowance"] += wrong
    return world, raw_entry("roster", body, council.key)


# ---- rounds


@pair("allowance-overflow")
def rosters_whose_allowances_reach_2_to_53_together(wrong):
    world, council = with_council()
    rosters = [world.roster(council, [2**52 - (not wrong) * n], rule="public", prefix=f"p{n}-") for n in (0, 1)]
    rule = AllowanceRule(rule="public", slack_width=0)
    return world, make_entry("round", round_body(council, *rosters, allowance=rule), council.key)


@fault("allowance-overflow")
def hidden_sums_that_reach_2_to_53_together():
    world, council = with_council()
    rosters = [world.roster(council, [2**51, 2**51], rule="hidden", prefix=prefix) for prefix in "ab"]
    return world, make_entry("round", round_body(council, *rosters), council.key)


@pair("unknown-roster")
def a_roster_nobody_knows(wrong):
    world, council = with_council()
    roster = world.roster(council)
    body = round_body(council, roster, rosters=(bytes(32) if wrong else roster.leaf,))
    return world, make_entry("round", body, council.key)


@pair("wrong-roster")
def a_roster_of_another_council(wrong):
    world, council = with_council()
    other = world.council("Hillside")
    return world, make_entry("round", round_body(council, world.roster(other if wrong else council)), council.key)


@fault("wrong-roster")
def a_roster_of_another_allowance_rule():
    world, council = with_council()
    rosters = [world.roster(council), world.roster(council, [7, 7], rule="public", prefix="p")]
    return world, make_entry("round", round_body(council, *rosters), council.key)


@pair("below-floor")
def a_minimum_below_the_floor(wrong):
    world = founded(cohort_floor=3)
    council = world.council()
    body = round_body(council, world.roster(council), minimum=2 if wrong else 3)
    return world, make_entry("round", body, council.key)


@pair("duplicate-member")
def a_reference_in_two_rosters(wrong):
    world, council = with_council()
    rosters = [world.roster(council), world.roster(council, [None] * 4, prefix="m" if wrong else "n")]
    return world, make_entry("round", round_body(council, *rosters), council.key)


@fault("duplicate-member")
def a_member_key_in_two_rosters():
    world, council = with_council()
    rosters = [world.roster(council, members=["Ada"], prefix=prefix) for prefix in "ab"]
    return world, make_entry("round", round_body(council, *rosters), council.key)


@fault("bad-field")
def a_roster_named_twice():
    world, council = with_council()
    roster = world.roster(council)
    body = round_body(council, roster).to_json()
    return world, raw_entry("round", {**body, "rosters": body["rosters"] * 2}, council.key)


@fault("bad-field")
def a_catalogue_with_a_code_twice():
    world, council = with_council()
    body = round_body(council, world.roster(council)).to_json()
    return world, raw_entry("round", {**body, "catalogue": [category("a", 3).to_json()] * 2}, council.key)


@fault("bad-field")
def a_round_without_allowances_and_with_a_slack_width():
    world, council = with_council()
    body = round_body(council, world.roster(council)).to_json()
    return world, raw_entry("round", {**body, "allowance": {"rule": "none", "slack_width": 0}}, council.key)


@fault("bad-field")
def a_round_with_allowances_and_no_slack_width():
    world, council = with_council()
    body = round_body(council, world.roster(council, [7, 7], rule="public")).to_json()
    return world, raw_entry("round", {**body, "allowance": {"rule": "public"}}, council.key)


@pair("bad-field")
def a_round_that_closes_as_it_opens(wrong):
    world, council = with_council()
    body = round_body(council, world.roster(council)).to_json()
    return world, raw_entry("round", {**body, "closes": body["opens"] + (not wrong)}, council.key)


@fault("bad-field")
def a_round_of_1025_bits():
    world, council = with_council()
    catalogue = [category(f"c{i}", 32).to_json() for i in range(32)] + [category("last", 1).to_json()]
    body = round_body(council, world.roster(council)).to_json()
    return world, raw_entry("round", {**body, "catalogue": catalogue}, council.key)


@pair("duplicate-round")
def a_round_of_the_same_number(wrong):
    world, rnd = open_world()
    return world, make_entry("round", replace(rnd.body, minimum=3, round_no=1 if wrong else 2), rnd.council.key)


@fault("too-many-rows")
def a_round_of_100001_rows():
    world, council = with_council()
    rosters = [world.roster(council, [None] * 2400, prefix=f"r{i}-") for i in range(42)]
    return world, make_entry("round", round_body(council, *rosters), council.key)


@pair("price-list-overflow")
def a_price_list_that_reaches_2_to_53(wrong):
    world, council = with_council()
    # 3 rows · price · (2^32 - 1) reaches 2^53 at this price and not at the one below.
    price = -(-(2**53) // (3 * (2**32 - 1))) - (not wrong)
    body = round_body(council, world.roster(council), catalogue=(category("flour", 32, price=price),))
    return world, make_entry("round", body, council.key)


@pair("slack-too-narrow")
def an_allowance_that_does_not_fit_the_slack(wrong):
    world, council = with_council()
    roster = world.roster(council, [7, 8 if wrong else 7], rule="public")
    return world, make_entry("round", round_body(council, roster), council.key)


# ---- claims


@pair("unknown-round")
def a_claim_in_a_round_nobody_knows(wrong):
    world, rnd = open_world()
    leaf = bytes(32) if wrong else rnd.leaf
    return world, world.claim_entry(rnd, 1, terms=ClaimTerms(world.origin, leaf, 1, rnd.body.shape(), None))


@pair("row-out-of-range")
def a_claim_for_a_row_too_many(wrong):
    world, rnd = open_world()
    row = 3 if wrong else 2
    return world, world.claim_entry(rnd, 1, terms=ClaimTerms(world.origin, rnd.leaf, row, rnd.body.shape(), None))


@pair("round-not-open")
def a_claim_before_opening(wrong):
    world, rnd = late_round()
    if not wrong:
        world.tick()
    return world, world.claim_entry(rnd, 1)


def late_round(**changes) -> tuple[World, RoundHandle]:
    world, council = with_council()
    return world, world.round(council, world.roster(council), opens=START + 60, **changes)


@pair("round-closed")
def a_claim_at_closing_time(wrong):
    world, rnd = open_world()
    world.tick(3600 if wrong else 3540)
    return world, world.claim_entry(rnd, 1)


@fault("round-closed")
def a_claim_after_an_early_close():
    world, council = with_council()
    rnd = world.round(council, world.roster(council), early_close=True)
    world.close(rnd)
    return world, world.claim_entry(rnd, 1)


@pair("round-closed")
def a_withdrawal_at_closing_time(wrong):
    world, rnd = open_world()
    world.claim(rnd, 1)
    world.tick(3600 if wrong else 3540)
    return world, world.withdraw_entry(rnd, 1)


@fault("round-closed")
def a_withdrawal_after_an_early_close():
    world, council = with_council()
    rnd = world.round(council, world.roster(council), early_close=True)
    world.claim(rnd, 1)
    world.close(rnd)
    return world, world.withdraw_entry(rnd, 1)


@pair("stale-sequence")
def a_first_claim_numbered_2(wrong):
    world, rnd = open_world()
    return world, world.claim_entry(rnd, 1, seq=1 + wrong)


@fault("stale-sequence")
def a_claim_numbered_1_again_after_a_withdrawal():
    world, rnd = open_world()
    world.claim(rnd, 1)
    world.withdraw(rnd, 1)
    return world, world.claim_entry(rnd, 1, seq=1, salt="again")


@fault("stale-sequence")
def a_withdrawn_claim_posted_again():
    """What is replayed is another entry (one more signature would do), under the number that it had."""
    world, rnd = open_world()
    statement = parse_entry(world.claim_entry(rnd, 1), origin=None).statement
    world.accept(sign_entry(statement, "claim", [rnd.council.key]))
    world.claim_entry(rnd, 1)
    rnd.seats[1].live = parse_entry(world.entries[-1], origin=None).leaf
    world.withdraw(rnd, 1)
    body = parse_entry(world.entries[-2], origin=None).body
    return world, make_entry("claim", replace(body, proof=b"x"), rnd.council.key)


@pair("wrong-superseded")
def a_replacement_that_names_no_predecessor(wrong):
    world, rnd = open_world()
    first = world.claim(rnd, 1)
    return world, world.claim_entry(rnd, 1, superseded=None if wrong else first.leaf)


@fault("wrong-superseded")
def a_replacement_that_names_the_claim_before_the_last():
    world, rnd = open_world()
    first = world.claim(rnd, 1)
    world.claim(rnd, 1, (2, 1))
    return world, world.claim_entry(rnd, 1, superseded=first.leaf)


@fault("wrong-superseded")
def a_first_claim_that_names_another_rows_claim():
    world, rnd = open_world()
    other = world.claim(rnd, 1)
    return world, world.claim_entry(rnd, 2, superseded=other.leaf)


@fault("wrong-superseded")
def a_claim_that_names_a_withdrawn_one():
    world, rnd = open_world()
    withdrawn = world.claim(rnd, 1)
    world.withdraw(rnd, 1)
    return world, world.claim_entry(rnd, 1, superseded=withdrawn.leaf)


def replayed(world: World, rnd: RoundHandle, **changes) -> bytes:
    """Row 1's claim, its commitment and proof under another statement, signed by whoever must."""
    claim = parse_entry(world.claim_entry(rnd, 1), origin=None).body
    body = replace(claim, **changes)
    signers = {k.public: k for k in (key("Ada"), rnd.council.key) if k.public in (body.key, rnd.council.key.public)}
    return make_entry("claim", body, *signers.values())


@pair("invalid-range-proof")
def a_proof_replayed_by_another_row(wrong):
    world, rnd = open_world(proofs=True)
    return world, replayed(world, rnd, row=2 if wrong else 1)


@fault("invalid-range-proof")
def a_proof_replayed_by_another_member():
    world, rnd = open_world(proofs=True)
    return world, replayed(world, rnd, row=0, key=key("Ada").public)


@fault("invalid-range-proof")
def a_proof_replayed_under_another_number():
    world, rnd = open_world(proofs=True)
    return world, replayed(world, rnd, seq=2)


@fault("invalid-range-proof")
def a_proof_replayed_in_another_round():
    world, rnd = open_world(proofs=True)
    raw = world.add("round", replace(rnd.body, round_no=2), rnd.council.key)
    return world, replayed(world, rnd, round=raw.leaf)


@fault("invalid-range-proof")
def a_proof_made_for_another_ledger():
    world, rnd = open_world(proofs=True)
    terms = ClaimTerms("example.org/other", rnd.leaf, 1, rnd.body.shape(), None)
    world.origin = "example.org/other"
    body = parse_entry(world.claim_entry(rnd, 1, terms=terms), origin=None).body
    world.origin = terms_of(world, rnd).origin
    return world, make_entry("claim", body, rnd.council.key)


def terms_of(world: World, rnd: RoundHandle, row: int = 1) -> ClaimTerms:
    return ClaimTerms(World.origin, rnd.leaf, row, rnd.body.shape(), rnd.seats[row].allowance)


@fault("invalid-range-proof")
def a_proof_under_prices_of_its_own():
    world, rnd = open_world("public", proofs=True)
    cheap = Shape(widths=(3, 2), prices=(0, 0), slack_width=3)
    return world, world.claim_entry(rnd, 1, (7, 3), terms=with_values(terms_of(world, rnd), shape=cheap))


@fault("invalid-range-proof")
def a_proof_under_another_allowance():
    world, rnd = open_world("public", proofs=True)
    return world, world.claim_entry(rnd, 1, terms=with_values(terms_of(world, rnd), allowance=6))


@pair("malformed")
def a_proof_of_another_shape(wrong):
    world, rnd = open_world(proofs=True)
    wide = Shape(widths=(3, 9 if wrong else 2), prices=(1, 2), slack_width=None)
    return world, world.claim_entry(rnd, 1, terms=with_values(terms_of(world, rnd), shape=wide))


@fault("wrong-claim")
def a_withdrawal_of_a_row_without_a_claim():
    world, rnd = open_world()
    return world, world.withdraw_entry(rnd, 1)


@pair("wrong-claim")
def a_withdrawal_of_another_rows_claim(wrong):
    world, rnd = open_world()
    claims = [world.claim(rnd, row) for row in (1, 2)]
    body = Withdraw(claim=claims[not wrong].leaf, round=rnd.leaf, row=2)
    return world, make_entry("withdraw", body, rnd.council.key)


@fault("wrong-claim")
def a_withdrawal_twice():
    world, rnd = open_world()
    claim = world.claim(rnd, 1)
    world.claim(rnd, 1, (2, 1))
    body = Withdraw(claim=claim.leaf, round=rnd.leaf, row=1)
    return world, make_entry("withdraw", body, rnd.council.key)


@pair("unknown-round")
def a_withdrawal_in_a_round_nobody_knows(wrong):
    world, rnd = open_world()
    claim = world.claim(rnd, 1)
    body = Withdraw(claim=claim.leaf, round=bytes(32) if wrong else rnd.leaf, row=1)
    return world, make_entry("withdraw", body, rnd.council.key)


@pair("row-out-of-range")
def a_withdrawal_for_a_row_too_many(wrong):
    world, rnd = open_world()
    claim = world.claim(rnd, 2)
    body = Withdraw(claim=claim.leaf, round=rnd.leaf, row=3 if wrong else 2)
    return world, make_entry("withdraw", body, rnd.council.key)


# ---- closing and totals


@pair("too-early")
def a_close_one_period_before_closing(wrong):
    world, rnd = open_world()
    world.tick(3540 if wrong else 3600)
    return world, make_entry("close", world.close_body(rnd), rnd.council.key)


@pair("already-closed")
def a_second_close(wrong):
    world, rnd = due_world()
    body = world.close_body(rnd)
    if wrong:
        world.close(rnd)
        body = replace(body, count=1)
    return world, make_entry("close", body, rnd.council.key)


@pair("wrong-count")
def a_close_that_counts_a_replaced_claim(wrong):
    world, rnd = due_world()
    return world, make_entry("close", replace(world.close_body(rnd), count=2 + wrong), rnd.council.key)


@pair("wrong-sum")
def a_close_that_sums_nothing(wrong):
    world, rnd = due_world()
    body = world.close_body(rnd)
    return world, make_entry("close", replace(body, sum=b"") if wrong else body, rnd.council.key)


@pair("wrong-set")
def a_close_with_another_set(wrong):
    world, rnd = due_world()
    body = world.close_body(rnd)
    return world, make_entry("close", replace(body, set=bytes(32)) if wrong else body, rnd.council.key)


@pair("unknown-round")
def a_close_of_a_round_nobody_knows(wrong):
    world, rnd = due_world()
    body = world.close_body(rnd)
    return world, make_entry("close", replace(body, round=bytes(32)) if wrong else body, rnd.council.key)


@pair("bad-field")
def a_close_with_half_a_point(wrong):
    world, rnd = due_world()
    body = world.close_body(rnd).to_json()
    return world, raw_entry("close", {**body, "sum": encode_base64(bytes(48))} if wrong else body, rnd.council.key)


def due_world() -> tuple[World, RoundHandle]:
    world, rnd = open_world()
    world.claim(rnd, 0)
    world.claim(rnd, 1)
    world.claim(rnd, 1, (2, 1))
    world.tick(3600)
    return world, rnd


@pair("not-closed")
def a_total_before_the_close(wrong):
    world, rnd = due_world()
    body = world.total_body(rnd)
    if not wrong:
        world.close(rnd)
    return world, make_entry("total", body, rnd.council.key)


@pair("unknown-round")
def a_total_of_a_round_nobody_knows(wrong):
    world, rnd = closed_world()
    return world, make_entry("total", world.total_body(rnd, round=bytes(32) if wrong else rnd.leaf), rnd.council.key)


@pair("under-minimum")
def a_total_of_one_claim(wrong):
    world, rnd = open_world()
    for row in range(1 if wrong else 2):
        world.claim(rnd, row)
    world.close(rnd)
    return world, make_entry("total", world.total_body(rnd), rnd.council.key)


@fault("under-minimum")
def a_total_of_no_claim():
    world, rnd = open_world()
    world.close(rnd)
    return world, make_entry("total", world.total_body(rnd), rnd.council.key)


@pair("wrong-categories")
def a_total_of_one_category_of_two(wrong):
    world, rnd = closed_world()
    body = world.total_body(rnd)
    return world, make_entry("total", replace(body, totals=body.totals[: 1 if wrong else 2]), rnd.council.key)


@pair("wrong-unclaimed")
def a_total_that_hides_an_unclaimed_row(wrong):
    world, rnd = closed_world()
    return world, make_entry("total", world.total_body(rnd, unclaimed=0 if wrong else 1), rnd.council.key)


@pair("wrong-allowances")
def a_total_with_other_allowances(wrong):
    world, rnd = closed_world("public")
    return world, make_entry("total", world.total_body(rnd, allowances=21 - wrong), rnd.council.key)


@fault("wrong-allowances")
def a_total_with_allowances_where_there_are_none():
    world, rnd = closed_world()
    return world, make_entry("total", world.total_body(rnd, allowances=0), rnd.council.key)


@fault("wrong-allowances")
def a_total_without_the_hidden_allowances():
    world, rnd = closed_world("hidden")
    return world, make_entry("total", world.total_body(rnd, allowances=None), rnd.council.key)


@pair("already-totalled")
def a_second_total(wrong):
    world, rnd = closed_world()
    if wrong:
        world.total(rnd)
    return world, make_entry("total", world.total_body(rnd, unclaimed=0 if wrong else 1), rnd.council.key)


@fault("invalid-opening")
def a_total_one_too_high():
    world, rnd = closed_world(proofs=True)
    return world, make_entry("total", world.total_body(rnd, totals=(3, 2)), rnd.council.key)


@fault("invalid-opening")
def a_total_with_another_blinding():
    world, rnd = closed_world(proofs=True)
    return world, make_entry("total", world.total_body(rnd, blinding=bytes(32)), rnd.council.key)


# ---- resources and decisions


def resource_body(council: CouncilHandle, **changes) -> Resource:
    values = {
        "affected": "all who drink from it",
        "area": "the upper valley",
        "category": "water",
        "council": council.leaf,
        "evidence": bytes(32),
        "mandate": "assembly of 3 May",
        "method": "gauge at the weir",
        "quantity": 1200,
        "resource": "weir",
        "scale": 0,
        "type": "base",
        "uncertainty": 50,
        "unit": "m³/day",
        "valid_from": START,
        "valid_until": START + 86_400,
    }
    return Resource(**{**values, **changes})


def decision_entry(world: World, council: CouncilHandle, **changes) -> bytes:
    values = {
        "adopts": (parse_entry(world.entries[0], origin=None).leaf,),
        "affected": "all households",
        "body": "the assembly",
        "council": council.leaf,
        "rule": "simple majority",
        "title": "We take up this ledger",
        "turnout": Turnout(eligible=10, voted=9),
    }
    return make_entry("decision", Decision(**{**values, **changes}), council.key)


@pair("unknown-resource")
def a_resource_that_supersedes_a_council(wrong):
    world, council = with_council()
    first = world.add("resource", resource_body(council), council.key)
    again = resource_body(council, supersedes=council.leaf if wrong else first.leaf)
    return world, make_entry("resource", again, council.key)


@fault("wrong-resource")
def a_resource_that_supersedes_another_councils():
    world, council = with_council()
    other = world.council("Hillside")
    record = world.add("resource", resource_body(other), other.key)
    return world, make_entry("resource", resource_body(council, supersedes=record.leaf), council.key)


@fault("wrong-resource")
def a_resource_superseded_twice():
    world, council = with_council()
    first = world.add("resource", resource_body(council), council.key)
    world.add("resource", resource_body(council, supersedes=first.leaf), council.key)
    again = resource_body(council, supersedes=first.leaf, quantity=1)
    return world, make_entry("resource", again, council.key)


@fault("bad-field")
def a_resource_valid_for_no_time():
    world, council = with_council()
    body = {**resource_body(council).to_json(), "valid_until": START}
    return world, raw_entry("resource", body, council.key)


@fault("unknown-entry")
def a_decision_that_adopts_nothing_known():
    world, council = with_council()
    return world, decision_entry(world, council, adopts=(bytes(32),))


@pair("bad-field")
def a_decision_with_more_votes_than_voters(wrong):
    world, council = with_council()
    raw = decision_entry(world, council)
    body = parse_entry(raw, origin=None).body.to_json()
    return world, raw_entry("decision", {**body, "turnout": {"eligible": 8, "voted": 8 + wrong}}, council.key)


@fault("bad-field")
def a_decision_that_adopts_one_entry_twice():
    world, council = with_council()
    body = parse_entry(decision_entry(world, council), origin=None).body.to_json()
    return world, raw_entry("decision", {**body, "adopts": body["adopts"] * 2}, council.key)


@fault("unknown-key")
def a_decision_signed_by_a_stranger():
    world, council = with_council()
    return world, decision_entry(world, CouncilHandle(council.leaf, key("stranger")))


@fault("wrong-key")
def a_resource_signed_by_another_council():
    world, council = with_council()
    return world, make_entry("resource", resource_body(council), world.council("Hillside").key)


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
