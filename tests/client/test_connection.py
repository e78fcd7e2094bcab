"""A connection is patient with outages, bounded in time and bytes, and asks for public files only."""

import gzip
import json
from collections.abc import Callable, Iterator

import httpx2
import pytest

from ledger.client.connection import ATTEMPTS, DEADLINE, Connection, parse_base_url
from ledger.client.source import HttpSource
from ledger.errors import (
    LedgerError,
    MalformedError,
    NotAcceptedError,
    NotFoundError,
    UnavailableError,
    VerificationError,
)

URL = "http://ledger.test/log"


class Sleeper:
    def __init__(self) -> None:
        self.waits: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.waits.append(seconds)


def connect(handler: Callable[[httpx2.Request], httpx2.Response], **options) -> Connection:
    options.setdefault("sleep", Sleeper())
    return Connection(URL, transport=httpx2.MockTransport(handler), **options)


def test_a_file_is_asked_for_under_the_prefix_and_unpacked():
    def handler(request: httpx2.Request) -> httpx2.Response:
        assert str(request.url) == f"{URL}/tile/entries/000"
        assert "gzip" in request.headers["accept-encoding"]
        return httpx2.Response(200, headers={"content-encoding": "gzip"}, content=gzip.compress(b"bundle" * 99))

    with connect(handler) as connection:
        assert HttpSource(connection).get("tile/entries/000") == b"bundle" * 99


def test_a_path_that_is_no_public_file_is_never_asked_for():
    def handler(request: httpx2.Request) -> httpx2.Response:
        raise AssertionError(request.url)

    with connect(handler) as connection, pytest.raises(MalformedError):
        HttpSource(connection).get("v1/ledger")


def test_a_small_answer_that_unpacks_to_a_huge_one_is_cut_off():
    bomb = gzip.compress(bytes(50_000_000))
    seen = []

    class Body(httpx2.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            for at in range(0, len(bomb), 512):
                seen.append(at)
                yield bomb[at : at + 512]

    def handler(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, headers={"content-encoding": "gzip"}, stream=Body())

    with connect(handler) as connection, pytest.raises(MalformedError) as caught:
        connection.get("tile/0/000", limit=8192)
    assert caught.value.rule == "too-long"
    assert len(seen) * 512 < len(bomb) / 2


def test_an_answer_that_drips_for_ever_ends_at_the_deadline():
    time = iter(range(10_000))

    class Body(httpx2.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            while True:
                yield b"."

    def handler(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, stream=Body())

    with connect(handler, clock=lambda: float(next(time))) as connection, pytest.raises(UnavailableError):
        connection.get("tile/0/000", limit=8192)
    assert next(time) < ATTEMPTS * (DEADLINE + 5)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_refused_at_once(status: int):
    asked = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url)
        return httpx2.Response(status, headers={"location": "http://elsewhere.test/"})

    with connect(handler) as connection, pytest.raises(UnavailableError) as caught:
        connection.get("checkpoint", limit=10)
    assert caught.value.rule == "redirected"
    assert len(asked) == 1


def test_503_and_lost_connections_are_tried_again_with_growing_waits_then_given_up():
    asked = []
    sleep = Sleeper()

    def handler(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url)
        if len(asked) % 2:
            raise httpx2.ConnectError("refused")
        return httpx2.Response(503)

    with connect(handler, sleep=sleep) as connection, pytest.raises(UnavailableError):
        connection.get("checkpoint", limit=10)
    assert len(asked) == ATTEMPTS
    assert len(sleep.waits) == ATTEMPTS - 1
    assert sleep.waits == sorted(sleep.waits)
    assert sleep.waits[-1] > sleep.waits[0]


def test_a_server_that_comes_back_is_heard_and_its_wish_to_wait_respected():
    answers = iter([httpx2.Response(429, headers={"retry-after": "7"}), httpx2.Response(200, content=b"note")])
    sleep = Sleeper()
    with connect(lambda _: next(answers), sleep=sleep) as connection:
        assert connection.get("checkpoint", limit=10) == b"note"
    assert len(sleep.waits) == 1
    assert sleep.waits[0] >= 6


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, MalformedError), (403, NotAcceptedError), (404, NotFoundError), (422, VerificationError)],
)
def test_a_refusal_carries_the_rule_and_the_words_of_the_server(status: int, error: type[LedgerError]):
    problem = {"type": "urn:opentally:problem:round-closed", "title": "t", "detail": "the round is closed"}

    def handler(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(status, content=json.dumps(problem).encode())

    with connect(handler) as connection, pytest.raises(error, match="the round is closed") as caught:
        connection.get("v1/rounds/x", limit=10)
    assert caught.value.rule == "round-closed"


def test_a_404_without_a_problem_document_is_not_found():
    with (
        connect(lambda _: httpx2.Response(404, content=b"<html>")) as connection,
        pytest.raises(NotFoundError) as caught,
    ):
        connection.get("checkpoint", limit=10)
    assert caught.value.rule == "not-found"


def test_another_servers_error_page_says_nothing_about_the_ledger():
    with connect(lambda _: httpx2.Response(418)) as connection, pytest.raises(UnavailableError) as caught:
        connection.get("checkpoint", limit=10)
    assert caught.value.rule == "unexpected-answer"


@pytest.mark.parametrize(
    "url", ["ftp://x/", "http://", "x", "http://u:p@x/", "http://x/?a=1", "http://x/?", "http://x/#f", "http://[::1"]
)
def test_only_a_plain_http_prefix_is_an_address(url: str):
    with pytest.raises(MalformedError) as caught:
        parse_base_url(url)
    assert caught.value.rule == "bad-url"
