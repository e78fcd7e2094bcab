"""Commitments hide, add and open; secrets come from the seed and show nowhere."""

import hashlib
import secrets

import pytest

from ledger.crypto.backend import ORDER
from ledger.crypto.backends import default_backend
from ledger.crypto.commit import (
    Opening,
    add_openings,
    check_opening,
    commit,
    commit_allowance,
    random_scalar,
)
from ledger.crypto.derive import Secrets
from ledger.crypto.generators import basis_G, basis_H, basis_K
from ledger.crypto.group import format_scalar, sum_points
from ledger.crypto.prover import HiddenAllowance
from ledger.crypto.shape import Shape
from ledger.errors import InvalidOpening, MalformedError, NotAcceptedError
from tests.crypto.claims import MIDDLE, SMALL, seed


def test_a_commitment_is_the_written_sum():
    commitment, opening = commit(MIDDLE, (7, 99), seed=seed(1), core=seed(2))
    scalars = b"".join(map(format_scalar, (7, 99, opening.blinding)))
    assert commitment == default_backend().multiexp(basis_K(2) + basis_H(), scalars)
    assert commit_allowance(5, 6) == default_backend().multiexp(
        basis_G() + basis_H(), format_scalar(5) + format_scalar(6)
    )


def test_the_blinding_is_derived_as_documented():
    _, opening = commit(MIDDLE, (7, 99), seed=seed(1), core=seed(2))
    message = b"opentally/v1/secret/b\0" + seed(1) + seed(2) + (7).to_bytes(8, "big") + (99).to_bytes(8, "big")
    assert opening.blinding == int.from_bytes(hashlib.shake_256(message).digest(48), "big") % ORDER
    row = Secrets(seed(1), seed(2), (7, 99)).row("sL", 12)
    message = message.replace(b"/b\0", b"/sL/11\0")
    assert int(row[11]) == int.from_bytes(hashlib.shake_256(message).digest(48), "big") % ORDER


def test_seed_core_and_quantities_each_change_the_blinding():
    base = commit(SMALL, (2,), seed=seed(1), core=seed(2))[1].blinding
    others = [
        commit(SMALL, (2,), seed=seed(3), core=seed(2))[1].blinding,
        commit(SMALL, (2,), seed=seed(1), core=seed(3))[1].blinding,
        commit(SMALL, (3,), seed=seed(1), core=seed(2))[1].blinding,
    ]
    assert len({base, *others}) == 4


def test_openings_add_as_commitments_do():
    rows = [commit(MIDDLE, (i, 3 * i), seed=seed(i), core=seed(i + 50)) for i in range(1, 5)]
    whole = add_openings(opening for _, opening in rows)
    assert whole.quantities == (10, 30)
    check_opening(MIDDLE, sum_points(commitment for commitment, _ in rows), whole, seed=seed(0))


def test_an_opening_of_something_else_is_refused():
    commitment, opening = commit(MIDDLE, (7, 99), seed=seed(1), core=seed(2))
    check_opening(MIDDLE, commitment, opening, seed=seed(0))
    for wrong in (Opening((7, 98), opening.blinding), Opening((7, 99), opening.blinding ^ 1)):
        with pytest.raises(InvalidOpening):
            check_opening(MIDDLE, commitment, wrong, seed=seed(0))
    with pytest.raises(NotAcceptedError):
        check_opening(MIDDLE, commitment, Opening((32, 0), opening.blinding), seed=seed(0))


def test_openings_of_different_rounds_do_not_add():
    for rows in ([], [Opening((1,), 2), Opening((1, 1), 2)]):
        with pytest.raises(MalformedError):
            add_openings(rows)


def test_the_wrong_number_of_quantities_is_refused():
    with pytest.raises(MalformedError):
        commit(MIDDLE, (1,), seed=seed(1), core=seed(2))


@pytest.mark.parametrize(("amount", "blinding"), [(-1, 1), (2**53, 1), (1, ORDER), (1, -1), (1, 0), (0, 0)])
def test_an_allowance_outside_its_limits_is_refused(amount, blinding):
    with pytest.raises(MalformedError):
        commit_allowance(amount, blinding)


def test_random_scalars_are_reduced_from_48_bytes():
    assert random_scalar(lambda count: b"\xff" * count) == (2**384 - 1) % ORDER
    assert random_scalar(secrets.token_bytes) != random_scalar(secrets.token_bytes)


def test_no_secret_stands_in_a_repr_or_a_message():
    amount, blinding, quantity = 987654321, 123456789123456789, 4021
    rows = [
        Opening((quantity,), blinding),
        HiddenAllowance(amount, blinding, bytes(96)),
        Secrets(seed(1), seed(2), (quantity,)),
    ]
    shown = " ".join(f"{row!r} {row!s} {row}" for row in rows)
    wide = Shape((4,), (100,), 4)
    for quantities, call in (
        ((quantity,), lambda q: commit(wide, q, seed=seed(1), core=seed(2))),
        ((quantity,), lambda q: check_opening(wide, bytes(96), Opening(q, blinding), seed=seed(1))),
    ):
        with pytest.raises(NotAcceptedError) as refusal:
            call(quantities)
        shown += str(refusal.value)
    for secret in (amount, blinding, quantity, seed(1).hex()):
        assert str(secret) not in shown


@pytest.mark.parametrize("sizes", [(31, 32), (32, 33)])
def test_a_derivation_from_other_sizes_is_a_bug(sizes):
    with pytest.raises(AssertionError, match="bad math"):
        Secrets(bytes(sizes[0]), bytes(sizes[1]), ())
