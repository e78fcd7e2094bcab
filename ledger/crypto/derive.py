"""Every secret of a claim from its one seed.

    secret(label) = SHAKE256(label ‖ 0x00 ‖ seed ‖ binding ‖ quantities, 48 bytes), big-endian, modulo r

    label        ASCII, ``opentally/v1/secret/<name>`` or ``opentally/v1/secret/<name>/<index>``, index in decimal
    seed         32 bytes, fresh for each claim, never used again
    binding      32 bytes: the claim's core for ``b`` and the masks of C, its context for all others
    quantities   q_0 … q_(m-1), 8 bytes big-endian each

Names bound to the core: ``b``, ``mask-q/<g>``, ``mask-b``. Names bound to the context: ``alpha``, ``rho``,
``sL/<i>``, ``sR/<i>``, ``tau0``, ``tau1``, ``tau2``, ``k/<g>``, ``k-b``, ``k-tau``. The masks leave no trace in the
claim; everything else does, so an owner who kept the seed rebuilds her claim byte for byte. Since the binding and the
quantities are hashed, a seed used twice by mistake gives another statement other nonces.
"""

import hashlib
from collections.abc import Sequence
from typing import Final

from py_arkworks_bls12381 import Scalar
from typing_extensions import override

from ledger.crypto.backend import ORDER
from ledger.crypto.scalars import scalar

SEED_BYTES: Final = 32
BINDING_BYTES: Final = 32
_PREFIX: Final = b"opentally/v1/secret/"


class Secrets:
    """The secrets of one claim under one binding. No repr, and nothing of it leaves the device."""

    __slots__ = ("_tail",)

    def __init__(self, seed: bytes, binding: bytes, quantities: Sequence[int]) -> None:
        if len(seed) != SEED_BYTES or len(binding) != BINDING_BYTES:
            raise AssertionError("bad math in a derivation: seed and binding have 32 bytes each")
        self._tail = b"\0" + seed + binding + b"".join(q.to_bytes(8, "big") for q in quantities)

    def one(self, name: str) -> Scalar:
        """The secret of this name."""
        wide = hashlib.shake_256(_PREFIX + name.encode("ascii") + self._tail).digest(48)
        return scalar(int.from_bytes(wide, "big") % ORDER)

    def row(self, name: str, count: int) -> list[Scalar]:
        """The secrets ``name/0`` … ``name/<count - 1>``."""
        return [self.one(f"{name}/{i}") for i in range(count)]

    @override
    def __repr__(self) -> str:
        return "Secrets(…)"
