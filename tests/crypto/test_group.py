"""Points and scalars have one spelling each, in both backends."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from py_arkworks_bls12381 import G1Point, Scalar

from ledger.crypto import arkworks
from ledger.crypto.backend import EFFECTIVE_COFACTOR, FIELD, ORDER
from ledger.crypto.backends import default_backend, reference_backend
from ledger.crypto.generators import STANDARD_GENERATOR, basis_GG, basis_H
from ledger.crypto.group import format_scalar, negate, parse_point, parse_scalar, sum_points
from ledger.crypto.masked import masked_sum
from ledger.crypto.scalars import pack, scalar
from ledger.errors import MalformedError
from tests.crypto.claims import TORSION

BACKENDS = [default_backend, reference_backend]
G = STANDARD_GENERATOR


def coordinates(x, y):
    return x.to_bytes(48, "big") + y.to_bytes(48, "big")


def flagged(raw, position, flag):
    return raw[:position] + bytes([raw[position] | flag]) + raw[position + 1 :]


X, Y = int.from_bytes(G[:48], "big"), int.from_bytes(G[48:], "big")
BAD_POINTS = {
    "bad_identity_as_96_zero_bytes": bytes(96),
    "bad_identity_with_the_infinity_flag_at_x": flagged(bytes(96), 0, 0x40),
    "bad_identity_with_the_infinity_flag_at_y": flagged(bytes(96), 48, 0x40),
    "bad_identity_with_the_infinity_flag_in_the_last_byte": flagged(bytes(96), 95, 0x40),
    "bad_identity_compressed_and_padded": flagged(bytes(96), 0, 0xC0),
    "bad_identity_as_p_and_p": coordinates(FIELD, FIELD),
    "bad_identity_as_p_and_zero": coordinates(FIELD, 0),
    "bad_identity_as_zero_and_p": coordinates(0, FIELD),
    "bad_identity_as_zero_and_one": coordinates(0, 1),
    "bad_point_off_the_curve": coordinates(X, Y + 1),
    "bad_point_on_no_curve": coordinates(1, 1),
    "bad_torsion_point_with_x_of_p": coordinates(FIELD, 2),
    "bad_torsion_point_with_y_over_p": coordinates(0, FIELD + 2),
    "bad_flag_compressed": flagged(G, 0, 0x80),
    "bad_flag_infinity": flagged(G, 0, 0x40),
    "bad_flag_sign": flagged(G, 0, 0x20),
    "bad_flag_on_y": flagged(G, 48, 0x20),
    "bad_short": G[:95],
    "bad_long": G + b"\0",
    "bad_compressed": G1Point().to_compressed_bytes(),
    "bad_little_endian": G1Point().to_xy_bytes_le(),
    "bad_empty": b"",
}


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", BAD_POINTS)
def test_a_point_has_one_spelling(name, backend):
    with pytest.raises(MalformedError):
        parse_point(BAD_POINTS[name], backend=backend())
    assert not backend().is_point(BAD_POINTS[name])


@pytest.mark.parametrize("backend", BACKENDS)
def test_points_in_and_outside_of_the_subgroup_are_read(backend):
    for raw in (G, basis_H(), TORSION, negate(TORSION)):
        assert parse_point(raw, backend=backend()) == raw


@pytest.mark.parametrize("backend", BACKENDS)
def test_addition_is_plain_and_knows_the_identity_and_doubling(backend):
    add = backend().add
    two = (G1Point() + G1Point()).to_xy_bytes_be()
    assert add(b"") == b""
    assert add(G) == G
    assert add(G + G) == two
    assert add(G + negate(G)) == b""
    assert add(TORSION * 2) == negate(TORSION)
    assert add(TORSION * 3) == b""
    assert add(G + TORSION + TORSION + TORSION) == G


def test_sum_points_takes_any_iterable():
    assert sum_points(iter([G, negate(G), TORSION])) == TORSION
    assert sum_points([]) == b""
    assert negate(b"") == b""


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_cofactor_kills_what_is_outside_and_nothing_else(backend):
    clear = backend().clear_cofactor
    assert clear(TORSION) == b""
    assert clear(b"") == b""
    shifted = backend().add(G + TORSION)
    assert shifted != G
    assert clear(shifted) == clear(G) == backend().multiexp(G, format_scalar(EFFECTIVE_COFACTOR))


def test_backends_agree_on_sums():
    points = basis_GG(3) + TORSION
    for scalars in ([0, 0, 0, 0], [1, ORDER - 1, 5, 1], [2**128, 2**255 % ORDER, 2**200, 2]):
        packed = b"".join(map(format_scalar, scalars))
        fast, slow = default_backend(), reference_backend()
        expected = slow.multiexp(points, packed)
        assert fast.multiexp(points, packed) == expected
        assert slow.multiexp_fixed(basis_GG(3), packed[:96]) == fast.multiexp_fixed(basis_GG(3), packed[:96])
    assert fast.multiexp(b"", b"") == slow.multiexp(b"", b"") == b""


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("sizes", [(2, 1), (1, 2), (0, 1), (1, 0)])
def test_truncated_lists_are_refused(backend, sizes):
    points, scalars = G * sizes[0], format_scalar(1) * sizes[1]
    for operation in (backend().multiexp, backend().multiexp_fixed):
        with pytest.raises(AssertionError, match="bad math"):
            operation(points, scalars)
        with pytest.raises(AssertionError, match="bad math"):
            operation(G + b"\0", format_scalar(1))


@pytest.mark.parametrize(("backend", "refusal"), [(default_backend, ValueError), (reference_backend, AssertionError)])
def test_a_scalar_that_is_not_reduced_is_never_used(backend, refusal):
    """It would be right in G1 and wrong on the rest of the curve, where the order is another."""
    assert (ORDER - 1) % 3 == 0
    assert backend().multiexp(TORSION, format_scalar(ORDER - 1)) == b""
    with pytest.raises(refusal):
        backend().multiexp(TORSION, ORDER.to_bytes(32, "big"))


def test_halves_of_scalars_and_of_generators_are_equally_many(monkeypatch):
    monkeypatch.setattr(arkworks, "_halves", lambda point: (G1Point.from_xy_bytes_unchecked_be(point),))
    with pytest.raises(AssertionError, match="bad math in a sum over generators"):
        default_backend().multiexp_fixed(G, format_scalar(2**200))


def test_the_library_would_have_truncated():
    one = Scalar(1)
    assert G1Point.multiexp_unchecked([G1Point(), G1Point()], [one]) == G1Point()


def test_masked_sums_are_the_sums_and_never_show_a_bare_secret():
    seen = []

    class Spy(type(default_backend())):
        def multiexp_fixed(self, points, scalars):
            seen.append(scalars)
            return super().multiexp_fixed(points, scalars)

    secrets, masks = [scalar(3), scalar(0)], [scalar(2**200 + 1), scalar(2**220)]
    plain = default_backend().multiexp(basis_GG(2), pack(secrets))
    assert masked_sum(Spy(), basis_GG(2), secrets, masks) == plain
    assert seen == [pack(masks), pack([scalar(2**200 + 4), scalar(2**220)])]


@given(st.integers(0, ORDER - 1))
@settings(max_examples=50)
def test_scalars_round_trip(value):
    assert int(parse_scalar(format_scalar(value))) == value == int(scalar(value))


@pytest.mark.parametrize("raw", [ORDER.to_bytes(32, "big"), b"\xff" * 32, bytes(31), bytes(33), b""])
def test_a_scalar_has_one_spelling(raw):
    with pytest.raises(MalformedError):
        parse_scalar(raw)


@pytest.mark.parametrize("value", [-1, ORDER])
def test_format_scalar_does_not_reduce(value):
    with pytest.raises(AssertionError, match="bad math"):
        format_scalar(value)
