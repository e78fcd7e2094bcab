"""Those who ask a server for more than is theirs: the slow, who hold on to connections, and the flood.

All of them are coroutines on raw sockets in one thread, each with an address of its own choice on the loopback network.
"""

import asyncio
import collections
import contextlib
import re
import socket
import threading
from collections.abc import Callable, Coroutine, Sequence
from typing import Any
from urllib.parse import urlsplit

Link = tuple[asyncio.StreamReader, asyncio.StreamWriter]

WINDOW = 16 * 1024 * 1024
"""Bytes that are taken in before anybody looks at them: who means to read does not make the server wait."""

CONTENT_LENGTH = re.compile(rb"content-length: (\d+)\r\n", re.IGNORECASE)


def request(what: str, *headers: str, body: bytes = b"", length: int | None = None) -> bytes:
    """The bytes of a request; ``length`` may promise another body than follows."""
    promised = [f"content-length: {len(body) if length is None else length}"] if body or length else []
    return "\r\n".join([f"{what} HTTP/1.1", "host: x", *promised, *headers, "", ""]).encode() + body


class Rabble:
    """Everybody of one sort or several, from the call of ``start`` until they are done or told that it is enough."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._server = (str(parts.hostname), int(parts.port or 0))
        self.said = collections.Counter[str]()
        """How each of them was answered, and how it ended."""
        self.arrived = threading.Event()
        self.enough = threading.Event()
        self.failed: list[BaseException] = []
        self._links = contextlib.AsyncExitStack()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self, people: Callable[[], Sequence[Coroutine[Any, Any, None]]]) -> None:
        self._people = people
        self._thread.start()

    def done(self) -> bool:
        return not self._thread.is_alive()

    def join(self, patience: float) -> None:
        self.enough.set()
        self._thread.join(patience)
        assert self.done(), f"not cut off: {self.said}"
        for error in self.failed:
            raise error

    def _run(self) -> None:
        async def everybody() -> None:
            async with self._links:
                await asyncio.gather(*self._people())

        try:
            asyncio.run(everybody())
        except BaseException as error:  # noqa: BLE001 - looked at by join()
            self.failed.append(error)

    async def _connect(self, address: str) -> Link:
        link = await asyncio.open_connection(*self._server, local_addr=(address, 0), limit=WINDOW)
        self._links.push_async_callback(self._let_go, link)
        return link

    async def _let_go(self, link: Link) -> None:
        link[1].transport.abort()
        await asyncio.sleep(0)

    # The slow.

    async def dribble(self, sort: str, address: str, start: bytes, drop: bytes) -> None:
        """Send the start, then a drop of it now and then (or none), until the server has had enough."""
        reader, writer = await self._connect(address)
        heard = b""
        with contextlib.suppress(ConnectionError):
            writer.write(start)
            while True:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(0.3):
                        if not (piece := await reader.read(4_096)):
                            break
                        heard += piece
                        continue
                writer.write(drop)
        self.said[f"{sort} {heard[9:12].decode() or 'cut off'}"] += 1
        writer.close()

    async def never_read(self, address: str, requests: Sequence[bytes]) -> None:
        """Ask for one thing after another, each on a new connection, and of the first that is to be had read no more.

        When it is enough, what is still to be had is taken: an answer that was cut off is shorter than it promised.
        """
        loop = asyncio.get_running_loop()
        for each in requests:
            with socket.socket() as link:
                link.setblocking(False)
                link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
                link.bind((address, 0))
                await loop.sock_connect(link, self._server)
                await loop.sock_sendall(link, each)
                heard = await loop.sock_recv(link, 2_048)
                promised = CONTENT_LENGTH.search(heard)
                assert promised is not None, heard
                if heard[9:12] != b"200":
                    continue
                while not self.enough.is_set():  # noqa: ASYNC110 - told by another thread
                    await asyncio.sleep(0.1)
                got = len(heard) - heard.index(b"\r\n\r\n") - 4
                with contextlib.suppress(ConnectionError):
                    while got < int(promised[1]) and (piece := await loop.sock_recv(link, 65_536)):
                        got += len(piece)
                self.said["reader cut off" if got < int(promised[1]) else "reader had it all"] += 1
                return

    async def one_after_another(self, people: Sequence[Coroutine[Any, Any, None]], pause: float) -> None:
        """Each begins a moment after the one before."""
        tasks = []
        for one in people:
            tasks.append(asyncio.create_task(one))
            await asyncio.sleep(pause)
        self.arrived.set()
        await asyncio.gather(*tasks)

    # The flood.

    async def ask_all(self, address: str, requests: Sequence[bytes]) -> None:
        """Send the requests one after another, over as many connections as the server makes it take."""
        waiting = collections.deque(requests)
        while waiting:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                reader, writer = await self._connect(address)
                try:
                    while waiting:
                        raw = waiting.popleft()
                        with contextlib.suppress(ConnectionError):  # an answer may come before all was taken
                            writer.write(raw)
                            await writer.drain()
                        if b"\r\nconnection: close\r\n" in await self._hear(reader):
                            break
                finally:
                    writer.close()

    async def ask_until(self, address: str, raw: bytes, answer: str) -> None:
        """Send the request again and again until somebody has had this answer."""
        while self.said[answer] == 0:
            await self.ask_all(address, [raw])

    async def _hear(self, reader: asyncio.StreamReader) -> bytes:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except (ConnectionError, asyncio.IncompleteReadError):
            self.said["cut off"] += 1
            raise
        length = CONTENT_LENGTH.search(head)
        if length is not None:
            body = await reader.readexactly(int(length[1]))
        else:
            body = b""
            while (size := int(await reader.readline(), 16) if b"chunked" in head else 0) or b"chunked" in head:
                body += await reader.readexactly(size)
                await reader.readline()
                if size == 0:
                    break
        status = int(head[9:12])
        problem = re.search(rb'"type":"urn:opentally:problem:([a-z-]+)"', body) if status >= 400 else None
        self.said[f"{status} {problem[1].decode() if problem else ''}".strip()] += 1
        return head.lower()

    async def crowd_in(self, address: str, count: int) -> None:
        """Open so many connections, and only then ask something on each: how many are there to be answered?"""
        links: list[Link] = []
        for _ in range(count):
            with contextlib.suppress(ConnectionError):
                links.append(await self._connect(address))
        for reader, writer in links:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                writer.write(request("GET /healthz"))
                await reader.readuntil(b"\r\n\r\n")
                self.said["of a crowd"] += 1
