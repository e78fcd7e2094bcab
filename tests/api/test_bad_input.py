"""Each bad input gets one clear sentence, a stable type, and leaves the log as it was."""

import gzip
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.routing import APIRoute

from api import routes as reading
from api import submissions
from ledger.encoding import decode_base64, encode_base64
from ledger.records.registry import KINDS
from tests.api.desk import JSON, NDJSON, Desk, refused
from tests.records.builders import CLOSES, START, RoundHandle, World, key, raw_entry, small_world
from tests.records.builders import make_entry as make
from tests.submit.house import submitted


@pytest.fixture(scope="module")
def small() -> tuple[World, RoundHandle]:
    """A world with one claim in it; each test only reads it."""
    world, rnd = small_world("public")
    world.claim(rnd, 1)
    return world, rnd


@pytest.fixture
def open_round(desk: Desk, small: tuple[World, RoundHandle]) -> Desk:
    desk.accept(submitted(small[0].entries))
    return desk


def body_of(raw: bytes) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(raw)["statement"]["body"]
    return body


def claim_with(world: World, rnd: RoundHandle, **changes: object) -> bytes:
    """A claim of row 2 whose body says something else, rightly signed."""
    return raw_entry("claim", {**body_of(world.claim_entry(rnd, 2)), **changes}, rnd.council.key)


def off_the_curve(world: World, rnd: RoundHandle) -> bytes:
    return claim_with(world, rnd, commitment=encode_base64(b"\1" * 96))


def identity(world: World, rnd: RoundHandle) -> bytes:
    return claim_with(world, rnd, commitment=encode_base64(bytes(96)))


def large_scalar(world: World, rnd: RoundHandle) -> bytes:
    proof = decode_base64(body_of(world.claim_entry(rnd, 2))["proof"])
    return claim_with(world, rnd, proof=encode_base64(proof[:-32] + b"\xff" * 32))


def false_proof(world: World, rnd: RoundHandle) -> bytes:
    proof = decode_base64(body_of(world.claim_entry(rnd, 2))["proof"])
    return claim_with(world, rnd, proof=encode_base64(proof[:-1] + bytes([proof[-1] ^ 1])))


def short_proof(world: World, rnd: RoundHandle) -> bytes:
    proof = decode_base64(body_of(world.claim_entry(rnd, 2))["proof"])
    return claim_with(world, rnd, proof=encode_base64(proof[:-32]))


def false_signature(world: World, rnd: RoundHandle) -> bytes:
    good, other = world.claim_entry(rnd, 2), world.claim_entry(rnd, 0)
    del other
    changed = world.claim_entry(rnd, 2, salt=1)
    return good.split(b',"statement"')[0] + b',"statement"' + changed.split(b',"statement"')[1]


def every_route() -> set[tuple[str, str]]:
    return {
        (method, route.path)
        for router in (reading.router, submissions.router)
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods
    }


Make = Callable[[World, RoundHandle], bytes]

NO_PROOF = "there is no consistency proof between these two sizes"

NO_NAME = "what the query names is not a parameter of this path"

NO_LEAF = "leaf is not a leaf hash: 64 lower-case hex digits"

NO_POINT = "a claim's commitment is not a point of the curve in its canonical form"

BAD: list[tuple[str, Make, int, str, str]] = [
    ("nothing", lambda _w, _r: b"", 400, "not-json", "the entry is not JSON"),
    ("not_json", lambda _w, _r: b"claim please", 400, "not-json", "the entry is not JSON"),
    ("not_an_object", lambda _w, _r: b"[]", 400, "malformed", "the entry is not a JSON object"),
    ("not_utf8", lambda _w, _r: b'{"a":"\xff"}', 400, "not-json", "the entry is not JSON"),
    (
        "not_canonical",
        lambda w, r: w.claim_entry(r, 2).replace(b'"v":1', b'"v": 1'),
        400,
        "not-canonical",
        "the entry is not in canonical form (RFC 8785)",
    ),
    (
        "too_long",
        lambda _w, _r: b"[" + b" " * 65_535,
        413,
        "too-long",
        "an entry has more than 65535 bytes, the most that is allowed",
    ),
    (
        "unknown_kind",
        lambda _w, r: raw_entry("wallet", {}, r.council.key),
        400,
        "unknown-kind",
        f"kind is none of {', '.join(sorted(KINDS))}",
    ),
    ("unknown_version", lambda w, r: raw_entry("claim", {}, v=2), 400, "unknown-version", "v is not 1"),
    (
        "wrong_ledger",
        lambda w, r: raw_entry("claim", body_of(w.claim_entry(r, 2)), r.council.key, origin="else.where"),
        403,
        "wrong-ledger",
        "ledger is not the origin of this ledger",
    ),
    (
        "unknown_round",
        lambda w, r: claim_with(w, r, round="A" * 43 + "="),
        403,
        "unknown-round",
        "round is not the leaf hash of a round entry",
    ),
    (
        "another_row",
        lambda w, r: claim_with(w, r, row=7),
        403,
        "row-out-of-range",
        "row 7 is not below 3, the number of the round's rows",
    ),
    (
        "stale_sequence",
        lambda w, r: w.claim_entry(r, 2, seq=2),
        403,
        "stale-sequence",
        "seq is 2; the row's next is 1",
    ),
    (
        "unknown_key",
        lambda w, r: w.claim_entry(r, 2, key=key("x"), signers=[key("x")]),
        403,
        "missing-signature",
        "the signature of a key registered in this ledger is missing",
    ),
    (
        "one_members_opening",
        lambda w, r: claim_with(w, r, opening={"quantities": [3, 1]}),
        400,
        "unknown-field",
        "opening is not a field",
    ),
    (
        "false_signature",
        false_signature,
        403,
        "invalid-signature",
        "a signature does not verify under the key it names",
    ),
    ("bad_point", off_the_curve, 400, "malformed", NO_POINT),
    ("identity", identity, 400, "malformed", NO_POINT),
    ("bad_scalar", large_scalar, 400, "malformed", "a scalar of a proof is not below the group order"),
    ("truncated_proof", short_proof, 400, "malformed", "a proof has 1376 bytes; this round's have 1408"),
    ("false_proof", false_proof, 422, "invalid-range-proof", "a claim's proof does not hold"),
    (
        "a_clock",
        lambda _w, _r: make("clock", {"time": START + 60}, key("the log")),
        403,
        "clock-submitted",
        "a clock entry is made by the log itself, and is not submitted",
    ),
]


@pytest.mark.parametrize("bad", BAD, ids=[one[0] for one in BAD])
def test_a_bad_entry_is_refused_in_one_sentence(
    open_round: Desk, small: tuple[World, RoundHandle], bad: tuple[str, Make, int, str, str]
) -> None:
    _, make_bad, status, rule, sentence = bad
    raw = make_bad(*small)
    before = open_round.get("/checkpoint").content
    answer = open_round.post(raw)
    said = answer.json()["detail"]
    assert "\n" not in said
    refused(answer, status, rule, sentence)
    if b"\n" not in raw and rule != "too-long":
        (line,) = open_round.post_all([raw]) if raw else open_round.post_all([b""])
        assert line == answer.json()
    assert open_round.get("/checkpoint").content == before


def test_a_closed_round_takes_no_claim(open_round: Desk, small: tuple[World, RoundHandle]) -> None:
    open_round.clock.time = CLOSES
    refused(
        open_round.post(small[0].claim_entry(small[1], 2)),
        403,
        "round-closed",
        f"the round closed at {CLOSES}; the last clock says {CLOSES}",
    )


def test_deep_json_is_refused_before_it_is_walked(desk: Desk) -> None:
    for raw in (b"[" * 60_000, b'{"a":' * 10_000 + b"1" + b"}" * 10_000):
        refused(desk.post(raw), 400, "too-deep", "the entry is nested 16 deep or more")


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_another_content_type_is_refused(desk: Desk, media_type: str) -> None:
    answer = desk.client.post("/v1/entries", content=b"{}", headers={"content-type": media_type})
    refused(answer, 415, "unsupported-media-type", "the content type must be application/json or application/x-ndjson")


def test_a_compressed_body_is_refused_unseen(desk: Desk) -> None:
    bomb = gzip.compress(bytes(10_000_000))
    for headers in ({**JSON, "content-encoding": "gzip"}, {**NDJSON, "content-encoding": "br"}):
        answer = desk.client.post("/v1/entries", content=bomb, headers=headers)
        refused(answer, 415, "not-acceptable-encoding", "the body must not be compressed")


def test_a_content_type_with_parameters_is_taken(desk: Desk) -> None:
    answer = desk.client.post("/v1/entries", content=b"{", headers={"content-type": "Application/JSON; charset=utf-8"})
    refused(answer, 400, "not-json", "the entry is not JSON")


def test_a_huge_body_is_refused_by_counting(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(max_body_bytes=100_000)
    pieces = iter([b"x" * 10_000] * 1_000)
    read = 0

    def body():  # chunked: no Content-Length to trust
        nonlocal read
        for piece in pieces:
            read += len(piece)
            yield piece

    answer = desk.client.post("/v1/entries", content=body(), headers=NDJSON)
    refused(answer, 413, "too-long", "the body has more than 100000 bytes; send several")


def test_too_many_entries_are_refused_together_and_none_is_looked_at(
    open_desk: Callable[..., Desk], small: tuple[World, RoundHandle]
) -> None:
    desk = open_desk(max_entries=2)
    entries = submitted(small[0].entries)
    answer = desk.client.post("/v1/entries", content=b"\n".join(entries), headers=NDJSON)
    refused(answer, 413, "too-many-entries", "a submission has more than 2 entries; send several")
    assert desk.view("/healthz")["size"] == 1


def test_one_overlong_line_is_its_own_refusal(desk: Desk, small: tuple[World, RoundHandle]) -> None:
    council, roster, *_ = submitted(small[0].entries)
    results = desk.post_all([council, b"x" * 70_000, roster])
    assert [result["status"] for result in results] == [201, 413, 201]
    assert results[1]["type"] == "urn:opentally:problem:too-long"
    assert results[1]["detail"] == "an entry has 70000 bytes; at most 65535 are allowed"


@pytest.mark.parametrize(
    ("path", "status", "rule", "sentence"),
    [
        ("/nowhere", 404, "not-found", "there is nothing at this path"),
        ("/tile/0/0", 400, "malformed", "not the path of a tile"),
        ("/tile/64/000", 400, "malformed", "a tile's level is not between 0 and 63"),
        ("/tile/0/000.p/0", 400, "malformed", "a tile's width is not between 1 and 256"),
        ("/tile/0/000.p/256", 400, "malformed", "not the canonical path of a tile"),
        ("/tile/0/x000/000", 400, "malformed", "not the canonical path of a tile"),
        ("/tile/0/000.p/02", 400, "malformed", "not the canonical path of a tile"),
        ("/tile/0/000.p/7", 404, "not-found", "a tree of size 6 has no tile/0/000.p/7"),
        ("/tile/entries/000.p/7", 404, "not-found", "a tree of size 6 has no tile/entries/000.p/7"),
        ("/tile/0/000", 404, "not-found", "a tree of size 6 has no tile/0/000"),
        ("/tile/1/000.p/1", 404, "not-found", "a tree of size 6 has no tile/1/000.p/1"),
        ("/v1/entries/6", 404, "not-found", "there is no such entry among the first 6"),
        ("/v1/entries/six", 400, "bad-parameter", "index is not a whole number"),
        ("/v1/entries/-1", 400, "bad-parameter", "index is below 0"),
        (f"/v1/entries/{2**53}", 400, "bad-parameter", f"index is above {2**53 - 1}"),
        ("/v1/entries/6/receipt", 404, "not-found", "there is no such entry among the first 6"),
        (f"/v1/leaves/{'0' * 64}", 404, "not-found", "no entry has this leaf hash"),
        ("/v1/leaves/zz", 400, "bad-parameter", NO_LEAF),
        (f"/v1/leaves/{'0' * 63}", 400, "bad-parameter", NO_LEAF),
        (f"/v1/leaves/{'A' * 64}", 400, "bad-parameter", NO_LEAF),
        ("/v1/proofs/inclusion", 400, "bad-parameter", "index is missing"),
        ("/v1/proofs/consistency", 400, "bad-parameter", "first is missing; second is missing"),
        ("/v1/proofs/inclusion?index=6", 404, "not-found", "there is no such entry among the first 6"),
        ("/v1/proofs/inclusion?index=0&size=7", 404, "not-found", "the log has published 6 entries"),
        ("/v1/proofs/consistency?first=0&second=3", 404, "not-found", NO_PROOF),
        ("/v1/proofs/consistency?first=3&second=2", 404, "not-found", NO_PROOF),
        (f"/v1/councils/{'0' * 64}", 404, "unknown-council", "there is no council of this leaf hash"),
        (f"/v1/rounds/{'0' * 64}", 404, "unknown-round", "there is no round of this leaf hash"),
        (f"/v1/rounds/{'0' * 64}/rows", 404, "unknown-round", "there is no round of this leaf hash"),
        (f"/v1/rounds/{'0' * 64}/rows/0", 404, "unknown-round", "there is no round of this leaf hash"),
        (f"/v1/rounds/{'0' * 64}/set", 404, "unknown-round", "there is no round of this leaf hash"),
        (f"/v1/rounds/{'0' * 64}/set-proof/{'0' * 64}", 404, "unknown-round", "there is no round of this leaf hash"),
        ("/v1/rounds?limit=0", 400, "bad-parameter", "limit is below 1"),
        ("/v1/rounds?limit=1001", 400, "bad-parameter", "limit is above 1000"),
        ("/v1/rounds?council=me", 400, "bad-parameter", "council is not a leaf hash: 64 lower-case hex digits"),
        ("/v1/rounds?after=0", 400, "bad-parameter", "after is not the `next` of the page before: lower-case hex"),
        ("/v1/entries/0/receipt?size=99999", 400, "bad-parameter", "size is not a parameter of this path"),
        ("/v1/rounds?Limit=3", 400, "bad-parameter", "Limit is not a parameter of this path"),
        ("/v1/rounds?limit=3&limit=4", 400, "bad-parameter", "limit is given more than once"),
        (f"/v1/ledger?{'x' * 99}=", 400, "bad-parameter", NO_NAME),
        ("/checkpoint?a%0Ab", 400, "bad-parameter", NO_NAME),
    ],
)  # fmt: skip
def test_a_bad_path_is_refused(open_round: Desk, path: str, status: int, rule: str, sentence: str) -> None:
    refused(open_round.get(path), status, rule, sentence)


@pytest.mark.parametrize("method_and_path", sorted(every_route()))
def test_no_route_ignores_a_query_parameter(desk: Desk, method_and_path: tuple[str, str]) -> None:
    """Whatever else may be wrong with the request, this is said first."""
    method, path = method_and_path
    answer = desk.client.request(method, f"{re.sub('{[^}]*}', '0', path)}?colour=red")
    refused(answer, 400, "bad-parameter", "colour is not a parameter of this path")


def test_a_method_that_a_path_does_not_have_is_refused(desk: Desk) -> None:
    answer = desk.client.delete("/v1/entries/0")
    refused(answer, 405, "method-not-allowed", "this path takes only GET")
    assert answer.headers["allow"] == "GET"
    refused(desk.get("/v1/entries"), 405, "method-not-allowed", "this path takes only POST")


@pytest.mark.parametrize("path", ["/v1/ledger/", "/checkpoint/", "/v1/entries/0/", "/v1/entries/", "/v1/entries/..%2F"])
def test_a_slash_too_many_leads_nowhere_else(desk: Desk, path: str) -> None:
    answer = desk.client.get(path, headers={"host": "evil.example"}, follow_redirects=False)
    assert (answer.status_code, answer.headers.get("location")) in {(404, None), (400, None)}
    assert answer.headers["content-type"] == "application/problem+json"
