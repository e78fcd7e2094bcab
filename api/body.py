"""Reads a submission's body with caps on bytes, entries and time; nothing is believed that has not been counted."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request

from api.limits import Share
from ledger.errors import LedgerError, MalformedError, UnavailableError
from ledger.records.entry import MAX_ENTRY_BYTES

JSON: Final = "application/json"
NDJSON: Final = "application/x-ndjson"

Line = bytes | LedgerError
"""One entry as received, or why it was not even kept."""


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """What one body may be."""

    max_bytes: int
    max_entries: int
    patience: float
    min_rate: int


def media_type_of(request: Request) -> str:
    """``application/json`` or ``application/x-ndjson``, and no coding that would have to be unpacked.

    Raises:
        MalformedError: anything else. A compressed body is refused, since its size is not known before it is unpacked.
    """
    coding = request.headers.get("content-encoding", "identity")
    if coding.strip().lower() != "identity":
        raise MalformedError("the body must not be compressed", rule="not-acceptable-encoding")
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in {JSON, NDJSON}:
        raise MalformedError(f"the content type must be {JSON} or {NDJSON}", rule="unsupported-media-type")
    return media_type


class Lines:
    """Cuts a stream into lines; keeps no more of an overlong line than shows that it is one."""

    def __init__(self, max_entries: int) -> None:
        self._max_entries = max_entries
        self._open = bytearray()
        self._open_length = 0
        self._lines: list[Line] = []

    def feed(self, piece: bytes) -> None:
        """Take in the next bytes.

        Raises:
            MalformedError: more than ``max_entries`` lines.
        """
        *closed, rest = piece.split(b"\n")
        for part in closed:
            self._extend(part)
            self._end_line()
        self._extend(rest)

    def close(self) -> tuple[Line, ...]:
        """All lines; the last one may lack its line feed, and an empty line is an entry like any other."""
        if self._open_length:
            self._end_line()
        return tuple(self._lines)

    def _extend(self, part: bytes) -> None:
        self._open_length += len(part)
        self._open += part[: MAX_ENTRY_BYTES + 1 - len(self._open)]

    def _end_line(self) -> None:
        if len(self._lines) == self._max_entries:
            raise MalformedError(
                f"a submission has more than {self._max_entries} entries; send several", rule="too-many-entries"
            )
        if self._open_length > MAX_ENTRY_BYTES:
            self._lines.append(_too_long(self._open_length))
        else:
            self._lines.append(bytes(self._open))
        self._open.clear()
        self._open_length = 0


def _too_long(length: int) -> MalformedError:
    return MalformedError(f"an entry has {length} bytes; at most {MAX_ENTRY_BYTES} are allowed", rule="too-long")


async def read_entry(request: Request, limits: BodyLimits, share: Share) -> bytes:
    """The whole body of at most one entry's length.

    Raises:
        MalformedError: too long.
        UnavailableError: too slow (408), or no memory for it just now (503).
    """
    body = bytearray()
    async for piece in _pieces(request, limits, share):
        body += piece
        if len(body) > MAX_ENTRY_BYTES:
            raise MalformedError(
                f"an entry has more than {MAX_ENTRY_BYTES} bytes, the most that is allowed", rule="too-long"
            )
    return bytes(body)


async def read_lines(request: Request, limits: BodyLimits, share: Share) -> tuple[Line, ...]:
    """The lines of the body.

    Raises:
        MalformedError: too many bytes or lines in all. (One overlong line is only its own refusal.)
        UnavailableError: too slow (408), or no memory for it just now (503).
    """
    lines = Lines(limits.max_entries)
    async for piece in _pieces(request, limits, share):
        lines.feed(piece)
    return lines.close()


async def _pieces(request: Request, limits: BodyLimits, share: Share) -> AsyncIterator[bytes]:
    """The body piece by piece, counted, and held in the share of memory that the request gives back when it ends.

    The time allowed grows with what has come, so that a long body over a slow line gets through and one that
    trickles does not.
    """
    loop = asyncio.get_running_loop()
    start = loop.time()
    received = 0
    stream = request.stream()
    while True:
        try:
            async with asyncio.timeout_at(start + limits.patience + received / limits.min_rate):
                piece = await anext(stream, None)
        except TimeoutError as exc:
            raise UnavailableError(
                f"the body came slower than {limits.min_rate} bytes a second", rule="slow-request"
            ) from exc
        if piece is None:
            return
        received += len(piece)
        if received > limits.max_bytes:
            raise MalformedError(f"the body has more than {limits.max_bytes} bytes; send several", rule="too-long")
        share.add(len(piece))
        yield piece
