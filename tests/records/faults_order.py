"""Ways to be refused: the order of entries."""

from hashlib import sha512

from ledger.encoding import encode_base64
from ledger.records.entry import parse_entry, signing_message
from ledger.records.kinds.clock import Clock
from ledger.signing import SigningKey
from tests.records.builders import (
    FOUNDER,
    LOG,
    START,
    World,
    key,
    ledger_body,
    make_entry,
    raw_entry,
)
from tests.records.starts import fault, founded, pair, with_council
from tests.records.usual import council_entry, decision_entry


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
