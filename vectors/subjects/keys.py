"""Ed25519 public keys: good ones, and every way to be none."""

from typing import Any

from vectors.claimed import named
from vectors.edwards import Q, add, encode, order_8_point, times, with_y
from vectors.example import key
from vectors.subjects.signatures import mixed_key


def document() -> dict[str, Any]:
    """Good ones, bad ones."""
    good = {
        "of_a_seed": key("log").public,
        "of_another_seed": key("founder").public,
        "rfc_8032_test_1": bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"),
        "with_a_part_of_order_8": encode(mixed_key(order_8_point())),
        "with_a_part_of_order_2": encode(mixed_key(times(4, order_8_point()))),
        "greatest_y": encode(_last_point()),
    }
    log = key("log").public
    bad = {
        "no_bytes": b"",
        "one_byte_short": log[:-1],
        "one_byte_long": log + b"\0",
        "off_the_curve": _no_point().to_bytes(32, "little"),
        "identity": encode((0, 1)),
        "identity_with_its_sign_set": (1 | 1 << 255).to_bytes(32, "little"),
        "y_of_q": Q.to_bytes(32, "little"),
        "y_of_q_plus_1_for_1": (Q + 1).to_bytes(32, "little"),
        "y_of_q_plus_18": (Q + 18).to_bytes(32, "little"),
        "y_of_q_plus_9_with_its_sign_set": (Q + 9 | 1 << 255).to_bytes(32, "little"),
        "order_2": encode((0, Q - 1)),
        "order_2_with_its_sign_set": (Q - 1 | 1 << 255).to_bytes(32, "little"),
    }
    eighth = order_8_point()
    bad |= {f"order_{8 if i % 2 else 4}_multiple_{i}": encode(times(i, eighth)) for i in (1, 2, 3, 5, 6, 7)}
    if add(times(7, eighth), eighth) != (0, 1) or not named("x"):
        raise AssertionError("bad math in the points of small order")
    return {
        "spec": "encoding.md section 6",
        "cases": [
            *({"name": name, "key": raw.hex(), "rule": None} for name, raw in good.items()),
            *({"name": name, "key": raw.hex(), "rule": "malformed"} for name, raw in bad.items()),
        ],
    }


def _last_point() -> tuple[int, int]:
    """The point of the greatest y that is not q - 1."""
    y = Q - 2
    while (point := with_y(y)) is None:
        y -= 1
    return point


def _no_point() -> int:
    y = 2
    while with_y(y) is not None:
        y += 1
    return y
