"""``opentally backup``: a consistent copy of a server folder, taken while it runs; also into another database."""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli import options
from ledger.cli.screen import Screen

if TYPE_CHECKING:
    from ledger.cli.export import OpenedServer
    from ledger.log.ports import FactRow

AT_BACKUP = "head.at-backup"


def backup(
    *,
    folder: Annotated[Path, typer.Argument(help="The server folder.")],
    target: Annotated[Path, typer.Argument(help="A new folder for the copy.")],
    database: Annotated[
        str | None,
        typer.Option(
            "--database",
            metavar="URL",
            help="An empty database for the copy, of any kind; facts are computed anew from the entries.",
            show_default="a SQLite file in the copy",
        ),
    ] = None,
    workers: options.Workers = None,
    as_json: options.Json = False,
) -> None:
    """Copy a server folder: configuration, log key and database. The server may go on running.

    A backup restored later lacks what was published since, so serve refuses to start from it until you put the newest
    checkpoint that anybody holds beside the log key, under the name head. The copy holds the log's secret key.

    With --database the copy is moved into another database, such as from SQLite to PostgreSQL, without one byte of the
    log changed: every entry, tile and signed head, and each entry is held to every rule again on the way.

    Example: opentally backup ./server /mnt/safe/2026-11-22
    """
    from ledger.clerk.files import create_owner_only
    from ledger.clerk.keyfile import read_key
    from ledger.cli.desk import private_folder
    from ledger.cli.server_folder import CONFIG, own_database, read_config
    from ledger.errors import FatalLogError, NotAcceptedError
    from ledger.log.startup import open_head, verified_edge
    from ledger.storage.backup import backup as copy_database
    from ledger.storage.store import SqlStore
    from ledger.tlog.key import KeyType, VerifierKey

    screen = Screen(json_output=as_json)
    server = read_config(folder)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise NotAcceptedError(f"{target} is there already and is not an empty folder", rule="not-empty")
    key = read_key(server.log_key, passphrase=None)
    config = (server.folder / CONFIG).read_text()
    private_folder(target)
    if database is None:
        with screen.progress("copying", None), contextlib.closing(SqlStore(server.database)) as store:
            copy_database(store, target / "ledger.sqlite")
    else:
        _move(folder, database, screen, workers)
        config = _with_database(config, database)
    # The copy is what will be needed one day, so it is the copy that is looked at.
    with contextlib.closing(SqlStore(database or own_database(target))) as copy:
        head = copy.head()
        if head is None:
            raise FatalLogError("the copy holds no head; founding was not finished", rule="no-log")
        open_head(head, VerifierKey(server.origin, KeyType.ED25519, key.public))
        verified_edge(copy, head)
    create_owner_only(target / CONFIG, config.encode())
    if read_config(target).trust_proxy != server.trust_proxy:
        raise AssertionError("bad math in backup: the copy's configuration says something else")
    create_owner_only(target / server.log_key.name, server.log_key.read_bytes())
    create_owner_only(target / AT_BACKUP, head.note)
    facts = {"folder": str(target), "origin": server.origin, "size": head.size}
    screen.result(
        facts,
        lambda out: out.print(
            f"{head.size} entries of {server.origin} are in {target}, and their signed head verifies.\n"
            "It holds the log's secret key: keep it where only you can reach it.",
            markup=False,
        ),
    )


def _move(folder: Path, database: str, screen: Screen, workers: int | None) -> None:
    """Copy the log of a server folder into an empty database, with facts that its entries gave; then look at it all."""
    from ledger.cli.export import open_server
    from ledger.errors import NotAcceptedError
    from ledger.log.fsck import fsck as check_log
    from ledger.storage.copy import copy_store
    from ledger.storage.migrate import upgrade
    from ledger.storage.store import SqlStore

    upgrade(database)
    opened = open_server(folder)
    with contextlib.closing(opened.store), contextlib.closing(SqlStore(database)) as target:
        if target.head() is not None:  # before the long part; whoever writes asks again
            raise NotAcceptedError("the database holds a log already; give an empty one", rule="not-empty")
        with _facts(opened, screen, workers) as facts, screen.progress("copying", opened.head.size) as advance:
            copy_store(opened.store, target, opened.head, facts, advance)
        with screen.progress("hashes, tiles, heads of the copy", opened.head.size) as advance:
            done = 0
            for seen in check_log(target, opened.policy.logs[0].key):
                advance(seen.checked - done)
                done = seen.checked


@contextlib.contextmanager
def _facts(opened: "OpenedServer", screen: Screen, workers: int | None) -> "Iterator[Iterator[FactRow]]":
    """What the entries mean, computed from them and not taken from the database."""
    from ledger.cli.fsck import replayed, spaces

    with replayed(opened, screen, workers) as facts:
        yield (space.put(key, value).row() for space in spaces() for key, value in facts.scan(space))


def _with_database(config: str, database: str) -> str:
    """The configuration with this database in place of the one it names, if any."""
    from ledger.errors import MalformedError

    if re.search(r'["\\\x00-\x1f\x7f]', database):
        raise MalformedError("the database holds a quote, backslash or control character", rule="bad-field")
    lines = [line for line in config.splitlines() if not re.match(r"#?\s*database\s*=", line)]
    return "\n".join([*lines, f'database = "{database}"']) + "\n"
