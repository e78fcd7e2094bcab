"""Sums with secret scalars, in a shape and time that does not follow the secrets.

``point * scalar`` and multi-scalar multiplications take longer for larger scalars, and a household's quantities are
small. So a secret sum is computed as Σ (s_i + k_i)·P_i - Σ k_i·P_i with masks k_i uniform modulo r: both sums see
uniform scalars only. Python is not constant time; this removes the coarse signal, the number of non-zero digits.
"""

from collections.abc import Sequence

from py_arkworks_bls12381 import Scalar

from ledger.crypto.backend import Backend
from ledger.crypto.group import negate
from ledger.crypto.scalars import pack


def masked_sum(
    backend: Backend, points: bytes, secrets: Sequence[Scalar], masks: Sequence[Scalar], mask_sum: bytes | None = None
) -> bytes:
    """Σ secrets_i · points_i, seen by the library under masks only.

    Args:
        backend: the group.
        points: generators, packed.
        secrets: one scalar a point.
        masks: one scalar a point, uniform modulo r, and secret as long as the secrets are.
        mask_sum: Σ masks_i · points_i where the caller has it already.
    """
    if mask_sum is None:
        mask_sum = backend.multiexp_fixed(points, pack(masks))
    hidden = backend.multiexp_fixed(points, pack([s + k for s, k in zip(secrets, masks, strict=True)]))
    return backend.add(hidden + negate(mask_sum))
