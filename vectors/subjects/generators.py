"""Generators: some of the 2,115 with their labels, and the digest of all."""

from typing import Any

from ledger.crypto.backend import POINT_BYTES
from ledger.crypto.generators import GENERATORS_DIGEST, basis_G, basis_GG, basis_H, basis_HH, basis_K, basis_U

TAG = "OPENTALLY-V01-CS01-with-BLS12381G1_XMD:SHA-256_SSWU_RO_"


def document() -> dict[str, Any]:
    """First, last and some between of each row."""
    rows = {"K": basis_K(64), "GG": basis_GG(1024), "HH": basis_HH(1024)}
    chosen = [
        ("K", (0, 1, 2, 9, 10, 63)),
        *((row, (0, 1, 7, 8, 99, 100, 255, 256, 1000, 1023)) for row in ("GG", "HH")),
    ]
    cases: list[dict[str, Any]] = [{"name": "G", "label": None, "point": basis_G().hex(), "rule": None}]
    cases += [_case(name, name, point) for name, point in (("H", basis_H()), ("U", basis_U()))]
    for row, places in chosen:
        for i in places:
            cases.append(_case(f"{row}_{i}", f"{row}/{i}", rows[row][i * POINT_BYTES : (i + 1) * POINT_BYTES]))
    return {
        "spec": "generators.md sections 2 and 3",
        "tag": TAG,
        "digest": GENERATORS_DIGEST.hex(),
        "cases": cases,
    }


def _case(name: str, label: str, point: bytes) -> dict[str, Any]:
    return {"name": name, "label": f"opentally/v1/generator/{label}", "point": point.hex(), "rule": None}
