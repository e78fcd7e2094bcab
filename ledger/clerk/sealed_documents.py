"""A document of fixed fields, sealed from one desk to another: one spelling, one recipient, one purpose."""

from typing import Final, TypeVar

import msgspec

from ledger.clerk.passphrase import text_field
from ledger.clerk.sealing import MAX_SEALED_BYTES, open_sealed, seal
from ledger.encoding import canonical_json, decode_base64, parse_canonical_json
from ledger.errors import MalformedError, NotAcceptedError
from ledger.records.fields import Body
from ledger.signing import PublicKey, RandBytes, SigningKey, parse_public_key

_LIMIT: Final = 16_384

B = TypeVar("B", bound=Body)


def seal_document(document: Body, *, to: PublicKey, label: str, randbytes: RandBytes) -> bytes:
    """The document as a file that only the holder of ``to`` opens.

    Pre-conditions: its length says nothing that is secret.
    """
    return seal(canonical_json(document.to_json()), to=to, label=label, randbytes=randbytes)


def open_document(raw: bytes, shape: type[B], *, key: SigningKey, label: str, what: str, name: str) -> B:
    """The document that :func:`seal_document` sealed to this key under this label; nothing in it is judged yet.

    Args:
        raw: the file's bytes.
        shape: its fields.
        key: the recipient's.
        label: as it was sealed.
        what: how a refusal calls a document of this label.
        name: how a refusal calls the file.

    Raises:
        MalformedError: not a sealed file, or another document than ``shape``.
        NotAcceptedError: ``wrong-recipient``, ``wrong-label``, ``sealed-altered``.
    """
    try:
        plain = open_sealed(raw, key=key, label=label, name=name)
    except NotAcceptedError as exc:
        if exc.rule != "wrong-label":
            raise
        raise NotAcceptedError(f"{name} is not {what}", rule="wrong-label") from exc
    document = parse_canonical_json(plain, what=what, limit=_LIMIT)
    try:
        body = msgspec.convert(document, shape)
    except msgspec.ValidationError as exc:
        raise MalformedError(f"{name} has other fields than {what}", rule="bad-field") from exc
    if canonical_json(body.to_json()) != plain:
        raise MalformedError(f"{name} holds a field in another spelling than {what} has", rule="not-canonical")
    return body


def recipient_of(raw: bytes, *, name: str) -> PublicKey:
    """The key to which a file says that it is sealed; opening it with that key tells whether this is true.

    Raises:
        MalformedError: not a sealed file.
    """
    document = parse_canonical_json(raw, what=name, limit=MAX_SEALED_BYTES)
    if "to" not in document:
        raise MalformedError(f"{name} is not a sealed file", rule="unknown-field")
    return parse_public_key(decode_base64(text_field(document, "to", name), length=32, what="to"))
