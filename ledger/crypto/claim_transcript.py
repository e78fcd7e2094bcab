"""The transcript of a claim proof: the one place that says what is hashed, under which label, in which order.

Prover and verifier call the same methods. Numbers are little-endian, points 96 bytes, scalars 32 bytes big-endian.

    tag           "opentally/v1/claim/OT1/BLS12381G1-xy/SHAKE128"   (session identifier by DeriveSessionID)
    suite         "OT1"
    generators    GENERATORS_DIGEST, 32 bytes
    sizes         m, M, N, 4 bytes each
    widths        n_0 … n_(M-1), 1 byte each, the slack's last
    prices        p_0 … p_(m-1), 4 bytes each
    allowance     0x00 for none; 0x01 ‖ E in 8 bytes; 0x02 ‖ C_E
    context       32 bytes
    commitment    C
    A, S          one message each                              → challenges y, z
    T0, T1, T2, R0, R1                                          → challenge x
    tx, taux, mu, z_g (m scalars in one message), z_b, z_tau    → challenge w
    L, R          for each halving, under these two labels      → challenge u

The vectors a and b come after the last challenge and are not hashed: the final equation alone speaks of them, and
batch weights are drawn after they are read. C, the widths, the prices and the allowance are in the context already;
they are hashed again so that this layer is sound for any 32 bytes given as context.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from py_arkworks_bls12381 import Scalar

from ledger.crypto.generators import GENERATORS_DIGEST
from ledger.crypto.scalars import pack
from ledger.crypto.shape import SUITE, Allowance, Shape
from ledger.crypto.transcript import Transcript

TAG: Final = b"opentally/v1/claim/OT1/BLS12381G1-xy/SHAKE128"


@dataclass(frozen=True, slots=True)
class ClaimStatement:
    """What is proved: C opens to quantities in range whose basket fits the allowance. None of it is from the proof."""

    shape: Shape
    allowance: Allowance
    context: bytes
    commitment: bytes


class ClaimTranscript:
    """The challenges of one claim; each method takes in what the prover has sent since the last one."""

    __slots__ = ("_transcript",)

    def __init__(self, statement: ClaimStatement) -> None:
        self._transcript = _head(statement.shape).copy()
        self._append(b"allowance", _allowance(statement.allowance))
        self._append(b"context", statement.context)
        self._append(b"commitment", statement.commitment)

    def vectors(self, A: bytes, S: bytes) -> tuple[Scalar, Scalar]:
        """Take in A, S; answer y, z."""
        self._append(b"A", A)
        self._append(b"S", S)
        return self._challenge(b"y"), self._challenge(b"z")

    def polynomials(self, T0: bytes, T1: bytes, T2: bytes, R0: bytes, R1: bytes) -> Scalar:
        """Take in T0, T1, T2, R0, R1; answer x."""
        self._append(b"T0", T0)
        self._append(b"T1", T1)
        self._append(b"T2", T2)
        self._append(b"R0", R0)
        self._append(b"R1", R1)
        return self._challenge(b"x")

    def responses(
        self, *, tx: Scalar, taux: Scalar, mu: Scalar, z_g: Sequence[Scalar], z_b: Scalar, z_tau: Scalar
    ) -> Scalar:
        """Take in tx, τx, μ, z_g, z_b, z_τ; answer w."""
        self._append(b"tx", tx.to_be_bytes())
        self._append(b"taux", taux.to_be_bytes())
        self._append(b"mu", mu.to_be_bytes())
        self._append(b"z_g", pack(z_g))
        self._append(b"z_b", z_b.to_be_bytes())
        self._append(b"z_tau", z_tau.to_be_bytes())
        return self._challenge(b"w")

    def halving(self, L: bytes, R: bytes) -> Scalar:
        """Take in L_s, R_s; answer u_s."""
        self._append(b"L", L)
        self._append(b"R", R)
        return self._challenge(b"u")

    def _append(self, label: bytes, message: bytes) -> None:
        self._transcript.append(label, message)

    def _challenge(self, label: bytes) -> Scalar:
        return self._transcript.challenge(label)


@functools.lru_cache(maxsize=256)
def _head(shape: Shape) -> Transcript:
    """What the transcripts of all claims of one shape begin with."""
    head = Transcript(TAG)
    head.append(b"suite", SUITE.encode())
    head.append(b"generators", GENERATORS_DIGEST)
    head.append(b"sizes", _numbers(4, shape.m, shape.M, shape.N))
    head.append(b"widths", bytes(shape.widths_with_slack))
    head.append(b"prices", _numbers(4, *shape.prices))
    return head


def _numbers(width: int, *values: int) -> bytes:
    return b"".join(value.to_bytes(width, "little") for value in values)


def _allowance(allowance: Allowance) -> bytes:
    if allowance is None:
        return b"\0"
    if isinstance(allowance, int):
        return b"\1" + _numbers(8, allowance)
    return b"\2" + allowance
