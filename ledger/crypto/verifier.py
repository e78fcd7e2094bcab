"""The claim verifier: from bytes to four equations, which the batch weighs and checks.

    (1)  tx·G + τx·H = T0 + (δ + z^(2+m)·E)·G + x·T1 + x²·T2          with z^(2+m)·C_E where the allowance is hidden
    (2)  Σ z_g·K_g + z_b·H = R0 + x·C
    (3)  (Σ λ_g z_g)·G + z_τ·H = R1 + x·T0
    (4)  A + x·S - z·Σ GG_i + Σ (z + y^(-i)·w_i)·HH_i - μ·H + w·tx·U + Σ (u_s²·L_s + u_s^(-2)·R_s)
             = Σ a'_i·GG_i + Σ y^(-i)·b'_i·HH_i + w·<a,b>·U

(docs/spec/claim.md §4). Each is used as "right side - left side", (4) as "left - right", and has a weight of its own:
under one weight for all four, an error in one can be made to cancel an error in another.
"""

from dataclasses import dataclass

from py_arkworks_bls12381 import Scalar

from ledger.crypto.accumulator import Accumulator
from ledger.crypto.backend import Backend
from ledger.crypto.claim_transcript import ClaimStatement, ClaimTranscript
from ledger.crypto.group import parse_point
from ledger.crypto.proof import ClaimProof, parse_proof
from ledger.crypto.relation import delta, lambdas, value_weights
from ledger.crypto.scalars import TWO, ZERO, dot, fold_products, invert_all, powers, scalar, scale
from ledger.crypto.shape import FOLDED, Allowance, Shape, check_allowance, layout
from ledger.errors import InvalidRangeProof, LedgerError, MalformedError


@dataclass(frozen=True, slots=True)
class ClaimCheck:
    """What a claim owes: its proof holds for its commitment, in its context, in the shape of its round.

    Attributes:
        shape: from the round, never from the claim.
        allowance: from the roster: None, the public E, or the 96 bytes of C_E.
        context: 32 bytes (docs/spec/claim.md §7).
        commitment: C, 96 bytes as received.
        proof: as received; its length must be ``shape.proof_bytes``.
    """

    shape: Shape
    allowance: Allowance
    context: bytes
    commitment: bytes
    proof: bytes

    def read(self, backend: Backend) -> "ClaimEquations":
        """The four equations.

        Raises:
            MalformedError: something is not in its canonical form.
            InvalidRangeProof: a challenge is zero.
        """
        check_allowance(self.shape, self.allowance)
        if isinstance(self.allowance, bytes):
            parse_point(self.allowance, "an allowance's commitment", backend=backend)
        if len(self.context) != 32:
            raise MalformedError("a context has 32 bytes")
        parse_point(self.commitment, "a claim's commitment", backend=backend)
        proof = parse_proof(self.shape, self.proof, backend=backend)
        return ClaimEquations.of(ClaimStatement(self.shape, self.allowance, self.context, self.commitment), proof)


@dataclass(frozen=True, slots=True)
class ClaimEquations:
    """The coefficients of the four equations, before any weight.

    Attributes:
        statement, proof: what they come from.
        x, z, w, us: the challenges; of y and of each u_s also the inverse.
        weights: z^(2+j) for j = 0 … M.
        linear: Σ λ_g z_g.
        constant: δ, with z^(2+m)·E where the allowance is public.
    """

    statement: ClaimStatement
    proof: ClaimProof
    x: Scalar
    z: Scalar
    w: Scalar
    us: tuple[Scalar, ...]
    us_inverse: tuple[Scalar, ...]
    y_inverse: Scalar
    weights: tuple[Scalar, ...]
    linear: Scalar
    constant: Scalar

    count = 4

    @classmethod
    def of(cls, statement: ClaimStatement, proof: ClaimProof) -> "ClaimEquations":
        """Draw every challenge from the statement and the proof's messages, in the prover's order."""
        shape = statement.shape
        transcript = ClaimTranscript(statement)
        y, z = transcript.vectors(proof.A, proof.S)
        x = transcript.polynomials(proof.T0, proof.T1, proof.T2, proof.R0, proof.R1)
        w = transcript.responses(
            tx=proof.tx, taux=proof.taux, mu=proof.mu, z_g=proof.z_g, z_b=proof.z_b, z_tau=proof.z_tau
        )
        us = tuple(transcript.halving(L, R) for L, R in zip(proof.L, proof.R, strict=True))
        y_inverse, *us_inverse = invert_all([y, *us])
        weights = value_weights(shape, z)
        constant = delta(shape, y, z, weights)
        if isinstance(statement.allowance, int):
            constant = constant + weights[shape.m] * scalar(statement.allowance)
        linear = dot(lambdas(shape, weights), proof.z_g)
        return cls(statement, proof, x, z, w, us, tuple(us_inverse), y_inverse, tuple(weights), linear, constant)

    def add_to(self, total: Accumulator, weights: tuple[Scalar, ...]) -> None:
        """Add weight · equation for each of the four."""
        w1, w2, w3, w4 = weights
        proof, shape, x = self.proof, self.statement.shape, self.x
        w1x, w4x = w1 * x, w4 * x

        # The claim's own points, in the order of their coefficients.
        total.points += (self.statement.commitment, proof.A, proof.S, proof.T0, proof.T1, proof.T2, proof.R0, proof.R1)
        total.scalars += (w2 * x, w4, w4x, w1 + w3 * x, w1x, w1x * x, w2, w3)
        total.points += proof.L
        total.scalars += [w4 * u.square() for u in self.us]
        total.points += proof.R
        total.scalars += [w4 * u.square() for u in self.us_inverse]
        if isinstance(self.statement.allowance, bytes):
            total.points.append(self.statement.allowance)
            total.scalars.append(w1 * self.weights[shape.m])

        # Generators that all claims share.
        total.G = total.G + w1 * (self.constant - proof.tx) - w3 * self.linear
        total.H = total.H - w1 * proof.taux - w2 * proof.z_b - w3 * proof.z_tau - w4 * proof.mu
        total.U = total.U + w4 * self.w * (proof.tx - dot(proof.a, proof.b))
        total.add_categories(scale(-w2, proof.z_g))
        self._add_vectors(total, w4)

    def _add_vectors(self, total: Accumulator, w4: Scalar) -> None:
        """The coefficients of GG and HH in equation (4), unexpanded: i = 8k + l, and y^(-i) = y_low[l] · y_high[k]."""
        proof, shape = self.proof, self.statement.shape
        N, facts = shape.N, layout(shape)
        y_low = powers(self.y_inverse, FOLDED + 1)
        y_high = powers(y_low.pop(), N // FOLDED)
        folds = fold_products(self.us, self.us_inverse)
        folds_inverse = fold_products(self.us_inverse, self.us)
        minus = -w4
        total.level[N] = total.level.get(N, ZERO) + w4 * self.z
        # - a'_i for GG_i and - y^(-i)·b'_i for HH_i.
        total.GG.setdefault(N, []).append((scale(minus, proof.a), folds))
        total.HH.setdefault(N, []).append(
            (
                [minus * b * y for b, y in zip(proof.b, y_low, strict=True)],
                [fold * y for fold, y in zip(folds_inverse, y_high, strict=True)],
            )
        )
        # y^(-i)·w_i for HH_i, with i = start_j + e: (z^(2+j)·y^(-start_j)) · (2/y)^e.
        values = [
            w4 * weight * y_low[start % FOLDED] * y_high[start // FOLDED]
            for weight, start in zip(self.weights, facts.starts, strict=False)
        ]
        total.runs.setdefault(shape, []).append((values, powers(TWO * self.y_inverse, facts.widest)))

    def failure(self) -> LedgerError:
        """What to say of a claim whose equations do not hold; not where."""
        return InvalidRangeProof("a claim's proof does not hold")
