"""Every way in which such proofs have gone wrong before, each as a forgery that must be refused."""

import dataclasses
import secrets

import pytest
from py_arkworks_bls12381 import Scalar

from ledger.crypto import derive, prover, transcript
from ledger.crypto.accumulator import Accumulator
from ledger.crypto.arkworks import ArkworksBackend
from ledger.crypto.backends import default_backend
from ledger.crypto.claim_transcript import ClaimStatement, ClaimTranscript, _head
from ledger.crypto.commit import Opening, commit
from ledger.crypto.derive import Secrets
from ledger.crypto.generators import basis_G, basis_H, basis_K
from ledger.crypto.group import format_scalar, negate, sum_points
from ledger.crypto.proof import ClaimProof, format_proof, parse_proof
from ledger.crypto.scalars import scalar
from ledger.crypto.shape import Shape
from ledger.crypto.transcript import Transcript
from ledger.errors import InvalidOpening, InvalidRangeProof, MalformedError
from tests.crypto import reference
from tests.crypto.claims import (
    MIDDLE,
    PLAIN,
    SMALL,
    TORSION,
    hidden,
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
from tests.crypto.test_group import BAD_POINTS

MESSAGES = [
    *(b"suite", b"generators", b"sizes", b"widths", b"prices", b"allowance", b"context", b"commitment"),
    *(b"A", b"S", b"T0", b"T1", b"T2", b"R0", b"R1", b"tx", b"taux", b"mu", b"z_g", b"z_b", b"z_tau", b"L", b"R"),
]


def refused(check):
    return isinstance(verdict(check), InvalidRangeProof)


def forge(statement, opening, values, r_E=0, number=0):
    """A proof by a prover who does not care whether the statement is true, nor whether C opens as she says."""
    K_H, real = basis_K(statement.shape.m) + basis_H(), prover.masked_sum

    def careless(backend, points, *rest):
        return statement.commitment if points == K_H else real(backend, points, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prover, "masked_sum", careless)
        secret = Secrets(seed(number), statement.context, opening.quantities)
        return format_proof(prover._prove(statement, opening, values, scalar(r_E), secret))


# What is hashed.


@pytest.fixture
def no_kept_heads():
    """What is kept of a shape's transcripts neither comes into a test that changes hashing, nor out of it."""
    _head.cache_clear()
    yield _head.cache_clear
    _head.cache_clear()


def appended(monkeypatch):
    labels, real = [], Transcript.append
    monkeypatch.setattr(
        Transcript, "append", lambda self, label, message: (labels.append(label), real(self, label, message))
    )
    return labels


def test_prover_and_verifier_hash_the_same_messages_in_the_same_order(monkeypatch, no_kept_heads):
    labels = appended(monkeypatch)
    claim = make(MIDDLE, (3, 4), 100)
    by_prover = list(labels)
    labels.clear()
    no_kept_heads()
    assert verdict(claim) is None
    assert labels == by_prover == [*MESSAGES, b"L", b"R"]


@pytest.mark.parametrize("skipped", MESSAGES)
def test_a_message_missing_from_the_provers_hash_is_refused(monkeypatch, skipped, no_kept_heads):
    real = Transcript.append
    with monkeypatch.context() as patch:
        patch.setattr(
            Transcript,
            "append",
            lambda self, label, message: None if label == skipped else real(self, label, message),
        )
        claim = make(MIDDLE, (3, 4), 100)
        assert verdict(claim) is None, "with the same omission on both sides it passes, so the omission is the fault"
    no_kept_heads()
    assert refused(claim)


@pytest.mark.parametrize("claim", [middle, middle_hidden, plain])
def test_every_message_altered_afterwards_is_refused(claim):
    shape, raw = claim().shape, claim().proof
    border = 96 * shape.point_count
    for i in range(0, border, 96):
        assert refused(with_proof(claim(), raw[:i] + basis_G() + raw[i + 96 :]))
        assert refused(with_proof(claim(), raw[:i] + negate(raw[i : i + 96]) + raw[i + 96 :]))
    for i in range(border, len(raw), 32):
        changed = int.from_bytes(raw[i : i + 32], "big") ^ 1
        assert refused(with_proof(claim(), raw[:i] + format_scalar(changed) + raw[i + 32 :]))


def test_every_flipped_bit_is_refused():
    raw = small().proof
    for i in range(len(raw)):
        flipped = raw[:i] + bytes([raw[i] ^ 1 << i % 8]) + raw[i + 1 :]
        assert verdict(with_proof(small(), flipped)) is not None


def test_two_messages_exchanged_are_refused():
    proof = parse_proof(MIDDLE, middle().proof)
    for one, other in (("T1", "T2"), ("A", "S"), ("R0", "R1"), ("L", "R"), ("tx", "taux"), ("a", "b")):
        swapped = dataclasses.replace(proof, **{one: getattr(proof, other), other: getattr(proof, one)})
        assert refused(with_proof(middle(), format_proof(swapped)))


def test_challenges_are_never_taken_from_the_proof(monkeypatch):
    assert {field.name for field in dataclasses.fields(ClaimProof)} == {
        *("A", "S", "T0", "T1", "T2", "R0", "R1", "L", "R", "tx", "taux", "mu", "z_g", "z_b", "z_tau", "a", "b")
    }
    with monkeypatch.context() as patch:
        patch.setattr(ClaimTranscript, "_challenge", lambda self, label: scalar(label[0]))
        claim = make(MIDDLE, (3, 4), 100)
        assert verdict(claim) is None, "it holds for the challenges the prover chose"
    assert refused(claim)


@pytest.mark.parametrize("which", range(6))
def test_a_zero_challenge_is_refused_on_both_sides(monkeypatch, which):
    claim, real, count = middle(), transcript.decode_uint, iter(range(100))
    monkeypatch.setattr(transcript, "decode_uint", lambda raw, r: 0 if next(count) == which else real(raw, r))
    assert refused(claim)
    count = iter(range(100))
    with pytest.raises(InvalidRangeProof):
        make(MIDDLE, (3, 100), 1000, number=2)


# What belongs to the round, the roster and the member.


@pytest.mark.parametrize("shape", [Shape((5, 7), (2, 8), 11), Shape((7, 5), (2, 9), 11), Shape((5, 8), (2, 9), 10)])
def test_prices_and_widths_are_the_rounds(shape):
    assert (shape.N, shape.proof_bytes) == (MIDDLE.N, MIDDLE.proof_bytes)
    foreign = make(shape, (3, 10), 300)
    assert verdict(foreign) is None
    assert refused(dataclasses.replace(foreign, shape=MIDDLE))


def test_a_size_chosen_by_the_prover_is_refused():
    larger = make(Shape((5, 31), (2, 9), 11), (3, 10), 300)
    assert isinstance(verdict(dataclasses.replace(larger, shape=MIDDLE)), MalformedError)


def test_a_number_of_values_chosen_by_the_prover_is_refused():
    without = make(Shape((5, 7), (2, 9), None), (3, 10))
    changed = dataclasses.replace(without, shape=Shape((5, 7), (2, 9), 2), allowance=96)
    assert changed.shape.N == without.shape.N
    assert refused(changed)
    assert isinstance(verdict(dataclasses.replace(without, allowance=5)), MalformedError)
    assert isinstance(verdict(dataclasses.replace(middle(), allowance=None)), MalformedError)


def test_a_claim_posted_again_in_another_context_is_refused():
    for claim in (small(), middle_hidden(), plain()):
        assert refused(dataclasses.replace(claim, context=seed(77)))


@pytest.mark.parametrize("context", [b"", bytes(31), bytes(33)])
def test_a_context_of_another_length_is_refused(context):
    assert isinstance(verdict(dataclasses.replace(small(), context=context)), MalformedError)


def test_a_proof_for_another_commitment_is_refused():
    other, _ = commit(SMALL, (2,), seed=seed(8), core=seed(8))
    assert refused(dataclasses.replace(small(), commitment=other))
    assert refused(dataclasses.replace(small(), commitment=negate(small().commitment)))


@pytest.mark.parametrize("allowance", [11, 9, 2**53 - 1])
def test_another_public_allowance_is_refused(allowance):
    assert refused(dataclasses.replace(small(), allowance=allowance))


def test_another_hidden_allowance_is_refused():
    for other in (hidden(1300, 5), hidden(1301), hidden(1299)):
        assert refused(dataclasses.replace(middle_hidden(), allowance=other.commitment))
    assert refused(dataclasses.replace(middle_hidden(), allowance=1300))


# Untrue statements.


@pytest.mark.parametrize(("quantity", "claimed"), [(16, 0), (17, 1), (-1, 15), (2**32, 0)])
def test_a_quantity_out_of_range_cannot_be_forged(quantity, claimed):
    context, b = seed(1), 5
    commitment = default_backend().multiexp(basis_K(1) + basis_H(), scalar(quantity).to_be_bytes() + format_scalar(b))
    statement = ClaimStatement(Shape((4,), (0,), 4), 9, context, commitment)
    secret = Secrets(seed(0), context, (0,))
    opening = Opening((quantity,), b)
    proof = format_proof(prover._prove(statement, opening, (claimed, 9), scalar(0), secret))
    check = dataclasses.replace(small(), shape=statement.shape, allowance=9, context=context, commitment=commitment)
    assert refused(with_proof(check, proof))


@pytest.mark.parametrize("values", [(10, 0), (10, 15), (3, 1)])
def test_a_basket_over_the_allowance_cannot_be_forged(values):
    commitment, opening = commit(SMALL, (10,), seed=seed(1), core=seed(1))
    statement = ClaimStatement(SMALL, 29, seed(2), commitment)
    check = dataclasses.replace(small(), allowance=29, context=seed(2), commitment=commitment)
    assert refused(with_proof(check, forge(statement, opening, values)))


def test_an_allowance_enlarged_inside_the_commitment_is_refused():
    """C' = C + e·G: on C + C_E it would look like E + e. The second equation leaves no room for G in C."""
    true, extra = hidden(20), 10
    commitment, opening = commit(SMALL, (10,), seed=seed(1), core=seed(1))
    loaded = sum_points([commitment, default_backend().multiexp(basis_G(), format_scalar(extra))])
    for posted in (loaded, commitment):
        statement = ClaimStatement(SMALL, true.commitment, seed(2), posted)
        proof = forge(statement, opening, (10, 0), true.blinding)
        check = dataclasses.replace(small(), allowance=true.commitment, context=seed(2), commitment=posted, proof=proof)
        assert refused(check)
    fair = hidden(30)
    statement = ClaimStatement(SMALL, fair.commitment, seed(2), commitment)
    proof = forge(statement, opening, (10, 0), fair.blinding)
    honest = dataclasses.replace(
        small(), allowance=fair.commitment, context=seed(2), commitment=commitment, proof=proof
    )
    assert verdict(honest) is None, "the forger's own prover is sound where the statement is true"


def test_a_commitment_loaded_with_an_unused_generator_is_refused():
    commitment, opening = commit(SMALL, (2,), seed=seed(1), core=seed(1))
    loaded = sum_points([commitment, basis_K(2)[96:]])
    with pytest.raises(InvalidOpening):
        prover.prove(SMALL, opening, allowance=9, context=seed(2), seed=seed(1), commitment=loaded)
    proof = forge(ClaimStatement(SMALL, 9, seed(2), loaded), opening, (2, 3))
    assert refused(dataclasses.replace(small(), allowance=9, context=seed(2), commitment=loaded, proof=proof))


# Weights.


def cancelling_claim(monkeypatch):
    """Errors d·H in the first equation and -d·H in the third, put in before w is drawn."""
    d, real = scalar(12345), ClaimTranscript.responses

    def responses(self, *, taux, z_tau, **rest):
        return real(self, taux=taux + d, z_tau=z_tau - d, **rest)

    with monkeypatch.context() as patch:
        patch.setattr(ClaimTranscript, "responses", responses)
        claim = make(MIDDLE, (3, 4), 100)
    proof = parse_proof(MIDDLE, claim.proof)
    return with_proof(claim, format_proof(dataclasses.replace(proof, taux=proof.taux + d, z_tau=proof.z_tau - d)))


def test_one_weight_for_the_four_equations_would_let_a_forged_claim_through(monkeypatch):
    claim = cancelling_claim(monkeypatch)
    equations = claim.read(default_backend())
    weight = scalar(0xDEADBEEF)
    shared = Accumulator()
    equations.add_to(shared, (weight,) * 4)
    assert shared.holds(default_backend()), "under one weight the two errors cancel"
    assert all(refused(claim) for _ in range(5))
    assert not reference.accepts(claim, table(), reference.Fast())


def test_each_equation_is_checked_by_itself(monkeypatch):
    """A weight of zero for all but one equation shows which of the four a fault breaks; none is left out."""
    seen = set()
    for label in (b"T1", b"R0", b"R1", b"mu"):
        claim = make(MIDDLE, (3, 4), 100)
        proof, name = parse_proof(MIDDLE, claim.proof), label.decode()
        value = getattr(proof, name)
        wrong = value + scalar(1) if isinstance(value, Scalar) else basis_G()
        equations = claim.read(default_backend())
        broken = dataclasses.replace(equations, proof=dataclasses.replace(proof, **{name: wrong}))
        holds = []
        for k in range(4):
            total = Accumulator()
            broken.add_to(total, tuple(scalar(int(i == k)) for i in range(4)))
            holds.append(total.holds(default_backend()))
        assert holds.count(False) == 1
        seen.add(holds.index(False))
    assert seen == {0, 1, 2, 3}


# Points outside of the subgroup.


class Shifting(ArkworksBackend):
    """A prover's group in which each result carries a point of order 3."""

    def multiexp_fixed(self, points, scalars):
        return super().add(super().multiexp_fixed(points, scalars) + TORSION)

    def add(self, points):
        return super().add(points + TORSION)


class Uncleared(ArkworksBackend):
    """A verifier that forgets the cofactor."""

    def clear_cofactor(self, point):
        return point


def shifted_claim(monkeypatch):
    commitment, opening = commit(MIDDLE, (3, 4), seed=seed(0), core=seed(0))
    shifted = sum_points([commitment, TORSION])
    with monkeypatch.context() as patch:
        patch.setattr(prover, "default_backend", Shifting)
        proof = prover.prove(MIDDLE, opening, allowance=100, context=seed(5), seed=seed(0), commitment=shifted)
    return dataclasses.replace(middle(), allowance=100, context=seed(5), commitment=shifted, proof=proof)


def test_torsion_in_every_point_gives_one_verdict_always(monkeypatch):
    claim = shifted_claim(monkeypatch)
    points = [claim.commitment, *(claim.proof[i : i + 96] for i in range(0, 96 * MIDDLE.point_count, 96))]
    assert not any(reference.Fast().decode(point).is_in_subgroup() for point in points)
    assert all(verdict(claim) is None for _ in range(12))
    assert reference.accepts(claim, table(), reference.Fast())
    without_clearing = {verdict(claim, Uncleared()) is None for _ in range(60)}
    assert without_clearing == {True, False}, "a verifier that forgets the cofactor throws dice"


def test_torsion_in_a_hidden_allowance_gives_one_verdict_always(monkeypatch):
    allowance = hidden(100)
    shifted = sum_points([allowance.commitment, TORSION])
    monkeypatch.setattr(prover, "commit_allowance", lambda amount, blinding: shifted)
    claim = make(MIDDLE, (3, 4), dataclasses.replace(allowance, commitment=shifted))
    assert claim.allowance == shifted
    assert all(verdict(claim) is None for _ in range(12))
    assert {verdict(claim, Uncleared()) is None for _ in range(60)} == {True, False}


def test_torsion_added_after_the_fact_is_refused_always():
    raw = middle().proof
    for i in range(0, 96 * MIDDLE.point_count, 96):
        moved = sum_points([raw[i : i + 96], TORSION])
        assert all(refused(with_proof(middle(), raw[:i] + moved + raw[i + 96 :])) for _ in range(2))
    moved = sum_points([middle().commitment, TORSION])
    assert all(refused(dataclasses.replace(middle(), commitment=moved)) for _ in range(6))


# Encodings.


@pytest.mark.parametrize("name", [name for name, raw in BAD_POINTS.items() if len(raw) == 96])
def test_a_badly_spelled_point_is_malformed_wherever_it_stands(name):
    bad, raw = BAD_POINTS[name], middle().proof
    checks = [with_proof(middle(), raw[:i] + bad + raw[i + 96 :]) for i in range(0, 96 * MIDDLE.point_count, 96)]
    checks.append(dataclasses.replace(middle(), commitment=bad))
    checks.append(dataclasses.replace(middle_hidden(), allowance=bad))
    assert all(isinstance(verdict(check), MalformedError) for check in checks)


def test_scalars_not_reduced_and_left_over_bytes_are_malformed():
    raw, border = middle().proof, 96 * MIDDLE.point_count
    for i in range(border, len(raw), 32):
        value = int.from_bytes(raw[i : i + 32], "big") + reference.R
        if value < 2**256:
            changed = raw[:i] + value.to_bytes(32, "big") + raw[i + 32 :]
            assert isinstance(verdict(with_proof(middle(), changed)), MalformedError)
        changed = raw[:i] + b"\xff" * 32 + raw[i + 32 :]
        assert isinstance(verdict(with_proof(middle(), changed)), MalformedError)
    for changed in (raw + b"\0", raw[:-1], raw + bytes(32), raw[:-32], b""):
        assert isinstance(verdict(with_proof(middle(), changed)), MalformedError)


# Secrets.


def two_claims_from_one_seed():
    """The same order, twice, in two contexts, by a member who kept her seed."""
    commitment, opening = commit(PLAIN, (5, 6), seed=seed(1), core=seed(2))
    rows = []
    for context in (seed(3), seed(4)):
        proof = prover.prove(PLAIN, opening, allowance=None, context=context, seed=seed(1), commitment=commitment)
        check = dataclasses.replace(plain(), context=context, commitment=commitment, proof=proof)
        rows.append(check.read(default_backend()))
    return rows


def extracted(one, other):
    """q_g = (z_g - z_g') / (x - x'), if the nonces k_g are the same."""
    pairs = zip(one.proof.z_g, other.proof.z_g, strict=True)
    return tuple(int((left - right) / (one.x - other.x)) for left, right in pairs)


def test_a_seed_used_again_for_another_statement_repeats_no_nonce(monkeypatch):
    one, other = two_claims_from_one_seed()
    assert extracted(one, other) != (5, 6)
    assert not {one.proof.A, one.proof.S, one.proof.R0} & {other.proof.A, other.proof.S, other.proof.R0}

    def unbound(self, seed, binding, quantities):
        self._tail = b"\0" + seed

    monkeypatch.setattr(derive.Secrets, "__init__", unbound)
    assert extracted(*two_claims_from_one_seed()) == (5, 6), "without the context in the hash the order is public"


def test_every_secret_of_a_claim_is_its_own(monkeypatch):
    names, real = [], Secrets.one
    monkeypatch.setattr(Secrets, "one", lambda self, name: (names.append((self._tail, name)), real(self, name))[1])
    make(MIDDLE, (3, 4), 100)
    assert len(names) == len(set(names))
    assert len({int(real(_tailed(tail), name)) for tail, name in names}) == len(names)


def _tailed(tail):
    secret = Secrets(bytes(32), bytes(32), ())
    secret._tail = tail
    return secret


def test_no_secret_meets_a_bare_multiplication(monkeypatch):
    """Whatever the quantities are, all scalars that reach the group are full-sized: none shows a small value."""
    seen = []

    class Spy(ArkworksBackend):
        def multiexp_fixed(self, points, scalars):
            seen.extend(scalars[i : i + 32] for i in range(0, len(scalars), 32))
            return super().multiexp_fixed(points, scalars)

        def multiexp(self, points, scalars):
            raise AssertionError("the prover uses the fixed generators only")

    from ledger.crypto import commit as commit_module

    monkeypatch.setattr(prover, "default_backend", Spy)
    monkeypatch.setattr(commit_module, "default_backend", Spy)
    make(MIDDLE, (0, 1), hidden(50))
    assert len(seen) > 4 * MIDDLE.N
    assert all(int.from_bytes(raw, "big") > 2**200 for raw in seen)


def test_a_refusal_of_the_prover_names_no_value():
    from ledger.errors import LedgerError

    amount, quantity = 777_123, 60_551
    shape = Shape((16,), (13,), 4)
    for number in (1, 2):
        with pytest.raises(LedgerError) as refusal:
            make(shape, (quantity,), amount if number == 1 else hidden(quantity * 13 + 16))
        text = repr(refusal.value) + str(refusal.value)
        assert not any(str(n) in text for n in (amount, quantity, quantity * 13, amount - quantity * 13))


def test_randomness_of_the_system_is_not_used_by_the_prover(monkeypatch):
    monkeypatch.setattr(secrets, "token_bytes", None)
    monkeypatch.setattr("os.urandom", None)
    assert make(SMALL, (2,), 10, number=1) == small()
