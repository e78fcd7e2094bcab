"""A spreadsheet's export as people have it: encoding, delimiter and line ends are found or declared, never guessed.

UTF-8 (with or without a byte-order mark) and UTF-16 with one are found; any byte is a letter in cp1252, so that is used
only when declared. The delimiter is the one under which the header holds the columns that are asked for; where two
would do, neither is taken (a table of one column has none). Quoted cells as RFC 4180; lines end in CRLF, LF or CR.
"""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from ledger.errors import MalformedError, NotFoundError, UnavailableError

Encoding = Literal["utf-8", "utf-16", "cp1252"]
Delimiter = Literal[",", ";", "\t", "|"]

MAX_BYTES: Final = 64 * 1024 * 1024
MAX_ROWS: Final = 2_000_000
MAX_COLUMNS: Final = 1_024
MAX_CELL: Final = 4_096

_DELIMITERS: Final[tuple[Delimiter, ...]] = (",", ";", "\t", "|")
_NAMES: Final[dict[Delimiter, str]] = {",": '","', ";": '";"', "\t": '"tab"', "|": '"|"'}


@dataclass(frozen=True, slots=True)
class Declared:
    """What the clerk declares about a file; None where it is to be found.

    Attributes:
        encoding: how bytes are letters.
        delimiter: what stands between cells.
        skip: how many records stand before the header, such as a report's title.
    """

    encoding: Encoding | None = None
    delimiter: Delimiter | None = None
    skip: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One record: its number as the spreadsheet shows it (the first record is 1), and its cells."""

    number: int
    cells: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose every byte is a letter in ``encoding`` and whose header names each column once.

    Rows are read anew at each call of :meth:`rows`, from the bytes read once: a file that is saved in between cannot
    be seen half old and half new. The cells are people's figures, so they stand in no repr.
    """

    name: str
    encoding: str
    delimiter: Delimiter
    header: tuple[str, ...]
    skip: int
    _raw: bytes = field(repr=False)

    def column(self, name: str) -> int:
        """The position of a column.

        Raises:
            MalformedError: ``missing-column``.
        """
        try:
            return self.header.index(name)
        except ValueError as exc:
            raise MalformedError(
                f"{self.name} has no column {name!r} among the {len(self.header)} of its record {self.skip + 1}",
                rule="missing-column",  # the header is not shown: where it is missing, it is a household's figures
            ) from exc

    def rows(self) -> Iterator[Row]:
        """Each record after the header that is not empty, as it stands: a ragged one is for the caller to refuse.

        Raises:
            MalformedError: ``too-long``, more rows or longer cells than allowed; ``quoting``.
        """
        for row in _records(self._raw, self.encoding, self.delimiter, self.name):
            if row.number > self.skip + 1 and any(cell.strip() for cell in row.cells):
                yield row


def read_table(path: Path, declared: Declared, *, columns: Sequence[str]) -> Table:
    """The table in a file, if it can be read in one way only.

    Args:
        path: the file, at most 64 MiB.
        declared: what need not be found.
        columns: names that the header must hold; they also tell delimiters apart.

    Raises:
        NotFoundError, UnavailableError: no such file; the disk refused.
        MalformedError: ``too-long``, ``wrong-encoding``, ``no-header``, ``ambiguous-delimiter``, ``missing-column``,
            ``duplicate-column``, ``quoting``.
    """
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except FileNotFoundError as exc:
        raise NotFoundError(f"there is no file {path.name}", rule="no-such-file") from exc
    except OSError as exc:
        raise UnavailableError(f"{path.name} could not be read: {exc.strerror}", rule="disk") from exc
    return parse_table(raw, declared, columns=columns, name=path.name)


def parse_table(raw: bytes, declared: Declared, *, columns: Sequence[str], name: str) -> Table:
    """The table that ``raw`` holds; as :func:`read_table`."""
    if len(raw) > MAX_BYTES:
        raise MalformedError(f"{name} is longer than {MAX_BYTES // 2**20} MiB", rule="too-long")
    encoding = _encoding(raw, declared.encoding, name)
    candidates = _DELIMITERS if declared.delimiter is None else (declared.delimiter,)
    headers: dict[Delimiter, tuple[str, ...]] = {}
    for candidate in candidates:
        header = _header(raw, encoding, candidate, declared.skip, name)
        if header is not None:
            headers[candidate] = header
    fitting = [candidate for candidate, header in headers.items() if set(columns) <= set(header)]
    if len(fitting) > 1 and len(headers[fitting[0]]) > 1:
        named = " and ".join(_NAMES[candidate] for candidate in fitting)
        raise MalformedError(
            f"the header of {name} holds the columns asked for with the delimiters {named}; declare delimiter",
            rule="ambiguous-delimiter",
        )
    if not fitting and not headers:
        raise MalformedError(f"{name} has no header row in record {declared.skip + 1}", rule="no-header")
    # With no fitting delimiter, the one that gives most columns serves to say which column is missing.
    delimiter = fitting[0] if fitting else max(headers, key=lambda candidate: len(headers[candidate]))
    header = headers[delimiter]
    table = Table(name, encoding, delimiter, header, declared.skip, raw)
    for column in columns:
        table.column(column)
    twice = sorted({column for column in header if column and header.count(column) > 1})
    if twice:
        raise MalformedError(f"the header of {name} holds {twice[0]!r} more than once", rule="duplicate-column")
    return table


def _encoding(raw: bytes, declared: Encoding | None, name: str) -> str:
    """The Python codec that reads every byte of the file, or a refusal that names the way out."""
    found: str | None = None
    if raw.startswith(codecs.BOM_UTF8):
        found = "utf-8"
    elif raw.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise MalformedError(f"{name} is UTF-32; save it as UTF-8", rule="wrong-encoding")
    elif raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        found = "utf-16"
    if declared is not None and found is not None and declared != found:
        raise MalformedError(
            f"{name} is declared {declared} but starts with the byte-order mark of {found}", rule="wrong-encoding"
        )
    if declared == "utf-16" and found is None:
        raise MalformedError(
            f"{name} is declared utf-16 but has no byte-order mark, so its byte order is unknown", rule="wrong-encoding"
        )
    encoding = found or declared or "utf-8"
    codec = "utf-8-sig" if encoding == "utf-8" else encoding
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        for start in range(0, len(raw), 1 << 20):
            if "\0" in decoder.decode(raw[start : start + (1 << 20)]):
                raise MalformedError(
                    f"{name} holds zero characters: it is a binary file, or UTF-16 without a byte-order mark",
                    rule="wrong-encoding",
                )
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as exc:
        advice = '; if an older Windows program wrote it, declare encoding = "cp1252"' if encoding == "utf-8" else ""
        raise MalformedError(f"{name} is not {encoding} throughout{advice}", rule="wrong-encoding") from exc
    return codec


def _header(raw: bytes, encoding: str, delimiter: Delimiter, skip: int, name: str) -> tuple[str, ...] | None:
    """The cells of the header under ``delimiter``, outer spaces off; None where it cannot be read."""
    try:
        for row in _records(raw, encoding, delimiter, name):
            if row.number == skip + 1:
                cells = tuple(cell.strip() for cell in row.cells)
                return cells if any(cells) else None
    except MalformedError:
        return None  # a quote in the wrong place under this delimiter; the right one reads it
    return None


def _records(raw: bytes, encoding: str, delimiter: Delimiter, name: str) -> Iterator[Row]:
    text = io.TextIOWrapper(io.BytesIO(raw), encoding=encoding, newline="")
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as exc:
            raise MalformedError(
                f"row {number} of {name} has a quotation mark in the wrong place, or one that is never closed",
                rule="quoting",
            ) from exc
        if number > MAX_ROWS:
            raise MalformedError(f"{name} has more than {MAX_ROWS:,} rows", rule="too-long")
        if len(cells) > MAX_COLUMNS or any(len(cell) > MAX_CELL for cell in cells):
            raise MalformedError(
                f"row {number} of {name} has more than {MAX_COLUMNS} cells or one over {MAX_CELL} characters",
                rule="too-long",
            )
        yield Row(number, tuple(cells))
