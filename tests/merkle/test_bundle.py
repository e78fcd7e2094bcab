"""A bundle holds exactly its entries, and reads back as them or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import MalformedError
from ledger.merkle.bundle import MAX_ENTRY_BYTES, decode_bundle, encode_bundle


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=20))
def test_it_holds_the_entries(entries):
    assert decode_bundle(encode_bundle(entries), len(entries)) == tuple(entries)


def test_the_bytes():
    assert encode_bundle([b"ab", b"", b"c"]) == b"\0\2ab\0\0\0\1c"


def test_the_longest_entry():
    entry = bytes(MAX_ENTRY_BYTES)
    assert decode_bundle(encode_bundle([entry]), 1) == (entry,)
    with pytest.raises(MalformedError):
        encode_bundle([entry + b"\0"])


@pytest.mark.parametrize("count", [0, 257])
def test_a_bundle_of_no_size_is_our_bug(count):
    with pytest.raises(AssertionError, match="bad math"):
        encode_bundle([b""] * count)


@pytest.mark.parametrize("raw", [b"", b"\0", b"\0\1", b"\0\1ab", b"\0\2a", b"\0\1a\0\1b", b"\0\1a\0", b"\0\1a\0\0"])
def test_anything_but_one_whole_entry(raw):
    with pytest.raises(MalformedError):
        decode_bundle(raw, 1)


def test_reading_stops_after_the_width_that_was_promised():
    with pytest.raises(MalformedError, match="more than 3"):
        decode_bundle(bytes(10_000), 3)


@given(st.binary(max_size=40), st.integers(1, 6))
def test_bytes_are_refused_or_its_own(raw, width):
    try:
        entries = decode_bundle(raw, width)
    except MalformedError:
        return
    assert len(entries) == width
    assert encode_bundle(entries) == raw
