"""The real server in its own process: slow and broken clients, stopping, being killed."""

import json
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.api.desk import JSON, NDJSON
from tests.api.served import served
from tests.records.builders import World
from tests.submit.house import found_house, quick_folder, submitted

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with quick_folder() as made:
        found_house(made)
        yield made


def connect(url: str) -> socket.socket:
    parts = urlsplit(url)
    return socket.create_connection((parts.hostname, parts.port), timeout=30)


def head(path: str, *lines: str) -> bytes:
    return "\r\n".join([f"{path} HTTP/1.1", "host: x", *lines, "", ""]).encode()


def answer_of(connection: socket.socket) -> bytes:
    answer = b""
    while piece := connection.recv(65_536):
        answer += piece
    return answer


def councils(count: int) -> list[bytes]:
    world = World(proofs=False).found()
    for number in range(count):
        world.council(f"council {number}")
    return submitted(world.entries)


def post(url: str, entries: list[bytes]) -> list[dict[str, Any]]:
    answer = httpx2.post(f"{url}/v1/entries", content=b"\n".join(entries), headers=NDJSON, timeout=60)
    return [json.loads(line) for line in answer.text.splitlines()]


def test_one_life_after_another(folder: Path) -> None:
    """Three servers over one ledger: the first is stopped while it answers, the second killed."""
    entries = councils(500)
    first, second = entries[:300], entries[300:]
    with served(folder) as (url, process):
        slow_broken_and_gone_clients(url)
        huge_bodies(url)
        body = b"\n".join(first)
        with httpx2.stream("POST", f"{url}/v1/entries", content=body, headers=NDJSON, timeout=60) as answer:
            lines = answer.iter_lines()
            results = [json.loads(next(lines))]
            process.send_signal(signal.SIGTERM)
            results += [json.loads(line) for line in lines]
        assert [result["status"] for result in results] == [201] * 300  # what was sent is finished
        process.wait(30)
        said_nothing_it_should_not(folder)
    with served(folder) as (url, process):
        assert [result["index"] for result in post(url, first)] == [result["index"] for result in results]
        with (
            httpx2.Client(timeout=20) as client,
            pytest.raises(httpx2.HTTPError),
            client.stream("POST", f"{url}/v1/entries", content=b"\n".join(second), headers=NDJSON) as answer,
        ):
            pieces = answer.iter_bytes()
            seen = next(pieces)
            process.kill()
            for piece in pieces:
                seen += piece
            raise httpx2.ReadError("the answer was complete before the server was killed")
        process.wait(30)
    with served(folder) as (url, _):
        again = post(url, entries)
        assert {result["status"] for result in again} <= {200, 201}
        assert [result["index"] for result in again[:300]] == [result["index"] for result in results]
        answered = [json.loads(line) for line in seen.split(b"\n")[:-1]]
        assert [result["index"] for result in again[300 : 300 + len(answered)]] == [r["index"] for r in answered]
        assert {result["status"] for result in again[: 300 + len(answered)]} == {200}


def slow_broken_and_gone_clients(url: str) -> None:
    start = head("POST /v1/entries", "content-type: application/json", "content-length: 1000", "connection: close")
    # A body that trickles is given up after its patience, with a problem.
    slow = connect(url)
    slow.sendall(start + b"{")
    # A client that goes away in the middle of its body.
    gone = connect(url)
    gone.sendall(start + b"{")
    gone.close()
    # A head that never ends.
    endless = connect(url)
    endless.sendall(b"GET /checkpoint HTTP/1.1\r\n" + b"x-more: " + b"y" * 100_000)
    # What is not HTTP at all.
    noise = connect(url)
    noise.sendall(b"\x16\x03\x01\x00\xa5\x01\x00\x00")
    started = time.monotonic()
    assert httpx2.get(f"{url}/healthz").json() == {"status": "ok", "size": 1}
    assert time.monotonic() - started < 2
    answer = answer_of(slow)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"type":"urn:opentally:problem:slow-request"' in answer
    assert answer_of(endless).startswith(b"HTTP/1.1 400 ")
    assert answer_of(noise).startswith(b"HTTP/1.1 400 ")
    for connection in (slow, endless, noise):
        connection.close()


def said_nothing_it_should_not(folder: Path) -> None:
    said = (folder / "stderr").read_text()
    assert "127.0.0.1" not in said
    assert "Traceback" not in said
    for line in said.splitlines():
        json.loads(line)


def huge_bodies(url: str) -> None:
    connection = connect(url)
    connection.sendall(head("POST /v1/entries", "content-type: application/json", "transfer-encoding: chunked"))
    sent = 0
    try:
        for _ in range(2_000):
            connection.sendall(b"10000\r\n" + b"x" * 65_536 + b"\r\n")
            sent += 65_536
    except OSError:
        pass
    assert sent < 100_000_000
    connection.close()
    with httpx2.Client() as client:  # who can hear it is told
        answer = client.post(f"{url}/v1/entries", content=b"x" * 3_000_000, headers=JSON)
    assert answer.status_code == 413
    assert answer.json()["type"] == "urn:opentally:problem:too-long"
