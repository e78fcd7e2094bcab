"""Scalars: 32 bytes, big-endian, below the group order."""

from typing import Any

from ledger.crypto.backend import ORDER


def document() -> dict[str, Any]:
    """Good ones with their value; bad ones."""
    good = {
        "zero": 0,
        "one": 1,
        "two_to_the_64": 2**64,
        "half_of_r": ORDER // 2,
        "r_minus_1": ORDER - 1,
        "one_with_its_top_byte_set": 1 + (0x73 << 240),
    }
    bad = {
        "no_bytes": b"",
        "one_byte_short": bytes(31),
        "one_byte_long": bytes(33),
        "r": ORDER.to_bytes(32, "big"),
        "r_plus_1_for_1": (ORDER + 1).to_bytes(32, "big"),
        "twice_r": (2 * ORDER).to_bytes(32, "big"),
        "two_to_the_255": (1 << 255).to_bytes(32, "big"),
        "all_ones": b"\xff" * 32,
    }
    return {
        "spec": "encoding.md section 5",
        "cases": [
            *(
                {"name": name, "scalar": value.to_bytes(32, "big").hex(), "rule": None, "value": str(value)}
                for name, value in good.items()
            ),
            *({"name": name, "scalar": raw.hex(), "rule": "malformed"} for name, raw in bad.items()),
        ],
    }
