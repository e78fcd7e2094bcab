"""A range is cut into perfect subtrees that fold to its root."""

import pytest

from ledger.merkle.hashing import EMPTY_ROOT
from ledger.merkle.nodes import Node, fold, range_nodes, read_root
from ledger.merkle.proof import consistency_path
from tests.merkle.trees import MAX, mth_range, read


def test_ranges_are_cut_into_perfect_subtrees():
    assert range_nodes(0, 0) == ()
    assert range_nodes(0, 7) == (Node(2, 0), Node(1, 2), Node(0, 6))
    assert range_nodes(8, 11) == (Node(1, 4), Node(0, 10))


def test_they_fold_to_the_root():
    assert read_root(0, read) == EMPTY_ROOT
    for size in range(1, MAX + 1):
        assert read_root(size, read) == mth_range(0, size) == fold(read(range_nodes(0, size)))


def test_a_range_that_no_tree_has_is_our_bug():
    with pytest.raises(AssertionError, match="bad math"):
        range_nodes(1, 3)


def test_a_reader_that_returns_too_little_is_our_bug():
    with pytest.raises(AssertionError, match="bad math"):
        consistency_path(3, 7, lambda nodes: read(nodes)[1:])
