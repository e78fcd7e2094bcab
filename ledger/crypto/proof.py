"""The bytes of a claim proof: fixed fields in a fixed order, of a length that the round fixes."""

from collections.abc import Iterator
from dataclasses import dataclass

from py_arkworks_bls12381 import Scalar

from ledger.crypto.backend import POINT_BYTES, SCALAR_BYTES, Backend
from ledger.crypto.group import parse_point, parse_scalar
from ledger.crypto.scalars import pack
from ledger.crypto.shape import FOLDED, Shape
from ledger.errors import MalformedError


@dataclass(frozen=True, slots=True)
class ClaimProof:
    """The prover's messages (docs/spec/claim.md §2; letters of Bulletproofs §4).

    Shapes: L and R hold log2(N / 8) points, z_g m scalars, a and b 8 scalars.
    """

    A: bytes
    S: bytes
    T0: bytes
    T1: bytes
    T2: bytes
    R0: bytes
    R1: bytes
    L: tuple[bytes, ...]
    R: tuple[bytes, ...]
    tx: Scalar
    taux: Scalar
    mu: Scalar
    z_g: tuple[Scalar, ...]
    z_b: Scalar
    z_tau: Scalar
    a: tuple[Scalar, ...]
    b: tuple[Scalar, ...]


def format_proof(proof: ClaimProof) -> bytes:
    """A, S, T0, T1, T2, R0, R1, L_1, R_1, …, tx, τx, μ, z_g, z_b, z_τ, a, b; points of 96 bytes, scalars of 32."""
    heads = (proof.A, proof.S, proof.T0, proof.T1, proof.T2, proof.R0, proof.R1)
    halvings = (point for pair in zip(proof.L, proof.R, strict=True) for point in pair)
    scalars = (proof.tx, proof.taux, proof.mu, *proof.z_g, proof.z_b, proof.z_tau, *proof.a, *proof.b)
    return b"".join((*heads, *halvings, pack(scalars)))


def parse_proof(shape: Shape, raw: bytes, *, backend: Backend | None = None) -> ClaimProof:
    """The messages that ``raw`` spells, their number taken from the shape alone.

    Raises:
        MalformedError: another length, a point or a scalar that is not canonical, or the identity.
    """
    if len(raw) != shape.proof_bytes:
        raise MalformedError(f"a proof has {len(raw)} bytes; this round's have {shape.proof_bytes}")
    border = shape.point_count * POINT_BYTES
    points = [
        parse_point(raw[i : i + POINT_BYTES], "a point of a proof", backend=backend)
        for i in range(0, border, POINT_BYTES)
    ]
    scalars = iter(
        [parse_scalar(raw[i : i + SCALAR_BYTES], "a scalar of a proof") for i in range(border, len(raw), SCALAR_BYTES)]
    )
    A, S, T0, T1, T2, R0, R1 = points[:7]
    return ClaimProof(
        A=A,
        S=S,
        T0=T0,
        T1=T1,
        T2=T2,
        R0=R0,
        R1=R1,
        L=tuple(points[7::2]),
        R=tuple(points[8::2]),
        tx=next(scalars),
        taux=next(scalars),
        mu=next(scalars),
        z_g=_take(scalars, shape.m),
        z_b=next(scalars),
        z_tau=next(scalars),
        a=_take(scalars, FOLDED),
        b=_take(scalars, FOLDED),
    )


def _take(scalars: Iterator[Scalar], count: int) -> tuple[Scalar, ...]:
    return tuple(next(scalars) for _ in range(count))
