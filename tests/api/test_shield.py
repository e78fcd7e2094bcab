"""What every answer carries, who is turned away, and that neither bugs nor secrets show."""

import asyncio
import io
import json
import logging
import time
from collections.abc import Callable

import pytest
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import shield
from api.limits import Addresses, Buckets, Gate
from api.settings import Rate
from api.shield import Shield
from api.telemetry import Telemetry, lines_to
from ledger.encoding import encode_base64
from ledger.errors import FatalLogError
from tests.api.desk import JSON, Desk, refused
from tests.records.builders import key, raw_entry, small_world
from tests.submit.house import submitted

OpenDesk = Callable[..., Desk]


@pytest.mark.parametrize("path", ["/checkpoint", "/v1/ledger", "/nowhere", "/metrics", "/openapi.json", "/healthz"])
def test_every_answer_is_safe_to_hold_in_a_browser(desk: Desk, path: str) -> None:
    headers = desk.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["access-control-allow-origin"] == "*"
    assert "server" not in headers


def test_any_origin_may_ask_before_it_posts(desk: Desk) -> None:
    asked = {"origin": "https://example.org", "access-control-request-method": "POST"}
    answer = desk.client.options("/v1/entries", headers=asked)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-methods"] == "GET, POST"
    assert answer.headers["access-control-allow-headers"] == "content-type"
    assert desk.client.options("/v1/entries").status_code == 405


def test_an_address_that_reads_too_much_waits_and_health_is_always_told(open_desk: OpenDesk) -> None:
    desk = open_desk(read_rate=Rate(burst=3, per_second=1))
    answers = [desk.get("/checkpoint").status_code for _ in range(5)]
    assert answers == [200, 200, 200, 429, 429]
    assert desk.get("/healthz").status_code == desk.get("/readyz").status_code == 200


def test_no_place_is_told_at_once(open_desk: OpenDesk) -> None:
    desk = open_desk(max_reads=1)
    assert desk.get("/checkpoint").status_code == 200
    desk = open_desk(max_reads=0)
    refused(desk.get("/checkpoint"), 503, "overloaded", "0 requests are being worked on already; try again")


def test_long_answers_go_out_in_pieces_and_are_held_to_a_budget(
    open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = open_desk().get("/openapi.json")
    length = len(whole.content)
    monkeypatch.setattr(shield, "PIECE", 1_000)
    monkeypatch.setattr(shield, "ANSWER_MEMORY", 4 * length)  # of which one address may hold a quarter
    desk = open_desk()
    for _ in range(3):  # what was held is given back
        assert desk.get("/openapi.json").content == whole.content
    monkeypatch.setattr(shield, "ANSWER_MEMORY", 4 * length - 1)
    desk = open_desk()
    refused(desk.get("/openapi.json"), 503, "overloaded", "too many long answers are being sent at once; try again")
    assert desk.get("/checkpoint").status_code == 200


def shielded(app: ASGIApp, gate: Gate) -> Shield:
    """The application behind a shield by itself."""
    reads = Buckets(None, lambda: 0.0)
    return Shield(
        app, app, addresses=Addresses(bytes), reads=reads, gate=gate, telemetry=Telemetry(), send_patience=0.05
    )


def get_of(path: str) -> Scope:
    return {"type": "http", "method": "GET", "path": path, "headers": []}


@pytest.mark.parametrize(("path", "at_once"), [("/tile/entries/000", 4), ("/tile/0/000", 20)])
def test_a_few_bundles_are_made_at_once_and_the_others_wait(path: str, at_once: int) -> None:
    making: list[int] = [0]
    answered: list[int] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        making.append(making[-1] + 1)
        await asyncio.sleep(0.01)
        making.append(making[-1] - 1)
        await Response(b"x")(scope, receive, send)

    async def receive() -> Message:
        raise AssertionError

    async def send(message: Message) -> None:
        answered.extend([message["status"]] if message["type"] == "http.response.start" else [])

    async def ask() -> None:
        guarded = shielded(app, Gate(20))
        await asyncio.gather(*(guarded(get_of(path), receive, send) for _ in range(20)))

    asyncio.run(asyncio.wait_for(ask(), 10))
    assert max(making) == at_once
    assert answered == [200] * 20


def test_who_does_not_read_holds_memory_for_a_time_and_nobodys_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shield, "PIECE", 10)
    gate = Gate(1)
    sent: list[Message] = []
    taken: list[int] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        taken.append(gate.taken)
        await Response(b"x" * 95)(scope, receive, send)

    async def receive() -> Message:
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)
        taken.append(gate.taken)
        if len(sent) == 4:
            await asyncio.sleep(60)

    asyncio.run(asyncio.wait_for(shielded(app, gate)(get_of("/"), receive, send), 10))
    assert taken == [1, 0, 0, 0, 0]
    assert [message.get("body") for message in sent] == [None, *[b"x" * 10] * 3]
    assert all(message["more_body"] for message in sent[1:])


@pytest.fixture
def said(desk: Desk) -> io.BytesIO:
    """What the application logs."""
    lines = io.BytesIO()
    desk.client.app.state.telemetry.log = lines_to(lines)
    return lines


def test_a_bug_shows_nothing_outside_and_only_its_place_inside(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, said: io.BytesIO
) -> None:
    def bug(*_args: object) -> None:
        raise AssertionError("bad math in 31415926")

    monkeypatch.setattr(desk.client.app.state.views, "ledger", bug)
    answer = desk.get("/v1/ledger")
    refused(answer, 500, "internal", "the server made a mistake; nothing already accepted is lost")
    logged = said.getvalue().decode()
    assert "31415926" not in answer.text + logged
    assert "AssertionError" in logged
    assert "views_of(request).ledger" not in logged


def test_an_error_of_the_system_on_our_side_is_no_reader_who_went_away(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, said: io.BytesIO
) -> None:
    def no_more_files(*_args: object) -> None:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(desk.client.app.state.desk.singles, "submit", no_more_files)
    answer = desk.post(b"{}")
    refused(answer, 500, "internal", "the server made a mistake; nothing already accepted is lost")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert '"internal-error"' in said.getvalue().decode()


class _Full(io.BytesIO):
    def write(self, _line: object) -> int:
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize("stream", [_Full(), None])
def test_a_log_line_that_cannot_be_written_is_lost_and_nothing_else(desk: Desk, stream: io.BytesIO | None) -> None:
    desk.client.app.state.telemetry.log = lines_to(stream)
    desk.service.core.sequencer._stop(FatalLogError("a fault", rule="commit-unknown"), ())
    deadline = time.monotonic() + 60
    while desk.get("/readyz").status_code != 200:  # mended, though it cannot be told
        assert time.monotonic() < deadline
        time.sleep(0.05)
    world, _ = small_world()
    assert len(desk.accept(submitted(world.entries))) == 3


def test_neither_logs_nor_answers_nor_the_database_hold_what_must_not_be_there(
    desk: Desk, said: io.BytesIO, caplog: pytest.LogCaptureFixture
) -> None:
    world, rnd = small_world()
    secret = "2718281828"
    opening = {"blinding": secret, "quantities": [int(secret), 3]}
    council = rnd.council.key
    with caplog.at_level(logging.DEBUG):
        desk.accept(submitted(world.entries))
        answers = [
            desk.post(raw_entry("claim", {"opening": opening, "round": secret}, council)),
            desk.post(raw_entry("total", {**opening, "totals": [int(secret)]}, council)),
            desk.post(raw_entry("claim", {"row": int(secret)}, council)),
            desk.post(b'{"opening":' + secret.encode()),
            desk.get(f"/v1/leaves/{secret}"),
            desk.get(f"/v1/rounds?after={secret}&council={secret}"),
            desk.get(f"/{secret}"),
            desk.client.post(f"/v1/entries?{secret}", content=secret.encode(), headers={**JSON, "x-a": secret}),
            desk.client.post("/v1/entries", content=b"{}", headers={"content-type": secret}),
        ]
    assert all(answer.status_code >= 400 or secret not in answer.text for answer in answers)
    for answer in answers:
        assert secret not in answer.text
    own = [record.getMessage() for record in caplog.records if not record.name.startswith("httpx2")]
    told = "\n".join(own) + said.getvalue().decode() + desk.get("/metrics").text
    assert '"route":"/v1/entries"' in told
    for hidden in (secret, "testclient", key("Ada").public.hex(), "m0"):
        assert hidden not in told
    assert encode_base64(council.public) not in told
    for file in desk.service.settings.head_file.parent.iterdir():
        assert secret.encode() not in file.read_bytes()


def test_the_log_says_route_status_and_time_and_counters_count(desk: Desk, said: io.BytesIO) -> None:
    world, _ = small_world()
    desk.accept(submitted(world.entries))
    desk.post(b"{")
    first, second = (json.loads(line) for line in said.getvalue().splitlines())
    assert set(first) == {"event", "level", "method", "ms", "route", "status", "timestamp"}
    assert (second["event"], second["method"], second["route"], second["status"]) == (
        "request", "POST", "/v1/entries", 400,
    )  # fmt: skip
    text = desk.get("/metrics").text
    assert 'opentally_entries_total{outcome="new"} 3.0' in text
    assert 'opentally_entries_total{outcome="refused"} 1.0' in text
    assert 'opentally_refusals_total{rule="not-json"} 1.0' in text
    assert "opentally_tree_size 5.0" in text
