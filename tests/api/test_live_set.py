"""The live set has the root, places and paths of the small tree over the same claims."""

import pytest

from api.live_set import LiveSet
from ledger.errors import NotFoundError
from ledger.merkle.hashing import leaf_hash
from ledger.merkle.proof import verify_inclusion
from ledger.merkle.tree import path_of, root_of


def claims(count: int) -> list[bytes]:
    return [leaf_hash(number.to_bytes(4, "big")) for number in range(count)]


@pytest.mark.parametrize("count", [*range(20), 64, 65, 130])
def test_root_positions_and_paths_are_those_of_the_tree(count: int) -> None:
    live = LiveSet(claims(count), size=9, closed=True)
    leaves = [leaf_hash(claim) for claim in claims(count)]
    assert live.root == root_of(leaves)
    assert len(live) == count
    assert live.claims() == tuple(claims(count))
    for position, claim in enumerate(claims(count)):
        assert live.position(claim) == position
        assert live.path(position) == path_of(leaves, position)
        verify_inclusion(leaf_hash(claim), position, count, live.path(position), live.root)


def test_the_bytes_of_two_neighbours_do_not_spell_a_third() -> None:
    live = LiveSet([b"a" * 32, b"b" * 32, b"a" * 16 + b"b" * 16], size=9, closed=False)
    assert live.position(b"a" * 16 + b"b" * 16) == 2
    with pytest.raises(NotFoundError) as refused:
        live.position(b"b" * 16 + b"a" * 16)
    assert refused.value.rule == "not-in-set"
