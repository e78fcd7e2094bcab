"""Posts entries and gives back one result each, in order; safe to interrupt and to send again.

The same bytes get the same index however often they are sent, so the answer to every doubt is to send again: after a
lost connection, an overloaded server, or a crash on our side. Results already received are not asked for twice.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from ledger.client.connection import Backoff, Connection, problem_rule, refusal
from ledger.encoding import decode_base64, refuse_depth
from ledger.errors import LedgerError, MalformedError, UnavailableError
from ledger.merkle.hashing import leaf_hash

ENTRIES_PATH: Final = "v1/entries"
NDJSON: Final = "application/x-ndjson"
MAX_POST_ENTRIES: Final = 256
MAX_POST_BYTES: Final = 4 * 1024 * 1024
_MAX_LINE_BYTES: Final = 65_536
_MAX_VIEW_BYTES: Final = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Posted:
    """The entry is in the log at `index`; `receipt` is a tlog-proof file, not yet verified."""

    index: int
    leaf: bytes
    receipt: bytes
    new: bool


@dataclass(frozen=True, slots=True)
class Declined:
    """The server refused the entry by the rule `rule`; `status` is the HTTP status of that one entry."""

    status: int
    rule: str
    title: str
    detail: str


PostResult = Posted | Declined


def post_entries(connection: Connection, entries: Sequence[bytes]) -> Iterator[PostResult]:
    """One result for each of `entries`, in their order, as the answers arrive.

    Sends at most :data:`MAX_POST_ENTRIES` entries and :data:`MAX_POST_BYTES` bytes at a time. What has no answer yet
    when a connection is lost is sent again.

    Raises:
        MalformedError: an entry holds a newline, or an answer is not what the interface promises.
        UnavailableError: no answer after several tries; every result given so far stands.
        LedgerError: the server refuses the whole request.
    """
    waited = Backoff(connection.sleep)
    done = 0
    while done < len(entries):
        batch = _batch(entries, done)
        try:
            for result in _post_once(connection, batch):
                yield result
                done += 1
                waited.progress()
        except UnavailableError as error:
            waited.after(error)


def post_entry(connection: Connection, entry: bytes) -> PostResult:
    """The result for one entry; see :func:`post_entries`."""
    (result,) = post_entries(connection, (entry,))
    return result


def get_json(connection: Connection, path: str, params: Mapping[str, str | int] | None = None) -> Any:
    """The JSON view at `path`: a convenience that nothing vouches for.

    Raises:
        MalformedError: the answer is not JSON.
        LedgerError: the server refuses, or does not answer.
    """
    raw = connection.get(path, limit=_MAX_VIEW_BYTES, params=params)
    refuse_depth(raw, what=f"the answer to {path}")
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as exc:
        raise MalformedError(f"the answer to {path} is not JSON", rule="unexpected-answer") from exc


def _batch(entries: Sequence[bytes], start: int) -> tuple[bytes, ...]:
    batch: list[bytes] = []
    size = 0
    for entry in entries[start : start + MAX_POST_ENTRIES]:
        if b"\n" in entry:
            raise MalformedError("an entry holds a newline; entries are canonical JSON on one line")
        size += len(entry) + 1
        if batch and size > MAX_POST_BYTES:
            break
        batch.append(entry)
    return tuple(batch)


def _post_once(connection: Connection, batch: Sequence[bytes]) -> Iterator[PostResult]:
    """The results of one request; ends early, with UnavailableError, at the first entry that has none."""
    body = b"".join(entry + b"\n" for entry in batch)
    with connection.stream("POST", ENTRIES_PATH, content=body, content_type=NDJSON) as response:
        pieces = connection.body(response, limit=_MAX_LINE_BYTES * len(batch), what="the answer to a batch")
        answered = 0
        for line in _lines(pieces):
            if answered == len(batch):
                raise MalformedError("the server gives more results than entries", rule="unexpected-answer")
            yield _result(line, batch[answered])
            answered += 1
    if answered < len(batch):
        raise UnavailableError("the server's answer ends before the last entry")


def _lines(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Whole lines; what follows the last newline has been cut off on the way and is dropped."""
    kept = b""
    for piece in pieces:
        *lines, kept = (kept + piece).split(b"\n")
        if len(kept) > _MAX_LINE_BYTES:
            raise MalformedError(f"a result line is longer than {_MAX_LINE_BYTES} bytes", rule="unexpected-answer")
        yield from lines


class _Line(msgspec.Struct, frozen=True):
    status: int
    index: int | None = None
    leaf: str | None = None
    receipt: str | None = None
    type: str = ""
    title: str = ""
    detail: str = ""
    retry_after: int = 1


def _result(line: bytes, entry: bytes) -> PostResult:
    refuse_depth(line, what="a result line")
    try:
        answer = msgspec.json.decode(line, type=_Line)
    except (msgspec.DecodeError, UnicodeDecodeError) as exc:
        raise MalformedError("a result line is not what the interface promises", rule="unexpected-answer") from exc
    if answer.status in {429, 503}:
        raise UnavailableError(
            answer.detail or "the server is too busy for an entry", retry_after=min(max(answer.retry_after, 1), 3600)
        )
    if answer.status not in {200, 201}:
        return Declined(answer.status, problem_rule(answer.type), answer.title, answer.detail)
    if answer.index is None or answer.leaf is None or answer.receipt is None or answer.index < 0:
        raise MalformedError("a result line lacks index, leaf or receipt", rule="unexpected-answer")
    leaf = decode_base64(answer.leaf, length=32, what="a result's leaf")
    if leaf != leaf_hash(entry):
        # Results that are out of step with the entries would file receipts under the wrong member.
        raise MalformedError("a result line is about another entry than the one sent", rule="unexpected-answer")
    return Posted(answer.index, leaf, answer.receipt.encode(), answer.status == 201)


def declined_error(result: Declined) -> LedgerError:
    """The error that a declined entry stands for, with the server's rule and words."""
    return refusal(result.status, result.detail or result.title, result.rule)
