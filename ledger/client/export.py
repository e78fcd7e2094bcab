"""Writes what was read: a full copy of a ledger as static files, and evidence against a log."""

import contextlib
import os
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

from ledger.client.reader import LedgerReader, fetch_tile
from ledger.client.source import CHECKPOINT, FolderSource, Source
from ledger.errors import NotAcceptedError, NotFoundError, UnavailableError
from ledger.merkle.bundle import encode_bundle
from ledger.merkle.frontier import Frontier
from ledger.merkle.reader import verify_tiles
from ledger.merkle.tiles import TILE_WIDTH, TilePath, bundles_for_size, tiles_for_size

_LEAVES_AT_ONCE: Final = 64


def export_folder(source: Source, reader: LedgerReader, folder: Path, progress: Callable[[int, int], None]) -> int:
    """Write the believed tree of `reader` to `folder` as C2SP tlog-tiles files, and return its size.

    A web server can serve the folder as it stands, and ``FolderSource`` reads it. Every entry and every tile has been
    verified before it is written, and the checkpoint is written last, so that a copy that was interrupted never claims
    more than it has.

    Args:
        source: where the tiles come from.
        reader: its believed head is what is copied; entries come through it.
        folder: created if absent; a copy of an earlier state is extended.
        progress: called with (entries written, entries in all).

    Raises:
        NotAcceptedError: the folder holds a copy of another ledger.
        UnavailableError: the folder cannot be written.
        LedgerError: as :meth:`LedgerReader.entries`.
    """
    head = reader.head
    if head is None:
        raise AssertionError("bad math in export_folder: update() comes before exporting")
    _refuse_foreign(folder, head.origin)
    bundle: list[bytes] = []
    frontier = Frontier()
    paths = iter(bundles_for_size(head.size))
    for entry in reader.entries(0, head.size):
        bundle.append(entry.raw)
        frontier.append(entry.leaf)
        if len(bundle) == TILE_WIDTH or frontier.size == head.size:
            write_file(folder / str(next(paths)), encode_bundle(bundle))
            bundle.clear()
            progress(frontier.size, head.size)
    _export_tiles(source, folder, head.size, head.root)
    write_file(folder / CHECKPOINT, head.note)
    return head.size


def _refuse_foreign(folder: Path, origin: str) -> None:
    """Two ledgers' files in one folder would make a copy of neither."""
    try:
        note = FolderSource(folder).get(CHECKPOINT)
    except NotFoundError:
        return
    if note.split(b"\n", 1)[0] != origin.encode():
        raise NotAcceptedError("the folder holds a copy of another ledger; give an empty one", rule="wrong-folder")


def _export_tiles(source: Source, folder: Path, size: int, root: bytes) -> None:
    """The tiles, from the top level down: a tile's parent is verified before it."""
    by_level = sorted(tiles_for_size(size), key=lambda path: path.level if isinstance(path.level, int) else -1)
    edge = [path for path in by_level if not path.is_full]
    known: dict[TilePath, bytes] = {path: fetch_tile(source, path) for path in edge}
    verify_tiles(size, root, known)
    full = [path for path in reversed(by_level) if path.is_full]
    for start in range(0, len(full), _LEAVES_AT_ONCE):
        tiles = {path: fetch_tile(source, path) for path in full[start : start + _LEAVES_AT_ONCE]}
        verify_tiles(size, root, tiles, trusted=known)
        known.update({path: tile for path, tile in tiles.items() if path.level})
        for path, tile in tiles.items():
            write_file(folder / str(path), tile)
    for path in edge:
        write_file(folder / str(path), known[path])


def save_evidence(folder: Path, evidence: Sequence[bytes]) -> tuple[Path, ...]:
    """Write each piece of evidence to a file named after its own hash, so that none ever replaces another.

    Raises:
        UnavailableError: the folder cannot be written.
    """
    paths = tuple(folder / f"evidence-{sha256(piece).hexdigest()[:32]}.txt" for piece in evidence)
    for path, piece in zip(paths, evidence, strict=True):
        write_file(path, piece)
    return paths


def write_file(path: Path, data: bytes) -> None:
    """Put `data` at `path` whole or not at all, on disk before the name shows it.

    Raises:
        UnavailableError: it cannot be written.
    """
    aside = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with aside.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        aside.replace(path)
    except OSError as exc:
        with contextlib.suppress(OSError):
            aside.unlink()
        raise UnavailableError(f"{path} cannot be written: {exc.strerror}") from exc
