"""A key from a passphrase (scrypt, RFC 7914), and boxes that only this passphrase opens (ChaCha20-Poly1305, RFC 8439).

Security: what protects a stolen file is the passphrase alone; scrypt makes each guess cost about 128 MiB and a third of
a second. Nothing in Python is constant time, and secrets are not wiped from memory.
"""

import unicodedata
from dataclasses import dataclass
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from ledger.encoding import decode_base64, encode_base64
from ledger.errors import MalformedError, NotAcceptedError
from ledger.signing import RandBytes

SCRYPT_COST: Final = 2**17
"""N of RFC 7914 for new files; block size 8, one lane: 128 MiB."""

_MAX_COST: Final = 2**20  # a file must not be able to ask its reader for more than 1 GiB
_NONCE_BYTES: Final = 12


@dataclass(frozen=True, slots=True)
class Stretching:
    """How a passphrase becomes a key; stands in the clear beside what it protects.

    Attributes:
        cost: N of scrypt, a power of two.
        salt: 16 random bytes.
    """

    cost: int
    salt: bytes

    def __post_init__(self) -> None:
        if not 2 <= self.cost <= _MAX_COST or self.cost & (self.cost - 1):
            raise MalformedError(f"the scrypt cost is not a power of two from 2 to {_MAX_COST}")
        if len(self.salt) != 16:
            raise MalformedError(f"the scrypt salt has {len(self.salt)} bytes; exactly 16 are needed")

    def document(self) -> dict[str, object]:
        """The canonical JSON object that :meth:`parse` reads."""
        return {"cost": self.cost, "name": "scrypt", "salt": encode_base64(self.salt)}

    @classmethod
    def parse(cls, document: object) -> "Stretching":
        """The parameters that a file gives, within what a reader can afford."""
        if not isinstance(document, dict) or sorted(document) != ["cost", "name", "salt"]:
            raise MalformedError("kdf is not an object of cost, name and salt")
        cost, name, salt = document["cost"], document["name"], document["salt"]
        if name != "scrypt" or type(cost) is not int or not isinstance(salt, str):
            raise MalformedError("kdf is not scrypt with an integer cost and a base64 salt")
        return cls(cost, decode_base64(salt, length=16, what="kdf.salt"))

    def key(self, passphrase: str) -> bytes:
        """32 bytes that nobody finds without the passphrase.

        The passphrase is taken in Unicode's composed form (NFC), since keyboards differ in how they send an accent.

        Raises:
            NotAcceptedError: the passphrase is empty.
        """
        if not passphrase:
            raise NotAcceptedError("the passphrase is empty", rule="empty-passphrase")
        secret = unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")
        return Scrypt(salt=self.salt, length=32, n=self.cost, r=8, p=1).derive(secret)


class Box:
    """Seals and opens records under one 32-byte key. It has no repr of the key."""

    __slots__ = ("_cipher",)

    def __init__(self, key: bytes) -> None:
        """Take the 32-byte key, for instance from :meth:`Stretching.key`."""
        self._cipher = ChaCha20Poly1305(key)

    def seal(self, plain: bytes, *, bound_to: bytes, randbytes: RandBytes) -> bytes:
        """Nonce and ciphertext; a random nonce, since a counter would repeat after a torn write is cut away."""
        nonce = randbytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, bound_to)

    def open(self, sealed: bytes, *, bound_to: bytes) -> bytes | None:
        """The plaintext; None where the key, the bytes or what they are bound to are not the ones sealed."""
        if len(sealed) < _NONCE_BYTES + 16:
            return None
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound_to)
        except InvalidTag:
            return None


def wrong_passphrase(name: str) -> NotAcceptedError:
    """The one refusal for a wrong passphrase and for altered bytes: nobody can tell them apart."""
    return NotAcceptedError(
        f"{name} does not open: the passphrase is wrong, or the file was altered", rule="wrong-passphrase"
    )


def needs_passphrase(name: str) -> NotAcceptedError:
    """The refusal where an encrypted file was opened without a passphrase."""
    return NotAcceptedError(f"{name} is encrypted and no passphrase was given", rule="passphrase-needed")


def not_encrypted(name: str) -> NotAcceptedError:
    """The refusal where a file has no passphrase though one was given: what is written there, others could read."""
    return NotAcceptedError(
        f"{name} is not encrypted, though a passphrase was given for it, so nothing is written there: restore the "
        "encrypted file from a copy, or, if this one was left unencrypted on purpose, open it without a passphrase",
        rule="not-encrypted",
    )


def text_field(document: dict[str, Any], name: str, what: str) -> str:
    """A text field of a parsed file, or a refusal that names it."""
    value = document.get(name)
    if not isinstance(value, str):
        raise MalformedError(f"{what} has no text field {name}", rule="missing-field")
    return value
