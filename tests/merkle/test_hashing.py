"""Leaves and inner nodes hash as Certificate Transparency's do, and are told apart."""

from ledger.merkle.hashing import EMPTY_ROOT, leaf_hash, node_hash

# The roots of the test tree of Certificate Transparency's reference implementation (certificate-transparency-go and
# transparency-dev/merkle testonly: LeafInputs, RootHashes), typed in.
LEAF_INPUTS = [bytes.fromhex(text) for text in ("", "00", "10")]


def test_the_empty_tree():
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_leaves_and_nodes_are_told_apart():
    a, b, c = (leaf_hash(data) for data in LEAF_INPUTS)
    assert a.hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert node_hash(a, b).hex() == "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
    assert node_hash(node_hash(a, b), c).hex() == "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"
    assert leaf_hash(a + b) != node_hash(a, b)
