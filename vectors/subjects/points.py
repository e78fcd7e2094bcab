"""Points: the canonical spelling, every wrong one, and points outside of G1."""

from typing import Any

from ledger.crypto.backend import FIELD
from ledger.crypto.backends import default_backend
from ledger.crypto.generators import basis_G, basis_GG, basis_H
from ledger.crypto.group import negate, sum_points
from vectors.torsion import TORSION, lifted, square_root, torsion_points, xy


def document() -> dict[str, Any]:
    """Good ones with their image in G1; bad ones."""
    return {"spec": "encoding.md section 4; generators.md section 1", "cases": [*_good(), *_bad()]}


def _good() -> list[dict[str, Any]]:
    G, H = basis_G(), basis_H()
    in_g1 = {"g": G, "minus_g": negate(G), "h": H, "gg_0": basis_GG(1), "g_plus_h": sum_points([G, H])}
    outside = {f"torsion_of_order_{order}": point for order, point in torsion_points().items()}
    outside |= {
        "torsion_of_order_3_negated": negate(TORSION),
        "g_plus_torsion_of_order_3": sum_points([G, TORSION]),
        "h_minus_torsion_of_order_3": sum_points([H, negate(TORSION)]),
        "x_of_4": lifted(4),
    }
    clear = default_backend().clear_cofactor
    return [
        {"name": name, "point": point.hex(), "rule": None, "in_g1": name in in_g1, "cleared": clear(point).hex()}
        for name, point in {**in_g1, **outside}.items()
    ]


def _bad() -> list[dict[str, Any]]:
    G = basis_G()
    x, y = int.from_bytes(G[:48], "big"), int.from_bytes(G[48:], "big")
    compressed = bytes([0x80 | G[0]]) + G[1:48]
    bad = {
        "no_bytes": b"",
        "one_byte_short": G[:-1],
        "one_byte_long": G + b"\0",
        "x_alone": G[:48],
        "compressed": compressed,
        "compressed_and_filled_up": compressed + bytes(48),
        "identity_as_zeroes": bytes(96),
        "identity_with_its_flag": b"\x40" + bytes(95),
        "compressed_identity": b"\xc0" + bytes(47),
        "flag_of_compression_set": bytes([G[0] | 0x80]) + G[1:],
        "flag_of_infinity_set": bytes([G[0] | 0x40]) + G[1:],
        "flag_of_sign_set": bytes([G[0] | 0x20]) + G[1:],
        "flag_set_in_y": G[:48] + bytes([G[48] | 0x80]) + G[49:],
        "x_not_reduced": xy(x + FIELD, y),
        "y_not_reduced": xy(x, y + FIELD),
        "x_of_p_for_zero": xy(FIELD, 2),
        "y_of_p_plus_2": xy(0, FIELD + 2),
        "x_of_all_ones": b"\xff" * 48 + G[48:],
        "y_one_off": xy(x, y + 1),
        "x_one_off": xy(x + 1, y),
        "x_and_y_exchanged": xy(y, x),
        "little_endian": G[:48][::-1] + G[48:][::-1],
        "of_the_curve_with_5_for_4": xy(1, square_root(6)),
        "of_the_curve_with_12_for_4": xy(1, square_root(13)),
    }
    return [{"name": name, "point": point.hex(), "rule": "malformed"} for name, point in bad.items()]
