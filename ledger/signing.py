"""Ed25519 as RFC 8032 §5.1.7 without the cofactor, and no key or signature spelled in a second way.

The library underneath compares the encoding of R and refuses S ≥ L. What it lets through is refused here: public keys
with a y of p or more, and the keys of small order, under which one signature fits many messages.
"""

import functools
from collections.abc import Callable
from typing import Final, NewType

from cryptography.exceptions import InvalidSignature as _LibraryRefusal
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from typing_extensions import override

from ledger.errors import InvalidSignature, MalformedError

PublicKey = NewType("PublicKey", bytes)
"""32 bytes that :func:`parse_public_key` has let through."""

RandBytes = Callable[[int], bytes]
"""A source of random bytes, such as ``secrets.token_bytes``."""

_P: Final = 2**255 - 19
_D: Final = -121665 * pow(121666, -1, _P) % _P


def _on_curve_x2(y: int) -> int:
    """x² for a given y on -x² + y² = 1 + d·x²·y² (RFC 8032 §5.1.3)."""
    return (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P


def _small_order_y() -> frozenset[int]:
    """The y coordinates of the eight points of order 1, 2, 4 and 8.

    Order 1 and 2: y = ±1; order 4: y = 0; order 8: y with x² = y² up to sign, that is d·y⁴ + 2y² - 1 = 0 for x² = -y².
    Doubling a point of order 8 gives order 4, whose y is 0, hence x² = -y² in the doubling formula y₃ ∝ y² + x².
    """
    root_1_plus_d = _sqrt(1 + _D)
    eight = set[int]()
    for sign in (1, -1):
        y2 = (-1 + sign * root_1_plus_d) * pow(_D, -1, _P) % _P
        y = _sqrt_or_none(y2)
        if y is not None:
            eight |= {y, _P - y}
    return frozenset({0, 1, _P - 1} | eight)


def _sqrt_or_none(a: int) -> int | None:
    root = pow(a, (_P + 3) // 8, _P)
    if root * root % _P != a % _P:
        root = root * pow(2, (_P - 1) // 4, _P) % _P
    return root if root * root % _P == a % _P else None


def _sqrt(a: int) -> int:
    root = _sqrt_or_none(a)
    if root is None:
        raise AssertionError("bad math in the table of points of small order")
    return root


_SMALL_ORDER_Y: Final = _small_order_y()


@functools.lru_cache(maxsize=1 << 16)
def parse_public_key(raw: bytes) -> PublicKey:
    """The key, if ``raw`` is the canonical encoding of a point of the curve that is not of small order.

    Raises:
        MalformedError: wrong length, y ≥ p, not on the curve, or of small order.
    """
    if len(raw) != 32:
        raise MalformedError(f"a public key has {len(raw)} bytes; exactly 32 are needed")
    y = int.from_bytes(raw, "little") & (2**255 - 1)
    if y >= _P:
        raise MalformedError("a public key is not canonically encoded")
    if y in _SMALL_ORDER_Y:
        raise MalformedError("a public key is of small order")
    if _sqrt_or_none(_on_curve_x2(y)) is None:
        raise MalformedError("a public key is not a point of the curve")
    return PublicKey(raw)


def verify(public_key: PublicKey, message: bytes, signature: bytes) -> None:
    """The signature is the key holder's over exactly this message.

    Raises:
        InvalidSignature: it is not, or it is not 64 bytes, or its S is not reduced.
    """
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (_LibraryRefusal, ValueError) as exc:
        raise InvalidSignature("a signature does not verify under the key it names") from exc


class SigningKey:
    """A secret Ed25519 key. It has no repr and is never logged."""

    __slots__ = ("_private", "public", "seed")

    def __init__(self, seed: bytes) -> None:
        """Take the 32-byte secret seed of RFC 8032 §5.1.5."""
        if len(seed) != 32:
            raise MalformedError(f"a secret key has {len(seed)} bytes; exactly 32 are needed")
        self.seed = seed
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = PublicKey(self._private.public_key().public_bytes_raw())

    @classmethod
    def generate(cls, randbytes: RandBytes) -> "SigningKey":
        """A fresh key from 32 bytes of ``randbytes``."""
        return cls(randbytes(32))

    def sign(self, message: bytes) -> bytes:
        """The 64-byte signature over ``message``."""
        return self._private.sign(message)

    @override
    def __repr__(self) -> str:
        return "SigningKey(…)"
