"""The right edge of a growing tree: one hash for each bit of its size, all that appending and the root need."""

from collections.abc import Iterable, Sequence
from hashlib import sha256

from ledger.errors import MalformedError
from ledger.merkle.hashing import EMPTY_ROOT, HASH_BYTES
from ledger.merkle.nodes import fold

_SIZE_BYTES = 8


class Frontier:
    """The compact range over the leaves ``[0, size)``: the roots of its perfect subtrees, largest first.

    Mutable, as a tree that grows is; ``copy`` it before trying something that may be rolled back.
    """

    __slots__ = ("_roots", "_size")

    def __init__(self, size: int = 0, roots: Sequence[bytes] = ()) -> None:
        """Take the roots of the perfect subtrees of a tree of ``size`` leaves (``nodes.range_nodes(0, size)``).

        Raises:
            MalformedError: their number does not fit the size, or one has not 32 bytes.
        """
        if not 0 <= size < 1 << 63:
            raise MalformedError("the size of a compact range is not between 0 and 2^63 - 1")
        if len(roots) != size.bit_count():
            raise MalformedError(f"a compact range of size {size} has {len(roots)} hashes, not {size.bit_count()}")
        if any(len(root) != HASH_BYTES for root in roots):
            raise MalformedError(f"a hash of a compact range does not have {HASH_BYTES} bytes")
        self._size = size
        self._roots = list(roots)

    @property
    def size(self) -> int:
        """Leaves so far."""
        return self._size

    @property
    def roots(self) -> tuple[bytes, ...]:
        """The roots of the perfect subtrees, largest (leftmost) first."""
        return tuple(self._roots)

    def append(self, leaf: bytes) -> None:
        """Add one leaf by its 32-byte leaf hash."""
        self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaves by their 32-byte leaf hashes, in order.

        Pre-conditions: each is the result of ``hashing.leaf_hash``, or read from a verified tile.
        """
        roots, size = self._roots, self._size
        for leaf in leaves:
            carry, bits = leaf, size
            while bits & 1:  # as adding one to a binary number: every trailing 1 is merged
                carry = sha256(b"\x01" + roots.pop() + carry).digest()
                bits >>= 1
            roots.append(carry)
            size += 1
        self._size = size

    def root(self) -> bytes:
        """The RFC 6962 root of all leaves so far."""
        return fold(self._roots) if self._roots else EMPTY_ROOT

    def copy(self) -> "Frontier":
        """One that grows independently."""
        return Frontier(self._size, self._roots)

    def encode(self) -> bytes:
        """The size as 8 bytes big-endian, then the roots, largest first."""
        return self._size.to_bytes(_SIZE_BYTES, "big") + b"".join(self._roots)

    @classmethod
    def decode(cls, raw: bytes) -> "Frontier":
        """What ``encode`` wrote.

        Raises:
            MalformedError: another length than its size needs.
        """
        if len(raw) < _SIZE_BYTES or (len(raw) - _SIZE_BYTES) % HASH_BYTES:
            raise MalformedError("a compact range is not a size and whole hashes")
        size = int.from_bytes(raw[:_SIZE_BYTES], "big")
        return cls(size, [raw[at : at + HASH_BYTES] for at in range(_SIZE_BYTES, len(raw), HASH_BYTES)])
