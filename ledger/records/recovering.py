"""The recovery keys of a council, by which it takes itself back."""

from typing import Final

from ledger.records.view import FactStruct, Space


class RecoveryFact(FactStruct, frozen=True):
    """A council's recovery keys, under its leaf hash, how many of them must sign, and since which index they can."""

    keys: tuple[bytes, ...]
    threshold: int
    index: int


RECOVERIES: Final = Space("recovery", RecoveryFact)
