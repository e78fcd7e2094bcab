"""The claim prover: an aggregated Bulletproofs range proof whose value commitments are one linear relation against C.

docs/spec/claim.md §8; Bulletproofs (eprint 2017/1066) §4.2 and §3, with the inner-product argument stopped at length
8. The generators are never folded: each L_s and R_s is one sum over N + 1 of the written generators, with scalars
expanded by the challenges so far, which is cheaper than N scalar multiplications.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from py_arkworks_bls12381 import Scalar
from typing_extensions import override

from ledger.crypto.backend import POINT_BYTES, Backend
from ledger.crypto.backends import default_backend
from ledger.crypto.claim_transcript import ClaimStatement, ClaimTranscript
from ledger.crypto.commit import Opening, check_quantities, commit_allowance
from ledger.crypto.derive import Secrets
from ledger.crypto.generators import basis_G, basis_GG, basis_H, basis_HH, basis_K, basis_U
from ledger.crypto.masked import masked_sum
from ledger.crypto.proof import ClaimProof, format_proof
from ledger.crypto.relation import lambdas, value_weights
from ledger.crypto.scalars import ONE, TWO, ZERO, dot, fold_products, pack, powers, scalar
from ledger.crypto.shape import FOLDED, Allowance, Shape, check_allowance
from ledger.errors import InvalidOpening, NotAcceptedError


@dataclass(frozen=True, slots=True)
class HiddenAllowance:
    """What a member knows of her hidden allowance: E, r_E, and the C_E = E·G + r_E·H of the roster. It has no repr."""

    amount: int
    blinding: int
    commitment: bytes

    @override
    def __repr__(self) -> str:
        return "HiddenAllowance(…)"


def prove(
    shape: Shape,
    opening: Opening,
    *,
    allowance: int | HiddenAllowance | None,
    context: bytes,
    seed: bytes,
    commitment: bytes,
) -> bytes:
    """The proof that C opens to quantities in range whose basket costs no more than the allowance.

    Args:
        shape: the round's.
        opening: of ``commitment``.
        allowance: None, the public E, or the hidden one; of the kind the shape asks for.
        context: 32 bytes that bind the statement, the round and the member (docs/spec/claim.md §7).
        seed: the claim's 32 bytes; the same arguments give the same proof, byte for byte.
        commitment: C, 96 bytes.

    Raises:
        NotAcceptedError: rule ``out-of-range`` or ``over-allowance``; a false statement is never proved.
        InvalidOpening: the opening is not of ``commitment``, or E and r_E not of C_E.
        MalformedError: an allowance of the wrong kind, or sizes that do not agree.

    Security: secrets go through masked sums, yet Python is not constant time; prove on the member's own device.
    """
    check_quantities(shape, opening.quantities)
    amount, r_E, public = _read_allowance(shape, allowance)
    values = _values(shape, opening.quantities, amount)
    statement = ClaimStatement(shape, public, context, commitment)
    return format_proof(_prove(statement, opening, values, r_E, Secrets(seed, context, opening.quantities)))


def _read_allowance(shape: Shape, allowance: int | HiddenAllowance | None) -> tuple[int | None, Scalar, Allowance]:
    """E, r_E, and the allowance as the verifier sees it."""
    if not isinstance(allowance, HiddenAllowance):
        check_allowance(shape, allowance)
        return allowance, ZERO, allowance
    check_allowance(shape, allowance.commitment)
    if commit_allowance(allowance.amount, allowance.blinding) != allowance.commitment:
        raise InvalidOpening("the allowance's opening does not open its commitment")
    return allowance.amount, scalar(allowance.blinding), allowance.commitment


def _values(shape: Shape, quantities: tuple[int, ...], amount: int | None) -> tuple[int, ...]:
    """v_0 … v_(M-1), all in range."""
    if shape.slack_width is None or amount is None:
        return quantities
    slack = amount - sum(p * q for p, q in zip(shape.prices, quantities, strict=True))
    if slack < 0:
        raise NotAcceptedError("the basket costs more than the allowance", rule="over-allowance")
    if slack >= 1 << shape.slack_width:
        raise NotAcceptedError(
            f"what is left of the allowance does not fit {shape.slack_width} bits", rule="out-of-range"
        )
    return (*quantities, slack)


def _prove(
    statement: ClaimStatement, opening: Opening, values: tuple[int, ...], r_E: Scalar, secrets: Secrets
) -> ClaimProof:
    backend, shape = default_backend(), statement.shape
    m, N = shape.m, shape.N
    G_H, K_H, vector_basis = basis_G() + basis_H(), basis_K(m) + basis_H(), basis_GG(N) + basis_HH(N) + basis_H()
    q, b = [scalar(quantity) for quantity in opening.quantities], scalar(opening.blinding)
    transcript = ClaimTranscript(statement)

    # Vectors: A with S as its mask, so that the bits meet the group only under uniform scalars.
    bits = [value >> e & 1 for value, n in zip(values, shape.widths_with_slack, strict=True) for e in range(n)]
    bits += [0] * (N - len(bits))
    aL, aR = [(ZERO, ONE)[bit] for bit in bits], [(-ONE, ZERO)[bit] for bit in bits]
    alpha, rho = secrets.one("alpha"), secrets.one("rho")
    sL, sR = secrets.row("sL", N), secrets.row("sR", N)
    S = backend.multiexp_fixed(vector_basis, pack([*sL, *sR, rho]))
    A = masked_sum(backend, vector_basis, [*aL, *aR, alpha], [*sL, *sR, rho], S)
    y, z = transcript.vectors(A, S)

    # Polynomials l(X) = l0 + l1·X, r(X) = r0 + r1·X, t(X) = <l, r> = t0 + t1·X + t2·X².
    weights = value_weights(shape, z)
    y_powers = powers(y, N)
    w = [weights[j] * e for j, n in enumerate(shape.widths_with_slack) for e in powers(TWO, n)]
    w += [ZERO] * (N - len(w))
    l0, l1 = [bit - z for bit in aL], sL
    r0 = [yi * (bit + z) + wi for yi, bit, wi in zip(y_powers, aR, w, strict=True)]
    r1 = [yi * si for yi, si in zip(y_powers, sR, strict=True)]
    t1, t2 = dot(l0, r1) + dot(l1, r0), dot(l1, r1)

    # The relation to C: R0 and R1 mask C and T0. C itself is computed to refuse an opening of something else.
    tau0, tau1, tau2 = (secrets.one(name) for name in ("tau0", "tau1", "tau2"))
    k, k_b, k_tau = secrets.row("k", m), secrets.one("k-b"), secrets.one("k-tau")
    lam = lambdas(shape, weights)
    R0 = backend.multiexp_fixed(K_H, pack([*k, k_b]))
    if masked_sum(backend, K_H, [*q, b], [*k, k_b], R0) != statement.commitment:
        raise InvalidOpening("the quantities and the blinding do not open the commitment")
    lam_k = dot(lam, k)
    R1 = backend.multiexp_fixed(G_H, pack([lam_k, k_tau]))
    T0 = masked_sum(backend, G_H, [dot(lam, q), tau0], [lam_k, k_tau], R1)
    T1 = backend.multiexp_fixed(G_H, pack([t1, tau1]))
    T2 = backend.multiexp_fixed(G_H, pack([t2, tau2]))
    x = transcript.polynomials(T0, T1, T2, R0, R1)

    # Responses.
    l = [p + x * s for p, s in zip(l0, l1, strict=True)]
    r = [p + x * s for p, s in zip(r0, r1, strict=True)]
    tx = dot(l, r)
    taux = tau0 + x * tau1 + x.square() * tau2
    if isinstance(statement.allowance, bytes):
        taux = taux + weights[m] * r_E
    mu = alpha + rho * x
    z_g = tuple(ki + x * qi for ki, qi in zip(k, q, strict=True))
    z_b, z_tau = k_b + x * b, k_tau + x * tau0
    w_U = transcript.responses(tx=tx, taux=taux, mu=mu, z_g=z_g, z_b=z_b, z_tau=z_tau)

    Ls, Rs, a_final, b_final = _halve(backend, transcript, l, r, y_inverse=y.inverse(), w=w_U)
    return ClaimProof(A, S, T0, T1, T2, R0, R1, Ls, Rs, tx, taux, mu, z_g, z_b, z_tau, a_final, b_final)


def _halve(
    backend: Backend, transcript: ClaimTranscript, a: list[Scalar], b: list[Scalar], *, y_inverse: Scalar, w: Scalar
) -> tuple[tuple[bytes, ...], tuple[bytes, ...], tuple[Scalar, ...], tuple[Scalar, ...]]:
    """The inner-product argument over GG_i and y^(-i)·HH_i, down to length 8: all L_s, all R_s, a, b.

    After s halvings the folded generator j is Σ_k c_k·GG_(k·2h+j), k the bits decided so far, h half the length.
    """
    N = len(a)
    y_powers = powers(y_inverse, N)
    us, us_inverse = list[Scalar](), list[Scalar]()
    Ls, Rs = list[bytes](), list[bytes]()
    h = N // 2
    while h >= FOLDED:
        a_lo, a_hi, b_lo, b_hi = a[:h], a[h:], b[:h], b[h:]
        c_G, c_H = fold_products(us, us_inverse), fold_products(us_inverse, us)
        cross_L, cross_R = w * dot(a_lo, b_hi), w * dot(a_hi, b_lo)
        # L takes the upper half of each block of GG and the lower half of each block of HH; R the others.
        L_basis, R_basis = _halving_bases(N, h)
        y_lo = [i for start in range(0, N, 2 * h) for i in y_powers[start : start + h]]
        y_hi = [i for start in range(h, N, 2 * h) for i in y_powers[start : start + h]]
        Ls.append(
            backend.multiexp_fixed(L_basis, pack([*_expand(c_G, a_lo), *_times(_expand(c_H, b_hi), y_lo), cross_L]))
        )
        Rs.append(
            backend.multiexp_fixed(R_basis, pack([*_expand(c_G, a_hi), *_times(_expand(c_H, b_lo), y_hi), cross_R]))
        )
        u = transcript.halving(Ls[-1], Rs[-1])
        u_inverse = u.inverse()
        a = [u * lo + u_inverse * hi for lo, hi in zip(a_lo, a_hi, strict=True)]
        b = [u_inverse * lo + u * hi for lo, hi in zip(b_lo, b_hi, strict=True)]
        us.append(u)
        us_inverse.append(u_inverse)
        h //= 2
    return tuple(Ls), tuple(Rs), tuple(a), tuple(b)


def _expand(coefficients: Sequence[Scalar], vector: Sequence[Scalar]) -> list[Scalar]:
    return [c * value for c in coefficients for value in vector]


def _times(left: Sequence[Scalar], right: Sequence[Scalar]) -> list[Scalar]:
    return [p * q for p, q in zip(left, right, strict=True)]


_KEPT_BASES: Final = 64


@functools.lru_cache(maxsize=_KEPT_BASES)
def _halving_bases(N: int, h: int) -> tuple[bytes, bytes]:
    """The generators of L and of R for blocks of length 2h: GG, HH, U."""
    block = h * POINT_BYTES

    def every_other(points: bytes, first: int) -> bytes:
        return b"".join(points[i : i + block] for i in range(first * block, len(points), 2 * block))

    GG, HH, U = basis_GG(N), basis_HH(N), basis_U()
    return every_other(GG, 1) + every_other(HH, 0) + U, every_other(GG, 0) + every_other(HH, 1) + U
