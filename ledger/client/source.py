"""Where the public files of a ledger come from: a URL, or a folder that holds a copy.

A source hands out bytes and believes nothing; `ledger.client.reader` verifies. It serves ``checkpoint`` and the tiles
of C2SP tlog-tiles, and no other path, so that nothing a ledger says can make us read anything else.
"""

import stat
from pathlib import Path
from typing import Final, Protocol

from typing_extensions import override

from ledger.client.connection import Connection
from ledger.errors import MalformedError, NotFoundError, UnavailableError
from ledger.merkle.tiles import TilePath

CHECKPOINT: Final = "checkpoint"
MAX_CHECKPOINT_BYTES: Final = 65_536
MAX_TILE_BYTES: Final = 256 * 32
MAX_BUNDLE_BYTES: Final = 256 * (2 + 65_535)


class Source(Protocol):
    """Bytes by path: ``checkpoint``, or a tile path as C2SP tlog-tiles spells it."""

    @property
    def name(self) -> str:
        """How a report calls the source: its URL or its folder."""

    def get(self, path: str) -> bytes:
        """The bytes at `path`, unverified and capped.

        Raises:
            MalformedError: `path` is neither ``checkpoint`` nor a tile path, or the bytes exceed their cap.
            NotFoundError: the source has no such file.
            UnavailableError: the source cannot be read just now.
        """


def size_limit(path: str) -> int:
    """The greatest size in bytes of the public file at `path`.

    Raises:
        MalformedError: `path` is no public file of a ledger.
    """
    if path == CHECKPOINT:
        return MAX_CHECKPOINT_BYTES
    tile = TilePath.parse(path)
    return MAX_BUNDLE_BYTES if tile.level == "entries" else MAX_TILE_BYTES


class HttpSource(Source):
    """A ledger behind a URL prefix."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    @override
    def name(self) -> str:
        return self._connection.url

    @override
    def get(self, path: str) -> bytes:
        return self._connection.get(path, limit=size_limit(path))


class FolderSource(Source):
    """A copy of a ledger in a folder: ``checkpoint`` and ``tile/…``, laid out as the URLs are."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    @override
    def name(self) -> str:
        return str(self._folder)

    @override
    def get(self, path: str) -> bytes:
        limit = size_limit(path)  # a parsed tile path holds no "..": it is rebuilt and compared
        try:
            root = self._folder.resolve(strict=True)
            file = (root / path).resolve(strict=True)
            # A link inside the copy could point to another file of this machine, or to one that never ends.
            if not file.is_relative_to(root) or not stat.S_ISREG(file.stat().st_mode):
                raise MalformedError(f"{path} is not a plain file of the folder")
            with file.open("rb") as stream:
                raw = stream.read(limit + 1)
        except (FileNotFoundError, NotADirectoryError) as exc:
            raise NotFoundError(f"the folder holds no {path}") from exc
        except OSError as exc:
            raise UnavailableError(f"{path} cannot be read: {exc.strerror}") from exc
        if len(raw) > limit:
            raise MalformedError(f"{path} is longer than {limit} bytes", rule="too-long")
        return raw


def open_source(where: str) -> Source:
    """The source at `where`: a URL prefix if it starts with ``http://`` or ``https://``, else a folder.

    Raises:
        MalformedError: not a usable URL.
        NotFoundError: no such folder.
    """
    if where.startswith(("http://", "https://")):
        return HttpSource(Connection(where))
    folder = Path(where)
    if not folder.is_dir():
        raise NotFoundError(f"there is no folder {where}")
    return FolderSource(folder)
