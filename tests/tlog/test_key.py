"""A verifier key is written in one way, and its key ID covers name, type and key."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.encoding import encode_base64
from ledger.errors import MalformedError
from ledger.tlog.key import KeyType, VerifierKey, check_key_name
from tests.tlog.mutations import mutated
from tests.tlog.people import LOG, LOG_KEY, WITNESS_KEYS

EXAMPLE = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"  # C2SP signed-note
SUMDB = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"  # the key of Go's checksum database


@pytest.mark.parametrize("vkey", [EXAMPLE, SUMDB, str(LOG_KEY), str(WITNESS_KEYS[0])])
def test_a_vkey_is_its_own_spelling(vkey):
    assert str(VerifierKey.parse(vkey)) == vkey


def test_its_parts():
    key = VerifierKey.parse(EXAMPLE)
    assert (key.name, key.type, key.key_id.hex()) == ("example.com/foo", KeyType.ED25519, "530d903a")
    assert encode_base64(b"\x01" + key.public) == "AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    assert VerifierKey.parse(str(WITNESS_KEYS[1])) == WITNESS_KEYS[1]


def test_the_type_is_in_the_key_id():
    ids = {VerifierKey("a.example", type_, LOG.public).key_id for type_ in KeyType}
    assert len(ids) == 2


@pytest.mark.parametrize(
    ("vkey", "rule"),
    [
        ("", "malformed"),
        ("example.com/foo", "malformed"),
        ("example.com/foo+530d903a", "malformed"),
        ("example.com/foo+530d903a+", "unknown-key-type"),
        (EXAMPLE.replace("530d903a", "530d903b"), "malformed"),
        (EXAMPLE.replace("530d903a", "530D903A"), "malformed"),
        (EXAMPLE.replace("530d903a", "+530d903a"), "malformed"),
        (EXAMPLE.replace("example", "exam ple"), "malformed"),
        (EXAMPLE.replace("example.com/foo", ""), "malformed"),
        (EXAMPLE.replace("foo", "bar"), "malformed"),
        (EXAMPLE + "=", "malformed"),
        (EXAMPLE + "\n", "malformed"),
        (EXAMPLE.replace("+Aek", "+Bek"), "unknown-key-type"),  # 0x05
        (EXAMPLE.replace("+Aek", "+/+k"), "unknown-key-type"),  # 0xff
        ("a+00000000+AQ==", "malformed"),  # no key
        ("a+00000000+" + encode_base64(b"\x01" + bytes(32)), "malformed"),  # a key of order 4
        ("a" * 2000 + EXAMPLE, "too-long"),
    ],
)
def test_what_is_no_vkey(vkey, rule):
    with pytest.raises(MalformedError) as refusal:
        VerifierKey.parse(vkey)
    assert refusal.value.rule == rule


def test_spaces_are_those_of_unicode():
    """White_Space as Go's unicode.IsSpace has it: the separators of Unicode's tables, and six controls."""
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        space = unicodedata.category(character) in ("Zs", "Zl", "Zp") or character in "\t\n\v\f\r\x85"
        bad = space or code < 0x20 or character == "+" or 0xD800 <= code <= 0xDFFF
        try:
            check_key_name(f"a{character}b")
        except MalformedError:
            assert bad, hex(code)
        else:
            assert not bad, hex(code)


@pytest.mark.parametrize("name", ["", "a" * 1025, "é" * 513])
def test_the_length_of_a_name(name):
    check_key_name("a" * 1024)
    with pytest.raises(MalformedError):
        check_key_name(name)


@given(mutated([EXAMPLE.encode(), SUMDB.encode(), str(WITNESS_KEYS[2]).encode()]) | st.binary(max_size=80))
def test_texts_are_refused_or_its_own(raw):
    try:
        key = VerifierKey.parse(raw.decode(errors="surrogateescape"))
    except MalformedError:
        return
    assert str(key).encode() == raw
