"""Proofs made by others over the same sponge and group are accepted and rejected as they say."""

import json

import pytest

from tests.crypto import sigma
from tests.vectors import shared_vectors


@pytest.mark.parametrize(
    ("name", "count"),
    [("sigma-proofs_Shake128_BLS12381", 14), ("sigma-proofs-invalid_Shake128_BLS12381", 32)],
)
def test_sigma_vectors(name, count):
    rows = json.loads(shared_vectors(f"cfrg/{name}.json").read_text())
    assert len(rows) == count
    for row in rows:
        arguments = row["Tag"].encode(), bytes.fromhex(row["Instance"]), bytes.fromhex(row["NargString"])
        try:
            sigma.verify(*arguments, compact=row["Flavor"] == "compact")
        except ValueError:
            verdict = "reject"
        else:
            verdict = "accept"
        assert verdict == row["Expected"], row["Id"]
