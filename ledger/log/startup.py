"""Starting up believes nothing: last head, right edge of the tree and head file are held against each other.

What is checked is what the next append relies on; every older entry and tile is the business of ``fsck``.
"""

from typing import Final

from ledger.errors import FatalLogError, InvalidConsistencyProof, LedgerError
from ledger.log.edge import Edge, load_edge
from ledger.log.headfile import HeadFile
from ledger.log.nodes import FullTiles, TreeNodes
from ledger.log.ports import Store, StoredHead
from ledger.merkle.hashing import leaf_hash
from ledger.merkle.proof import consistency_path, verify_consistency
from ledger.merkle.tiles import TILE_WIDTH
from ledger.tlog.checkpoint import Checkpoint, open_checkpoint
from ledger.tlog.key import VerifierKey

_WHAT_TO_DO: Final = (
    "Do not delete the head file. Restore a newer backup or continue on the newest replica of the database; if there "
    "is none, entries that people hold receipts for are lost: keep this database as it is and start a log with a new "
    "origin"
)


def open_head(head: StoredHead, verifier: VerifierKey) -> Checkpoint:
    """The checkpoint of a head in the database, signed by the log and saying what the row says.

    Raises:
        FatalLogError: it is not.
    """
    try:
        checkpoint = open_checkpoint(head.note, verifier)
    except LedgerError as exc:
        raise FatalLogError(
            f"the head of size {head.size} in the database is not signed by this log's key under this origin: {exc}",
            rule="wrong-head",
        ) from exc
    if (checkpoint.size, checkpoint.root) != (head.size, head.root):
        raise FatalLogError(
            f"the head of size {head.size} in the database says something else than its signed note", rule="wrong-head"
        )
    return checkpoint


def verified_edge(store: Store, head: StoredHead) -> Edge:
    """The right edge of the tree, which leads to the head's root and is made of the last entries.

    Raises:
        FatalLogError: the database contradicts its own head.
    """
    edge = load_edge(store, head.size)
    if edge.root() != head.root:
        raise FatalLogError(
            f"the right edge of the tree does not lead to the root of the head of size {head.size}: run fsck",
            rule="wrong-edge",
        )
    # The entries that the edge's first level is made of, and the 256 before them, which the last full tile is made of.
    end = head.size
    start = max(0, end - end % TILE_WIDTH - TILE_WIDTH)
    leaves = [leaf_hash(raw) for raw in store.entries(start, end)]
    whole = (end - start) // TILE_WIDTH
    tiles = b"".join(store.full_tiles(0, start // TILE_WIDTH, start // TILE_WIDTH + whole))
    if b"".join(leaves) != tiles + (edge.tiles[0] if edge.tiles else b"") or store.leaf_hashes(start, end) != leaves:
        raise FatalLogError(f"the last entries below index {end} do not hash to the tree: run fsck", rule="wrong-entry")
    # Entries come with their head. Where the head is another one by now, a server is at work, and all is well.
    if store.leaf_hashes(end, end + 1) and store.head() == head:
        raise FatalLogError(f"the database holds entries at and above index {end} without a head", rule="wrong-entry")
    return edge


def take_on(
    store: Store, head: StoredHead, edge: Edge, verifier: VerifierKey, head_file: HeadFile, *, note: bytes | None
) -> None:
    """The database's head extends the one in the head file, which is brought up to it.

    A database ahead of the file is what a crash between commit and file leaves behind. Behind it or beside it is what
    a restored backup is, and going on from there would show the world a second history.

    Args:
        store: the database.
        head: its last head.
        edge: the edge of the tree under it.
        verifier: the log's.
        head_file: beside the log's key.
        note: what the head file held before ``head`` was read. The other way round, a server at work could have
            committed and published another head in between, and a sound database would be taken for a restored one.

    Raises:
        FatalLogError: behind, beside, or no head file to compare with; the message says what to do.
    """
    if note is None:
        if head.size:  # of an empty tree there is only one head, and nothing to lose
            raise FatalLogError(
                f"there is no head file {head_file.path}, and the database holds {head.size} entries: whether it is "
                "the last state that was published cannot be known. Put the newest checkpoint of this log that "
                "anybody has there (a mirror's or a witness's; the database's own only if nothing newer can exist)",
                rule="head-file-missing",
            )
        head_file.take_over(None, head.note)
        return
    published = read_published(note, verifier, head_file)
    if published.size > head.size:
        raise FatalLogError(
            f"the database is behind: it ends at size {head.size}, and {published.size} has been published "
            f"(see {head_file.path}). {_WHAT_TO_DO}",
            rule="store-behind",
        )
    try:
        if published.size:
            path = consistency_path(published.size, head.size, TreeNodes(edge, FullTiles(store)))
            verify_consistency(published.size, head.size, path, published.root, head.root)
    except InvalidConsistencyProof as exc:
        raise FatalLogError(
            f"the database holds another history: its tree of size {published.size} is not the one that has been "
            f"published (see {head_file.path}). {_WHAT_TO_DO}",
            rule="store-beside",
        ) from exc
    if published.size < head.size:
        head_file.take_over(note, head.note)


def refuse_lost_store(verifier: VerifierKey, head_file: HeadFile) -> None:
    """An empty database is one in which this log has not begun, not one that was lost.

    Raises:
        FatalLogError: the head file says that entries have been published.
    """
    note = head_file.read()
    if note is not None and (published := read_published(note, verifier, head_file)).size:
        raise FatalLogError(
            f"the database is empty, and {published.size} entries have been published (see {head_file.path}). "
            f"{_WHAT_TO_DO}",
            rule="store-behind",
        )


def read_published(note: bytes, verifier: VerifierKey, head_file: HeadFile) -> Checkpoint:
    """The checkpoint in the head file.

    Raises:
        FatalLogError: it is not a checkpoint of this log.
    """
    try:
        return open_checkpoint(note, verifier)
    except LedgerError as exc:
        raise FatalLogError(
            f"the head file {head_file.path} does not hold a checkpoint of this log: {exc}", rule="head-file-invalid"
        ) from exc
