"""The lines of a vault's file: a header that says how to read it, and records framed by checksum or encryption."""

import binascii
import hashlib
from base64 import b64decode
from dataclasses import dataclass
from typing import Final, Protocol

from ledger.clerk.passphrase import Box, Stretching, needs_passphrase, not_encrypted
from ledger.encoding import canonical_json, encode_base64, parse_canonical_json
from ledger.errors import MalformedError
from ledger.signing import RandBytes

VERSION: Final = 2
"""Records of version 1 were not padded, and their lengths told of what was in them."""

_FORMAT: Final = "opentally-vault"
_MAX_HEADER: Final = 4096
_CHECK_BYTES: Final = 16


class Frame(Protocol):
    """How a record is framed in its line: with a checksum, or encrypted."""

    def seal(self, plain: bytes, *, bound_to: bytes, randbytes: RandBytes) -> bytes:
        """The framed record."""

    def open(self, sealed: bytes, *, bound_to: bytes) -> bytes | None:
        """The record; None where it is not what was framed."""


class _Checksum:
    """The frame of a vault without a passphrase: it finds torn lines and hides nothing."""

    def seal(self, plain: bytes, *, bound_to: bytes, randbytes: RandBytes) -> bytes:
        del randbytes
        return hashlib.sha256(bound_to + plain).digest()[:_CHECK_BYTES] + plain

    def open(self, sealed: bytes, *, bound_to: bytes) -> bytes | None:
        plain = sealed[_CHECK_BYTES:]
        return plain if hashlib.sha256(bound_to + plain).digest()[:_CHECK_BYTES] == sealed[:_CHECK_BYTES] else None


@dataclass(frozen=True, slots=True)
class Header:
    """The first line.

    Attributes:
        origin: the ledger whose openings the vault holds.
        kdf: how the passphrase becomes a key; None where there is no passphrase.
    """

    origin: str
    kdf: Stretching | None

    def line(self) -> bytes:
        """The line without its end."""
        document: dict[str, object] = {"format": _FORMAT, "ledger": self.origin, "version": VERSION}
        if self.kdf is not None:
            document["kdf"] = self.kdf.document()
        return canonical_json(document)

    @classmethod
    def parse(cls, line: bytes, name: str) -> "Header":
        """The header of the vault called ``name``.

        Raises:
            MalformedError: ``unknown-version``, an older or a newer layout; ``unknown-field``, not a vault.
        """
        document = parse_canonical_json(line, what=name, limit=_MAX_HEADER)
        version = document.get("version")
        if document.get("format") == _FORMAT and type(version) is int and version != VERSION:
            raise MalformedError(
                f"{name} is a vault of version {version}; this program reads version {VERSION} only: open it with the "
                "program that wrote it",
                rule="unknown-version",
            )
        kdf = document.pop("kdf", None)
        if sorted(document) != ["format", "ledger", "version"] or not isinstance(document["ledger"], str):
            raise MalformedError(f"{name} is not a vault", rule="unknown-field")
        if document["format"] != _FORMAT or type(version) is not int:
            raise MalformedError(f"{name} is not a vault of version {VERSION}", rule="unknown-version")
        return cls(document["ledger"], None if kdf is None else Stretching.parse(kdf))

    def frame(self, passphrase: str | None, name: str) -> Frame:
        """The frame of the vault's records.

        Raises:
            NotAcceptedError: ``not-encrypted``, ``passphrase-needed``, ``empty-passphrase``.
        """
        if self.kdf is None:
            if passphrase is not None:
                raise not_encrypted(name)
            return _Checksum()
        if passphrase is None:
            raise needs_passphrase(name)
        return Box(self.kdf.key(passphrase))


def seal_line(frame: Frame, plain: bytes, header: bytes, number: int, randbytes: RandBytes) -> bytes:
    """A record as the line of this number, its end included; the header is line 0 and not counted."""
    return encode_base64(frame.seal(plain, bound_to=_place(header, number), randbytes=randbytes)).encode() + b"\n"


def open_line(frame: Frame, line: bytes, header: bytes, number: int) -> bytes | None:
    """The record of a line; None where it is torn, altered, or of another place."""
    try:
        sealed = b64decode(line, validate=True)
    except (binascii.Error, ValueError):
        return None
    return frame.open(sealed, bound_to=_place(header, number))


def _place(header: bytes, number: int) -> bytes:
    return b"opentally/v1/vault\0" + hashlib.sha256(header).digest() + number.to_bytes(8, "big")
