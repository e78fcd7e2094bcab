"""``opentally serve``: the ledger over HTTP, from one command."""

from pathlib import Path
from typing import Annotated

import typer

from ledger.cli import options


def serve(
    *,
    folder: Annotated[Path, typer.Argument(help="The server folder that init made.")],
    host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="The port; 0 takes a free one.")] = 8080,
    workers: options.Workers = None,
    confirm_time: Annotated[
        bool,
        typer.Option(
            "--confirm-time", help="The system's time is right, though it is more than seven days past the last clock."
        ),
    ] = False,
) -> None:
    """Serve a ledger until Ctrl-C or SIGTERM; what was admitted is finished first.

    Prints one line when it listens. Refuses to start from a database that is behind what was published, such as a
    restored backup, and says what to do.

    Example: opentally serve ./server --port 8080
    """
    import sys
    import time

    from api.server import serve as run
    from api.settings import Settings
    from ledger.clerk.keyfile import read_key
    from ledger.cli.server_folder import read_config
    from ledger.errors import NotAcceptedError

    server = read_config(folder)
    if server.draft.exists():
        raise NotAcceptedError(
            f"{folder} waits for founders' signatures; finish opentally init first", rule="not-founded"
        )
    settings = Settings(
        origin=server.origin,
        database=server.database,
        head_file=server.head_file,
        log_key=read_key(server.log_key, passphrase=None),
        host=host,
        port=port,
        workers=workers,
        trust_proxy=server.trust_proxy,
        confirmed_time=int(time.time()) + 86_400 if confirm_time else None,
    )

    def ready(url: str) -> None:
        sys.stdout.write(f"listening on {url}\n")
        sys.stdout.flush()

    run(settings, started=ready)
