"""What a vault remembers: read as it was written, and as long as everybody knows it must be."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.clerk.vault_records import AllowanceOpening, ClaimOpening, MemberSecret, decode_record, encode_record
from ledger.crypto.backend import ORDER
from ledger.crypto.commit import Opening
from ledger.encoding import MAX_SAFE_INTEGER, canonical_json, parse_canonical_json
from ledger.errors import LedgerError, MalformedError

numbers = st.integers(0, MAX_SAFE_INTEGER) | st.sampled_from([0, 9, 10, MAX_SAFE_INTEGER])
scalars = st.integers(0, ORDER - 1)
points = st.binary(min_size=96, max_size=96)
hashes = st.binary(min_size=32, max_size=32)
claims = st.builds(
    ClaimOpening,
    round_leaf=hashes,
    row=numbers,
    seq=numbers,
    commitment=points,
    opening=st.builds(Opening, st.lists(numbers, min_size=1, max_size=64).map(tuple), scalars),
    seed=st.none() | hashes,
)
allowances = st.builds(
    AllowanceOpening,
    ref=st.from_regex("[A-Za-z0-9._-]{1,64}", fullmatch=True),
    commitment=points,
    amount=numbers,
    blinding=scalars,
)
members = st.builds(
    MemberSecret,
    council=hashes,
    ref=st.from_regex("[A-Za-z0-9._-]{1,64}", fullmatch=True),
    secret=hashes,
    moved=st.booleans(),
)
CLAIM = ClaimOpening(b"r" * 32, 1, 1, b"c" * 96, Opening((21360451, 7), ORDER - 1), b"s" * 32)


@given(record=claims | allowances | members)
@settings(max_examples=60)
def test_what_is_written_is_read(record):
    assert decode_record(encode_record(record)) == record


@given(one=claims | allowances | members)
@settings(max_examples=60)
def test_the_length_depends_on_the_number_of_categories_alone(one):
    categories = len(one.opening.quantities) if isinstance(one, ClaimOpening) else 0
    assert len(encode_record(one)) == (1024 if categories <= 36 else 2048)


@pytest.mark.parametrize("categories", range(1, 65))
def test_the_smallest_and_the_largest_numbers_are_as_long(categories):
    small, large = (
        ClaimOpening(b"r" * 32, n, n, b"c" * 96, Opening((n,) * categories, 1), seed)
        for n, seed in ((0, None), (MAX_SAFE_INTEGER, b"s" * 32))
    )
    assert len(encode_record(small)) == len(encode_record(large)) == (1024 if categories <= 36 else 2048)


def test_the_longest_records_are_as_long_as_the_padding_takes_them_to_be():
    # The padding's constants, counted: 389 + 17 a category (less one comma), 321, and 217.
    longest = ClaimOpening(
        b"\xff" * 32, MAX_SAFE_INTEGER, MAX_SAFE_INTEGER, b"\xff" * 96,
        Opening((MAX_SAFE_INTEGER,) * 64, ORDER - 1), b"\xff" * 32,
    )  # fmt: skip
    assert len(encode_record(longest).rstrip(b"\0")) == 389 + 64 * 17 - 1
    assert len(encode_record(AllowanceOpening("x" * 64, b"\xff" * 96, MAX_SAFE_INTEGER, 1)).rstrip(b"\0")) == 321


def test_the_longest_secret_of_a_member_is_shorter():
    longest = MemberSecret(b"\xff" * 32, "x" * 64, b"\xff" * 32, moved=False)
    assert len(encode_record(longest).rstrip(b"\0")) == 217


@pytest.mark.parametrize(
    "change", [{"moved": 1}, {"moved": "true"}, {"ref": 3}, {"secret": "AA=="}, {"council": "AA=="}, {"more": 1}]
)
def test_a_secret_that_is_none_is_refused(change):
    raw = encode_record(MemberSecret(b"c" * 32, "anna", b"21360451" * 4, moved=True))
    document = parse_canonical_json(raw.rstrip(b"\0"), what="", limit=9999)
    with pytest.raises(LedgerError) as caught:
        decode_record(canonical_json(document | change).ljust(1024, b"\0"))
    assert "21360451" not in str(caught.value)


def test_a_record_longer_than_the_longest_is_a_bug():
    with pytest.raises(AssertionError, match="bad math"):
        encode_record(AllowanceOpening("x" * 1024, b"c" * 96, 1, 1))


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "other"},
        {"row": -1},
        {"row": True},
        {"quantities": [1, "2"]},
        {"quantities": 3},
        {"seed": "AA=="},
        {"commitment": "AA=="},
        {"more": 1},
        {"round": 3},
    ],
)
def test_a_record_that_is_none_is_refused(change):
    document = parse_canonical_json(encode_record(CLAIM).rstrip(b"\0"), what="", limit=9999)
    with pytest.raises(LedgerError) as caught:
        decode_record(canonical_json(document | change).ljust(1024, b"\0"))
    assert "21360451" not in str(caught.value)


def _padded_otherwise() -> dict[str, bytes]:
    raw = encode_record(CLAIM)
    plain = raw.rstrip(b"\0")
    return {
        "none": plain,
        "one byte less": raw[:-1],
        "one byte more": raw + b"\0",
        "one block more": raw + bytes(1024),
        "too long": raw + bytes(1 << 20),
        "spaces": plain.ljust(1024),
        "something behind it": raw[:-1] + b"}",
        "in front": bytes(1024 - len(plain)) + plain,
        "nothing but padding": bytes(1024),
    }


@pytest.mark.parametrize("fault", _padded_otherwise())
def test_other_padding_is_refused(fault):
    with pytest.raises(MalformedError):
        decode_record(_padded_otherwise()[fault])
