"""Checkpoints (C2SP tlog-checkpoint): a log's signed word on how large its tree is and what its root is."""

from dataclasses import dataclass

from typing_extensions import override

from ledger.encoding import decode_base64, encode_base64, parse_decimal
from ledger.errors import MalformedError, VerificationError
from ledger.merkle.hashing import EMPTY_ROOT, HASH_BYTES
from ledger.merkle.tiles import MAX_SIZE
from ledger.signing import SigningKey
from ledger.tlog.key import VerifierKey
from ledger.tlog.note import open_note, sign_note


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a tree. Whether anybody signed it, its type does not say: the functions that open one do.

    Attributes:
        origin: the name of the log.
        size: its number of entries.
        root: the RFC 6962 root over them, 32 bytes.
        extensions: opaque further lines; this ledger writes none and believes none.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is no head of a tree.

        Raises:
            MalformedError: a field is out of range, or size 0 has a root other than that of the empty tree.
        """
        for line in (self.origin, *self.extensions):
            if not line or any(character < " " for character in line):
                raise MalformedError("a line of a checkpoint is empty or holds a control character")
        if not 0 <= self.size <= MAX_SIZE:
            raise MalformedError("the size of a checkpoint is not between 0 and 2^63 - 1")
        if len(self.root) != HASH_BYTES:
            raise MalformedError(
                f"the root of a checkpoint has {len(self.root)} bytes; exactly {HASH_BYTES} are needed"
            )
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise MalformedError("a checkpoint of size 0 does not have the root of the empty tree")

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """The checkpoint that a note text spells.

        Raises:
            MalformedError: another form.
        """
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1]:
            raise MalformedError("a checkpoint is not an origin, a size and a root on lines of their own")
        origin, size, root, *extensions = lines[:-1]
        checkpoint = cls(
            origin,
            parse_decimal(size, limit=MAX_SIZE, what="the size of a checkpoint"),
            decode_base64(root, length=HASH_BYTES, what="the root of a checkpoint"),
            tuple(extensions),
        )
        if str(checkpoint) != text:
            raise AssertionError("bad math in Checkpoint.parse: another text spells the same checkpoint")
        return checkpoint

    @override
    def __str__(self) -> str:
        """The note text."""
        lines = (self.origin, str(self.size), encode_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def sign_checkpoint(checkpoint: Checkpoint, key: SigningKey) -> bytes:
    """The checkpoint as a note, signed by the log's key under its origin.

    Raises:
        MalformedError: the origin is no key name.
    """
    return sign_note(str(checkpoint), checkpoint.origin, key)


def open_checkpoint(raw: bytes, verifier: VerifierKey) -> Checkpoint:
    """The checkpoint that the log with this key signed; the key's name is the log's origin.

    Raises:
        MalformedError: not a checkpoint.
        InvalidSignature: the log has not signed it.
        VerificationError: it signed the checkpoint of another origin; rule ``wrong-origin``.
    """
    checkpoint = Checkpoint.parse(open_note(raw, (verifier,)).text)
    if checkpoint.origin != verifier.name:
        raise VerificationError("a checkpoint's origin is not the name of the log that signed it", rule="wrong-origin")
    return checkpoint
