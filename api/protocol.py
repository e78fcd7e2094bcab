"""The HTTP/1.1 protocol of uvicorn with limits that it lacks: on a request's head, on closing, and on one machine.

Without them one machine holds thousands of connections open by sending a byte of a header now and then, or fills the
memory with a header that never ends; a connection that is closed while its reader sleeps stays for ever, with what was
still to be sent; and who opens all the connections that there are shuts everybody else out.
"""

import asyncio
from typing import Final

from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.limits import holder_of

HEAD_PATIENCE: Final = 10.0
"""Seconds from the connection, or from a request's first byte, to the end of its head."""

MAX_HEAD_BYTES: Final = 32_768

LINGER_PATIENCE: Final = 30.0
"""Seconds, and at most twice as many, that a closed connection waits for its reader to take what was to be sent."""


class GuardedProtocol(HttpToolsProtocol):
    """One connection."""

    _head_bytes: int | None = 0
    """Bytes since the head began; None while a body is read or an answer made."""

    _head_timer: asyncio.TimerHandle | None = None

    _linger_timer: asyncio.TimerHandle | None = None

    _holder: bytes = b""
    """Whose connection it is; forgotten with it."""

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._holder = holder_of(self.client[0] if self.client else "")
        if self._one_too_many():
            transport.abort()
            return
        self._await_head()
        self._look_later(closed=False)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        if self._linger_timer is not None:
            self._linger_timer.cancel()
            self._linger_timer = None
        super().connection_lost(exc)

    @override
    def data_received(self, data: bytes) -> None:
        if self._head_bytes is not None:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._head_bytes is not None and self._head_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response("The head of the request is too long.")

    @override
    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._await_head()

    @override
    def on_headers_complete(self) -> None:
        self._stop_timer()
        self._head_bytes = None
        super().on_headers_complete()

    def _await_head(self) -> None:
        if self._head_bytes is None:
            self._head_bytes = 0
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(HEAD_PATIENCE, self._give_up)

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _one_too_many(self) -> bool:
        """Whether this machine has a quarter of all connections already.

        Behind a trusted proxy all connections are the proxy's, which is to limit them, and nobody else should reach us.
        """
        if self.limit_concurrency is None or self.config.proxy_headers:
            return False
        quarter: int = self.limit_concurrency // 4
        if len(self.connections) <= quarter:
            return False
        mine: int = sum(getattr(one, "_holder", None) == self._holder for one in self.connections)
        return mine > quarter

    def _look_later(self, *, closed: bool) -> None:
        self._linger_timer = self.loop.call_later(LINGER_PATIENCE, self._look, closed)

    def _look(self, closed: bool) -> None:  # noqa: FBT001 - called by the loop
        """Drop the connection if it had been closed one look ago and is still there.

        Closing waits for the reader, who may never read. There are many ways to close and one thing to be seen after
        all of them, so it is looked for, not told.
        """
        if closed:
            self.transport.abort()
        else:
            self._look_later(closed=self.transport.is_closing())

    def _give_up(self) -> None:
        self._head_timer = None
        if not self.transport.is_closing():
            self.transport.close()
