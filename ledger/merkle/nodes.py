"""Which perfect subtrees make up a range of leaves, and how their hashes fold into the hash of the range."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from ledger.merkle.hashing import EMPTY_ROOT, node_hash


class Node(NamedTuple):
    """The root of the perfect subtree over the leaves ``[n << level, (n + 1) << level)``."""

    level: int
    n: int


ReadNodes = Callable[[Sequence[Node]], Sequence[bytes]]
"""Reads the hashes of all the nodes asked for, in order, in one go; whatever it returns it answers for."""


def range_nodes(start: int, end: int) -> tuple[Node, ...]:
    """The perfect subtrees that cover the leaves ``[start, end)``, left to right.

    Pre-conditions: 0 ≤ start ≤ end, and start is a multiple of the least power of two ≥ end - start, as it is for every
    subtree that RFC 6962 §2.1 speaks of.
    """
    width = end - start
    if width and start % (1 << (width - 1).bit_length()):
        raise AssertionError("bad math in range_nodes: the range is no subtree of an RFC 6962 tree")
    nodes: list[Node] = []
    while start < end:
        level = (end - start).bit_length() - 1
        nodes.append(Node(level, start >> level))
        start += 1 << level
    return tuple(nodes)


def fold(hashes: Sequence[bytes]) -> bytes:
    """The hash of a range from the hashes of its :func:`range_nodes`, at least one."""
    result = hashes[-1]
    for left in reversed(hashes[:-1]):
        result = node_hash(left, result)
    return result


def read_root(size: int, read: ReadNodes) -> bytes:
    """The root of the tree over the first ``size`` leaves."""
    return fold(read(range_nodes(0, size))) if size else EMPTY_ROOT
