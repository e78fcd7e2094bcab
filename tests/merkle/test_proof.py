"""Proofs are those of the recursive definition at every size, and prove nothing at any other place or size."""

import collections.abc

import merklelib
import merklelib.merkle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import InvalidConsistencyProof, InvalidInclusionProof
from ledger.merkle.proof import (
    consistency_path,
    inclusion_path,
    inclusion_paths,
    root_from_inclusion,
    verify_consistency,
    verify_inclusion,
)
from ledger.merkle.tree import path_of, root_of
from tests.merkle import reference
from tests.merkle.trees import ENTRIES, LEAVES, MAX, mth_range, read

# merklelib 1.0 was written for Python < 3.10, where `collections` still had the abstract classes.
merklelib.merkle.collections.Iterable = collections.abc.Iterable


@pytest.mark.parametrize("size", range(1, MAX + 1))
def test_every_leaf_of_every_size_is_shown_as_the_reference_shows_it(size):
    root = mth_range(0, size)
    for index in range(size):
        path = inclusion_path(index, size, read)
        assert list(path) == reference.path(index, ENTRIES[:size])
        assert path_of(LEAVES[:size], index) == path
        verify_inclusion(LEAVES[index], index, size, path, root)


@pytest.mark.parametrize("size2", range(1, MAX + 1))
def test_every_beginning_of_every_size_is_shown_as_the_reference_shows_it(size2):
    for size1 in range(1, size2 + 1):
        path = consistency_path(size1, size2, read)
        assert list(path) == reference.proof(size1, ENTRIES[:size2])
        verify_consistency(size1, size2, path, mth_range(0, size1), mth_range(0, size2))


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 64, 100, 127, 128, 129, 130])
def test_merklelib_agrees(size):
    tree = merklelib.MerkleTree(ENTRIES[:size])
    assert bytes.fromhex(tree.merkle_root) == root_of(LEAVES[:size]) == mth_range(0, size)
    for index in range(size):
        theirs = [node.hash for node in tree.get_proof(ENTRIES[index])._nodes]
        assert theirs == list(inclusion_path(index, size, read))


@given(st.integers(1, MAX).flatmap(lambda size: st.tuples(st.just(size), st.sets(st.integers(0, size - 1)))))
def test_the_paths_of_many_leaves_are_those_of_each(drawn):
    size, indices = drawn
    wanted = {index: tuple(reference.path(index, ENTRIES[:size])) for index in indices}
    assert inclusion_paths(sorted(indices), size, read) == wanted


def test_neighbours_share_what_is_read():
    asked = []

    def counting(nodes):
        asked.extend(nodes)
        return read(nodes)

    inclusion_paths(range(64), 64, counting)
    assert sorted(asked) == sorted((level, n) for level in range(6) for n in range(64 >> level))


def test_a_reader_is_asked_once():
    asked = []

    def once(nodes):
        asked.append(list(nodes))
        return read(nodes)

    inclusion_path(5, 77, once)
    consistency_path(33, 77, once)
    assert len(asked) == 2
    assert all(nodes for nodes in asked)


def test_a_tree_that_has_not_grown_asks_for_nothing():
    """A reader of tiles would fetch the right edge even for no nodes at all."""

    def unwanted(nodes):
        raise LookupError(nodes)

    assert consistency_path(77, 77, unwanted) == ()
    with pytest.raises(LookupError):
        consistency_path(76, 77, unwanted)


@pytest.mark.parametrize("count", [-1, 1])
def test_a_reader_that_gives_another_number_of_hashes_is_a_bug(count):
    def wrong(nodes):
        return read(nodes)[:count] if count < 0 else [*read(nodes), LEAVES[0]]

    for path in (lambda: inclusion_path(3, 77, wrong), lambda: consistency_path(33, 77, wrong)):
        with pytest.raises(AssertionError, match="bad math in a reader of nodes"):
            path()


def test_no_leaf_is_shown_at_another_place():
    for size in range(1, 34):
        root = mth_range(0, size)
        for index in range(size):
            path = inclusion_path(index, size, read)
            for other in range(-1, size + 2):
                if other != index:
                    with pytest.raises(InvalidInclusionProof):
                        verify_inclusion(LEAVES[index], other, size, path, root)


def test_no_tree_begins_another_that_it_does_not_begin():
    for size2 in range(2, 34):
        for size1 in range(1, size2):
            path = consistency_path(size1, size2, read)
            roots = mth_range(0, size1), mth_range(0, size2)
            for wrong in {size1 - 1, size1 + 1, size2 + 1} - {size1}:
                with pytest.raises(InvalidConsistencyProof):
                    verify_consistency(wrong, size2, path, *roots)
            with pytest.raises(InvalidConsistencyProof):
                verify_consistency(size1, size2, path, mth_range(1, size1 + 1), roots[1])
            with pytest.raises(InvalidConsistencyProof):
                verify_consistency(size1, size2, path, roots[0], mth_range(1, size2 + 1))
            with pytest.raises(InvalidConsistencyProof):
                verify_consistency(size1, size2, path[:-1], *roots)
            with pytest.raises(InvalidConsistencyProof):
                verify_consistency(size1, size2, [*path, roots[0]], *roots)


@pytest.mark.parametrize(("index", "size"), [(-1, 5), (5, 5), (0, 0), (6, 5)])
def test_an_index_outside_the_tree(index, size):
    for length in range(10):
        with pytest.raises(InvalidInclusionProof):
            root_from_inclusion(LEAVES[0], index, size, LEAVES[:length])
    with pytest.raises(InvalidInclusionProof):
        inclusion_path(index, size, read)
    with pytest.raises(InvalidInclusionProof):
        inclusion_paths(sorted([0, index]), size, read)
    with pytest.raises(InvalidInclusionProof):
        path_of(LEAVES[:size], index)


def test_a_path_has_exactly_the_hashes_that_it_needs():
    for length in (0, 1, 2, 4, 5):
        with pytest.raises(InvalidInclusionProof, match="exactly 3"):
            root_from_inclusion(LEAVES[0], 0, 5, LEAVES[:length])
    for sibling in (b"", LEAVES[1][:31], LEAVES[1] + b"\0"):
        with pytest.raises(InvalidInclusionProof, match="32 bytes"):
            root_from_inclusion(LEAVES[0], 0, 2, (sibling,))


def test_one_size_has_one_root():
    verify_consistency(5, 5, (), LEAVES[0], LEAVES[0])
    with pytest.raises(InvalidConsistencyProof):
        verify_consistency(5, 5, (), LEAVES[0], LEAVES[1])


@pytest.mark.parametrize(("size1", "size2"), [(0, 0), (0, 5), (-1, 5), (6, 5), (1, 0)])
def test_sizes_that_no_proof_is_about(size1, size2):
    with pytest.raises(InvalidConsistencyProof):
        verify_consistency(size1, size2, (), LEAVES[0], LEAVES[0])
    with pytest.raises(InvalidConsistencyProof):
        consistency_path(size1, size2, read)


def test_hashes_that_together_have_the_right_length():
    """Two hashes of 31 and 33 bytes hash to the same node as the two of 32 that they were cut from."""
    left, right = LEAVES[0], LEAVES[1]
    joined = left + right
    with pytest.raises(InvalidInclusionProof):
        verify_inclusion(joined[:31], 0, 2, (joined[31:],), mth_range(0, 2))
    path = consistency_path(3, 4, read)  # seed D[2:3], D[3:4], D[0:2]
    joined = path[0] + path[1]
    with pytest.raises(InvalidConsistencyProof):
        verify_consistency(3, 4, (joined[:31], joined[31:], path[2]), mth_range(0, 3), mth_range(0, 4))


@given(st.data())
def test_a_flipped_bit_of_a_proof_is_refused(data):
    size2 = data.draw(st.integers(2, MAX))
    size1 = data.draw(st.integers(1, size2 - 1))
    index = data.draw(st.integers(0, size2 - 1))
    for path, error, check in (
        (
            inclusion_path(index, size2, read),
            InvalidInclusionProof,
            lambda path: verify_inclusion(LEAVES[index], index, size2, path, mth_range(0, size2)),
        ),
        (
            consistency_path(size1, size2, read),
            InvalidConsistencyProof,
            lambda path: verify_consistency(size1, size2, path, mth_range(0, size1), mth_range(0, size2)),
        ),
    ):
        at = data.draw(st.integers(0, len(path) - 1))
        bit = data.draw(st.integers(0, 255))
        flipped = bytearray(path[at])
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(error):
            check([*path[:at], bytes(flipped), *path[at + 1 :]])
