"""A head that trickles or never ends does not hold a connection, nor does a sleeping reader; nor one machine all."""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import uvicorn
from starlette.responses import PlainTextResponse
from uvicorn.server import ServerState

from api import protocol

Reader, Writer = asyncio.StreamReader, asyncio.StreamWriter


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEAD_PATIENCE", 0.3)
    monkeypatch.setattr(protocol, "LINGER_PATIENCE", 0.3)


def converse(talk: Callable[[Reader, Writer], Awaitable[None]], state: ServerState | None = None, **more: Any) -> None:
    """Talk to a server of one trivial answer."""
    state = ServerState() if state is None else state

    async def run() -> None:
        app = more.pop("app", PlainTextResponse("hello"))
        config = uvicorn.Config(app, lifespan="off", log_config=None, ws="none", **more)
        config.load()
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: protocol.GuardedProtocol(config=config, server_state=state, app_state={}), "127.0.0.1", 0
        )
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        try:
            async with asyncio.timeout(10):
                await talk(reader, writer)
        finally:
            writer.close()
            server.close()
            await asyncio.sleep(0.05)

    asyncio.run(run())


async def get(reader: Reader, writer: Writer) -> bytes:
    writer.write(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
    head = await reader.readuntil(b"\r\n\r\n")
    return head + await reader.readexactly(5)


@pytest.mark.parametrize("start", [b"", b"GET / HTTP/1.1\r\nhost", b"GET / HTTP/1.1\r\nhost: x\r\n"])
def test_a_head_that_does_not_end_is_given_up(start: bytes) -> None:
    async def talk(reader: Reader, writer: Writer) -> None:
        writer.write(start)
        assert await reader.read() == b""

    converse(talk)


def test_trickling_does_not_buy_time() -> None:
    async def talk(reader: Reader, writer: Writer) -> None:
        began = asyncio.get_running_loop().time()
        writer.write(b"GET / HTTP/1.1\r\nx: ")
        closed = False
        while not closed:
            try:
                async with asyncio.timeout(0.1):
                    closed = await reader.read(1) == b""
            except TimeoutError:
                writer.write(b"y")
            except ConnectionError:
                closed = True
        assert asyncio.get_running_loop().time() - began < 3

    converse(talk)


def test_requests_one_after_another_are_answered_and_the_last_half_one_given_up() -> None:
    async def talk(reader: Reader, writer: Writer) -> None:
        for _ in range(3):
            assert (await get(reader, writer)).endswith(b"hello")
            await asyncio.sleep(0.2)
        await asyncio.sleep(0.4)  # idle between requests is the keep-alive's matter
        assert (await get(reader, writer)).endswith(b"hello")
        writer.write(b"GET / HTTP/1.1\r\n")
        assert await reader.read() == b""

    converse(talk)


def test_a_head_that_is_too_long_is_refused() -> None:
    async def talk(reader: Reader, writer: Writer) -> None:
        assert (await get(reader, writer)).endswith(b"hello")
        writer.write(b"GET / HTTP/1.1\r\nx: " + b"y" * 40_000)
        await asyncio.sleep(0.05)
        writer.write(b"y" * 40_000)
        assert (await reader.read()).startswith(b"HTTP/1.1 400 ")

    converse(talk)


@pytest.mark.parametrize("farewell", [b"", b"connection: close\r\n"])
def test_a_connection_that_is_closed_does_not_wait_for_ever_for_its_reader(farewell: bytes) -> None:
    state = ServerState()

    async def talk(_reader: Reader, writer: Writer) -> None:
        with socket.socket() as sleeper:
            sleeper.setblocking(False)
            sleeper.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            loop = asyncio.get_running_loop()
            await loop.sock_connect(sleeper, writer.get_extra_info("peername"))
            await loop.sock_sendall(sleeper, b"GET / HTTP/1.1\r\nhost: x\r\n" + farewell + b"\r\n")
            assert await loop.sock_recv(sleeper, 12) == b"HTTP/1.1 200"
            while state.connections:  # noqa: ASYNC110 - the server has nothing to wait for
                await asyncio.sleep(0.05)

    converse(talk, state, app=PlainTextResponse("hello" * 2_000_000), timeout_keep_alive=1)


@pytest.mark.parametrize(("proxy", "answered"), [(False, 4), (True, 12)])
def test_one_machine_has_no_more_than_a_quarter_of_the_connections(proxy: bool, answered: int) -> None:
    state = ServerState()

    async def talk(reader: Reader, writer: Writer) -> None:
        links = [(reader, writer)]
        for _ in range(11):
            links.append(await asyncio.open_connection(*writer.get_extra_info("peername")))
        said = []
        for each in links:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                said.append(await get(*each))
        assert len(said) == answered
        # Another machine finds a place, and so does this one when it has given one back.
        other = await asyncio.open_connection(*writer.get_extra_info("peername"), local_addr=("127.0.0.2", 0))
        assert (await get(*other)).endswith(b"hello")
        for _, each_writer in (*links[1:], other):
            each_writer.close()
        while len(state.connections) > 1:  # noqa: ASYNC110 - the server has nothing to wait for
            await asyncio.sleep(0.01)
        again = await asyncio.open_connection(*writer.get_extra_info("peername"))
        assert (await get(*again)).endswith(b"hello")
        again[1].close()

    converse(talk, state, limit_concurrency=16, proxy_headers=proxy)
