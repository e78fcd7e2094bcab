"""A head that trickles or never ends does not hold a connection."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
import uvicorn
from starlette.responses import PlainTextResponse
from uvicorn.server import ServerState

from api import protocol

Reader, Writer = asyncio.StreamReader, asyncio.StreamWriter


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEAD_PATIENCE", 0.3)


def converse(talk: Callable[[Reader, Writer], Awaitable[None]]) -> None:
    """Talk to a server of one trivial answer."""

    async def run() -> None:
        config = uvicorn.Config(PlainTextResponse("hello"), lifespan="off", log_config=None, ws="none")
        config.load()
        state = ServerState()
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
