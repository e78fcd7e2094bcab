"""``opentally export``: a ledger as static files, to serve, to mirror, to keep, to audit."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typing_extensions import override

from ledger.cli import options
from ledger.cli.screen import Screen, counted

if TYPE_CHECKING:
    from ledger.cli.server_folder import ServerFolder
    from ledger.client.source import Source
    from ledger.log.ports import StoredHead
    from ledger.storage.store import SqlStore
    from ledger.tlog.policy import Policy


def export(
    *,
    source: Annotated[
        str, typer.Argument(metavar="URL|FOLDER", help="The ledger: an address, a copy, a server folder.")
    ],
    folder: Annotated[Path, typer.Argument(help="Where to write the copy; one made before is extended.")],
    policy: Annotated[Path | None, typer.Option("--policy", help="The policy file that names the log's key.")] = None,
    as_json: options.Json = False,
) -> None:
    """Copy a ledger into a folder of static files (C2SP tlog-tiles), each verified before it is written.

    Example: opentally export http://127.0.0.1:8080 ./copy
    """
    from ledger.cli.desk import read_policy
    from ledger.client.export import export_folder
    from ledger.client.introduction import asserted_policy
    from ledger.client.reader import LedgerReader
    from ledger.client.source import CHECKPOINT
    from ledger.client.trusted import TrustedLog

    screen = Screen(json_output=as_json)
    given = None if policy is None else read_policy(policy)
    with open_any(source) as (files, own):
        before = folder / CHECKPOINT
        known = before.read_bytes() if before.exists() else None
        reader = LedgerReader(files, TrustedLog(given or own or asserted_policy(files), known))
        head = reader.update()
        with screen.progress("copying", head.size) as advance:
            done = 0

            def progress(written: int, _of: int) -> None:
                nonlocal done
                advance(written - done)
                done = written

            size = export_folder(files, reader, folder, progress)
    facts = {"folder": str(folder), "origin": head.origin, "size": size}
    screen.result(
        facts,
        lambda out: out.print(
            f"{folder} holds {counted(size, 'entry', 'entries')} of {head.origin}. Check: opentally audit {folder}",
            markup=False,
        ),
    )


@contextlib.contextmanager
def open_any(where: str) -> "Iterator[tuple[Source, Policy | None]]":
    """The source at an address, in a copy, or in a server folder; with the policy that only the last one knows."""
    from ledger.cli.server_folder import CONFIG
    from ledger.client.connection import Connection
    from ledger.client.source import HttpSource, open_source

    if (Path(where) / CONFIG).is_file():
        opened = open_server(Path(where))
        with contextlib.closing(opened.store):
            yield opened.source, opened.policy
    elif where.startswith(("http://", "https://")):
        with Connection(where) as connection:
            yield HttpSource(connection), None
    else:
        yield open_source(where), None


@dataclass(frozen=True, slots=True)
class OpenedServer:
    """A server folder opened for reading, without starting a server.

    Attributes:
        server: the folder.
        source: the public files as the server would serve them, under the head that stood when it was opened.
        policy: trusts the folder's own log key.
        store: the database.
        head: the head that stood.
    """

    server: "ServerFolder"
    source: "Source"
    policy: "Policy"
    store: "SqlStore"
    head: "StoredHead"


def open_server(folder: Path) -> OpenedServer:
    """Open a server folder; writes nothing.

    Raises:
        NotFoundError: not a server folder, or no ledger in it yet.
        FatalLogError: the database contradicts itself or the key.
    """
    from ledger.clerk.keyfile import read_key
    from ledger.cli.server_folder import read_config
    from ledger.client.introduction import policy_of_log
    from ledger.client.source import CHECKPOINT, Source
    from ledger.errors import NotFoundError
    from ledger.log.headfile import HeadFile
    from ledger.log.log import Log
    from ledger.log.startup import open_head, verified_edge
    from ledger.merkle.tiles import TilePath
    from ledger.storage.store import SqlStore
    from ledger.tlog.key import KeyType, VerifierKey

    server = read_config(folder)
    key = read_key(server.log_key, passphrase=None)
    if server.draft.exists():
        raise NotFoundError(f"{folder} holds no ledger yet; finish opentally init", rule="no-log")
    store = SqlStore(server.database)
    head = store.head()
    if head is None:
        raise NotFoundError(f"{folder} holds no ledger yet; finish opentally init", rule="no-log")
    open_head(head, VerifierKey(server.origin, KeyType.ED25519, key.public))
    log = Log(
        store, key, server.origin, head_file=HeadFile(server.head_file), head=head, edge=verified_edge(store, head)
    )

    class ServerFiles(Source):
        """What the server would serve."""

        @property
        @override
        def name(self) -> str:
            return str(folder)

        @override
        def get(self, path: str) -> bytes:
            return log.checkpoint() if path == CHECKPOINT else log.tile(TilePath.parse(path))

    return OpenedServer(server, ServerFiles(), policy_of_log(server.origin, key.public), store, head)
