"""Verifier keys: the name, key ID, type and Ed25519 key under which a line of a signed note is checked."""

import enum
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from typing_extensions import override

from ledger.encoding import decode_base64, encode_base64
from ledger.errors import MalformedError
from ledger.signing import PublicKey, parse_public_key

MAX_NAME_BYTES: Final = 1024
"""The longest key name, in UTF-8."""

MAX_VKEY_LENGTH: Final = MAX_NAME_BYTES + 64
"""The most characters of a vkey: name, two pluses, 8 of key ID, 44 of base64, and some room."""

KEY_ID_BYTES: Final = 4

_SPACES: Final = frozenset(
    [*range(0x09, 0x0E), 0x20, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000]
)
"""Unicode's White_Space, as Go's ``unicode.IsSpace`` has it and written out so that it does not follow Python's tables
(``str.isspace`` also counts U+001C to U+001F, which a note refuses as control characters anyway)."""


class KeyType(enum.IntEnum):
    """The signature types that this ledger uses (C2SP signed-note, "Signature types")."""

    ED25519 = 0x01
    COSIGNATURE = 0x04


def check_key_name(name: str) -> None:
    """The name can stand in a signature line.

    Raises:
        MalformedError: empty, too long, with a Unicode space, a plus, a control character or a lone surrogate.
    """
    try:
        length = len(name.encode())
    except UnicodeEncodeError as exc:
        raise MalformedError("a key name holds a lone surrogate") from exc
    if not 1 <= length <= MAX_NAME_BYTES:
        raise MalformedError(f"a key name has {length} bytes; 1 to {MAX_NAME_BYTES} are allowed")
    if any(character == "+" or ord(character) < 0x20 or ord(character) in _SPACES for character in name):
        raise MalformedError("a key name holds a space, a plus or a control character")


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A key that is trusted under a name; written as a vkey (C2SP signed-note, "Verifier keys").

    Attributes:
        name: the key name of the signature line; for a log its origin.
        type: what the key signs.
        public: the Ed25519 key.
    """

    name: str
    type: KeyType
    public: PublicKey

    def __post_init__(self) -> None:
        """Refuse a name that cannot stand in a signature line."""
        check_key_name(self.name)

    @property
    def key_id(self) -> bytes:
        """SHA-256(name ‖ 0x0A ‖ type ‖ public key)[:4]: tells keys apart, proves nothing."""
        return sha256(self.name.encode() + b"\n" + bytes([self.type]) + self.public).digest()[:KEY_ID_BYTES]

    @classmethod
    def parse(cls, vkey: str) -> "VerifierKey":
        """The key that a vkey spells: ``<name>+<key ID in hex>+<base64 of type and key>``.

        Raises:
            MalformedError: another form, a type that is not used here, a bad key, or an ID that is not the key's.
        """
        if len(vkey) > MAX_VKEY_LENGTH:
            raise MalformedError(f"a verifier key has more than {MAX_VKEY_LENGTH} characters", rule="too-long")
        parts = vkey.split("+", 2)
        if len(parts) != 3:
            raise MalformedError("a verifier key is not a name, a key ID and a key joined by '+'")
        material = decode_base64(parts[2], what="the key of a verifier key")
        if material[:1] not in (b"\x01", b"\x04"):
            raise MalformedError("a verifier key is of a type that is not used here", rule="unknown-key-type")
        key = cls(parts[0], KeyType(material[0]), parse_public_key(material[1:]))
        if str(key) != vkey:
            raise MalformedError("the key ID of a verifier key does not belong to it")
        return key

    @override
    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{encode_base64(bytes([self.type]) + self.public)}"
