"""The last state of a log that was believed, and what a newer one must show: a state machine without I/O.

    propose(note)           signed under the policy? not smaller, not another tree of the same size?
    needed(head)            the tiles that show it to be an extension of what was believed
    accept(head, tiles)     they hash to the signed root, and begin with the tree that was believed

Whoever drives it fetches; what comes back may have been made by anybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ledger.encoding import encode_base64
from ledger.errors import InvalidSignature, MalformedError, MisbehaviourError
from ledger.merkle.hashing import EMPTY_ROOT
from ledger.merkle.nodes import fold, range_nodes
from ledger.merkle.reader import tiles_needed, verify_tiles
from ledger.merkle.tiles import TilePath, node_in_tile, tile_of
from ledger.tlog.key import VerifierKey
from ledger.tlog.policy import Policy, WitnessedCheckpoint, open_witnessed

WRONG_ORIGIN: Final = "wrong-origin"
"""The rule where a checkpoint names a log of which the policy says nothing: the reader's own mistake."""

WRONG_KEY: Final = "wrong-key"
"""The rule where the trusted key of its log has not signed a checkpoint."""

_MAX_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Head:
    """A checkpoint that was opened under the policy, and the signed note that it came in."""

    opened: WitnessedCheckpoint
    note: bytes

    @property
    def origin(self) -> str:
        """The name of the log."""
        return self.opened.checkpoint.origin

    @property
    def log(self) -> VerifierKey:
        """The key of the log that signed it."""
        return self.opened.log

    @property
    def size(self) -> int:
        """Entries in the tree."""
        return self.opened.checkpoint.size

    @property
    def root(self) -> bytes:
        """The RFC 6962 root, 32 bytes."""
        return self.opened.checkpoint.root


class TrustedLog:
    """One log as this reader has come to know it."""

    __slots__ = ("_head", "policy")

    def __init__(self, policy: Policy, known: bytes | None = None) -> None:
        """Trust whom `policy` trusts, and the signed note `known` that was accepted before, if any.

        `known` need not meet the quorum: it was accepted before, perhaps under a policy without witnesses. Its log must
        still be one of the policy's.

        Raises:
            MalformedError: `known` is no checkpoint.
            InvalidSignature: no log of the policy has signed `known`.
        """
        self.policy = policy
        self._head = None if known is None else Head(open_witnessed(Policy(policy.logs), known), known)

    @property
    def head(self) -> Head | None:
        """The last state accepted."""
        return self._head

    def propose(self, note: bytes) -> Head:
        """The head that `note` states: signed as the policy asks, of the same log, and no step backwards.

        Raises:
            MalformedError: not a checkpoint; or it names a log of which the policy says nothing (``wrong-origin``), so
                that nothing can be said for or against it.
            InvalidSignature: not signed as the policy asks; ``wrong-key`` or as the policy names it.
            MisbehaviourError: the same size with another root, or a smaller tree than was believed.
        """
        head = Head(self._open(note), note)
        old = self._head
        if old is None:
            return head
        if head.log != old.log:
            raise InvalidSignature("the checkpoint is of another log than the one known here", rule=WRONG_KEY)
        if head.size < old.size:
            raise MisbehaviourError(
                f"the ledger now shows {head.size} entries, and the same log has signed {old.size} before: an old "
                "copy, or a log that was rolled back",
                evidence=(old.note, head.note),
                rule="rollback",
            )
        if head.size == old.size and head.root != old.root:
            raise MisbehaviourError(
                f"the log has signed two different trees of {head.size} entries",
                evidence=(old.note, head.note),
                rule="split-view",
            )
        return head

    def needed(self, head: Head) -> tuple[TilePath, ...]:
        """The tiles of the proposed tree that :meth:`accept` asks for, parents before children."""
        return tiles_needed(head.size, range_nodes(0, 0 if self._head is None else self._head.size))

    def accept(self, head: Head, tiles: Mapping[TilePath, bytes]) -> None:
        """Believe `head`: its tree begins with the whole tree that was believed before.

        Args:
            head: from :meth:`propose`.
            tiles: bytes for each of :meth:`needed`, in that order.

        Raises:
            MalformedError: a tile has not the bytes that its path promises.
            VerificationError: the tiles are not those of the signed tree; this convicts who served them, not the log.
            MisbehaviourError: the tree signed now does not begin with the tree signed before; the evidence is both
                notes, and the tiles from which anybody can compute it.
        """
        verify_tiles(head.size, head.root, tiles)
        old = self._head
        if old is not None:
            nodes = range_nodes(0, old.size)
            hashes = [node_in_tile(node, tiles[tile_of(node, head.size)]) for node in nodes]
            if (fold(hashes) if hashes else EMPTY_ROOT) != old.root:
                lines = "".join(f"{path} {encode_base64(tile)}\n" for path, tile in tiles.items())
                raise MisbehaviourError(
                    f"the log has signed a tree of {head.size} entries that does not begin with the {old.size} entries "
                    "it had signed before",
                    evidence=(old.note, head.note, lines.encode()),
                    rule="split-view",
                )
        self._head = head

    def _open(self, note: bytes) -> WitnessedCheckpoint:
        try:
            return open_witnessed(self.policy, note)
        except InvalidSignature as error:
            if error.rule != "unsigned":
                raise
            # Only to say what is wrong: this line is nobody's word until a signature holds.
            claimed = note.split(b"\n", 1)[0].decode(errors="replace")
            trusted = sorted({log.key.name for log in self.policy.logs})
            if claimed not in trusted:
                raise MalformedError(
                    f"the checkpoint is of the ledger {_shown(claimed)}, and the policy is for "
                    f"{', '.join(map(_shown, trusted)) or 'no ledger'}: bring the policy of that ledger",
                    rule=WRONG_ORIGIN,
                ) from error
            raise InvalidSignature(
                f"the checkpoint of {_shown(claimed)} is not signed by the key your policy names", rule=WRONG_KEY
            ) from error


def _shown(origin: str) -> str:
    """An origin in a message: unsigned text, so it is kept short and cannot steer a terminal."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in origin[:_MAX_SHOWN])
