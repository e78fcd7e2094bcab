"""The log as its readers see it: the head last published and everything under it, and how it is loaded or created."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ledger.errors import ConflictError, FatalLogError, NotFoundError
from ledger.log.edge import EMPTY_EDGE, Edge
from ledger.log.headfile import HeadFile
from ledger.log.nodes import FullTiles, TreeNodes
from ledger.log.ports import Store, StoredHead
from ledger.log.startup import open_head, refuse_lost_store, take_on, verified_edge
from ledger.merkle.bundle import encode_bundle
from ledger.merkle.hashing import HASH_BYTES
from ledger.merkle.nodes import read_root
from ledger.merkle.proof import consistency_path, inclusion_path, inclusion_paths
from ledger.merkle.tiles import TILE_HEIGHT, TILE_WIDTH, TilePath
from ledger.signing import SigningKey
from ledger.tlog.checkpoint import Checkpoint, sign_checkpoint
from ledger.tlog.key import KeyType, VerifierKey
from ledger.tlog.proof import TlogProof


@dataclass(frozen=True, slots=True)
class Published:
    """A head that may be shown, and the tree under it."""

    head: StoredHead
    nodes: TreeNodes


class Log:
    """One log, opened by :func:`load_log` or :func:`create_log`; reading is safe from any thread.

    Everything is answered under the head last published: what is committed but not yet published does not exist here.
    """

    def __init__(
        self, store: Store, key: SigningKey, origin: str, *, head_file: HeadFile, head: StoredHead, edge: Edge
    ) -> None:
        """Take what start-up has verified."""
        self.store = store
        self.origin = origin
        self.head_file = head_file
        self._key = key
        self._full = FullTiles(store)
        self._published = Published(head, TreeNodes(edge, self._full))

    @property
    def published(self) -> Published:
        """The head last published; take it once where two answers must agree."""
        return self._published

    @property
    def size(self) -> int:
        """The number of entries under the head last published."""
        return self._published.head.size

    @property
    def verifier(self) -> VerifierKey:
        """The key under which the log's checkpoints verify."""
        return VerifierKey(self.origin, KeyType.ED25519, self._key.public)

    def sign(self, edge: Edge) -> StoredHead:
        """A signed head for the tree with this edge. It is shown to nobody before :meth:`publish`."""
        root = edge.root()
        return StoredHead(edge.size, root, sign_checkpoint(Checkpoint(self.origin, edge.size, root), self._key))

    def publish(self, head: StoredHead, edge: Edge) -> Published:
        """Show ``head`` from now on, once the head file holds it.

        Pre-conditions: committed to the database by the one writer, and extending the head shown so far.

        Raises:
            FatalLogError: the head file could not be written; the old head is still the one shown.
        """
        if not self.size < head.size == edge.size:
            raise AssertionError("bad math in Log.publish: the head does not extend the one before")
        self.head_file.write(head.note)
        self._published = Published(head, TreeNodes(edge, self._full))
        return self._published

    def checkpoint(self) -> bytes:
        """The signed checkpoint last published (C2SP tlog-checkpoint)."""
        return self._published.head.note

    def tile(self, path: TilePath) -> bytes:
        """The hashes of a tile, or the entries of a bundle (C2SP tlog-tiles); partial ones of any past size too.

        Raises:
            NotFoundError: the tree has no such tile, or not yet that wide.
        """
        published = self._published
        level = 0 if path.level == "entries" else path.level
        if path.n * TILE_WIDTH + path.width > published.head.size >> TILE_HEIGHT * level:
            raise NotFoundError(f"a tree of size {published.head.size} has no {path}")
        start = path.n * TILE_WIDTH
        if path.level == "entries":
            return encode_bundle(self._entries(start, start + path.width))
        edge = published.nodes.edge
        on_edge = path.n == published.head.size >> TILE_HEIGHT * (level + 1)
        tile = edge.tiles[level] if on_edge else self._full.tile(level, path.n)
        return tile[: HASH_BYTES * path.width]

    def entry(self, index: int) -> bytes:
        """The entry's bytes as they were received.

        Raises:
            NotFoundError: there is no entry with this index.
        """
        self._require_index(index, self.size)
        return self._entries(index, index + 1)[0]

    def _entries(self, start: int, end: int) -> Sequence[bytes]:
        entries = self.store.entries(start, end)
        if len(entries) != end - start:
            raise FatalLogError(f"the database lacks entries in [{start}, {end})", rule="store-incomplete")
        return entries

    def index_of(self, leaf: bytes) -> int:
        """The index of the entry with this leaf hash (32 bytes).

        Raises:
            NotFoundError: there is none.
        """
        size = self.size
        index = self.store.index_of(leaf)
        if index is None or index >= size:  # committed a moment ago, and not published yet
            raise NotFoundError("no entry has this leaf hash")
        return index

    def receipt(self, index: int) -> bytes:
        """A C2SP tlog-proof that the entry is in the log, against the head last published.

        Raises:
            NotFoundError: there is no entry with this index.
        """
        return self.receipts([index])[index]

    def receipts(self, indices: Sequence[int]) -> dict[int, bytes]:
        """The receipts of many entries, indices rising; see :func:`receipts_under`."""
        return receipts_under(self._published, indices)

    def inclusion(self, index: int, size: int) -> tuple[bytes, ...]:
        """The RFC 6962 path from entry ``index`` to the root of the first ``size`` entries.

        Raises:
            NotFoundError: not index < size ≤ the size published.
        """
        nodes = self._nodes_for(size)
        self._require_index(index, size)
        return inclusion_path(index, size, nodes)

    def consistency(self, size1: int, size2: int) -> tuple[bytes, ...]:
        """The RFC 6962 proof that the first ``size1`` entries begin the first ``size2``.

        Raises:
            NotFoundError: not 0 < size1 ≤ size2 ≤ the size published.
        """
        nodes = self._nodes_for(size2)
        if not 0 < size1 <= size2:
            raise NotFoundError("there is no consistency proof between these two sizes")
        return consistency_path(size1, size2, nodes)

    def root_at(self, size: int) -> bytes:
        """The root of the first ``size`` entries.

        Raises:
            NotFoundError: not 0 ≤ size ≤ the size published.
        """
        return read_root(size, self._nodes_for(size))

    def _nodes_for(self, size: int) -> TreeNodes:
        published = self._published
        if not 0 <= size <= published.head.size:
            raise NotFoundError(f"the log has published {published.head.size} entries")
        return published.nodes

    def _require_index(self, index: int, size: int) -> None:
        if not 0 <= index < size:
            raise NotFoundError(f"there is no such entry among the first {size}")


def receipts_under(published: Published, indices: Sequence[int]) -> dict[int, bytes]:
    """A C2SP tlog-proof for the entry at each of the indices against this head.

    Args:
        published: the head.
        indices: of the entries, rising.

    Raises:
        NotFoundError: there is no entry with such an index under it.
    """
    size = published.head.size
    if indices and not 0 <= indices[0] <= indices[-1] < size:
        raise NotFoundError(f"there is no such entry among the first {size}")
    paths = inclusion_paths(indices, size, published.nodes)
    return {index: TlogProof(index, path, published.head.note).encode() for index, path in paths.items()}


def create_log(store: Store, key: SigningKey, origin: str, head_file: Path) -> Log:
    """A new log in an empty database: its first head is the signed head of the empty tree.

    Raises:
        ConflictError: the database holds a log already.
        FatalLogError: the head file says that this log has published entries, so the database is not the right one.
    """
    standing = store.head()
    if standing is not None:
        raise ConflictError("the database holds a log already", current_size=standing.size, rule="log-exists")
    file = HeadFile(head_file)
    refuse_lost_store(VerifierKey(origin, KeyType.ED25519, key.public), file)
    root = EMPTY_EDGE.root()
    head = StoredHead(0, root, sign_checkpoint(Checkpoint(origin, 0, root), key))
    with store.begin() as transaction:
        transaction.compare_and_swap_head(None, head)
    return load_log(store, key, origin, head_file)


def load_log(store: Store, key: SigningKey, origin: str, head_file: Path) -> Log:
    """The log that stands in the database, after everything that it relies on has been verified again.

    Args:
        store: the database.
        key: the log's key.
        origin: the log's origin, which is the name of its key.
        head_file: where the last published head is kept, beside the key and not beside the database.

    Raises:
        NotFoundError: there is no log in it; rule ``no-log``.
        FatalLogError: the database contradicts itself, the key, or what has been published (``rule`` says which).
        UnavailableError: the database cannot be read.
    """
    file = HeadFile(head_file)
    verifier = VerifierKey(origin, KeyType.ED25519, key.public)
    note = file.read()  # first: see take_on
    head = store.head()
    if head is None:
        refuse_lost_store(verifier, file)
        raise NotFoundError("the database holds no log yet: create one", rule="no-log")
    open_head(head, verifier)
    edge = verified_edge(store, head)
    take_on(store, head, edge, verifier, file, note=note)
    return Log(store, key, origin, head_file=file, head=head, edge=edge)
