"""The bytes of an entry: one spelling, read strictly, signed as received."""

import json

import msgspec
import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.encoding import encode_base64, parse_canonical_json
from ledger.errors import LedgerError, MalformedError
from ledger.merkle.hashing import leaf_hash
from ledger.records.entry import (
    MAX_ENTRY_BYTES,
    add_signature,
    build_statement,
    parse_entry,
    sign_entry,
    signing_message,
)
from ledger.records.kinds.clock import Clock
from ledger.records.kinds.council import Council
from ledger.records.kinds.decision import Decision
from ledger.records.kinds.roster import Roster, Row
from ledger.signing import verify
from tests.records.builders import ORIGIN, START, key, make_entry, raw_entry, whole_world
from tests.records.starts import founded
from tests.records.usual import decision_entry
from tests.records.whole import WHOLE

ENTRIES = [raw for rule in ("none", "public", "hidden") for raw in whole_world(rule)[0].entries]
ENTRIES += {
    json.loads(raw)["statement"]["kind"]: raw for make in WHOLE.values() for raw in make(proofs=False).entries
}.values()
KEY = encode_base64(key("New").public)
CLOCK = make_entry("clock", Clock(time=START), key("the log"))


def refused(raw: bytes, rule: str, *words: str) -> None:
    with pytest.raises(LedgerError) as caught:
        parse_entry(raw, origin=ORIGIN)
    assert caught.value.rule == rule
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize("raw", ENTRIES)
def test_a_record_is_what_was_received(raw):
    record = parse_entry(raw, origin=ORIGIN)
    value = json.loads(raw)
    assert rfc8785.dumps(value) == record.raw == raw
    assert rfc8785.dumps(value["statement"]) == record.statement
    assert record.body.to_json() == value["statement"]["body"]
    assert record.leaf == leaf_hash(raw)
    assert (record.kind, record.origin) == (value["statement"]["kind"], ORIGIN)
    for signer, signature in zip(record.signers, record.signatures, strict=True):
        verify(signer, signing_message(record.kind, record.statement), signature)


@pytest.mark.parametrize("raw", ENTRIES)
def test_a_statement_is_built_as_it_was(raw):
    record = parse_entry(raw, origin=None)
    assert build_statement(record.kind, ORIGIN, record.body) == record.statement
    assert build_statement(record.kind, ORIGIN, record.body.to_json()) == record.statement


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(ENTRIES), st.data())
def test_whatever_is_let_through_is_canonical(raw, data):
    """Any bytes near an entry are refused, or are the RFC 8785 form of what they say."""
    changed = bytearray(raw)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(changed) - 1))
        action = data.draw(st.sampled_from(["set", "insert", "delete", "copy"]))
        if action == "set":
            changed[at] = data.draw(st.sampled_from(b'0129aA"{}[]:,.-+eE \\/\x00\x7f\xc3'))
        elif action == "insert":
            changed[at:at] = data.draw(
                st.sampled_from([b" ", b"0", b"-", b'"v":1,', b"\\u0041", b"\n", b"null", b"=="])
            )
        elif action == "delete":
            del changed[at]
        else:
            changed[at:at] = changed[at : at + data.draw(st.integers(1, 40))]
    try:
        record = parse_entry(bytes(changed), origin=None)
    except LedgerError:
        return
    value = parse_canonical_json(bytes(changed), what="the entry", limit=MAX_ENTRY_BYTES)
    assert rfc8785.dumps(value["statement"]) == record.statement
    assert record.body.to_json() == value["statement"]["body"]


@settings(max_examples=200)
@given(st.text(max_size=40))
def test_texts_are_written_as_rfc_8785_says(text):
    assert msgspec.json.Encoder(order="sorted").encode({"b": text, "a": [text]}) == rfc8785.dumps(
        {"b": text, "a": [text]}
    )


FORBIDDEN = {*map(chr, (*range(32), *range(127, 160), 0x61C, 0x200B, 0x200E, 0x200F, 0xFEFF, 0xFFFF))}
FORBIDDEN |= {*map(chr, (*range(0x2028, 0x202F), *range(0x2060, 0x2070), *range(0xFFF9, 0xFFFF)))}


@given(st.text(max_size=10) | st.text(sorted(FORBIDDEN | set("a b")), max_size=3))
def test_a_name_is_let_through_whole_or_refused(name):
    good = name != "" and name == name.strip(" ") and not FORBIDDEN & set(name)
    raw = raw_entry("council", {"key": KEY, "name": name, "type": "other"}, key("New"))
    if good:
        assert parse_entry(raw, origin=None).body.name == name
    else:
        refused(raw, "bad-field", "name")


def test_lengths_of_texts_are_counted_in_characters():
    body = Council(key=key("New").public, name="😀" * 80, type="other")
    assert parse_entry(make_entry("council", body, key("New")), origin=None).body.name == "😀" * 80
    with pytest.raises(MalformedError, match="name"):
        make_entry("council", msgspec.structs.replace(body, name="é" * 81), key("New"))


@pytest.mark.parametrize(
    ("body", "rule", "words"),
    [
        ({}, "missing-field", ("time",)),
        ({"time": START, "zone": "UTC"}, "unknown-field", ("zone",)),
        ({"time": "1800000000"}, "bad-field", ("time", "int")),
        ({"time": True}, "bad-field", ("time",)),
        ({"time": -1}, "bad-field", ("time", "0")),
        ({"time": [START]}, "bad-field", ("time",)),
    ],
)
def test_a_refused_field_is_named(body, rule, words):
    refused(raw_entry("clock", body, key("the log")), rule, *words)


def test_a_refused_field_inside_a_list_is_named_with_its_place():
    body = {"adopts": [], "council": "x"}
    refused(raw_entry("decision", body, key("k")), "bad-field", "adopts", "1")
    world = founded()
    council = world.council()
    body = parse_entry(decision_entry(world, council), origin=None).body.to_json()
    body["adopts"] = ["A" * 43 + "=", "A" * 42 + "B="]
    refused(raw_entry("decision", body, council.key), "bad-field", "adopts[1]")
    body["turnout"] = {"eligible": 1}
    body["adopts"] = ["A" * 43 + "="]
    refused(raw_entry("decision", body, council.key), "missing-field", "voted", "turnout")


def test_a_refusal_repeats_no_value():
    """What somebody sent by mistake does not come back in a message that is logged."""
    secret = "5 kilograms of flour"
    world = founded()
    council = world.council()
    body = parse_entry(decision_entry(world, council), origin=None).body.to_json()
    for change in ({"turnout": secret}, {"adopts": [secret]}, {"rule": secret + "\n"}, {"council": secret}):
        with pytest.raises(LedgerError) as caught:
            parse_entry(raw_entry("decision", {**body, **change}, council.key), origin=None)
        assert secret not in str(caught.value)
    refused(raw_entry("council", {"type": secret}, council.key), "bad-field", "type")
    with pytest.raises(LedgerError) as caught:
        parse_entry(raw_entry("council", {"type": secret}, council.key), origin=None)
    assert secret not in str(caught.value)


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (b"", "not-json"),
        (b"[]", "malformed"),
        (b"{}", "missing-field"),
        (b"\xff", "not-json"),
        (b'{"a":' * 20000 + b"1" + b"}" * 20000, "too-long"),
        (b'{"a":' * 9000 + b"1" + b"}" * 9000, "too-deep"),
        (b'{"signatures":[],"statement":[]}', "bad-field"),
        (b'{"signatures":{},"statement":{}}', "bad-field"),
        (b'{"signatures":[],"statement":{"body":{},"kind":1,"ledger":"a","v":1}}', "bad-field"),
        (b'{"signatures":[],"statement":{"body":{},"kind":"claim","ledger":"a b","v":1}}', "bad-field"),
        (b'{"signatures":[],"statement":{"body":{},"kind":"claim","ledger":"a","v":true}}', "bad-field"),
        (b'{"signatures":[],"statement":{"kind":"claim","ledger":"a","v":1}}', "missing-field"),
        (CLOCK + b"\n", "not-canonical"),
        (b"\xef\xbb\xbf" + CLOCK, "not-json"),
    ],
)
def test_other_bytes(raw, rule):
    refused(raw, rule)


def test_seventeen_signatures_are_too_many():
    statement = build_statement("clock", ORIGIN, Clock(time=START))
    refused(sign_entry(statement, "clock", [key(f"k{i}") for i in range(17)]), "bad-field", "signatures", "16")
    parse_entry(sign_entry(statement, "clock", [key(f"k{i}") for i in range(16)]), origin=ORIGIN)


def test_a_signer_of_small_order_is_refused():
    statement = build_statement("clock", ORIGIN, Clock(time=START))
    raw = b'{"signatures":[{"key":"' + b"A" * 43 + b'=","sig":"' + b"A" * 86 + b'=="}],"statement":' + statement + b"}"
    refused(raw, "bad-field", "signatures.key", "small order")


def test_signatures_are_sorted_by_base64_and_not_by_bytes():
    """'+' and '/' sort before letters in ASCII and stand for the greatest values in base64."""
    keys = sorted((key(f"k{i}") for i in range(16)), key=lambda k: k.public)
    raw = make_entry("clock", Clock(time=START), *keys)
    names = [signature["key"] for signature in json.loads(raw)["signatures"]]
    assert names == sorted(names)
    assert list(parse_entry(raw, origin=None).signers) != [k.public for k in keys]


def test_a_second_signature_stands_over_the_same_bytes():
    once = make_entry("clock", Clock(time=START), key("a"))
    twice = add_signature(once, key("b"))
    assert twice == make_entry("clock", Clock(time=START), key("b"), key("a"))
    with pytest.raises(MalformedError, match="already"):
        add_signature(twice, key("a"))


def test_the_order_of_bodies_fields_is_free_and_their_limits_are_not():
    with pytest.raises(MalformedError) as caught:
        build_statement("clock", ORIGIN, {"time": 2**53})
    assert caught.value.rule == "bad-field"
    with pytest.raises(MalformedError) as caught:
        build_statement("clock", "two words", Clock(time=START))
    assert caught.value.rule == "bad-field"
    with pytest.raises(MalformedError) as caught:
        build_statement("ballot", ORIGIN, {})
    assert caught.value.rule == "unknown-kind"
    with pytest.raises(MalformedError, match="key is not the canonical"):
        build_statement("key", ORIGIN, {"action": "revoke", "key": KEY[:-2] + chr(ord(KEY[-2]) + 1) + "="})
    body = {"turnout": {"voted": 1, "eligible": 2}, "title": "t", "rule": "r", "council": "A" * 43 + "=", "body": "b"}
    body |= {"affected": "a", "adopts": ["A" * 43 + "="]}
    typed = msgspec.convert(body, Decision)
    assert build_statement("decision", ORIGIN, body) == build_statement("decision", ORIGIN, typed)


def test_a_field_that_is_null_is_named():
    """An entry with a null is no JSON of ours; here it would be left out, and the statement not be what was given."""
    with pytest.raises(MalformedError, match=r"^new is not the canonical spelling") as caught:
        build_statement("key", ORIGIN, {"action": "revoke", "key": KEY, "new": None})
    assert caught.value.rule == "bad-field"


def test_an_entry_is_of_the_ledger_it_is_read_for():
    other = make_entry("clock", Clock(time=START), key("the log"), origin="example.org/other")
    refused(other, "wrong-ledger", "origin")
    assert parse_entry(other, origin=None).origin == "example.org/other"


def test_a_canonical_entry_is_as_long_as_a_bundle_can_say_and_no_longer():
    def roster(last: int) -> bytes:
        rows = (*(Row(ref=f"member-{i:04d}") for i in range(2962)), Row(ref="x" * last))
        return make_entry("roster", Roster(council=bytes(32), allowance="none", rows=rows), key("k"))

    room = MAX_ENTRY_BYTES - len(roster(1)) + 1
    assert len(roster(room)) == MAX_ENTRY_BYTES
    assert len(parse_entry(roster(room), origin=ORIGIN).body.rows) == 2963
    refused(roster(room + 1), "too-long", "65535")
