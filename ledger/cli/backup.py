"""``opentally backup``: a consistent copy of a server folder, taken while the server runs."""

from pathlib import Path
from typing import Annotated

import typer

from ledger.cli import options
from ledger.cli.screen import Screen

AT_BACKUP = "head.at-backup"


def backup(
    *,
    folder: Annotated[Path, typer.Argument(help="The server folder.")],
    target: Annotated[Path, typer.Argument(help="A new folder for the copy.")],
    as_json: options.Json = False,
) -> None:
    """Copy a server folder: configuration, log key and database. The server may go on running.

    A backup restored later lacks what was published since, so serve refuses to start from it until you put the newest
    checkpoint that anybody holds beside the log key, under the name head. The copy holds the log's secret key.

    Example: opentally backup ./server /mnt/safe/2026-11-22
    """
    import contextlib

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
    private_folder(target)
    with screen.progress("copying", None), contextlib.closing(SqlStore(server.database)) as store:
        copy_database(store, target / "ledger.sqlite")
    # The copy is what will be needed one day, so it is the copy that is looked at.
    with contextlib.closing(SqlStore(own_database(target))) as copy:
        head = copy.head()
        if head is None:
            raise FatalLogError("the copy holds no head; founding was not finished", rule="no-log")
        open_head(head, VerifierKey(server.origin, KeyType.ED25519, key.public))
        verified_edge(copy, head)
    for source in (server.folder / CONFIG, server.log_key):
        create_owner_only(target / source.name, source.read_bytes())
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
