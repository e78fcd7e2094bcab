"""Entries on their way: the stored bytes are sent again until each is in, also after a crash.

A job is two files, mode 0600. ``<name>.job`` holds the entries and what each is about, and is written whole before
anything is sent. ``<name>.sent`` takes one line a result, fsynced batch by batch. A second run sends what has no result
yet, byte for byte: the same entry gets the same index however often it comes, so doubt costs nothing.

What the server refuses stays refused for this job, and is listed by row.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec

from ledger.clerk.files import (
    Stand,
    append_durably,
    create_owner_only,
    read_owner_only,
    replace_owner_only,
    stand_of,
)
from ledger.clerk.lock import locked
from ledger.client.poster import Declined, Posted, PostResult
from ledger.encoding import canonical_json, decode_base64, encode_base64, parse_canonical_json
from ledger.errors import MalformedError, NotFoundError
from ledger.merkle.hashing import leaf_hash

MAX_JOB_BYTES: Final = 1 << 31
BATCH: Final = 256
"""Entries whose results are written and fsynced together."""

_MAX_LINE: Final = 131_072
_FORMAT: Final = "opentally-outbox"

Post = Callable[[Sequence[bytes]], Iterable[PostResult]]
"""Sends entries and gives one result each, in their order, for instance ``partial(post_entries, connection)``."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One entry to be sent.

    Attributes:
        about: what it is about, such as the row of the clerk's table: she finds a refused one by it.
        raw: the entry's bytes.
    """

    about: str
    raw: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sent:
    """A letter and what became of it."""

    letter: Letter
    result: PostResult


class Outbox:
    """One job: letters in order, and the results there are so far."""

    def __init__(
        self, path: Path, letters: tuple[Letter, ...], results: dict[int, PostResult], *, stand: Stand
    ) -> None:
        """Use :meth:`create` or :meth:`open`."""
        self._path, self._letters, self._results = path, letters, results
        self._stand = stand

    @classmethod
    def create(cls, path: Path, letters: Iterable[Letter]) -> "Outbox":
        """A new job at ``path`` (without the endings), on the disk before anything is sent.

        Raises:
            NotAcceptedError: ``file-exists``, a job of this name is there already; open it.
            UnavailableError: the disk refused.
        """
        stored = tuple(letters)
        lines = [_header(len(stored))]
        lines += [canonical_json({"about": letter.about, "raw": encode_base64(letter.raw)}) for letter in stored]
        create_owner_only(_job(path), b"".join(line + b"\n" for line in lines))
        return cls.open(path)

    @classmethod
    def open(cls, path: Path) -> "Outbox":
        """The job at ``path`` as far as it has come; a result line that a crash cut off is dropped, and sent again.

        Raises:
            NotFoundError: there is no such job.
            NotAcceptedError: ``file-open-to-others``.
            MalformedError: the job's file is damaged.
        """
        letters = tuple(_letters(read_owner_only(_job(path), limit=MAX_JOB_BYTES)))
        sent = _sent(path)
        results: dict[int, PostResult] = {}
        kept = 0
        with locked(sent):  # what is cut off below is then no write in progress
            try:
                raw = read_owner_only(sent, limit=MAX_JOB_BYTES)
            except NotFoundError:
                create_owner_only(sent, b"")
                raw = b""
            for line in raw.split(b"\n")[:-1]:
                try:
                    position, result = _parse_result(line, letters)
                except MalformedError:
                    break  # the rest was never fsynced whole; its entries are sent again, which changes nothing
                results[position] = result
                kept += len(line) + 1
            if kept < len(raw):
                replace_owner_only(sent, raw[:kept])
            return cls(path, letters, results, stand=stand_of(sent))

    @property
    def letters(self) -> tuple[Letter, ...]:
        """All letters, sent or not, in order."""
        return self._letters

    @property
    def pending(self) -> int:
        """How many letters have no result yet."""
        return len(self._letters) - len(self._results)

    def results(self) -> Iterator[Sent]:
        """The letters that have a result, in order."""
        for position in sorted(self._results):
            yield Sent(self._letters[position], self._results[position])

    def refused(self) -> tuple[Sent, ...]:
        """What the server refused, in the order of the job."""
        return tuple(sent for sent in self.results() if isinstance(sent.result, Declined))

    def run(self, post: Post, *, progress: Callable[[int, int], None] | None = None) -> None:
        """Every letter has a result, on the disk, when this returns.

        Args:
            post: see :data:`Post`; waiting and trying again is its business.
            progress: is told how many letters have a result, and of how many.

        Raises:
            UnavailableError: the server or the disk does not answer; open the job again and run it: nothing is lost,
                and nothing is doubled.
            NotAcceptedError: ``file-in-use``, another process is running this job.
            LedgerError: what else ``post`` raises; results already given are kept.
        """
        waiting = [position for position in range(len(self._letters)) if position not in self._results]
        for start in range(0, len(waiting), BATCH):
            chosen = waiting[start : start + BATCH]
            fresh: dict[int, PostResult] = {}
            try:
                answers = post([self._letters[position].raw for position in chosen])
                for position, result in zip(chosen, answers, strict=True):
                    if isinstance(result, Posted) and result.leaf != leaf_hash(self._letters[position].raw):
                        raise MalformedError("a result is about another entry than the one sent")
                    fresh[position] = result
                    if progress is not None:
                        progress(len(self._results) + len(fresh), len(self._letters))
            except ValueError as exc:
                if isinstance(exc, MalformedError):
                    raise
                raise AssertionError("bad math in post: not one result an entry") from exc
            finally:
                self._keep(fresh)  # also what came before a failure: receipts are not asked for twice

    def _keep(self, fresh: dict[int, PostResult]) -> None:
        if not fresh:
            return
        lines = b"".join(_format_result(position, self._letters[position], fresh[position]) for position in fresh)
        sent = _sent(self._path)
        with locked(sent):
            self._stand = append_durably(sent, lines, stand=self._stand)
        self._results |= fresh


def _job(path: Path) -> Path:
    return path.with_name(path.name + ".job")


def _sent(path: Path) -> Path:
    return path.with_name(path.name + ".sent")


def _header(letters: int) -> bytes:
    return canonical_json({"format": _FORMAT, "letters": letters, "version": 1})


def _letters(raw: bytes) -> Iterator[Letter]:
    first, *lines = raw.split(b"\n")
    parse_canonical_json(first, what="the job", limit=_MAX_LINE)
    if first != _header(len(lines) - 1) or lines[-1:] != [b""]:
        raise MalformedError("the job's file is damaged or not of version 1", rule="job-damaged")
    for line in lines[:-1]:
        document = parse_canonical_json(line, what="a letter of the job", limit=_MAX_LINE)
        if sorted(document) != ["about", "raw"] or not all(isinstance(value, str) for value in document.values()):
            raise MalformedError("a letter of the job has other fields than about and raw", rule="job-damaged")
        yield Letter(document["about"], decode_base64(document["raw"], what="a letter of the job"))


class _PostedLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    index: Annotated[int, msgspec.Meta(ge=0)]
    leaf: str
    new: bool
    position: int
    receipt: str


class _DeclinedLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    detail: str
    leaf: str
    position: int
    rule: str
    status: int
    title: str


def _format_result(position: int, letter: Letter, result: PostResult) -> bytes:
    document: dict[str, Any] = {"leaf": encode_base64(leaf_hash(letter.raw)), "position": position}
    if isinstance(result, Posted):
        document |= {"index": result.index, "new": result.new, "receipt": encode_base64(result.receipt)}
    else:
        document |= {"detail": result.detail, "rule": result.rule, "status": result.status, "title": result.title}
    return canonical_json(document) + b"\n"


def _parse_result(line: bytes, letters: Sequence[Letter]) -> tuple[int, PostResult]:
    document = parse_canonical_json(line, what="a result", limit=_MAX_LINE)
    result: PostResult
    line_type: type[_PostedLine | _DeclinedLine] = _PostedLine if "receipt" in document else _DeclinedLine
    try:
        said = msgspec.convert(document, line_type)
    except msgspec.ValidationError as exc:
        raise MalformedError("a result has other fields than it should") from exc
    leaf = decode_base64(said.leaf, length=32, what="leaf")
    if isinstance(said, _PostedLine):
        result = Posted(said.index, leaf, decode_base64(said.receipt, what="receipt"), said.new)
    else:
        result = Declined(said.status, said.rule, said.title, said.detail)
    if not 0 <= said.position < len(letters) or leaf_hash(letters[said.position].raw) != leaf:
        raise MalformedError("a result is about no letter of this job")
    return said.position, result
