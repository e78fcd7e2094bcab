"""The HTTP/1.1 protocol of uvicorn with two limits that it lacks: on the time and on the size of a request's head.

Without them one machine holds thousands of connections open by sending a byte of a header now and then, or fills the
memory with a header that never ends.
"""

import asyncio
from typing import Final

from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_PATIENCE: Final = 10.0
"""Seconds from the connection, or from a request's first byte, to the end of its head."""

MAX_HEAD_BYTES: Final = 32_768


class GuardedProtocol(HttpToolsProtocol):
    """One connection."""

    _head_bytes: int | None = 0
    """Bytes since the head began; None while a body is read or an answer made."""

    _head_timer: asyncio.TimerHandle | None = None

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._await_head()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
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

    def _give_up(self) -> None:
        self._head_timer = None
        if not self.transport.is_closing():
            self.transport.close()
