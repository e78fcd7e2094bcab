"""Sealed boxes to a signing key."""

import hashlib
import hmac
import secrets

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.clerk.sealing import agreement_key, open_sealed, seal
from ledger.encoding import canonical_json, decode_base64, encode_base64, parse_canonical_json
from ledger.errors import LedgerError, MalformedError, NotAcceptedError
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
        {"version": 0},
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


def test_a_box_of_another_layout_says_which():
    for version in (1, 3):
        document = parse_canonical_json(sealed(), what="", limit=9999) | {"version": version}
        with pytest.raises(MalformedError, match=f"^anna.file is sealed in version {version}; .* version 2") as caught:
            open_sealed(canonical_json(document), key=KEY, label="invitation", name="anna.file")
        assert caught.value.rule == "unknown-version"


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


def test_the_other_spelling_of_an_ephemeral_key_is_refused():
    # X25519 ignores the top bit, so that only the derivation can tell the two spellings apart (RFC 7748, section 5).
    document = parse_canonical_json(sealed(), what="", limit=9999)
    ephemeral = bytearray(decode_base64(document["ephemeral"]))
    ephemeral[31] ^= 0x80
    with pytest.raises(NotAcceptedError) as caught:
        open_sealed(
            canonical_json(document | {"ephemeral": encode_base64(bytes(ephemeral))}), key=KEY, label="invitation"
        )
    assert caught.value.rule == "sealed-altered"


def test_the_box_key_is_derived_from_everything_both_sides_agree_about():
    document = parse_canonical_json(sealed(), what="", limit=9999)
    ephemeral = X25519PrivateKey.from_private_bytes(b"\7" * 32)
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(agreement_key(KEY.public)))
    extracted = hmac.digest(bytes(32), shared, "sha256")  # HKDF of RFC 5869 written out
    info = b"opentally/v1/sealed\0\x0ainvitation" + ephemeral.public_key().public_bytes_raw()
    info += agreement_key(KEY.public) + KEY.public
    box_key = hmac.digest(extracted, info + b"\1", "sha256")
    box = decode_base64(document["box"])
    assert ChaCha20Poly1305(box_key).decrypt(bytes(12), box, None) == b"E and r_E"
