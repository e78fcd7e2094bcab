"""C2SP entry bundles: entries one after the other, each after its length as a big-endian uint16."""

from collections.abc import Sequence
from typing import Final

from ledger.errors import MalformedError
from ledger.merkle.tiles import TILE_WIDTH

MAX_ENTRY_BYTES: Final = 65_535
"""The longest entry that a bundle can hold."""


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """The bundle of 1 to 256 entries (C2SP tlog-tiles, "Log entries").

    Raises:
        MalformedError: an entry is longer than a bundle can say.
    """
    if not 1 <= len(entries) <= TILE_WIDTH:
        raise AssertionError(f"bad math in encode_bundle: {len(entries)} entries")
    parts: list[bytes] = []
    for entry in entries:
        if len(entry) > MAX_ENTRY_BYTES:
            raise MalformedError(f"an entry has {len(entry)} bytes; at most {MAX_ENTRY_BYTES} are allowed")
        parts += (len(entry).to_bytes(2, "big"), entry)
    return b"".join(parts)


def decode_bundle(raw: bytes, width: int) -> tuple[bytes, ...]:
    """The entries of a bundle whose path promises ``width`` of them.

    Raises:
        MalformedError: it holds more, fewer, or a part of one.
    """
    entries: list[bytes] = []
    at = 0
    while at < len(raw):
        start = at + 2
        at = start + int.from_bytes(raw[at:start], "big")
        if at > len(raw):
            raise MalformedError(f"entry {len(entries)} of a bundle is cut off")
        if len(entries) == width:
            raise MalformedError(f"a bundle holds more than {width} entries")
        entries.append(raw[start:at])
    if len(entries) != width:
        raise MalformedError(f"a bundle holds {len(entries)} entries; exactly {width} are needed")
    return tuple(entries)
