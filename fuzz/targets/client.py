"""What a server that means harm can answer: results of a post, problem documents, views, its own introduction."""

import gzip
from collections.abc import Callable

import httpx2
import msgspec
from typing_extensions import override

from api import answers
from fuzz.seeds import LOG, ORIGIN, POLICY, small
from fuzz.target import JUDGED, Broken, Prepared, Target
from fuzz.targets.tlog import notes
from ledger.cli.remote import Remote
from ledger.client.connection import Connection
from ledger.client.introduction import asserted_policy
from ledger.client.poster import Declined, declined_error, get_json, post_entries
from ledger.client.source import Source
from ledger.client.total_receipt import LoggedEntry, TotalReceipt, make_total_receipt, verify_total_receipt
from ledger.encoding import encode_base64
from ledger.errors import LedgerError, NotFoundError, UnavailableError
from ledger.merkle.bundle import encode_bundle
from ledger.merkle.hashing import leaf_hash
from ledger.merkle.tree import path_of, root_of
from ledger.tlog.checkpoint import Checkpoint, sign_checkpoint
from ledger.tlog.proof import TlogProof

FAILED = (*JUDGED, NotFoundError, UnavailableError)


def answering(raw: bytes) -> Connection:
    """A server that gives this one answer to everything: a line of status and headers, then the body."""
    head, _, body = raw.partition(b"\n")
    status, *headers = head.split(b" ")
    number = int(status) if status.isdigit() and len(status) == 3 and b"100" <= status <= b"599" else 200
    pairs = [tuple(header.split(b":", 1)) for header in headers if header.isascii() and header.count(b":") == 1]

    def answer(_request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(number, headers=[(name, value) for name, value in pairs], content=body)

    return Connection("http://fuzz.example", transport=httpx2.MockTransport(answer), sleep=lambda _seconds: None)


def _results() -> Prepared:
    entries = tuple(small().entries[:3])
    lines = [
        {"status": 201, "index": 7, "leaf": encode_base64(leaf_hash(entries[0])), "receipt": "a\nb\n"},
        {"type": "urn:opentally:problem:round-closed", "title": "Round closed", "status": 403, "detail": "é"},
        {"status": 200, "index": 2**40, "leaf": encode_base64(leaf_hash(entries[2])), "receipt": ""},
    ]
    good = b"200 content-type:application/x-ndjson\n" + b"".join(msgspec.json.encode(line) + b"\n" for line in lines)

    def read(raw: bytes) -> None:
        with answering(raw) as there:
            for entry, result in zip(entries, post_entries(there, entries), strict=True):
                if isinstance(result, Declined):
                    _named(declined_error(result))
                elif result.leaf != leaf_hash(entry) or result.index < 0:
                    raise Broken("a result is about another entry, or about no place")

    busy = b'200\n{"type":"urn:opentally:problem:busy","title":"Busy","status":503,"detail":"d","retry_after":3}\n'
    return Prepared(
        (good,), _patient(read, busy), refusals=FAILED, words=(busy[4:], b"429", b"503", b'"retry_after":9')
    )


def _patient(read: Callable[[bytes], None], busy: bytes) -> Callable[[bytes], None]:
    """A server that is busy for ever is given up."""
    try:
        read(busy)
    except UnavailableError:
        return read
    raise Broken("a server that is busy for ever is waited for, for ever")


def _named(error: LedgerError) -> None:
    if not error.rule:
        raise Broken("a refusal without a rule")


def _problem() -> Prepared:
    good = b'{"type":"urn:opentally:problem:too-long","title":"Too long","status":413,"detail":"cut it","size":3}'
    heads = (
        b"400",
        b"403 content-type:application/problem+json",
        b"404",
        b"409",
        b"410",
        b"413",
        b"422",
        b"418",
        b"503",
    )

    def read(raw: bytes) -> None:
        with answering(raw) as there:
            try:
                get_json(there, "v1/ledger")
            except LedgerError as refusal:
                _named(refusal)
                if raw.startswith(b"200"):
                    raise

    seeds = (*(head + b"\n" + good for head in heads), b"404\n<html>", b"429 retry-after:5\n", b"301 location:/x\n")
    zipped = b"200 content-encoding:gzip\n" + gzip.compress(b'{"a":[1]}', mtime=0)
    return Prepared((*seeds, zipped, b"200\n{}"), read, refusals=FAILED)


VIEWS = (
    answers.LedgerView(
        size=3,
        origin=ORIGIN,
        vkey=str(POLICY.logs[0].key),
        suite="OT1",
        cohort_floor=2,
        clock_period=60,
        challenges=answers.ChallengeRuleView(limit=3, reply=1_209_600),
        founding=(LOG.public,),
        leaf=bytes(32),
        clock=None,
    ),
    answers.LeafView(size=3, index=2, leaf=bytes(32)),
    answers.InclusionView(size=3, index=2, root=bytes(32), path=(bytes(32),)),
    answers.CouncilList(
        size=3,
        councils=(
            answers.CouncilView(
                size=3, leaf=bytes(32), index=2, name="Riverside", type="council", parent=None, key=LOG.public
            ),
        ),
        next="00ff",
    ),
)


def _views() -> Prepared:
    """The first byte chooses the shape that is expected."""
    there = object.__new__(Remote)  # its own folder and history play no part in reading a view

    def read(raw: bytes) -> None:
        shape = VIEWS[raw[0] % len(VIEWS) if raw else 0]
        with answering(b"200\n" + raw[1:]) as connection:
            there.connection = connection
            view = there.view("v1/ledger", type(shape))
        if msgspec.json.decode(msgspec.json.encode(view), type=type(shape)) != view:
            raise Broken("a view is not what it is written as")

    return Prepared(
        tuple(bytes([i]) + msgspec.json.encode(view) for i, view in enumerate(VIEWS)), read, refusals=FAILED
    )


class Served(Source):
    """A ledger that is served from two pieces of bytes."""

    name = "fuzz"

    def __init__(self, checkpoint: bytes, rest: bytes) -> None:
        self._checkpoint, self._rest = checkpoint, rest

    @override
    def get(self, path: str) -> bytes:
        """The checkpoint, or the other piece whatever is asked for."""
        return self._checkpoint if path == "checkpoint" else self._rest


_BORDER = b"\n=====\n"


def _introduction() -> Prepared:
    good = notes()[0] + _BORDER + encode_bundle(small().entries)

    def read(raw: bytes) -> None:
        checkpoint, _, rest = raw.partition(_BORDER)
        asserted_policy(Served(checkpoint, rest))

    return Prepared((good,), read, refusals=FAILED)


def _total_receipt() -> Prepared:
    ledger, tree = small("hidden"), [leaf_hash(entry) for entry in small("hidden").entries]
    note = _note_over(tree)
    parts = {
        name: LoggedEntry(
            ledger.entry(name), TlogProof(ledger.steps[name], path_of(tree, ledger.steps[name]), note).encode()
        )
        for name in ("close", "total")
    }
    live = [leaf_hash(ledger.entry(name)) for name in ("other claim", "replacement")]
    live.sort(key=tree.index)
    seeds = tuple(make_total_receipt(claim, live, parts["close"], parts["total"]).encode() for claim in live)

    def read(raw: bytes) -> None:
        file = TotalReceipt.parse(raw)
        if file.encode() != raw:
            raise Broken("a total receipt is written in another way than it was read")
        found = verify_total_receipt(raw, POLICY, claim_entry=None, randbytes=lambda size: b"\x5a" * size)
        if found.claim not in live or found.position != live.index(found.claim):
            raise Broken("a total receipt shows a claim that is not in the set")

    return Prepared(seeds, read, refusals=JUDGED)


def _note_over(tree: list[bytes]) -> bytes:
    return sign_checkpoint(Checkpoint(ORIGIN, len(tree), root_of(tree)), LOG)


TARGETS: tuple[Target, ...] = (
    Target("total receipt", 20_000, _total_receipt),
    Target("results of a post", 15_000, _results),
    Target("problem document", 15_000, _problem),
    Target("view of a server", 20_000, _views),
    Target("introduction", 20_000, _introduction),
)
