"""A small tree held in memory whole: its root and its paths, as for the ``set`` of a close."""

from collections.abc import Sequence

from ledger.errors import InvalidInclusionProof
from ledger.merkle.frontier import Frontier
from ledger.merkle.hashing import node_hash


def root_of(leaf_hashes: Sequence[bytes]) -> bytes:
    """The RFC 6962 root over these leaf hashes.

    Leaf *hashes* are taken, here as everywhere in this package: for a tree whose leaf data are the 32-byte names of
    entries, as in ``set``, pass ``[leaf_hash(name) for name in names]``.
    """
    frontier = Frontier()
    frontier.extend(leaf_hashes)
    return frontier.root()


def path_of(leaf_hashes: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """The path that ``proof.verify_inclusion`` takes for the leaf at ``index``, leaf's sibling first.

    Raises:
        InvalidInclusionProof: there is no such leaf.
    """
    if not 0 <= index < len(leaf_hashes):
        raise InvalidInclusionProof(f"index {index} is not in a tree of size {len(leaf_hashes)}")
    level = list(leaf_hashes)
    path: list[bytes] = []
    while len(level) > 1:
        if index ^ 1 < len(level):  # the last node of an odd level has no sibling and moves up as it is
            path.append(level[index ^ 1])
        odd = level[-1:] if len(level) % 2 else []
        level = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)] + odd
        index >>= 1
    return tuple(path)
