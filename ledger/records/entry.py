"""An entry's bytes: read strictly, never written anew on the way; and, for whoever makes one, written and signed.

    {"signatures":[{"key":"…","sig":"…"},…],"statement":{"body":{…},"kind":"…","ledger":"…","v":1}}

in the canonical JSON of RFC 8785. The reader decodes the bytes straight into the kind's types, writes what it
understood in canonical form, and compares: what is left out, added, doubled, or spelled in another way makes a
difference. So one comparison stands for many rules, and what was hashed and signed is what was received.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from ledger.encoding import encode_base64, parse_canonical_json, refuse_depth
from ledger.errors import LedgerError, MalformedError
from ledger.merkle.hashing import leaf_hash
from ledger.records.fields import Body, Key, Origin, check_key
from ledger.records.kind import Kind, Record
from ledger.records.registry import KINDS
from ledger.records.rule_names import refusal
from ledger.signing import SigningKey

__all__ = [
    "MAX_ENTRY_BYTES",
    "Record",
    "add_signature",
    "build_statement",
    "parse_entry",
    "sign_entry",
    "signing_message",
]

MAX_ENTRY_BYTES: Final = 65_535
"""The longest entry: what a bundle's 16-bit length can say (C2SP tlog-tiles)."""

MAX_SIGNATURES: Final = 16
"""As many as there can be founding keys."""


class _Signature(Body, frozen=True, kw_only=True):
    key: Key
    sig: Annotated[bytes, Meta(min_length=64, max_length=64)]


class _Entry(Body, frozen=True, kw_only=True):
    signatures: Annotated[tuple[_Signature, ...], Meta(max_length=MAX_SIGNATURES)]
    statement: msgspec.Raw


class _Statement(Body, frozen=True, kw_only=True):
    body: msgspec.Raw
    kind: str
    ledger: Origin
    v: int


_ENTRY: Final = msgspec.json.Decoder(_Entry)
_STATEMENT: Final = msgspec.json.Decoder(_Statement)
_BODIES: Final[Mapping[str, msgspec.json.Decoder[Any]]] = {
    name: msgspec.json.Decoder(kind.body) for name, kind in KINDS.items()
}
_ENCODER: Final = msgspec.json.Encoder(order="sorted")
_COMPLAINT: Final = re.compile(r"(?P<what>.*?)(?: - at `\$(?P<path>[^`]*)`)?", re.DOTALL)


def signing_message(kind: str, statement: bytes) -> bytes:
    """What a signature covers: ``opentally/v1/<kind>`` ‖ 0x00 ‖ the statement's bytes."""
    return b"opentally/v1/" + kind.encode("ascii") + b"\0" + statement


def parse_entry(raw: bytes, *, origin: str | None) -> Record[Any]:
    """The record that ``raw`` spells; its signatures are well-formed, not verified.

    Args:
        raw: the bytes as received.
        origin: the ledger it must have been made for; None takes any, to read an entry 0.

    Raises:
        MalformedError: ``too-long``, ``too-deep``, ``not-json``, ``not-canonical``, ``unknown-version``,
            ``unknown-kind``, ``unknown-field``, ``missing-field``, ``bad-field``, ``unsorted-signatures``,
            ``malformed``.
        NotAcceptedError: ``wrong-ledger``, and what the body alone is refused for.
    """
    if len(raw) > MAX_ENTRY_BYTES:
        raise refusal("too-long", f"the entry has {len(raw)} bytes; at most {MAX_ENTRY_BYTES} are allowed")
    refuse_depth(raw, what="the entry")
    try:
        entry = _ENTRY.decode(raw)
        statement = _STATEMENT.decode(entry.statement)
        kind = _kind_of(statement)
        body = _BODIES[kind.name].decode(statement.body)
    except (msgspec.DecodeError, UnicodeDecodeError, MalformedError) as exc:
        # Bytes that are not canonical JSON at all are told so first, whatever else is wrong with them.
        parse_canonical_json(raw, what="the entry", limit=MAX_ENTRY_BYTES)
        raise _complaint(exc) from exc
    rebuilt = _write(entry.signatures, _write_statement(kind.name, statement.ledger, body))
    if rebuilt != raw:
        value = parse_canonical_json(raw, what="the entry", limit=MAX_ENTRY_BYTES)
        raise _misspelt(value, msgspec.json.decode(rebuilt))
    if origin is not None and statement.ledger != origin:
        raise refusal("wrong-ledger", "ledger is not the origin of this ledger")
    if any(_by_key(left) >= _by_key(right) for left, right in pairwise(entry.signatures)):
        raise refusal("unsorted-signatures", "signatures are not sorted by key, or a key signs twice")
    signers = tuple([check_key(signature.key, "signatures.key") for signature in entry.signatures])
    kind.check(body)
    return Record(
        raw=raw,
        leaf=leaf_hash(raw),
        origin=statement.ledger,
        kind=kind.name,
        body=body,
        statement=bytes(entry.statement),
        signers=signers,
        signatures=tuple([signature.sig for signature in entry.signatures]),
    )


def build_statement(kind: str, origin: str, body: Body | Mapping[str, Any]) -> bytes:
    """The canonical bytes of a statement: what its signers sign.

    Args:
        kind: the name of the kind.
        origin: the ledger it is made for.
        body: the kind's body, or its JSON object, which is held to the same limits as on the way in.

    Raises:
        MalformedError: as :func:`parse_entry`.
        NotAcceptedError: what the body alone is refused for.
    """
    law = _known(kind)
    given = _ENCODER.encode(body)
    try:
        typed = _BODIES[kind].decode(given)
        statement = _write_statement(kind, msgspec.convert(origin, Origin), typed)
    except msgspec.ValidationError as exc:
        raise _complaint(exc) from exc
    understood = _ENCODER.encode(typed)
    if understood != given:
        raise _misspelt(msgspec.json.decode(given), msgspec.json.decode(understood))
    law.check(typed)
    return statement


def sign_entry(statement: bytes, kind: str, keys: Sequence[SigningKey]) -> bytes:
    """The entry that ``keys`` sign. Whoever else must sign adds to it (:func:`add_signature`)."""
    message = signing_message(kind, statement)
    signatures = [_Signature(key=key.public, sig=key.sign(message)) for key in keys]
    return _write(sorted(signatures, key=_by_key), statement)


def add_signature(raw: bytes, key: SigningKey) -> bytes:
    """The entry with one more signature, over the same statement.

    Pre-conditions: the signer has read the statement and means it.

    Raises:
        LedgerError: as :func:`parse_entry`.
        MalformedError: ``unsorted-signatures``: the key has signed already.
    """
    record = parse_entry(raw, origin=None)
    if key.public in record.signers:
        raise refusal("unsorted-signatures", "the key has signed this entry already")
    signatures = [
        _Signature(key=signer, sig=sig) for signer, sig in zip(record.signers, record.signatures, strict=True)
    ]
    mine = _Signature(key=key.public, sig=key.sign(signing_message(record.kind, record.statement)))
    return _write(sorted([*signatures, mine], key=_by_key), record.statement)


def _kind_of(statement: _Statement) -> Kind[Any]:
    if statement.v != 1:
        raise refusal("unknown-version", "v is not 1")
    return _known(statement.kind)


def _known(name: str) -> Kind[Any]:
    kind = KINDS.get(name)
    if kind is None:
        raise refusal("unknown-kind", f"kind is none of {', '.join(sorted(KINDS))}")
    return kind


def _write_statement(kind: str, origin: str, body: Body) -> bytes:
    return _ENCODER.encode({"body": body, "kind": kind, "ledger": origin, "v": 1})


def _write(signatures: Sequence[_Signature], statement: bytes) -> bytes:
    return b'{"signatures":' + _ENCODER.encode(signatures) + b',"statement":' + statement + b"}"


def _by_key(signature: _Signature) -> str:
    return encode_base64(signature.key)


def _complaint(exc: Exception) -> LedgerError:
    """What the decoder found, as a refusal that names the field and repeats no value."""
    if isinstance(exc, LedgerError):
        return exc
    match = _COMPLAINT.fullmatch(str(exc))
    what, path = (match["what"], match["path"]) if match else (str(exc), None)
    where = (path or "").removeprefix(".")[:80]
    inside = f" in {where}" if where else ""
    if what.startswith("Object contains unknown field"):
        return refusal("unknown-field", f"{what.split('`')[1][:40]} is not a field{inside}")
    if what.startswith("Object missing required field"):
        return refusal("missing-field", f"the field {what.split('`')[1]} is missing{inside}")
    if "matching regex" in what or what.startswith("Invalid"):
        return refusal("bad-field", f"{where or 'the value'} is not one of the words or characters that are allowed")
    return refusal("bad-field", f"{where or 'the value'}: {what.replace('`', '')}")


def _misspelt(received: object, understood: object, path: str = "") -> LedgerError:
    """The refusal of a field that is canonical JSON and yet is not spelled as its type is: names the field."""
    parts: list[tuple[str, object, object]] = []
    if isinstance(received, dict) and isinstance(understood, dict):
        # What is left out in the second writing is not what stands there as null: the Ellipsis is no JSON.
        parts = [(f"{path}.{key}" if path else key, value, understood.get(key, ...)) for key, value in received.items()]
    elif isinstance(received, list) and isinstance(understood, list):
        parts = [(f"{path}[{i}]", *pair) for i, pair in enumerate(zip(received, understood, strict=False))]
    for name, value, again in parts:
        if value != again:
            return _misspelt(value, again, name)
    return refusal("bad-field", f"{path} is not the canonical spelling of its value")
