"""Ed25519 agrees with RFC 8032 and Wycheproof, and each key and each signature has one spelling only."""

import functools
import pickle

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ledger.errors import InvalidSignature, MalformedError
from ledger.signing import PublicKey, SigningKey, _sqrt, parse_public_key, verify

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P

RFC8032 = [  # §7.1, TEST 1, 2 and 3: secret key, public key, message, signature
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]

# Project Wycheproof (C2SP/wycheproof testvectors_v1/ed25519_test.json): tcId, public key, message, signature, valid.
K1 = "7d4d0e7f6153a69b6242b522abbee685fda4420f8834b108c3bdae369ef549fa"
K84 = "100fdf47fb94f1536a4f7c3fda27383fa03375a8f527c537e6f1703c47f94f86"
ORDER = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010"
FIELD = "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
ONE = "01" + "00" * 31
WYCHEPROOF = [
    (
        1,
        K1,
        "",
        "d4fbdb52bfa726b44d1786a8c0d171c3e62ca83c9e5bbe63de0bb2483f8fd6cc1429ab72cafc41ab56af02ff8fcc43b99bfe4c7ae940f60f38ebaa9d311c4007",
        True,
    ),
    (
        3,
        K1,
        "54657374",
        "7c38e026f29e14aabd059a0f2db8b0cd783040609a8be684db12f82a27774ab07a9155711ecfaf7f99f277bad0c6ae7e39d4eef676573336a5c51eb6f946b30d",
        True,
    ),
    (
        84,
        K84,
        "124e583f8b8eca58bb29c271b41d36986bbc45541f8e51f9cb0133eca447601e",
        "dac119d6ca87fc59ae611c157048f4d4fc932a149dbe20ec6effd1436abf83ea05c7df0fef06147241259113909bc71bd3c53ba4464ffcad3c0968f2ffffff0f",
        True,
    ),
    (
        85,
        K84,
        "6a0bc2b0057cedfc0fa2e3f7f7d39279b30f454a69dfd1117c758d86b19d85e0",
        "0971f86d2c9c78582524a103cb9cf949522ae528f8054dc20107d999be673ff4e25ebf2f2928766b1248bec6e91697775f8446639ede46ad4df4053000000010",
        False,
    ),
    (10, K1, "3f", "00" * 64, False),
    (13, K1, "3f", "00" * 32 + ORDER, False),
    (15, K1, "3f", ONE + "00" * 32, False),
    (18, K1, "3f", ONE + ORDER, False),
    (20, K1, "3f", ORDER + "00" * 32, False),
    (23, K1, "3f", ORDER + ORDER, False),
    (25, K1, "3f", FIELD + "00" * 32, False),
    (29, K1, "3f", FIELD + FIELD, False),
]


@pytest.mark.parametrize(("secret", "public", "message", "signature"), RFC8032)
def test_rfc8032(secret, public, message, signature):
    key = SigningKey(bytes.fromhex(secret))
    assert key.public == parse_public_key(bytes.fromhex(public))
    assert key.sign(bytes.fromhex(message)).hex() == signature
    verify(key.public, bytes.fromhex(message), bytes.fromhex(signature))


@pytest.mark.parametrize(("number", "public", "message", "signature", "valid"), WYCHEPROOF)
def test_wycheproof(number, public, message, signature, valid):
    key = parse_public_key(bytes.fromhex(public))
    if valid:
        verify(key, bytes.fromhex(message), bytes.fromhex(signature))
    else:
        with pytest.raises(InvalidSignature):
            verify(key, bytes.fromhex(message), bytes.fromhex(signature))


@pytest.mark.parametrize(("secret", "public", "message", "signature"), RFC8032)
def test_one_signature_has_one_spelling(secret, public, message, signature):
    """S + L gives the same point as S, and would be a second signature over the same message (RFC 8032 §8.4)."""
    key, raw = parse_public_key(bytes.fromhex(public)), bytes.fromhex(signature)
    s = int.from_bytes(raw[32:], "little")
    for other in (raw[:32] + (s + L).to_bytes(32, "little"), raw[:-1], raw + b"\0", b"", raw[:32]):
        with pytest.raises(InvalidSignature):
            verify(key, bytes.fromhex(message), other)


def add(one, two):
    """The complete addition law of edwards25519 (RFC 8032 §5.1.4, affine)."""
    (x1, y1), (x2, y2) = one, two
    k = D * x1 * x2 * y1 * y2
    return (x1 * y2 + x2 * y1) * pow(1 + k, -1, P) % P, (y1 * y2 + x1 * x2) * pow(1 - k, -1, P) % P


def times(n, point):
    result = (0, 1)
    while n:
        if n & 1:
            result = add(result, point)
        point = add(point, point)
        n >>= 1
    return result


def point_with(y):
    x2 = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if x * x % P != x2:
        x = x * pow(2, (P - 1) // 4, P) % P
    return (x, y) if x * x % P == x2 else None


@functools.cache
def torsion():
    """The eight points of small order, as multiples by L of points of the curve: L·P has an order that divides 8."""
    found, y = set(), 2
    while len(found) < 8:
        point = point_with(y)
        if point is not None:
            found.add(times(L, point))
        y += 1
    return found


def test_keys_of_small_order():
    """In every spelling: with each sign bit, and with y + p where that fits into 255 bits."""
    points = torsion()
    assert all(times(8, point) == (0, 1) for point in points)
    spellings = {y + more for _, y in points for more in (0, P) if y + more < 2**255}
    assert len(spellings) == 7  # 0, 1, -1, two of order 8; and p and p + 1
    for y in spellings:
        for sign in (0, 1 << 255):
            with pytest.raises(MalformedError):
                parse_public_key((y | sign).to_bytes(32, "little"))


def test_a_key_of_small_order_would_have_verified_anything():
    """Why they are refused: under the identity as key, R = S·B fits every message, and the library lets it pass."""
    base = point_with(4 * pow(5, -1, P) % P)
    s = 1
    x, y = times(s, (base[0] if base[0] % 2 == 0 else P - base[0], base[1]))
    signature = (y | (x & 1) << 255).to_bytes(32, "little") + s.to_bytes(32, "little")
    for message in (b"one", b"another"):
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(ONE)).verify(signature, message)
    with pytest.raises(MalformedError):
        parse_public_key(bytes.fromhex(ONE))


def test_a_table_of_small_order_that_cannot_be_computed_is_a_bug():
    assert _sqrt(4) in {2, P - 2}
    with pytest.raises(AssertionError, match="bad math"):
        _sqrt(2)  # no square modulo 2^255 - 19, as 2^255 - 19 ≡ 5 (mod 8)


@pytest.mark.parametrize("y", [P + y for y in range(19)])
def test_keys_that_are_not_canonical(y):
    for sign in (0, 1 << 255):
        with pytest.raises(MalformedError, match="canonically"):
            parse_public_key((y | sign).to_bytes(32, "little"))


@given(st.integers(0, P - 1), st.booleans())
@settings(max_examples=60)
def test_a_key_is_a_point_of_the_curve(y, negative):
    assume(y not in {each for _, each in torsion()})
    raw = (y | negative << 255).to_bytes(32, "little")
    if point_with(y) is None:
        with pytest.raises(MalformedError, match="point"):
            parse_public_key(raw)
    else:
        assert parse_public_key(raw) == raw


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_lengths(length):
    with pytest.raises(MalformedError):
        parse_public_key(bytes(length))
    with pytest.raises(MalformedError):
        SigningKey(bytes(length))


@given(st.binary(max_size=40), st.integers(0, 511))
def test_a_flipped_bit_of_a_signature_is_refused(message, bit):
    key = SigningKey(bytes(range(32)))
    raw = bytearray(key.sign(message))
    verify(key.public, message, bytes(raw))
    raw[bit // 8] ^= 1 << bit % 8
    with pytest.raises(InvalidSignature):
        verify(key.public, message, bytes(raw))
    with pytest.raises(InvalidSignature):
        verify(key.public, message + b"\0", key.sign(message))


def test_a_key_that_nobody_parsed_is_refused_all_the_same():
    with pytest.raises(InvalidSignature):
        verify(PublicKey(bytes(5)), b"", bytes(64))


def test_the_secret_is_not_shown():
    key = SigningKey.generate(lambda n: b"\x5a" * n)
    assert key.seed == b"\x5a" * 32
    assert repr(key) == f"{key}" == "SigningKey(…)"
    with pytest.raises((TypeError, AttributeError)):
        pickle.dumps(key)
