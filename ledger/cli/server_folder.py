"""A server folder: what ``init`` writes and ``serve``, ``fsck``, ``export`` and ``backup`` find again.

::

    config.toml     origin, database, trusted proxies
    log.key         signs checkpoints and clocks
    head            the last published tree head, fsynced before anyone sees it
    ledger.sqlite   the database, unless config.toml names another
    founding.json   entry 0 while signatures of founders are still missing
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ledger.clerk.files import create_owner_only
from ledger.clerk.toml_file import decode_toml
from ledger.cli.desk import read_bytes
from ledger.errors import MalformedError, NotFoundError

CONFIG: Final = "config.toml"
_FIELDS: Final = {"origin": str, "database": str, "trust_proxy": list}


@dataclass(frozen=True, slots=True)
class ServerFolder:
    """One ledger's server folder, read and understood."""

    folder: Path
    origin: str
    database: str
    trust_proxy: tuple[str, ...] = ()

    @property
    def log_key(self) -> Path:
        """The key file that signs checkpoints and clocks."""
        return self.folder / "log.key"

    @property
    def head_file(self) -> Path:
        """Where the last published head is kept, apart from the database."""
        return self.folder / "head"

    @property
    def draft(self) -> Path:
        """Entry 0 while it is not fully signed."""
        return self.folder / "founding.json"


def own_database(folder: Path) -> str:
    """The URL of the SQLite file inside a server folder."""
    return f"sqlite:///{(folder / 'ledger.sqlite').absolute()}"


def write_config(folder: Path, origin: str, database: str | None) -> ServerFolder:
    """A new config.toml; the file may hold a database password, so only its owner can read it.

    Raises:
        MalformedError: a quote, backslash or control character in origin or database.
    """
    for name, value in (("origin", origin), ("database", database or "")):
        if re.search(r'["\\\x00-\x1f\x7f]', value):
            raise MalformedError(f"the {name} holds a quote, backslash or control character", rule="bad-field")
    lines = [f'origin = "{origin}"']
    # Left out, the database is found wherever the folder is moved to.
    lines.append(
        f'database = "{database}"' if database else '# database = "postgresql://…"  # instead of ledger.sqlite'
    )
    lines.append('# trust_proxy = ["127.0.0.1"]  # reverse proxies whose X-Forwarded-For is believed')
    create_owner_only(folder / CONFIG, ("\n".join(lines) + "\n").encode())
    return read_config(folder)


def read_config(folder: Path) -> ServerFolder:
    """The server folder at ``folder``.

    Raises:
        NotFoundError: it is none.
        MalformedError: its config.toml is not understood.
    """
    path = folder / CONFIG
    if not path.is_file():
        raise NotFoundError(f"{folder} is not a server folder; make one with opentally init", rule="no-server-folder")
    document = decode_toml(read_bytes(path, "the configuration"), name=str(path))
    for name, value in document.items():
        if name not in _FIELDS:
            raise MalformedError(f"{path} holds an unknown setting {name!r}", rule="unknown-field")
        if not isinstance(value, _FIELDS[name]):
            raise MalformedError(f"{name} in {path} is not of the kind that is needed there", rule="bad-field")
    if "origin" not in document:
        raise MalformedError(f"{path} lacks origin", rule="missing-field")
    proxies = document.get("trust_proxy", [])
    if not all(isinstance(proxy, str) for proxy in proxies):
        raise MalformedError(f"trust_proxy in {path} is not a list of addresses", rule="bad-field")
    return ServerFolder(folder, document["origin"], document.get("database", own_database(folder)), tuple(proxies))
