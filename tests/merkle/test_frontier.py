"""The frontier has the root of every size and goes on from its own bytes, which have one spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import MalformedError
from ledger.merkle.frontier import Frontier
from ledger.merkle.hashing import EMPTY_ROOT
from ledger.merkle.nodes import range_nodes
from tests.merkle.trees import LEAVES, MAX, mth_range, read


def test_it_has_the_root_of_every_size():
    frontier = Frontier()
    assert frontier.root() == EMPTY_ROOT
    for size in range(1, MAX + 1):
        frontier.append(LEAVES[size - 1])
        assert frontier.size == size
        assert frontier.root() == mth_range(0, size)
        assert list(frontier.roots) == read(range_nodes(0, size))


@given(st.integers(0, MAX), st.integers(0, MAX))
def test_it_goes_on_from_its_bytes(size, more):
    frontier = Frontier()
    frontier.extend(LEAVES[:size])
    again = Frontier.decode(frontier.encode())
    assert (again.size, again.roots) == (size, frontier.roots)
    again.extend(LEAVES[size : size + more])
    assert again.root() == mth_range(0, min(size + more, MAX))


def test_a_copy_grows_alone():
    frontier = Frontier()
    frontier.extend(LEAVES[:5])
    other = frontier.copy()
    other.extend(LEAVES[5:7])
    assert (frontier.size, frontier.root()) == (5, mth_range(0, 5))
    assert (other.size, other.root()) == (7, mth_range(0, 7))


@given(st.binary(max_size=110))
def test_bytes_are_refused_or_its_own(raw):
    try:
        frontier = Frontier.decode(raw)
    except MalformedError:
        return
    assert frontier.encode() == raw


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        bytes(7),
        bytes(7) + b"\x01",  # size 1, no hash
        bytes(8) + bytes(32),  # size 0, one hash
        bytes(7) + b"\x01" + bytes(31),
        bytes(7) + b"\x02" + bytes(64),
        b"\x80" + bytes(7) + bytes(32),  # 2^63
    ],
)
def test_bytes_that_fit_no_size(raw):
    with pytest.raises(MalformedError):
        Frontier.decode(raw)


def test_roots_of_the_wrong_length():
    with pytest.raises(MalformedError):
        Frontier(1, [bytes(31)])
