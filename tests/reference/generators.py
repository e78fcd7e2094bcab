"""The 2,115 generators and their digest (docs/spec/generators.md, RFC 9380)."""

from functools import cache
from hashlib import sha256

from py_ecc.optimized_bls12_381 import constants

from .curve import P, Point, add, clear_cofactor
from .encoding import write_point

DST = b"OPENTALLY-V01-CS01-with-BLS12381G1_XMD:SHA-256_SSWU_RO_"
DIGEST = bytes.fromhex("7c683928e0ab24e6c7dc6f544a842989698efa6bd8fb6f68748884bd285aac3e")
G: Point = (
    0x17F1D3A73197D7942695638C4FA9AC0FC3688C4F9774B905A14E3A3F171BAC586C55E83FF97A1AEFFB3AF00ADB22C6BB,
    0x08B3F481E3AAA0F1A09E30ED741D8AE4FCF5E095D5D00AF600DB18CB2C04B3EDD03CC744A2888AE40CAA232946C5E7E1,
)

# The constants of RFC 9380 section 8.8.1 and appendix E.2; everything else is computed here.
_A, _B, _Z = (int(constant) for constant in (constants.ISO_11_A, constants.ISO_11_B, constants.ISO_11_Z))
_RATIO = -_B * pow(_A, -1, P) % P
_TWIST = pow(-(_Z**3), (P + 1) // 4, P)
_ISOGENY = [[int(coefficient) for coefficient in row] for row in constants.ISO_11_MAP_COEFFICIENTS]


def expand_message(message: bytes, length: int) -> bytes:
    """expand_message_xmd with SHA-256 (RFC 9380 section 5.3.1)."""
    dst = DST + bytes([len(DST)])
    first = sha256(bytes(64) + message + length.to_bytes(2, "big") + b"\x00" + dst).digest()
    block = sha256(first + b"\x01" + dst).digest()
    out = block
    for number in range(2, length // 32 + 1):
        mixed = bytes(a ^ b for a, b in zip(first, block, strict=True))
        block = sha256(mixed + bytes([number]) + dst).digest()
        out += block
    return out[:length]


def _map_to_curve(u: int) -> Point:
    """Simplified SWU, then the 11-isogeny (RFC 9380 sections 6.6.2 and 6.6.3)."""
    zuu = _Z * u * u % P
    denominator = (zuu * zuu + zuu) % P
    x = _RATIO * (1 + pow(denominator, -1, P)) % P if denominator else -_RATIO * pow(_Z, -1, P) % P
    square = (x * x * x + _A * x + _B) % P
    y = pow(square, (P + 1) // 4, P)
    if y * y % P != square:  # then y^2 = -square, and the other x has Z^3·u^6·square
        x = zuu * x % P
        y = _TWIST * u * u * u * y % P
    if u & 1 != y & 1:
        y = -y % P
    x_num, x_den, y_num, y_den = (_evaluate(row, x) for row in _ISOGENY)
    inverse = pow(x_den * y_den, -1, P)  # a zero here is the identity; no label of ours meets it
    return x_num * inverse * y_den % P, y * y_num * inverse * x_den % P


def _evaluate(coefficients: list[int], x: int) -> int:
    value = 0
    for coefficient in reversed(coefficients):
        value = (value * x + coefficient) % P
    return value


@cache
def hash_to_curve(label: str) -> Point:
    """BLS12381G1_XMD:SHA-256_SSWU_RO_ of the label."""
    uniform = expand_message(label.encode(), 128)
    u0, u1 = (int.from_bytes(uniform[at : at + 64], "big") % P for at in (0, 64))
    return clear_cofactor(add([_map_to_curve(u0), _map_to_curve(u1)]))


def H() -> Point:  # noqa: N802
    """The generator of blindings."""
    return hash_to_curve("opentally/v1/generator/H")


def U() -> Point:  # noqa: N802
    """The generator of inner products."""
    return hash_to_curve("opentally/v1/generator/U")


def K(g: int) -> Point:  # noqa: N802
    """The generator of category g."""
    return hash_to_curve(f"opentally/v1/generator/K/{g}")


def GG(i: int) -> Point:  # noqa: N802
    """The generator of the bit at position i."""
    return hash_to_curve(f"opentally/v1/generator/GG/{i}")


def HH(i: int) -> Point:  # noqa: N802
    """The generator of the bit's complement at position i."""
    return hash_to_curve(f"opentally/v1/generator/HH/{i}")


def digest() -> bytes:
    """SHA-256 over all generators in order (section 3), each made anew."""
    hashed = sha256()
    for point in (G, H(), U(), *map(K, range(64)), *map(GG, range(1024)), *map(HH, range(1024))):
        hashed.update(write_point(point))
    return hashed.digest()
