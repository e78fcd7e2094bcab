"""Runs the application under uvicorn: one process, no access log, and a shutdown that finishes what was admitted."""

import contextlib
import gc
import logging.config
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

import uvicorn

from api.app import create_app
from api.protocol import GuardedProtocol
from api.service import open_service
from api.settings import Settings
from api.telemetry import log_config
from ledger.errors import UnavailableError
from ledger.storage.migrate import upgrade

if TYPE_CHECKING:
    from types import FrameType

MAX_CONNECTIONS: Final = 2_048
"""Connections, idle ones counted; beyond them uvicorn answers 503 by itself."""

_SWITCH_SECONDS: Final = 0.001
"""How long a thread keeps the interpreter while another waits (5 ms by default): readers may wait behind several."""


def serve(settings: Settings, *, started: Callable[[str], None] = lambda _url: None) -> None:
    """Serve until SIGINT or SIGTERM, then finish what was admitted; return after SIGTERM.

    Before the server listens the two signals do what they did before the call: nothing has been admitted yet.

    Args:
        settings: what the operator chose.
        started: called with the server's URL once it listens.

    Raises:
        LedgerError: the ledger cannot be opened, and why; or the address cannot be listened on.
        KeyboardInterrupt: SIGINT came, and everything is closed.
    """
    logging.config.dictConfig(log_config())
    upgrade(settings.database)
    with contextlib.ExitStack() as opened:
        listener = _listen(settings.host, settings.port)
        opened.callback(listener.close)
        service = open_service(settings)
        opened.callback(service.close)
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
        server = uvicorn.Server(config)
        # What has been loaded stays until the end: a full collection need not walk it while readers wait.
        gc.collect()
        gc.freeze()
        sys.setswitchinterval(_SWITCH_SECONDS)
        with _stopped_by_signals(server), opened.pop_all():
            started(f"http://{f'[{host}]' if ':' in host else host}:{port}")
            server.run(sockets=[listener])


@contextlib.contextmanager
def _stopped_by_signals(server: uvicorn.Server) -> Iterator[None]:
    """In the block signals ask the server to stop, also before it runs and while what it held is being closed.

    uvicorn takes them only while its loop runs, and raises them once more after it: between, an exception out of a
    signal handler could come up where it is swallowed, or end the process with a service half closed.
    """
    if threading.current_thread() is not threading.main_thread():  # where Python delivers no signals
        yield
        return
    came: list[int] = []

    def stop(number: int, frame: "FrameType | None") -> None:
        came.append(number)
        server.handle_exit(number, frame)

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if signal.SIGINT in came:
        raise KeyboardInterrupt


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
