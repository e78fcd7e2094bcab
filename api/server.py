"""Runs the application under uvicorn: one process, no access log, and a shutdown that finishes what was admitted."""

import contextlib
import logging.config
import socket
from collections.abc import Callable
from typing import Final

import uvicorn

from api.app import create_app
from api.protocol import GuardedProtocol
from api.service import open_service
from api.settings import Settings
from api.telemetry import log_config
from ledger.errors import UnavailableError
from ledger.storage.migrate import upgrade

MAX_CONNECTIONS: Final = 2_048
"""Connections, idle ones counted; beyond them uvicorn answers 503 by itself."""


def serve(settings: Settings, *, started: Callable[[str], None] = lambda _url: None) -> None:
    """Serve until SIGINT or SIGTERM, then finish what was admitted.

    Args:
        settings: what the operator chose.
        started: called with the server's URL once it listens.

    Raises:
        LedgerError: the ledger cannot be opened, and why; or the address cannot be listened on.
    """
    logging.config.dictConfig(log_config())
    upgrade(settings.database)
    listener = _listen(settings.host, settings.port)
    with contextlib.closing(listener), contextlib.closing(open_service(settings)) as service:
        config = uvicorn.Config(
            create_app(settings, service),
            http=GuardedProtocol,
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(settings.trust_proxy),
            forwarded_allow_ips=list(settings.trust_proxy),
            limit_concurrency=MAX_CONNECTIONS,
            timeout_keep_alive=15,
            timeout_graceful_shutdown=settings.shutdown_patience,
        )
        host, port = listener.getsockname()[:2]
        started(f"http://{f'[{host}]' if ':' in host else host}:{port}")
        uvicorn.Server(config).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as exc:
        raise UnavailableError(f"{host}:{port} cannot be listened on: {exc.strerror}") from exc
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2_048)
    except OSError as exc:
        listener.close()
        raise UnavailableError(f"{host}:{port} cannot be listened on: {exc.strerror}") from exc
    return listener
