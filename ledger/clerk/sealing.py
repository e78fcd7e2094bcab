"""A sealed box to a person's signing key: only she can open it, and nobody is shown to have sent it.

The Ed25519 key becomes an X25519 key by the birational map u = (1 + y)/(1 - y) (RFC 7748 §4.1), as in libsodium's
``crypto_sign_ed25519_pk_to_curve25519``. A fresh ephemeral X25519 key agrees with it; HKDF-SHA256 (RFC 5869) takes the
shared point and, as info, a label, the ephemeral key and both forms of the recipient's key; ChaCha20-Poly1305 with a
zero nonce, since each key encrypts once.

Security: the box says nothing of its sender; who must know the sender looks for a signature inside or outside. A key of
mixed order is harmless, since X25519 clears the cofactor; keys of small order cannot be a ``PublicKey``. The same
secret signs (by SHA-512 with a prefix) and agrees (clamped), which is the practice of libsodium and of age.
"""

import hashlib
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ledger.clerk.passphrase import text_field
from ledger.encoding import canonical_json, decode_base64, encode_base64, parse_canonical_json
from ledger.errors import MalformedError, NotAcceptedError
from ledger.signing import PublicKey, RandBytes, SigningKey

MAX_SEALED_BYTES: Final = 1 << 20
"""A sealed file is an invitation or an opening: some hundreds of bytes; a mebibyte is refused unread."""

_P: Final = 2**255 - 19
_FORMAT: Final = "opentally-sealed"
_VERSION: Final = 2
"""What was sealed under version 1 was not padded, and its length told of what was in it."""

_NONCE: Final = bytes(12)


def agreement_key(public: PublicKey) -> bytes:
    """The 32-byte X25519 key of an Ed25519 key: u = (1 + y)/(1 - y) mod 2²⁵⁵ - 19 (RFC 7748 §4.1).

    y = 1 has no image; it is the identity, which is of small order and so never a ``PublicKey``.
    """
    y = int.from_bytes(public, "little") & (2**255 - 1)
    return ((1 + y) * pow(1 - y, -1, _P) % _P).to_bytes(32, "little")


def seal(plain: bytes, *, to: PublicKey, label: str, randbytes: RandBytes) -> bytes:
    """A file that only the holder of ``to`` can open, and only as a ``label``.

    Args:
        plain: what is sealed; its length shows, so it must not depend on what is secret: openings are padded
            (:func:`ledger.clerk.vault_records.encode_record`).
        to: the recipient's signing key.
        label: what kind of file this is (``invitation``, ``opening``), bound into the key.
        randbytes: 32 bytes are drawn for the ephemeral key.
    """
    ephemeral = X25519PrivateKey.from_private_bytes(randbytes(32))
    ephemeral_public = ephemeral.public_key().public_bytes_raw()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(agreement_key(to)))
    box = ChaCha20Poly1305(_box_key(shared, label, ephemeral_public, to)).encrypt(_NONCE, plain, None)
    return canonical_json(
        {
            "box": encode_base64(box),
            "ephemeral": encode_base64(ephemeral_public),
            "format": _FORMAT,
            "label": label,
            "to": encode_base64(to),
            "version": _VERSION,
        }
    )


def open_sealed(raw: bytes, *, key: SigningKey, label: str, name: str = "the sealed file") -> bytes:
    """What was sealed to this key under this label; ``name`` is how refusals call the file.

    Raises:
        MalformedError: not a sealed file; ``unknown-version``, of an older or a newer layout.
        NotAcceptedError: ``wrong-recipient``; ``wrong-label``; ``sealed-altered``.
    """
    document = parse_canonical_json(raw, what=name, limit=MAX_SEALED_BYTES)
    version = document.get("version")
    if document.get("format") == _FORMAT and type(version) is int and version != _VERSION:
        raise MalformedError(
            f"{name} is sealed in version {version}; this program reads version {_VERSION} only: ask for a new one",
            rule="unknown-version",
        )
    if sorted(document) != ["box", "ephemeral", "format", "label", "to", "version"]:
        raise MalformedError(f"{name} has other fields than a sealed file", rule="unknown-field")
    if document["format"] != _FORMAT or type(version) is not int:
        raise MalformedError(f"{name} is not a sealed file of version {_VERSION}", rule="unknown-version")
    box = decode_base64(text_field(document, "box", name), what="box")
    ephemeral = decode_base64(text_field(document, "ephemeral", name), length=32, what="ephemeral")
    if decode_base64(text_field(document, "to", name), length=32, what="to") != key.public:
        raise NotAcceptedError(f"{name} is sealed to another key", rule="wrong-recipient")
    if document["label"] != label:
        raise NotAcceptedError(f"{name} is not an {label}", rule="wrong-label")
    private = X25519PrivateKey.from_private_bytes(hashlib.sha512(key.seed).digest()[:32])  # X25519 clamps it itself
    try:
        shared = private.exchange(X25519PublicKey.from_public_bytes(ephemeral))
        return ChaCha20Poly1305(_box_key(shared, label, ephemeral, key.public)).decrypt(_NONCE, box, None)
    except (InvalidTag, ValueError) as exc:  # ValueError: an ephemeral key of small order gives the zero point
        raise NotAcceptedError(f"{name} was altered and does not open", rule="sealed-altered") from exc


def _box_key(shared: bytes, label: str, ephemeral: bytes, to: PublicKey) -> bytes:
    """32 bytes that depend on the shared point and on everything both sides must agree about."""
    name = label.encode("ascii")
    info = b"opentally/v1/sealed\0" + bytes([len(name)]) + name + ephemeral + agreement_key(to) + to
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(shared)
