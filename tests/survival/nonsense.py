"""Requests that a server refuses, each for another reason; sent by whoever wants to keep it busy."""

import gzip
import json

from ledger.encoding import decode_base64, encode_base64
from tests.records.builders import LOG, ORIGIN, CouncilHandle, key, ledger_body, make_entry, raw_entry
from tests.records.usual import resource_body
from tests.survival.load import Crowd, changes_of_mind
from tests.survival.rabble import request

JSON, NDJSON = "content-type: application/json", "content-type: application/x-ndjson"


def post(raw: bytes, *headers: str) -> bytes:
    return request("POST /v1/entries", *(headers or (JSON,)), body=raw)


def with_false_proof(claim: bytes, council: CouncilHandle) -> bytes:
    """The claim of a row without a member key, one bit of its proof turned, signed again as if it were right."""
    body = json.loads(claim)["statement"]["body"]
    proof = bytearray(decode_base64(body["proof"], what="proof"))
    proof[-32] ^= 1
    return raw_entry("claim", {**body, "proof": encode_base64(bytes(proof))}, council.key)


def bad_requests(crowd: Crowd) -> list[bytes]:
    """One of each sort, none of them long."""
    council = crowd.round.council
    resource = make_entry("resource", resource_body(council, quantity=10**6), council.key)
    at = resource.index(b'"sig":"') + 7
    forged = resource[:at] + (b"B" if resource[at : at + 1] != b"B" else b"C") + resource[at + 1 :]
    claim = with_false_proof(changes_of_mind(crowd.round, 1, 1)[0], council)
    entries = [
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 20_000,
        b'{"b":1,"a":2}',
        resource + b" ",
        resource.replace(b'"quantity"', b'"quantitas"'),
        forged,
        claim,
        b"x" * 70_000,
        raw_entry("nonsense", {}, council.key),
        raw_entry("clock", {"time": 0}, key(LOG)),
        raw_entry("council", {"key": "", "name": "\x07", "type": "?"}, council.key),
        make_entry("ledger", ledger_body(), key("nobody")),
        make_entry("resource", resource_body(council), council.key, origin=f"{ORIGIN}/another"),
        make_entry("resource", resource_body(council), key("nobody")),
    ]
    return [
        *(post(entry) for entry in entries),
        post(b"\n".join(entries[1:]), NDJSON),
        post(b"{}\n" * 10_001, NDJSON),
        post(resource, "content-type: text/plain"),
        post(gzip.compress(resource, mtime=0), JSON, "content-encoding: gzip"),
        request("DELETE /v1/entries"),
        request("GET /v1/entries/999999999"),
        request("GET /v1/entries/-1"),
        request("GET /v1/leaves/" + "0" * 64),
        request("GET /v1/rounds?limit=0"),
        request("GET /tile/0/999"),
        request("GET /tile/../../log.key"),
        request("GET /nowhere"),
    ]


def huge_requests() -> list[bytes]:
    """Bodies over every cap: on an entry, on all, and one that says beforehand that it never ends."""
    endless = request("POST /v1/entries", NDJSON, "transfer-encoding: chunked") + b"400000\r\n" + b"x" * 0x400000
    return [
        post(b"x" * 3_000_000),
        post((b"x" * 60_000 + b"\n") * 570, NDJSON),
        endless + (b"\r\n400000\r\n" + b"x" * 0x400000) * 8,
        post(b"x" * 3_000_000),
    ]
