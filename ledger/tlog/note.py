"""Signed notes (C2SP signed-note): a text that cannot be reached unless a trusted key has signed it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ledger.encoding import decode_base64, encode_base64
from ledger.errors import InvalidSignature, MalformedError
from ledger.signing import SigningKey, verify
from ledger.tlog.cosignature import sign_cosignature, verify_cosignature
from ledger.tlog.key import KEY_ID_BYTES, KeyType, VerifierKey, check_key_name

MAX_NOTE_BYTES: Final = 64 * 1024
"""The longest note that is read or made; refused before any work is done."""

MAX_SIGNATURES: Final = 64
"""The most signatures of a note that is read or made."""

_DASH: Final = "— "  # em dash U+2014 and a space


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """A signature that has been verified.

    Attributes:
        key: the trusted key that signed.
        time: for a cosignature, when the witness signed, in seconds since the epoch; the witness asserts it.
    """

    key: VerifierKey
    time: int | None = None


@dataclass(frozen=True, slots=True)
class OpenedNote:
    """A note with at least one verified signature; made by :func:`open_note` alone.

    Attributes:
        text: the note text, with its last newline.
        signatures: the verified signatures, one a key, in the note's order.
    """

    text: str
    signatures: tuple[NoteSignature, ...]


def sign_note(text: str, name: str, key: SigningKey) -> bytes:
    """The note with this text and one Ed25519 signature (type 0x01) under ``name``.

    Args:
        text: ends with a newline; no other control characters.
        name: the key name of the signature line.
        key: the signer's key.

    Raises:
        MalformedError: the text or the name cannot stand in a note, or the note would be too long.
    """
    _check_text(text)
    signer = VerifierKey(name, KeyType.ED25519, key.public)
    return _checked(f"{text}\n{_line(signer, key.sign(text.encode()))}".encode())


def cosign_note(raw: bytes, name: str, key: SigningKey, *, time: int) -> bytes:
    """The note with a timestamped cosignature (type 0x04) of the witness ``name`` added as its last line.

    Pre-conditions: the caller has opened the note and knows its tree to be consistent with all it signed before:
    that is what a cosignature says.

    Raises:
        MalformedError: not a note, or it would be too long.
    """
    text, _ = _split(raw)
    signer = VerifierKey(name, KeyType.COSIGNATURE, key.public)
    return _checked(raw + _line(signer, sign_cosignature(text, key, time=time)).encode())


def open_note(raw: bytes, verifiers: Sequence[VerifierKey]) -> OpenedNote:
    """The text of a note that at least one of the ``verifiers`` has signed, and who did.

    Signatures by other keys are ignored, as they must be; a signature under a known name and key ID that does not
    verify refuses the whole note. Where a key has signed twice, both must verify and the first one counts.

    Raises:
        MalformedError: not a signed note in its one spelling; too long; too many signatures.
        InvalidSignature: a known key's signature does not verify, or no known key has signed (rule ``unsigned``).
    """
    known = {(key.name, key.key_id): key for key in verifiers}
    if len(known) != len(set(verifiers)):
        raise MalformedError("two verifier keys share a name and a key ID")
    text, lines = _split(raw)
    found: dict[VerifierKey, NoteSignature] = {}
    for name, key_id, signature in lines:
        key = known.get((name, key_id))
        if key is None:
            continue
        time = None
        if key.type is KeyType.COSIGNATURE:
            time = verify_cosignature(text, signature, key.public)
        else:
            verify(key.public, text.encode(), signature)
        found.setdefault(key, NoteSignature(key, time))
    if not found:
        raise InvalidSignature("no known key has signed the note", rule="unsigned")
    return OpenedNote(text, tuple(found.values()))


def _split(raw: bytes) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """The unverified text and signature lines (name, key ID, signature) of a note."""
    if len(raw) > MAX_NOTE_BYTES:
        raise MalformedError(f"a note has {len(raw)} bytes; at most {MAX_NOTE_BYTES} are allowed", rule="too-long")
    try:
        note = raw.decode()
    except UnicodeDecodeError as exc:
        raise MalformedError("a note is not UTF-8") from exc
    # The last empty line divides: the text may hold empty lines, the signatures cannot.
    text, divider, signatures = note.rpartition("\n\n")
    if not divider or not signatures.endswith("\n"):
        raise MalformedError("a note is not a text, an empty line and lines of signatures")
    text += "\n"
    _check_text(text)
    lines = signatures[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise MalformedError(f"a note has {len(lines)} signatures; at most {MAX_SIGNATURES} are allowed")
    return text, [_parse_line(line) for line in lines]


def _check_text(text: str) -> None:
    if not text.endswith("\n"):
        raise MalformedError("a note's text does not end with a newline")
    if any(character < " " and character != "\n" for character in text):
        raise MalformedError("a note's text holds a control character")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise MalformedError("a note's text holds a lone surrogate")


def _parse_line(line: str) -> tuple[str, bytes, bytes]:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    check_key_name(name)
    signature = decode_base64(encoded, what="the signature of a note")
    if len(signature) <= KEY_ID_BYTES:
        raise MalformedError("the signature of a note is too short")
    if f"{_DASH}{name} {encoded}" != line:
        raise MalformedError("a signature line of a note is not a dash, a name and a signature")
    return name, signature[:KEY_ID_BYTES], signature[KEY_ID_BYTES:]


def _line(signer: VerifierKey, signature: bytes) -> str:
    return f"{_DASH}{signer.name} {encode_base64(signer.key_id + signature)}\n"


def _checked(raw: bytes) -> bytes:
    """A note just made, read again as others will read it."""
    _split(raw)
    return raw
