"""The shipped table of generators, read by path."""

import functools
from pathlib import Path

import ledger.crypto


@functools.cache
def table():
    return (Path(ledger.crypto.__file__).parent / "generators.bin").read_bytes()
