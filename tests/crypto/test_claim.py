"""Valid claims of every kind are accepted, and prove nothing that is not so."""

import dataclasses
import hashlib
import pickle
import secrets

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.crypto.backends import reference_backend
from ledger.crypto.batch import verify_batch
from ledger.crypto.commit import Opening, commit
from ledger.crypto.proof import format_proof, parse_proof
from ledger.crypto.prover import HiddenAllowance, prove
from ledger.crypto.shape import Shape
from ledger.errors import InvalidOpening, InvalidRangeProof, MalformedError, NotAcceptedError
from tests.crypto import reference
from tests.crypto.claims import MIDDLE, PLAIN, SMALL, hidden, make, middle, middle_hidden, plain, seed, small, verdict
from tests.crypto.tables import table


@pytest.mark.parametrize("claim", [small, middle, middle_hidden, plain])
def test_a_valid_claim_is_accepted_here_and_by_the_reference_verifier(claim):
    assert verdict(claim()) is None
    assert reference.accepts(claim(), table(), reference.Fast())


def test_sizes_are_those_of_the_design():
    shape = Shape((16,) * 14, (1,) * 14, 32)
    assert (shape.m, shape.M, shape.N, shape.rounds) == (14, 15, 256, 5)
    assert (shape.point_count + 1, shape.scalar_count) == (18, 35)
    assert len(middle().proof) == MIDDLE.proof_bytes


def test_the_design_size_claim_is_accepted():
    shape = Shape((16,) * 14, tuple(range(14)), 32)
    claim = make(shape, (65535, 0, *range(12)), 2**21, number=50)
    assert verdict(claim) is None
    assert reference.accepts(claim, table(), reference.Fast())


@pytest.mark.slow
@pytest.mark.parametrize("claim", [small, plain])
def test_both_backends_agree_on_valid_and_invalid_claims(claim):
    bad = dataclasses.replace(claim(), context=bytes(32))
    assert verdict(claim(), reference_backend()) is None
    assert type(verdict(bad, reference_backend())) is type(verdict(bad)) is not type(None)
    assert reference.accepts(claim(), table(), reference.Slow())
    assert not reference.accepts(bad, table(), reference.Slow())


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_mix_of_widths_quantities_and_allowances_is_accepted(data):
    widths = tuple(data.draw(st.lists(st.integers(1, 32), min_size=1, max_size=4)))
    prices = tuple(data.draw(st.integers(0, 2**32 - 1)) for _ in widths)
    quantities = tuple(data.draw(st.sampled_from([0, 1, 2**n - 1, 2**n // 2])) for n in widths)
    cost = sum(p * q for p, q in zip(prices, quantities, strict=True))
    rule = data.draw(st.sampled_from(["none", "public", "hidden"]))
    if rule == "none" or cost >= 2**53:
        shape, allowance = Shape(widths, prices, None), None
    else:
        slack_width = data.draw(st.integers(0, 48))
        slack = min(data.draw(st.integers(0, 2**slack_width - 1)), 2**53 - 1 - cost)
        shape = Shape(widths, prices, slack_width)
        allowance = hidden(cost + slack, data.draw(st.integers(1, 2**250))) if rule == "hidden" else cost + slack
    claim = make(shape, quantities, allowance, number=data.draw(st.integers(0, 99)))
    assert verdict(claim) is None
    assert reference.accepts(claim, table(), reference.Fast())
    assert format_proof(parse_proof(shape, claim.proof)) == claim.proof


@pytest.mark.parametrize("slack_width", [0, 1, 7, 8])
@pytest.mark.parametrize("widths", [(1,), (7,), (8,), (4, 4), (15,), (16,), (8, 7, 1), (32,)])
def test_sums_of_widths_at_and_around_powers_of_two(widths, slack_width):
    # A slack of no bits after 8 or 16 others has no position: it once pointed past the last one.
    prices = (1,) * len(widths)
    cost = sum(quantities := tuple(2**width - 1 for width in widths))
    claim = make(Shape(widths, prices, slack_width), quantities, cost)
    assert verdict(claim) is None
    assert reference.accepts(claim, table(), reference.Fast())
    bad = dataclasses.replace(claim, allowance=cost + 1)
    assert isinstance(verdict(bad), InvalidRangeProof)


def test_many_categories_and_the_widest_shape_fit():
    shape = Shape((15,) * 64, (1,) * 64, 48)
    assert (sum(shape.widths_with_slack), shape.N) == (1008, 1024)
    assert verdict(make(shape, tuple(range(64)), 5000, number=7)) is None


def test_slack_of_no_bits_means_spend_exactly():
    shape = Shape((4,), (5,), 0)
    assert verdict(make(shape, (3,), 15)) is None
    for amount, rule in ((14, "over-allowance"), (16, "out-of-range")):
        with pytest.raises(NotAcceptedError) as refusal:
            make(shape, (3,), amount)
        assert refusal.value.rule == rule


def test_seven_bits_are_padded_to_eight_positions():
    claim = make(Shape((7,), (1,), None), (127,))
    assert verdict(claim) is None


def test_a_claim_is_rebuilt_byte_for_byte_from_its_seed():
    assert make(MIDDLE, (31, 127), hidden(1300), number=3) == middle_hidden()


def test_the_bytes_of_a_claim_do_not_change_between_releases():
    rows = (small(), middle(), middle_hidden(), plain())
    digest = hashlib.sha256(b"".join(row.commitment + row.proof for row in rows)).hexdigest()
    assert digest == "f1c828610398e35c0eeb7ecf25405ceba5116164512e445aefbe27974ac75c4e"


@pytest.mark.parametrize("quantities", [(16,), (-1,), (2**64,), (True,), (1.0,)])
def test_proving_out_of_range_is_refused(quantities):
    with pytest.raises(NotAcceptedError) as refusal:
        commit(SMALL, quantities, seed=seed(1), core=seed(2))
    assert refusal.value.rule == "out-of-range"
    with pytest.raises(NotAcceptedError):
        prove(SMALL, Opening(quantities, 5), allowance=99, context=seed(3), seed=seed(1), commitment=small().commitment)


def test_proving_over_the_allowance_is_refused():
    for allowance in (29, hidden(29)):
        with pytest.raises(NotAcceptedError) as refusal:
            make(SMALL, (10,), allowance)
        assert refusal.value.rule == "over-allowance"


def test_proving_with_an_opening_of_something_else_is_refused():
    wrong = HiddenAllowance(31, 5, hidden(30, 5).commitment)
    with pytest.raises(InvalidOpening):
        make(SMALL, (10,), wrong)
    _, opening = commit(SMALL, (2,), seed=seed(9), core=seed(9))
    with pytest.raises(InvalidOpening):
        prove(SMALL, opening, allowance=10, context=seed(0), seed=seed(0), commitment=small().commitment)


def test_an_allowance_of_the_wrong_kind_is_refused():
    with pytest.raises(MalformedError):
        make(SMALL, (1,), None)
    with pytest.raises(MalformedError):
        make(PLAIN, (1, 1), 5)
    with pytest.raises(MalformedError):
        make(SMALL, (1,), 2**53)


def test_checks_cross_a_process_border():
    rows = [small(), middle_hidden(), plain()]
    assert pickle.loads(pickle.dumps(rows)) == rows
    verify_batch(pickle.loads(pickle.dumps(rows)), randbytes=secrets.token_bytes)
