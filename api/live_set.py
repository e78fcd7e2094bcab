"""The live claims of one round as a tree held in a few long strings, so that a member's path costs no hashing."""

from collections.abc import Sequence

from ledger.errors import NotFoundError
from ledger.merkle.hashing import EMPTY_ROOT, HASH_BYTES, leaf_hash, node_hash


class LiveSet:
    """The tree whose root a ``close`` states as ``set``.

    Attributes:
        size: entries in the log when it was computed.
        closed: whether the round was closed then, so that the set is final.
    """

    def __init__(self, claims: Sequence[bytes], *, size: int, closed: bool) -> None:
        self.size = size
        self.closed = closed
        self._claims = b"".join(claims)
        level = [leaf_hash(claim) for claim in claims]
        self._levels = [b"".join(level)]
        while len(level) > 1:
            odd = level[-1:] if len(level) % 2 else []
            level = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)] + odd
            self._levels.append(b"".join(level))

    def __len__(self) -> int:
        return len(self._claims) // HASH_BYTES

    @property
    def weight(self) -> int:
        """Bytes of memory, about."""
        return 3 * len(self._claims) + 1_000

    @property
    def root(self) -> bytes:
        """``set``."""
        return self._levels[-1] or EMPTY_ROOT

    def claims(self) -> tuple[bytes, ...]:
        """The claims' leaf hashes in index order."""
        return tuple(self._claims[at : at + HASH_BYTES] for at in range(0, len(self._claims), HASH_BYTES))

    def position(self, claim: bytes) -> int:
        """The claim's place among the live ones.

        Raises:
            NotFoundError: it is not live in this round.
        """
        at = self._claims.find(claim)
        while at % HASH_BYTES and at >= 0:  # the bytes of two neighbours may spell a third
            at = self._claims.find(claim, at + 1)
        if at < 0:
            raise NotFoundError("the claim is not among the live claims of this round", rule="not-in-set")
        return at // HASH_BYTES

    def path(self, position: int) -> tuple[bytes, ...]:
        """The siblings from the claim at ``position`` up to the root (RFC 6962 §2.1.1)."""
        path: list[bytes] = []
        for level in self._levels[:-1]:
            at = (position ^ 1) * HASH_BYTES
            if at < len(level):  # the last node of an odd level has no sibling and moves up as it is
                path.append(level[at : at + HASH_BYTES])
            position >>= 1
        return tuple(path)
