"""A client that costs next to nothing, so that the server is what is measured: prepared requests, raw sockets.

Each connection sends one request, waits for the whole answer, and sends the next. Runs in a process of its own.
"""

import asyncio
import multiprocessing
import socket
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answers:
    """What came back: status and seconds of each request, and seconds on the wall from the first to the last."""

    statuses: tuple[int, ...]
    seconds: tuple[float, ...]
    wall: float


def post(path: str, body: bytes, media_type: str = "application/json") -> bytes:
    """The bytes of a POST request."""
    head = f"POST {path} HTTP/1.1\r\nhost: bench\r\ncontent-type: {media_type}\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


def fetch(path: str) -> bytes:
    """The bytes of a GET request."""
    return f"GET {path} HTTP/1.1\r\nhost: bench\r\n\r\n".encode()


def get(port: int, path: str) -> int:
    """The status of one GET request, 0 where nobody answers."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(fetch(path))
            line = connection.recv(64)
    except OSError:
        return 0
    return int(line[9:12] or b"0")


@contextmanager
def client() -> Iterator[ProcessPoolExecutor]:
    """A process for the load."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        pool.submit(time.time).result()
        yield pool


def run(
    pool: ProcessPoolExecutor, port: int, requests: Sequence[Sequence[bytes]], pause: float = 0.0
) -> "Future[Answers]":
    """Send each row of requests on a connection of its own, with so many seconds between answer and next request."""
    return pool.submit(_run, port, requests, pause)


def _run(port: int, requests: Sequence[Sequence[bytes]], pause: float) -> Answers:
    return asyncio.run(_all(port, requests, pause))


async def _all(port: int, requests: Sequence[Sequence[bytes]], pause: float) -> Answers:
    links = [await asyncio.open_connection("127.0.0.1", port) for _ in requests]
    start = time.perf_counter()
    rows = await asyncio.gather(*(_one(*link, row, pause) for link, row in zip(links, requests, strict=True)))
    wall = time.perf_counter() - start
    for _, writer in links:
        writer.close()
    each = [answer for row in rows for answer in row]
    return Answers(tuple(status for status, _ in each), tuple(seconds for _, seconds in each), wall)


async def _one(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, requests: Sequence[bytes], pause: float
) -> list[tuple[int, float]]:
    answers = []
    for request in requests:
        start = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        await reader.readexactly(int(length))
        answers.append((int(head[9:12]), time.perf_counter() - start))
        if pause:
            await asyncio.sleep(pause)
    return answers
