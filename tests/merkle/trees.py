"""A small tree for the tests, whose nodes the reference computes."""

import functools

from ledger.merkle.hashing import leaf_hash
from tests.merkle import reference

MAX = 130
ENTRIES = [b"entry %d" % i for i in range(MAX)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]


@functools.cache
def mth_range(start, end):
    """MTH(D[start:end]) of ENTRIES."""
    return reference.mth(ENTRIES[start:end])


def read(nodes):
    """A reader of the nodes of the tree over ENTRIES."""
    return [mth_range(node.n << node.level, (node.n + 1) << node.level) for node in nodes]
