"""The batch decides as single checks do, and names exactly the bad ones."""

import dataclasses
import pickle
import secrets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.crypto import batch
from ledger.crypto.backend import ORDER
from ledger.crypto.backends import default_backend, reference_backend
from ledger.crypto.batch import BatchFailure, ClaimCheck, SumCheck, verify_batch
from ledger.crypto.commit import add_openings, commit, commit_allowance
from ledger.crypto.group import format_scalar, negate, sum_points
from ledger.crypto.shape import Shape
from ledger.errors import InvalidOpening, InvalidRangeProof, MalformedError
from tests.crypto import reference
from tests.crypto.claims import (
    MIDDLE,
    TORSION,
    failures,
    make,
    middle,
    middle_hidden,
    plain,
    seed,
    small,
    verdict,
    with_proof,
)
from tests.crypto.tables import table


def a_sum(count=3):
    rows = [commit(MIDDLE, (i, 2 * i), seed=seed(i), core=seed(i)) for i in range(1, count + 1)]
    whole = add_openings(opening for _, opening in rows)
    return SumCheck(tuple(c for c, _ in rows), whole.quantities, "quantities", format_scalar(whole.blinding))


def a_roster(amounts=(100, 0, 2**53 - 1)):
    blindings = range(5, 5 + len(amounts))
    points = tuple(commit_allowance(E, r) for E, r in zip(amounts, blindings, strict=True))
    return SumCheck(points, (sum(amounts),), "allowance", format_scalar(sum(blindings)))


GOOD = [small, middle, plain, middle_hidden, a_sum, a_roster]


def bad_proof():
    return dataclasses.replace(middle(), context=bytes(32))


def bad_point():
    return with_proof(small(), bytes(96) + small().proof[96:])


def bad_sum():
    return dataclasses.replace(a_sum(), amounts=(6, 11))


BAD = {bad_proof: InvalidRangeProof, bad_point: MalformedError, bad_sum: InvalidOpening}


def test_mixed_shapes_and_sums_pass_in_one_batch():
    verify_batch([make() for make in GOOD] * 2, randbytes=secrets.token_bytes)


def test_an_empty_batch_passes():
    verify_batch([], randbytes=secrets.token_bytes)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from([*GOOD, *BAD]), max_size=12))
def test_exactly_the_bad_positions_are_named(kinds):
    expected = {i: BAD[kind] for i, kind in enumerate(kinds) if kind in BAD}
    found = failures([kind() for kind in kinds])
    assert {position: type(error) for position, error in found.items()} == expected
    assert list(found) == sorted(found)


@settings(max_examples=15, deadline=None)
@given(st.sampled_from([small, middle, plain, middle_hidden]), st.data())
def test_the_batch_decides_as_the_reference_verifier(claim, data):
    """Scalars moved, points replaced, statements changed: the two never disagree."""
    check = claim()
    count = data.draw(st.integers(0, 2))
    for _ in range(count):
        raw, border = check.proof, 96 * check.shape.point_count
        if data.draw(st.booleans()):
            i = 96 * data.draw(st.integers(0, check.shape.point_count - 1))
            point = data.draw(st.sampled_from([raw[i : i + 96], negate(raw[i : i + 96]), TORSION]))
            check = with_proof(check, raw[:i] + point + raw[i + 96 :])
        else:
            i = border + 32 * data.draw(st.integers(0, check.shape.scalar_count - 1))
            moved = (int.from_bytes(raw[i : i + 32], "big") + data.draw(st.integers(0, 1))) % ORDER
            check = with_proof(check, raw[:i] + format_scalar(moved) + raw[i + 32 :])
    assert (verdict(check) is None) == reference.accepts(check, table(), reference.Fast())


def test_weights_are_drawn_after_every_byte_is_read_and_afresh_for_each_part(monkeypatch):
    events, real = [], ClaimCheck.read
    monkeypatch.setattr(ClaimCheck, "read", lambda self, backend: (events.append("read"), real(self, backend))[1])

    def randbytes(count):
        events.append(count)
        return secrets.token_bytes(count)

    assert set(failures([small(), bad_proof(), plain(), small()], randbytes=randbytes)) == {1}
    weights = [16 * 4 * n for n in (4, 2, 1, 1, 2)]
    assert events == ["read"] * 4 + weights


def test_each_of_the_four_equations_has_its_own_weight(monkeypatch):
    seen, real = [], batch.ClaimEquations.add_to
    monkeypatch.setattr(
        batch.ClaimEquations, "add_to", lambda self, total, weights: (seen.append(weights), real(self, total, weights))
    )
    verify_batch([small(), middle()], randbytes=secrets.token_bytes)
    drawn = [int(weight) for weights in seen for weight in weights]
    assert len(set(drawn)) == 8
    assert all(0 < weight < 2**128 for weight in drawn)
    assert max(drawn) > 2**112


@pytest.mark.parametrize("randbytes", [bytes, lambda count: secrets.token_bytes(count - 1), lambda count: b""])
def test_a_broken_source_of_randomness_lets_nothing_through(randbytes):
    for check in (small(), bad_proof()):
        with pytest.raises(AssertionError, match="bad math in the weights"):
            verify_batch([check], randbytes=randbytes)


def test_a_failure_crosses_a_process_border():
    with pytest.raises(BatchFailure) as failure:
        verify_batch([small(), bad_sum(), bad_point()], randbytes=secrets.token_bytes)
    again = pickle.loads(pickle.dumps(failure.value))
    assert (str(again), again.rule) == ("2 of the checks do not hold", "batch-failure")
    assert {i: (type(e), e.rule) for i, e in again.failures.items()} == {
        1: (InvalidOpening, "invalid-opening"),
        2: (MalformedError, "malformed"),
    }


def test_slack_of_no_bits_and_no_allowance_stand_beside_others():
    exact, free = make(Shape((4,), (5,), 0), (3,), 15), make(Shape((4,), (5,), None), (3,))
    assert failures([exact, free, small(), dataclasses.replace(exact, allowance=16)]).keys() == {3}


# Sums.


@pytest.mark.parametrize("check", [a_sum, a_roster])
def test_an_opened_sum_is_accepted_by_both_backends(check):
    assert verdict(check()) is None
    assert verdict(check(), reference_backend()) is None
    one = dataclasses.replace(check(), points=(sum_points(check().points),))
    assert verdict(one) is None


SUMS = {
    "an amount": lambda: dataclasses.replace(a_sum(), amounts=(7, 12)),
    "amounts exchanged": lambda: dataclasses.replace(a_sum(), amounts=(12, 6)),
    "an amount missing": lambda: dataclasses.replace(a_sum(), amounts=(6,)),
    "an amount too many": lambda: dataclasses.replace(a_sum(), amounts=(6, 12, 1)),
    "the blinding": lambda: dataclasses.replace(a_sum(), blinding=format_scalar(1)),
    "a commitment missing": lambda: dataclasses.replace(a_sum(), points=a_sum().points[1:]),
    "a commitment twice": lambda: dataclasses.replace(a_sum(), points=(*a_sum().points, a_sum().points[0])),
    "no commitments": lambda: dataclasses.replace(a_sum(), points=()),
    "the basis": lambda: dataclasses.replace(a_roster(), basis="quantities"),
    "an amount just below its limit": lambda: dataclasses.replace(a_sum(), amounts=(2**128 - 1, 12)),
    "the sum of allowances": lambda: dataclasses.replace(a_roster(), amounts=(100,)),
}


@pytest.mark.parametrize("name", SUMS)
def test_a_false_opening_is_refused(name):
    assert isinstance(verdict(SUMS[name]()), InvalidOpening)


BAD_SUMS = {
    "bad_negative_amount": {"amounts": (-1, 12)},
    "bad_amount_plus_the_order": {"amounts": (6 + ORDER, 12)},
    "bad_amount_of_2_128": {"amounts": (2**128, 12)},
    "bad_bool": {"amounts": (True, 12)},
    "bad_no_amounts": {"amounts": ()},
    "bad_65_amounts": {"amounts": (0,) * 65},
    "bad_two_allowances": {"amounts": (6, 12), "basis": "allowance"},
    "bad_blinding_short": {"blinding": bytes(31)},
    "bad_blinding_of_the_order": {"blinding": ORDER.to_bytes(32, "big")},
    "bad_identity": {"points": (bytes(96),)},
    "bad_empty_point": {"points": (b"",)},
}


@pytest.mark.parametrize("name", BAD_SUMS)
def test_a_malformed_sum_is_refused(name):
    assert isinstance(verdict(dataclasses.replace(a_sum(), **BAD_SUMS[name])), MalformedError)


def test_commitments_that_cancel_open_to_nothing():
    point = a_sum().points[0]
    nothing = SumCheck((point, negate(point)), (0, 0), "quantities", bytes(32))
    assert verdict(nothing) is None
    assert verdict(dataclasses.replace(nothing, points=())) is None
    assert verdict(dataclasses.replace(nothing, amounts=(0, 1))) is not None


def test_torsion_in_a_sum_changes_no_verdict():
    points = a_sum().points
    for moved in ((*points, TORSION), (sum_points([points[0], TORSION]), *points[1:])):
        assert all(verdict(dataclasses.replace(a_sum(), points=moved)) is None for _ in range(9))
        assert all(verdict(dataclasses.replace(bad_sum(), points=moved)) is not None for _ in range(9))
    assert default_backend().is_point(TORSION)
