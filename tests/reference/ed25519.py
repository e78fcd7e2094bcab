"""Ed25519 keys and signatures, without the cofactor (docs/spec/encoding.md section 6, RFC 8032)."""

from hashlib import sha512

Extended = tuple[int, int, int, int]

Q = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, Q) % Q

_SMALL_ORDER = (
    0,
    1,
    Q - 1,
    0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
    0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
)


def _add(a: Extended, b: Extended) -> Extended:
    """RFC 8032 section 5.1.4; complete, so that it also doubles."""
    t = (a[1] - a[0]) * (b[1] - b[0]) % Q
    u = (a[1] + a[0]) * (b[1] + b[0]) % Q
    v = 2 * a[3] * b[3] * D % Q
    w = 2 * a[2] * b[2] % Q
    e, f, g, h = u - t, w - v, w + v, u + t
    return e * f % Q, g * h % Q, f * g % Q, e * h % Q


def _square_root(value: int) -> int | None:
    root = pow(value, (Q + 3) // 8, Q)
    if root * root % Q == value % Q:
        return root
    root = root * pow(2, (Q - 1) // 4, Q) % Q
    return root if root * root % Q == value % Q else None


def _x_of(y: int, sign: int) -> int | None:
    root = _square_root((y * y - 1) * pow(D * y * y + 1, -1, Q) % Q)
    if root is None:
        return None
    return root if root & 1 == sign else Q - root


_BASE_Y = 4 * pow(5, -1, Q) % Q
_BASE_X = _x_of(_BASE_Y, 0)
_BASE: Extended = (_BASE_X, _BASE_Y, 1, _BASE_X * _BASE_Y % Q)


def _decode(key: bytes) -> Extended | None:
    if len(key) != 32:
        return None
    number = int.from_bytes(key, "little")
    y, sign = number & (2**255 - 1), number >> 255
    if y >= Q or y in _SMALL_ORDER:
        return None
    x = _x_of(y, sign)
    return None if x is None else (x, y, 1, x * y % Q)


def _encode(point: Extended) -> bytes:
    inverse = pow(point[2], -1, Q)
    x, y = point[0] * inverse % Q, point[1] * inverse % Q
    return (y | (x & 1) << 255).to_bytes(32, "little")


def is_public_key(key: bytes) -> bool:
    """The four refusals of section 6 do not apply."""
    return _decode(key) is not None


def verify(key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether [S]B - [k]A, encoded, is R, with k reduced modulo L first."""
    A = _decode(key)
    if A is None or len(signature) != 64:
        return False
    S = int.from_bytes(signature[32:], "little")
    if S >= L:
        return False
    k = int.from_bytes(sha512(signature[:32] + key + message).digest(), "little") % L
    minus_A = (Q - A[0], A[1], 1, Q - A[3])
    both = _add(_BASE, minus_A)
    total: Extended = (0, 1, 1, 0)
    for bit in range(252, -1, -1):
        total = _add(total, total)
        s_bit, k_bit = S >> bit & 1, k >> bit & 1
        if s_bit and k_bit:
            total = _add(total, both)
        elif s_bit:
            total = _add(total, _BASE)
        elif k_bit:
            total = _add(total, minus_A)
    return _encode(total) == signature[:32]
