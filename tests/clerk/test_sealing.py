"""Sealed boxes to a signing key."""

import hashlib
import secrets

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.clerk.sealing import agreement_key, open_sealed, seal
from ledger.encoding import canonical_json, encode_base64, parse_canonical_json
from ledger.errors import LedgerError, NotAcceptedError
from ledger.signing import SigningKey

KEY = SigningKey(bytes(range(32)))


@given(st.binary(min_size=32, max_size=32))
def test_both_halves_of_a_key_are_mapped_alike(seed):
    key = SigningKey(seed)
    scalar = hashlib.sha512(seed).digest()[:32]
    assert X25519PrivateKey.from_private_bytes(scalar).public_key().public_bytes_raw() == agreement_key(key.public)


def test_a_known_pair_of_libsodium():
    # crypto_sign_ed25519_pk_to_curve25519, libsodium test/default/ed25519_convert.c
    seed = bytes.fromhex("421151a459faeade3d247115f94aedae42318124095afabe4d1451a559faedee")
    expected = "f1814f0e8ff1043d8a44d25babff3cedcae6c22c3edaa48f857ae70de2baae50"
    assert agreement_key(SigningKey(seed).public).hex() == expected


@given(plain=st.binary(max_size=64), seed=st.binary(min_size=32, max_size=32))
@settings(max_examples=30)
def test_what_is_sealed_is_opened(plain, seed):
    key = SigningKey(seed)
    assert (
        open_sealed(
            seal(plain, to=key.public, label="opening", randbytes=secrets.token_bytes), key=key, label="opening"
        )
        == plain
    )


def sealed() -> bytes:
    return seal(b"E and r_E", to=KEY.public, label="invitation", randbytes=lambda count: b"\7" * count)


def test_nobody_else_opens_it_and_as_nothing_else():
    with pytest.raises(NotAcceptedError) as caught:
        open_sealed(sealed(), key=SigningKey(bytes(32)), label="invitation")
    assert caught.value.rule == "wrong-recipient"
    with pytest.raises(NotAcceptedError) as caught:
        open_sealed(sealed(), key=KEY, label="opening")
    assert caught.value.rule == "wrong-label"
    assert b"E and r_E" not in sealed()


@pytest.mark.parametrize(
    "change",
    [
        {"label": "opening"},
        {"version": 2},
        {"version": True},
        {"format": "x"},
        {"ephemeral": encode_base64(bytes(32))},  # of small order: the shared point is zero
        {"ephemeral": encode_base64(b"\1" + bytes(31))},
        {"ephemeral": encode_base64(b"\x09" + bytes(31))},
        {"box": encode_base64(bytes(25))},
        {"box": ""},
        {"more": "x"},
    ],
)
def test_an_altered_box_does_not_open(change):
    document = parse_canonical_json(sealed(), what="", limit=9999) | change
    with pytest.raises(LedgerError):
        open_sealed(canonical_json(document), key=KEY, label="opening" if "label" in change else "invitation")


def test_a_box_for_one_key_cannot_be_readdressed():
    other = SigningKey(bytes(32))
    document = parse_canonical_json(sealed(), what="", limit=9999) | {"to": encode_base64(other.public)}
    with pytest.raises(NotAcceptedError):
        open_sealed(canonical_json(document), key=other, label="invitation")


def test_every_flipped_bit_is_noticed():
    raw = sealed()
    for position in range(len(raw)):
        for bit in (1, 0x20):
            flipped = raw[:position] + bytes([raw[position] ^ bit]) + raw[position + 1 :]
            with pytest.raises(LedgerError):
                open_sealed(flipped, key=KEY, label="invitation")
