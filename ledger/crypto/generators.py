"""The generators, each the hash of a written label, so that nobody knows a relation between any two of them.

G is the standard generator of G1. The others are RFC 9380 ``BLS12381G1_XMD:SHA-256_SSWU_RO_`` of

    opentally/v1/generator/H
    opentally/v1/generator/U
    opentally/v1/generator/K/<g>     g = 0 … 63
    opentally/v1/generator/GG/<i>    i = 0 … 1023
    opentally/v1/generator/HH/<i>    i = 0 … 1023

(ASCII, numbers in decimal without leading zeroes) under the domain separation tag ``DOMAIN_TAG``. The table
``generators.bin`` beside this file holds G, H, U, K_0 … K_63, GG_0 … GG_1023, HH_0 … HH_1023, 96 bytes each, in this
order; its SHA-256 is ``GENERATORS_DIGEST``. :func:`build_table` makes it again.
"""

import functools
import hashlib
from importlib.resources import files
from typing import Final

from ledger.crypto.backend import POINT_BYTES, Backend

MAX_CATEGORIES: Final = 64
MAX_POSITIONS: Final = 1024

DOMAIN_TAG: Final = b"OPENTALLY-V01-CS01-with-BLS12381G1_XMD:SHA-256_SSWU_RO_"

GENERATORS_DIGEST: Final = bytes.fromhex("7c683928e0ab24e6c7dc6f544a842989698efa6bd8fb6f68748884bd285aac3e")

STANDARD_GENERATOR: Final = bytes.fromhex(
    "17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb"
    "08b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1"
)


def labels() -> tuple[str, ...]:
    """The labels of all generators but G, in the order of the table."""
    return (
        "opentally/v1/generator/H",
        "opentally/v1/generator/U",
        *(f"opentally/v1/generator/K/{g}" for g in range(MAX_CATEGORIES)),
        *(f"opentally/v1/generator/GG/{i}" for i in range(MAX_POSITIONS)),
        *(f"opentally/v1/generator/HH/{i}" for i in range(MAX_POSITIONS)),
    )


def build_table(backend: Backend) -> bytes:
    """The whole table from the labels."""
    return STANDARD_GENERATOR + b"".join(backend.hash_to_curve(label.encode(), DOMAIN_TAG) for label in labels())


@functools.cache
def _table() -> bytes:
    table = files("ledger.crypto").joinpath("generators.bin").read_bytes()
    if hashlib.sha256(table).digest() != GENERATORS_DIGEST:
        raise AssertionError("bad math in the table of generators: the installed file has another digest")
    return table


def _rows(first: int, count: int) -> bytes:
    return _table()[first * POINT_BYTES : (first + count) * POINT_BYTES]


def basis_G() -> bytes:  # noqa: N802 - the paper's letters
    """G."""
    return STANDARD_GENERATOR


def basis_H() -> bytes:  # noqa: N802
    """H."""
    return _rows(1, 1)


def basis_U() -> bytes:  # noqa: N802
    """U."""
    return _rows(2, 1)


@functools.cache
def basis_K(m: int) -> bytes:  # noqa: N802
    """K_0 … K_(m-1), packed."""
    if not 0 <= m <= MAX_CATEGORIES:
        raise AssertionError("bad math in the number of categories")
    return _rows(3, m)


@functools.cache
def basis_GG(N: int) -> bytes:  # noqa: N802
    """GG_0 … GG_(N-1), packed."""
    if not 0 <= N <= MAX_POSITIONS:
        raise AssertionError("bad math in the number of positions")
    return _rows(3 + MAX_CATEGORIES, N)


@functools.cache
def basis_HH(N: int) -> bytes:  # noqa: N802
    """HH_0 … HH_(N-1), packed."""
    if not 0 <= N <= MAX_POSITIONS:
        raise AssertionError("bad math in the number of positions")
    return _rows(3 + MAX_CATEGORIES + MAX_POSITIONS, N)
