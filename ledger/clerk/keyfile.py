"""Key files: one Ed25519 seed a file, mode 0600, under a passphrase where one is given, never overwritten.

The form is canonical JSON (RFC 8785) and a line end. In the clear::

    {"format": "opentally-key", "public": …, "seed": …, "version": 1}

Under a passphrase ``box`` (nonce ‖ ChaCha20-Poly1305 of the seed, bound to all other fields) and ``kdf`` stand for
``seed``. ``public`` is always in the clear, so that a clerk can see whose key a file holds without opening it.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ledger.clerk.files import create_owner_only, read_owner_only
from ledger.clerk.passphrase import SCRYPT_COST, Box, Stretching, needs_passphrase, text_field, wrong_passphrase
from ledger.encoding import canonical_json, decode_base64, encode_base64, parse_canonical_json
from ledger.errors import MalformedError
from ledger.signing import PublicKey, RandBytes, SigningKey, parse_public_key

_FORMAT: Final = "opentally-key"
_LIMIT: Final = 4096


@dataclass(frozen=True, slots=True)
class KeyFile:
    """What a key file says of itself without being opened.

    Attributes:
        public: the key whose secret it holds.
        encrypted: whether a passphrase is needed; where not, whoever copies the file can sign.
    """

    public: PublicKey
    encrypted: bool


def write_key(
    path: Path, key: SigningKey, *, passphrase: str | None, randbytes: RandBytes, cost: int = SCRYPT_COST
) -> KeyFile:
    """A new key file, on the disk before this returns; the caller warns where ``encrypted`` is false.

    Raises:
        NotAcceptedError: ``file-exists``; a key file is never overwritten. ``empty-passphrase``.
        UnavailableError: the disk refused.
    """
    document: dict[str, object] = {"format": _FORMAT, "public": encode_base64(key.public), "version": 1}
    if passphrase is None:
        document["seed"] = encode_base64(key.seed)
    else:
        stretching = Stretching(cost, randbytes(16))
        document["kdf"] = stretching.document()
        bound_to = _label(document)
        document["box"] = encode_base64(
            Box(stretching.key(passphrase)).seal(key.seed, bound_to=bound_to, randbytes=randbytes)
        )
    create_owner_only(path, canonical_json(document) + b"\n")
    return KeyFile(key.public, passphrase is not None)


def describe_key(path: Path) -> KeyFile:
    """Whose key the file says it holds, and whether a passphrase is needed; the secret is not touched.

    Raises: as :func:`read_key`, but for the passphrase.
    """
    document = _parse(path)
    return KeyFile(_public(document), "box" in document)


def read_key(path: Path, *, passphrase: str | None) -> SigningKey:
    """The signing key in the file, whose public half is the one that the file names.

    Raises:
        NotFoundError: there is no such file.
        NotAcceptedError: ``file-open-to-others``; ``wrong-passphrase``; ``passphrase-needed``.
        MalformedError: not a key file of version 1, or the two halves do not belong together.
    """
    document = _parse(path)
    if "box" in document:
        if passphrase is None:
            raise needs_passphrase(path.name)
        sealed = decode_base64(text_field(document, "box", "the key file"), what="box")
        stretching = Stretching.parse(document["kdf"])
        bound_to = _label({name: value for name, value in document.items() if name != "box"})
        seed = Box(stretching.key(passphrase)).open(sealed, bound_to=bound_to)
        if seed is None:
            raise wrong_passphrase(path.name)
    else:
        seed = decode_base64(text_field(document, "seed", "the key file"), length=32, what="seed")
    key = SigningKey(seed)
    if key.public != _public(document):
        raise MalformedError(f"{path.name} names a public key that is not its own")
    return key


def _parse(path: Path) -> dict[str, object]:
    raw = read_owner_only(path, limit=_LIMIT)
    if not raw.endswith(b"\n"):
        raise MalformedError(f"{path.name} is not a whole key file: its last line has no end")
    document = parse_canonical_json(raw[:-1], what=path.name, limit=_LIMIT)
    if document.get("format") != _FORMAT or document.get("version") != 1 or document["version"] is True:
        raise MalformedError(f"{path.name} is not a key file of version 1", rule="unknown-version")
    clear, boxed = ["format", "public", "seed", "version"], ["box", "format", "kdf", "public", "version"]
    if sorted(document) not in (clear, boxed):
        raise MalformedError(f"{path.name} has other fields than a key file", rule="unknown-field")
    return document


def _public(document: dict[str, object]) -> PublicKey:
    return parse_public_key(decode_base64(text_field(document, "public", "the key file"), length=32, what="public"))


def _label(clear: dict[str, object]) -> bytes:
    return b"opentally/v1/key-file\0" + canonical_json(clear)
