"""The root of a list is the recursive definition's at every size, and a doubled leaf has two places."""

from ledger.merkle.hashing import EMPTY_ROOT, leaf_hash
from ledger.merkle.proof import verify_inclusion
from ledger.merkle.tree import path_of, root_of
from tests.merkle import reference
from tests.merkle.trees import LEAVES, MAX, mth_range


def test_the_root_of_every_size():
    assert root_of([]) == EMPTY_ROOT
    for size in range(1, MAX + 1):
        assert root_of(LEAVES[:size]) == mth_range(0, size)


def test_the_set_of_a_close():
    """The leaf data of `set` are the names of the claims, which are leaf hashes themselves."""
    names = LEAVES[:11]
    hashes = [leaf_hash(name) for name in names]
    assert root_of(hashes) == reference.mth(names)
    verify_inclusion(leaf_hash(names[7]), 7, 11, path_of(hashes, 7), root_of(hashes))


def test_a_doubled_leaf_has_two_places():
    twice = [LEAVES[0], LEAVES[1], LEAVES[0]]
    for index in (0, 2):
        verify_inclusion(LEAVES[0], index, 3, path_of(twice, index), root_of(twice))
