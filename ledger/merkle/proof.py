"""Inclusion and consistency proofs: made from any reader of node hashes, verified against roots (RFC 6962 §2.1)."""

from bisect import bisect_left
from collections.abc import Sequence

from ledger.errors import InvalidConsistencyProof, InvalidInclusionProof
from ledger.merkle.hashing import HASH_BYTES, node_hash
from ledger.merkle.nodes import Node, ReadNodes, fold, range_nodes


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """The leaf with the hash ``leaf`` stands at ``index`` of the tree with ``size`` leaves and this ``root``.

    Pre-conditions: size and root come from a signed checkpoint, never from the proof's own numbers.

    Raises:
        InvalidInclusionProof: it is not shown.
    """
    if root_from_inclusion(leaf, index, size, path) != root:
        raise InvalidInclusionProof("the path does not lead from the leaf to the root of the tree")


def root_from_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The one root under which ``path`` shows this leaf hash at ``index`` of ``size`` leaves (RFC 9162 §2.1.3.2).

    Raises:
        InvalidInclusionProof: the index is not in the tree, or the path has not exactly the hashes that it needs.
    """
    if not 0 <= index < size:
        raise InvalidInclusionProof(f"index {index} is not in a tree of size {size}")
    inner, border = _split(index, size)
    if len(path) != inner + border:
        raise InvalidInclusionProof(f"the path has {len(path)} hashes; exactly {inner + border} are needed")
    if len(leaf) != HASH_BYTES or any(len(sibling) != HASH_BYTES for sibling in path):
        raise InvalidInclusionProof(f"a hash of the path does not have {HASH_BYTES} bytes")
    return _border(_inner(leaf, path[:inner], index), path[inner:])


def verify_consistency(size1: int, size2: int, path: Sequence[bytes], root1: bytes, root2: bytes) -> None:
    """The tree (size2, root2) begins with exactly the ``size1`` leaves of the tree (size1, root1) (RFC 9162 §2.1.4.2).

    A proof from the empty tree would show nothing, so size1 = 0 is refused: whoever holds no tree yet has nothing to
    compare, and says so by not asking.

    Pre-conditions: sizes and roots come from two signed checkpoints.

    Raises:
        InvalidConsistencyProof: it is not shown.
    """
    _check_sizes(size1, size2)
    if any(len(item) != HASH_BYTES for item in (root1, root2, *path)):
        raise InvalidConsistencyProof(f"a hash of the proof does not have {HASH_BYTES} bytes")
    if size1 == size2:
        if path:
            raise InvalidConsistencyProof(f"a proof between trees of the same size has {len(path)} hashes, not 0")
        if root1 != root2:
            raise InvalidConsistencyProof(f"two trees of size {size1} have different roots")
        return

    # The path starts from the last perfect subtree of the smaller tree. Where that is the whole smaller tree, its hash
    # is root1 and is left out of the path.
    inner, border = _split(size1 - 1, size2)
    shift = (size1 & -size1).bit_length() - 1
    inner -= shift
    seed, rest = (root1, path) if size1 == 1 << shift else (path[0] if path else b"", path[1:])
    if len(rest) != inner + border:  # at least 1 where the path's first hash is the seed, so the seed is there
        raise InvalidConsistencyProof(f"the proof from {size1} to {size2} does not have the hashes that it needs")
    position = (size1 - 1) >> shift
    left_siblings = [sibling for i, sibling in enumerate(rest[:inner]) if position >> i & 1]
    if _border(_border(seed, left_siblings), rest[inner:]) != root1:
        raise InvalidConsistencyProof("the proof does not lead to the root of the smaller tree")
    if _border(_inner(seed, rest[:inner], position), rest[inner:]) != root2:
        raise InvalidConsistencyProof("the proof does not lead to the root of the larger tree")


def inclusion_path(index: int, size: int, read: ReadNodes) -> tuple[bytes, ...]:
    """The path from leaf ``index`` to the root of the first ``size`` leaves, leaf's sibling first (RFC 6962 §2.1.1).

    Raises:
        InvalidInclusionProof: the index is not in a tree of this size.
    """
    return inclusion_paths([index], size, read)[index]


def inclusion_paths(indices: Sequence[int], size: int, read: ReadNodes) -> dict[int, tuple[bytes, ...]]:
    """The path of each leaf, as :func:`inclusion_path` has it; what several paths share is planned and read once.

    Args:
        indices: of the leaves, rising.
        size: of the tree.
        read: reads the nodes of all paths in one go.

    Raises:
        InvalidInclusionProof: an index is not in a tree of this size.
    """
    for index in indices:
        if not 0 <= index < size:
            raise InvalidInclusionProof(f"index {index} is not in a tree of size {size}")
    ends: dict[int, int] = {}  # each leaf's own sibling, as a position in the two lists below
    siblings: list[tuple[int, int]] = []  # subtrees, those nearer to the root first
    above: list[int] = []  # the position of the sibling one step nearer to the root; -1 at the root itself
    subtrees = [(0, size, 0, len(indices), -1)] if indices else []
    while subtrees:
        start, end, first, last, parent = subtrees.pop()
        if end - start == 1:
            ends[start] = parent
            continue
        middle = start + _left_width(end - start)
        cut = bisect_left(indices, middle, first, last)
        for low, high, sibling, part in (
            (first, cut, (middle, end), (start, middle)),
            (cut, last, (start, middle), (middle, end)),
        ):
            if low < high:
                subtrees.append((*part, low, high, len(siblings)))
                siblings.append(sibling)
                above.append(parent)
    hashes = _read_ranges(siblings, read)
    paths: list[tuple[bytes, ...]] = []
    for sibling_hash, parent in zip(hashes, above, strict=True):
        paths.append((sibling_hash, *paths[parent]) if parent >= 0 else (sibling_hash,))
    return {index: paths[end] if end >= 0 else () for index, end in ends.items()}


def consistency_path(size1: int, size2: int, read: ReadNodes) -> tuple[bytes, ...]:
    """The proof that the first ``size1`` leaves begin the first ``size2`` (RFC 6962 §2.1.2).

    Raises:
        InvalidConsistencyProof: not 0 < size1 ≤ size2.
    """
    _check_sizes(size1, size2)
    if size1 == size2:
        return ()
    ranges: list[tuple[int, int]] = []
    start, end = 0, size2
    while end != size1:  # SUBPROOF(m, D[start:end], b); b is true exactly while start is 0
        middle = start + _left_width(end - start)
        if size1 <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    if start:
        ranges.append((start, end))
    return _read_ranges(ranges[::-1], read)


def _check_sizes(size1: int, size2: int) -> None:
    if not 0 < size1 <= size2:
        raise InvalidConsistencyProof(f"a tree of size {size1} cannot be shown to begin one of size {size2}")


def _left_width(width: int) -> int:
    """The largest power of two smaller than ``width``, which is at least 2."""
    return 1 << (width - 1).bit_length() - 1


def _read_ranges(ranges: Sequence[tuple[int, int]], read: ReadNodes) -> tuple[bytes, ...]:
    """Plan all nodes, read once, fold each range."""
    plans = [range_nodes(start, end) for start, end in ranges]
    wanted: list[Node] = [node for plan in plans for node in plan]
    hashes = read(wanted)
    if len(hashes) != len(wanted):
        raise AssertionError("bad math in a reader of nodes: it returned another number of hashes")
    path: list[bytes] = []
    at = 0
    for plan in plans:
        path.append(fold(hashes[at : at + len(plan)]))
        at += len(plan)
    return tuple(path)


def _split(index: int, size: int) -> tuple[int, int]:
    """How many hashes of a path lie below the tree's right edge, and how many join it from the left."""
    inner = (index ^ (size - 1)).bit_length()
    return inner, (index >> inner).bit_count()


def _inner(seed: bytes, path: Sequence[bytes], index: int) -> bytes:
    """Join siblings to the side that the bits of ``index`` name, lowest bit first."""
    for i, sibling in enumerate(path):
        seed = node_hash(sibling, seed) if index >> i & 1 else node_hash(seed, sibling)
    return seed


def _border(seed: bytes, path: Sequence[bytes]) -> bytes:
    """Join siblings from the left."""
    for sibling in path:
        seed = node_hash(sibling, seed)
    return seed
