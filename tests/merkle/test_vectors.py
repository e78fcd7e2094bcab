"""The 98 + 98 fault vectors of transparency-dev/merkle: each has at most one fault, named after it."""

import base64
import json

import pytest

from ledger.errors import InvalidConsistencyProof, InvalidInclusionProof
from ledger.merkle.proof import verify_consistency, verify_inclusion
from tests.vectors import shared_vectors

# Their verifier compares "roots" without looking at their length; ours refuses what is no SHA-256 hash.
TWELVE_BYTE_ROOTS = "sizes are equal (one) and proof is empty"


def cases(kind):
    files = sorted(shared_vectors(f"rfc6962/{kind}").rglob("*.json"))
    assert len(files) == 98
    return [json.loads(path.read_text()) for path in files]


def unpack(case, *names):
    hashes = (base64.b64decode(case[name] or "") for name in names)
    return *hashes, [base64.b64decode(item) for item in case["proof"] or []]


def test_inclusion():
    valid = 0
    for case in cases("inclusion"):
        leaf, root, path = unpack(case, "leafHash", "root")
        arguments = leaf, case["leafIdx"], case["treeSize"], path, root
        if case["wantErr"]:
            with pytest.raises(InvalidInclusionProof):
                verify_inclusion(*arguments)
        else:
            verify_inclusion(*arguments)
            valid += 1
    assert valid == 6


def test_consistency():
    valid = 0
    for case in cases("consistency"):
        root1, root2, path = unpack(case, "root1", "root2")
        arguments = case["size1"], case["size2"], path, root1, root2
        if case["wantErr"] or case["desc"] == TWELVE_BYTE_ROOTS:
            with pytest.raises(InvalidConsistencyProof):
                verify_consistency(*arguments)
        else:
            verify_consistency(*arguments)
            valid += 1
    assert valid == 5
