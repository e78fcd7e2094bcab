"""The three hashes of an RFC 6962 tree: leaf, inner node, and the tree that holds nothing."""

from hashlib import sha256
from typing import Final

HASH_BYTES: Final = 32
"""Bytes in every hash of the tree (SHA-256)."""

EMPTY_ROOT: Final = sha256(b"").digest()
"""The root of the tree of size 0: SHA-256 of the empty string (RFC 6962 §2.1)."""


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 ‖ data): the hash of one entry as a leaf (RFC 6962 §2.1)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right): the hash of an inner node (RFC 6962 §2.1).

    Pre-conditions: both are 32 bytes. Whoever takes hashes from outside checks their length first, since the two are
    joined without a length between them.
    """
    return sha256(b"\x01" + left + right).digest()
