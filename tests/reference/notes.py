"""Notes, checkpoints, verifier keys (docs/spec/log.md section 3, C2SP) and tlog-proofs (receipts.md section 1)."""

import re
from dataclasses import dataclass
from hashlib import sha256

from .ed25519 import is_public_key
from .encoding import base64_read
from .merkle import EMPTY
from .refusal import RefusedError, require

MAX_NOTE = 65_536
MAX_SIGNATURES = 64
MAX_NAME = 1024
MAX_VKEY = 1088
MAX_SIZE = 2**63 - 1
MAX_RECEIPT = 155_816
MAX_HASHES = 63
MAX_EXTRA = 65_536
LOG_TYPE, WITNESS_TYPE = 1, 4

_DASH = "\u2014 "
_PROOF_LINE = "c2sp.org/tlog-proof@v1"
# White_Space as section 3, point 6 has it; U+0009 to U+000D are below U+0020.
_SPACES = frozenset("\u0020\u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000") | {chr(n) for n in range(0x2000, 0x200B)}


@dataclass(frozen=True)
class NoteSignature:
    """A signature line: key name, key ID, and what follows."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True)
class Note:
    """A note's text, with its final newline, and its signature lines."""

    text: str
    signatures: tuple[NoteSignature, ...]


@dataclass(frozen=True)
class Checkpoint:
    """Origin, size and root."""

    origin: str
    size: int
    root: bytes


@dataclass(frozen=True)
class VerifierKey:
    """A key with its name and signature type."""

    name: str
    type: int
    key: bytes

    @property
    def key_id(self) -> bytes:
        """The first four bytes of the hash (log.md section 3, point 2)."""
        return sha256(self.name.encode() + b"\n" + bytes([self.type]) + self.key).digest()[:4]


@dataclass(frozen=True)
class Proof:
    """A tlog-proof; its checkpoint is not yet opened."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes


def is_key_name(name: str) -> bool:
    """1 to 1,024 bytes, no White_Space, no plus, nothing below U+0020."""
    return 0 < len(name.encode()) <= MAX_NAME and not any(c < " " or c == "+" or c in _SPACES for c in name)


def read_decimal(text: str, highest: int) -> int:
    """ASCII digits without leading zeroes."""
    require(re.fullmatch(r"0|[1-9][0-9]{0,18}", text) is not None and int(text) <= highest, "malformed")
    return int(text)


def read_hash(text: str) -> bytes:
    """32 bytes in base64."""
    raw = base64_read(text)
    require(len(raw) == 32, "malformed")
    return raw


def _decode(raw: bytes) -> str:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise RefusedError("malformed") from None
    require(all(character >= " " or character == "\n" for character in text), "malformed")
    return text


def read_note(raw: bytes) -> Note:
    """A well-formed note: text, an empty line, 1 to 64 signature lines."""
    require(len(raw) <= MAX_NOTE, "too-long")
    whole = _decode(raw)
    end = whole.rfind("\n\n")
    require(end >= 0 and whole.endswith("\n"), "malformed")
    lines = whole[end + 2 :].split("\n")[:-1]
    require(1 <= len(lines) <= MAX_SIGNATURES, "malformed")
    return Note(whole[: end + 1], tuple(map(_read_signature, lines)))


def _read_signature(line: str) -> NoteSignature:
    require(line.startswith(_DASH), "malformed")
    parts = line[len(_DASH) :].split(" ")
    require(len(parts) == 2 and is_key_name(parts[0]), "malformed")
    raw = base64_read(parts[1])
    require(len(raw) > 4, "malformed")
    return NoteSignature(parts[0], raw[:4], raw[4:])


def read_checkpoint(text: str) -> Checkpoint:
    """The text of a checkpoint; extension lines are accepted and ignored."""
    lines = text.split("\n")
    require(lines.pop() == "" and len(lines) >= 3 and all(lines), "malformed")
    size, root = read_decimal(lines[1], MAX_SIZE), read_hash(lines[2])
    require(size > 0 or root == EMPTY, "malformed")
    return Checkpoint(lines[0], size, root)


def read_verifier_key(text: str) -> VerifierKey:
    """The four steps of "A verifier key" (log.md section 4)."""
    require(len(text) <= MAX_VKEY, "too-long")
    parts = text.split("+", 2)
    require(len(parts) == 3, "malformed")
    raw = base64_read(parts[2])
    require(raw[:1] in (bytes([LOG_TYPE]), bytes([WITNESS_TYPE])), "unknown-key-type")
    require(is_public_key(raw[1:]) and is_key_name(parts[0]), "malformed")
    key = VerifierKey(parts[0], raw[0], raw[1:])
    require(parts[1] == key.key_id.hex(), "malformed")
    return key


def read_proof(raw: bytes) -> Proof:
    """A well-formed tlog-proof within its limits."""
    require(len(raw) <= MAX_RECEIPT, "too-long")
    head, empty, checkpoint = _decode(raw).partition("\n\n")
    require(empty != "", "malformed")
    lines = head.split("\n")
    require(lines.pop(0) == _PROOF_LINE, "malformed")
    if lines and lines[0].startswith("extra "):
        extra = base64_read(lines.pop(0).removeprefix("extra "))
        require(1 <= len(extra) <= MAX_EXTRA, "malformed")
    require(bool(lines) and lines[0].startswith("index "), "malformed")
    index = read_decimal(lines.pop(0).removeprefix("index "), MAX_SIZE - 1)
    require(len(lines) <= MAX_HASHES, "malformed")
    hashes = tuple(map(read_hash, lines))
    require(len(checkpoint.encode()) <= MAX_NOTE, "malformed")
    return Proof(index, hashes, checkpoint.encode())
