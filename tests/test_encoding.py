"""JSON, base64 and decimals have one spelling each, the one of RFC 8785 or RFC 4648; every other is refused."""

import base64
import sys

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from ledger.encoding import (
    MAX_DEPTH,
    MAX_SAFE_INTEGER,
    canonical_json,
    decode_base64,
    encode_base64,
    parse_canonical_json,
    parse_decimal,
)
from ledger.errors import MalformedError

KEYS = st.text(st.characters(max_codepoint=127), max_size=6)
LEAVES = st.booleans() | st.integers(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER) | st.text(max_size=12)
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4))
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=5)


@given(OBJECTS)
def test_the_bytes_are_those_of_rfc8785(value):
    raw = canonical_json(value)
    assert raw == rfc8785.dumps(value)
    assert parse_canonical_json(raw, what="a thing", limit=len(raw)) == value


@pytest.mark.parametrize(
    ("value", "raw"),
    [
        # RFC 8785 §3.2.2.2 and §3.2.3: the escapes, and sorting. (Its keys outside ASCII are refused here.)
        ({"string": '€$\x0f\nA\'B"\\\\"/'}, '{"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'.encode()),
        ({"literals": [True, False], "a": {}}, b'{"a":{},"literals":[true,false]}'),
        ({"\r": 1, "1": 2, "": 3, "~": 4, "\x7f": 5}, b'{"":3,"\\r":1,"1":2,"~":4,"\x7f":5}'),
        (
            {"b": [2**53 - 1, -(2**53) + 1, 0], "B": "\u2028😀"},
            '{"B":"\u2028😀","b":[9007199254740991,-9007199254740991,0]}'.encode(),
        ),
        ({"controls": "\b\t\f\x00\x1f\x7f"}, b'{"controls":"\\b\\t\\f\\u0000\\u001f\x7f"}'),
    ],
)
def test_spellings(value, raw):
    assert canonical_json(value) == raw == rfc8785.dumps(value)
    assert parse_canonical_json(raw, what="a thing", limit=1000) == value


@pytest.mark.parametrize(
    "value",
    [
        {"a": None},
        {"a": 1.0},
        {"a": 2**53},
        {"a": -(2**53)},
        {"a": 10**400},
        {"é": 1},
        {1: 1},
        {"a": b"bytes"},
        {"a": {"b": [{"c": float("nan")}]}},
        {"a": "\ud800"},
        {"\ud800": 1},
    ],
)
def test_values_that_have_no_place_in_an_entry(value):
    with pytest.raises(MalformedError):
        canonical_json(value)


def nested(depth):
    return b'{"a":' * depth + b"1" + b"}" * depth


def test_depth():
    assert parse_canonical_json(nested(MAX_DEPTH - 1), what="a thing", limit=1000)
    with pytest.raises(MalformedError, match="deep"):
        parse_canonical_json(nested(MAX_DEPTH), what="a thing", limit=1000)
    for raw in (nested(100_000), b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", b"[" * 5_000, b'{"[":' * 16):
        with pytest.raises(MalformedError) as refused:
            parse_canonical_json(raw, what="a thing", limit=len(raw))
        assert refused.value.rule == "too-deep"


def boxed(value, depth):
    for level in reversed(range(depth)):
        value = [value] if level % 2 else {"a": value}
    return value


@pytest.mark.parametrize(("inmost", "room"), [(1, 0), ("a", 0), ([], 1), ({}, 1)])
def test_nothing_is_written_that_is_too_deep_to_be_read(inmost, room):
    value = boxed(inmost, MAX_DEPTH - 1 - room)
    assert parse_canonical_json(canonical_json(value), what="a thing", limit=1000) == value
    with pytest.raises(MalformedError) as refused:
        canonical_json(boxed(inmost, MAX_DEPTH - room))
    assert refused.value.rule == "too-deep"


def test_depth_is_counted_outside_strings_and_whatever_the_process_allows():
    flat = canonical_json({"a": "[{" * 100 + '\\"[[[', "b": [[], {}] * 50})
    assert parse_canonical_json(flat, what="a thing", limit=10_000)
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(100_000)  # as py-ecc does; the decoder would then run over the end of its stack
    try:
        with pytest.raises(MalformedError, match="deep"):
            parse_canonical_json(nested(1_000_000), what="a thing", limit=10_000_000)
    finally:
        sys.setrecursionlimit(before)


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (b"", "not-json"),
        (b"{", "not-json"),
        (b"{}{}", "not-json"),
        (b"{'a':1}", "not-json"),
        (b'{"a":01}', "not-json"),
        (b'{"a":+1}', "not-json"),
        (b'{"a":NaN}', "not-json"),
        (b'{"a":"\x01"}', "not-json"),
        (b'{"a":"\xff"}', "not-json"),
        (b'{"a":"\xed\xa0\x80"}', "not-json"),
        (b'{"a":1}\xff', "not-json"),
        (b"\xef\xbb\xbf{}", "not-json"),
        (b'{"a":1}\n', "not-canonical"),
        (b' {"a":1}', "not-canonical"),
        (b'{"a": 1}', "not-canonical"),
        (b'{"b":1,"a":1}', "not-canonical"),
        (b'{"a":1,"a":1}', "not-canonical"),
        (b'{"a":2,"a":1}', "not-canonical"),
        (b'{"a":-0}', "not-canonical"),
        (b'{"a":"\\u0061"}', "not-canonical"),
        (b'{"a":"\\/"}', "not-canonical"),
        (b'{"a":"\\u000A"}', "not-canonical"),
        (b'{"\\u0061":1}', "not-canonical"),
        (b'{"a":1.0}', "malformed"),
        (b'{"a":1e2}', "malformed"),
        (b'{"a":null}', "malformed"),
        (b'{"a":9007199254740992}', "malformed"),
        (b'{"a":' + b"9" * 500 + b"}", "malformed"),
        ('{"é":1}'.encode(), "malformed"),
        (b"[]", "malformed"),
        (b'"a"', "malformed"),
        (b"1", "malformed"),
        (b"null", "malformed"),
        (b'{"a":' + b" " * 1000 + b"1}", "too-long"),
    ],
)
def test_what_is_no_canonical_object(raw, rule):
    with pytest.raises(MalformedError) as refusal:
        parse_canonical_json(raw, what="a thing", limit=1000)
    assert refusal.value.rule == rule
    assert "thing" in str(refusal.value) or rule == "malformed"


@given(
    st.text(max_size=30).map(str.encode) | st.binary(max_size=30) | OBJECTS.map(rfc8785.dumps).map(lambda raw: raw[:-1])
)
def test_bytes_are_refused_or_the_one_spelling(raw):
    try:
        value = parse_canonical_json(raw, what="a thing", limit=100)
    except MalformedError:
        return
    assert rfc8785.dumps(value) == raw


@given(st.binary(max_size=70))
def test_base64(raw):
    text = encode_base64(raw)
    assert text == base64.b64encode(raw).decode()
    assert decode_base64(text, length=len(raw)) == raw
    with pytest.raises(MalformedError, match="exactly"):
        decode_base64(text, length=len(raw) + 1)


@pytest.mark.parametrize(
    "text",
    [
        "A",
        "AA",
        "AAA",
        "AA=",
        "AB==",
        "QUJ=",
        "AAAA====",
        "AAAA=",
        "=",
        "AA==AA==",
        "A A=",
        "AAAA\n",
        "\nAAAA",
        "AA-_",
        "\u0410AAA",
        "AAA\x00",
    ],
)
def test_no_other_spelling_of_base64(text):
    with pytest.raises(MalformedError):
        decode_base64(text)


@given(st.text(max_size=12) | st.text("ABab01+/=", max_size=12))
def test_texts_are_refused_or_the_one_base64(text):
    try:
        raw = decode_base64(text)
    except MalformedError:
        return
    assert base64.b64encode(raw).decode() == text


@pytest.mark.parametrize("value", [0, 1, 9, 10, 2**63 - 1])
def test_decimals(value):
    assert parse_decimal(str(value), limit=2**63 - 1) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-1",
        "+1",
        "01",
        "00",
        " 1",
        "1 ",
        "1\n",
        "1_0",
        "1.0",
        "1e1",
        "0x1",
        "101",
        "1000",
        "\u0661",
        "\u00b2",
        "\uff11",
    ],
)
def test_no_other_decimal(text):
    with pytest.raises(MalformedError, match="the size"):
        parse_decimal(text, limit=100, what="the size")


def test_a_very_long_decimal_is_not_read():
    """Python refuses to convert more than 4,300 digits, with another error; the length is looked at before."""
    with pytest.raises(MalformedError):
        parse_decimal("9" * (sys.get_int_max_str_digits() + 1), limit=2**63 - 1)
