"""Each entry is in the log once and has one result, whatever the server does on the way."""

import json
from collections.abc import Iterator

import httpx2
import pytest

from ledger.client import poster
from ledger.client.connection import ATTEMPTS, Connection
from ledger.client.poster import Declined, Posted, declined_error, get_json, post_entries, post_entry
from ledger.encoding import encode_base64
from ledger.errors import MalformedError, NotAcceptedError, UnavailableError
from ledger.merkle.hashing import leaf_hash

ENTRIES = tuple(f'{{"entry":{i}}}'.encode() for i in range(10))


class Server:
    """Appends what it is sent, once; `faults` says how each request in turn ends."""

    def __init__(self, *faults: str, refuse: bytes = b"") -> None:
        self.log: list[bytes] = []
        self.requests: list[int] = []
        self.faults = list(faults)
        self.refuse = refuse

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        assert request.headers["content-type"] == "application/x-ndjson"
        raws = request.read().split(b"\n")
        assert raws.pop() == b""
        self.requests.append(len(raws))
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "503":
            return httpx2.Response(503)
        lines = [self.answer(raw) for raw in raws]
        if fault == "lost":
            raise httpx2.ReadError("connection lost")
        if fault == "busy":
            lines[4:] = [{"status": 503, "type": "urn:opentally:problem:overloaded", "title": "", "detail": "busy"}]
        body = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
        if fault == "cut":
            body = body[: len(body) // 2]
        if fault == "more":
            body += body
        if fault == "swapped":
            body = b"".join(reversed(body.splitlines(keepends=True)))
        return httpx2.Response(201, stream=Pieces(body, broken=fault == "broken"))

    def answer(self, raw: bytes) -> dict:
        if raw == self.refuse:
            return {"status": 403, "type": "urn:opentally:problem:round-closed", "title": "t", "detail": "closed"}
        new = raw not in self.log
        if new:
            self.log.append(raw)
        index = self.log.index(raw)
        return {"status": 201 if new else 200, "index": index, "leaf": encode_base64(leaf_hash(raw)), "receipt": "r\n"}


class Pieces(httpx2.SyncByteStream):
    def __init__(self, body: bytes, *, broken: bool) -> None:
        self.body, self.broken = body, broken

    def __iter__(self) -> Iterator[bytes]:
        for at in range(0, len(self.body), 37):
            if self.broken and at > len(self.body) // 2:
                raise httpx2.ReadError("connection lost")
            yield self.body[at : at + 37]


def connect(server: Server) -> Connection:
    return Connection("http://ledger.test", transport=httpx2.MockTransport(server), sleep=lambda _: None)


@pytest.mark.parametrize("faults", [(), ("503",), ("lost",), ("cut",), ("broken",), ("busy", "cut", "lost", "503")])
def test_every_entry_is_in_the_log_once_and_results_come_in_order(faults: tuple[str, ...]):
    server = Server(*faults)
    results = list(post_entries(connect(server), ENTRIES))
    assert server.log == list(ENTRIES)
    assert [result.index for result in results if isinstance(result, Posted)] == list(range(10))
    assert all(isinstance(r, Posted) and r.leaf == leaf_hash(e) for r, e in zip(results, ENTRIES, strict=True))


def test_what_has_its_answer_is_not_sent_again():
    server = Server("busy")
    list(post_entries(connect(server), ENTRIES))
    assert server.requests == [10, 6]


def test_sending_again_after_a_crash_gives_the_same_places():
    server = Server()
    first = list(post_entries(connect(server), ENTRIES))
    again = list(post_entries(connect(server), ENTRIES))
    assert [(r.index, r.new) for r in first] == [(i, True) for i in range(10)]
    assert [(r.index, r.new) for r in again] == [(i, False) for i in range(10)]


def test_a_refused_entry_is_told_with_its_rule_and_does_not_stop_the_others():
    server = Server(refuse=ENTRIES[3])
    results = list(post_entries(connect(server), ENTRIES))
    assert results[3] == Declined(403, "round-closed", "t", "closed")
    assert len(server.log) == 9
    error = declined_error(results[3])
    assert isinstance(error, NotAcceptedError)
    assert error.rule == "round-closed"


def test_a_server_that_stays_away_is_given_up_after_several_tries():
    server = Server(*["503"] * 100)
    with pytest.raises(UnavailableError):
        list(post_entries(connect(server), ENTRIES))
    assert len(server.requests) == ATTEMPTS


def test_the_servers_wish_to_wait_is_respected_for_one_entry_too():
    waits: list[float] = []
    busy = b'{"status":503,"type":"urn:opentally:problem:overloaded","detail":"busy","retry_after":9}\n'
    answers = iter([httpx2.Response(200, content=busy)])
    server = Server()
    transport = httpx2.MockTransport(lambda request: next(answers, None) or server(request))
    post_entry(Connection("http://ledger.test", transport=transport, sleep=waits.append), ENTRIES[0])
    assert len(waits) == 1
    assert waits[0] >= 8


def test_progress_renews_patience():
    server = Server(*["busy", "503", "503", "503", "503"] * 2)
    assert len(list(post_entries(connect(server), ENTRIES))) == 10
    assert len(server.requests) > ATTEMPTS


@pytest.mark.parametrize("fault", ["swapped", "more"])
def test_results_that_are_not_about_what_was_sent_are_refused(fault: str):
    with pytest.raises(MalformedError) as caught:
        list(post_entries(connect(Server(fault)), ENTRIES))
    assert caught.value.rule == "unexpected-answer"


@pytest.mark.parametrize(
    "line",
    [
        b"x",
        b"{}",
        b'{"status":201}',
        b'{"status":201,"index":-1,"leaf":"","receipt":""}',
        b'{"status":"201"}',
        b"9" * 70_000,
    ],
)
def test_a_result_line_that_is_none_is_refused(line: bytes):
    transport = httpx2.MockTransport(lambda _: httpx2.Response(200, content=line + b"\n"))
    connection = Connection("http://ledger.test", transport=transport, sleep=lambda _: None)
    with pytest.raises(MalformedError):
        post_entry(connection, ENTRIES[0])


def test_requests_stay_under_their_caps(monkeypatch: pytest.MonkeyPatch):
    server = Server()
    monkeypatch.setattr(poster, "MAX_POST_ENTRIES", 4)
    list(post_entries(connect(server), ENTRIES))
    assert server.requests == [4, 4, 2]
    server = Server()
    monkeypatch.setattr(poster, "MAX_POST_BYTES", 2 * (len(ENTRIES[0]) + 1))
    list(post_entries(connect(server), ENTRIES))
    assert server.requests == [2, 2, 2, 2, 2]


def test_an_entry_with_a_newline_would_be_two_and_is_not_sent():
    server = Server()
    with pytest.raises(MalformedError):
        list(post_entries(connect(server), (b"{}\n{}",)))
    assert server.requests == []


def test_one_entry_one_result():
    assert post_entry(connect(Server()), ENTRIES[0]) == Posted(0, leaf_hash(ENTRIES[0]), b"r\n", new=True)


def test_a_view_is_json_or_refused():
    answers = iter([httpx2.Response(200, content=b'{"size":3}'), httpx2.Response(200, content=b"<html>")])
    connection = Connection("http://ledger.test", transport=httpx2.MockTransport(lambda _: next(answers)))
    assert get_json(connection, "v1/ledger") == {"size": 3}
    with pytest.raises(MalformedError):
        get_json(connection, "v1/ledger")
