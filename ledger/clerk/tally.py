"""Table and mapping become one tally a member: her amounts added up exactly, or the rows refused with their reasons.

Every row is looked at, so that the clerk sees all that is wrong at once. A tally that any row was refused for is no
order; whether it can be one otherwise is for :mod:`ledger.clerk.orders`, which knows the round.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from ledger.clerk.amounts import Notation, find_notation, parse_amount
from ledger.clerk.mapping import CategorySource, LongForm, Mapping
from ledger.clerk.table import Row, Table
from ledger.encoding import decode_base64
from ledger.errors import MalformedError
from ledger.signing import PublicKey, parse_public_key

_REFERENCE: Final = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row cannot be sent.

    Attributes:
        row: its number as the spreadsheet shows it.
        ref: the member's reference, None where the cell is not one (it may be a name).
        where: the column, or the category's code.
        rule: a stable name.
        reason: one sentence without an amount.
        over: by how much the order is over the allowance, in the round's unit of money; for the clerk's own screen, in
            no repr and in no sentence.
    """

    row: int
    ref: str | None
    where: str
    rule: str
    reason: str
    over: int | None = field(default=None, repr=False)


@dataclass(slots=True)
class Tally:
    """What the rows of one member add up to; amounts stand in no repr.

    Attributes:
        ref: her reference.
        rows: the numbers of her rows.
        amounts: by category code, in smallest units; a category that no row gave is absent.
        allowance: None where the mapping names no column for it.
        key: her own public key, if the table gives one.
        refused: whether a row of hers was refused.
    """

    ref: str
    rows: list[int] = field(default_factory=list)
    amounts: dict[str, int] = field(default_factory=dict, repr=False)
    allowance: int | None = field(default=None, repr=False)
    key: PublicKey | None = None
    refused: bool = False
    seen: set[str] = field(default_factory=set, repr=False)


@dataclass(frozen=True, slots=True)
class Tallies:
    """A table read through a mapping.

    Attributes:
        members: in the order of their first rows.
        refusals: in the order of rows.
        notation: the decimal sign and grouping, declared or found.
        rows: how many rows were read.
        ignored_rows: how many of a long table's rows were of other values, which the mapping says to ignore.
        ignored_columns: the columns that the mapping does not name.
    """

    members: tuple[Tally, ...]
    refusals: tuple[Refusal, ...]
    notation: Notation
    rows: int
    ignored_rows: int
    ignored_columns: tuple[str, ...]


def tally(table: Table, mapping: Mapping) -> Tallies:
    """The members of a table with their amounts, and every row that cannot be read.

    Raises:
        MalformedError: the table as a whole cannot be read: a column is missing, or the decimal sign is not certain.
    """
    return _Reader(table, mapping).read()


class _Reader:
    def __init__(self, table: Table, mapping: Mapping) -> None:
        self._table, self._mapping = table, mapping
        self._position = {name: table.column(name) for name in mapping.columns}
        self._notation = mapping.notation or find_notation(self._amount_cells())
        self._members: dict[str, Tally] = {}
        self._refusals: list[Refusal] = []
        self._by_value = {source: category for category in mapping.categories for source in category.sources}
        self._ignored = 0

    def read(self) -> Tallies:
        rows = 0
        for row in self._table.rows():
            rows += 1
            ref: str | None = None
            try:
                self._refuse_misshapen(row)
                ref = self._reference(row)
                self._read_row(row, ref)
            except _RowRefused as exc:
                self._refusals.append(Refusal(row.number, ref, exc.where, exc.rule, exc.reason))
                if ref is not None:
                    self._member(ref, row).refused = True
        used = set(self._mapping.columns)
        return Tallies(
            members=tuple(self._members.values()),
            refusals=tuple(self._refusals),
            notation=self._notation,
            rows=rows,
            ignored_rows=self._ignored,
            ignored_columns=tuple(name for name in self._table.header if name and name not in used),
        )

    def _amount_cells(self) -> Iterator[tuple[int, str, str]]:
        """Every cell that will be read as an amount, with its unit, for the decimal sign to be found in."""
        mapping = self._mapping
        if mapping.long is not None:
            columns = [(mapping.long.amount, mapping.symbol)]
        else:
            columns = [(source, self._symbol(part)) for part in mapping.categories for source in part.sources]
        if mapping.allowance is not None:
            columns.append((mapping.allowance.column, mapping.symbol))
        positions = [(self._position[name], symbol) for name, symbol in columns]
        for row in self._table.rows():
            if len(row.cells) == len(self._table.header):
                for position, symbol in positions:
                    yield row.number, row.cells[position], symbol

    def _cell(self, row: Row, column: str) -> str:
        return row.cells[self._position[column]].strip()

    def _refuse_misshapen(self, row: Row) -> None:
        header = self._table.header
        if tuple(cell.strip() for cell in row.cells) == header:
            raise _RowRefused(
                self._mapping.member, "header-again", "the header stands here again; were two exports joined into one?"
            )
        if len(row.cells) != len(header):
            raise _RowRefused(
                self._mapping.member, "ragged", f"the row has {len(row.cells)} cells where the header has {len(header)}"
            )

    def _reference(self, row: Row) -> str:
        ref = self._cell(row, self._mapping.member)
        if not _REFERENCE.fullmatch(ref):
            raise _RowRefused(
                self._mapping.member,
                "bad-reference",
                'a member reference has 1 to 64 letters, digits, ".", "_" or "-"; names never enter the log',
            )
        return ref

    def _member(self, ref: str, row: Row) -> Tally:
        member = self._members.setdefault(ref, Tally(ref))
        if not member.rows or member.rows[-1] != row.number:
            member.rows.append(row.number)
        return member

    def _read_row(self, row: Row, ref: str) -> None:
        mapping = self._mapping
        if mapping.long is None:
            member = self._member(ref, row)
            self._refuse_duplicate(member, "")
            for category in mapping.categories:
                for source in category.sources:
                    self._add(member, category, source, self._cell(row, source))
        else:
            value = self._cell(row, mapping.long.category)
            found = self._by_value.get(value)
            if found is None and mapping.categories:
                if mapping.ignore_others:
                    self._ignored += 1
                    return
                raise _RowRefused(
                    mapping.long.category,
                    "unknown-category",
                    'the mapping names no category for this value; name it, or say others = "ignore"',
                )
            member = self._member(ref, row)
            if found is not None:
                self._refuse_duplicate(member, value)
                self._refuse_other_unit(row, mapping.long, found)
                self._add(member, found, mapping.long.amount, self._cell(row, mapping.long.amount))
        self._settle_allowance(member, row)
        self._settle_key(member, row)

    def _refuse_duplicate(self, member: Tally, value: str) -> None:
        if value in member.seen and not self._mapping.sum_duplicates:
            what = "this member" if self._mapping.long is None else "this member and category"
            raise _RowRefused(
                self._mapping.member,
                "duplicate-row",
                f"an earlier row is of {what} too (row {member.rows[0]} is the first); to add them up, say "
                'duplicates = "sum"',
            )
        member.seen.add(value)

    def _refuse_other_unit(self, row: Row, long: LongForm, category: CategorySource) -> None:
        if long.unit is not None and self._cell(row, long.unit) != category.unit:
            raise _RowRefused(
                long.unit, "other-unit", f"the row's unit is not {category.unit}, in which this category is declared"
            )

    def _add(self, member: Tally, category: CategorySource, column: str, cell: str) -> None:
        if not cell and self._mapping.empty_is_zero:
            amount = 0
        else:
            amount = self._amount(cell, column, category.scale, self._symbol(category), signed=self._mapping.net)
        member.amounts[category.code] = member.amounts.get(category.code, 0) + amount

    def _symbol(self, category: CategorySource) -> str:
        return self._mapping.symbol if category.unit == self._mapping.unit else category.unit

    def _settle_allowance(self, member: Tally, row: Row) -> None:
        source = self._mapping.allowance
        if source is None:
            return
        amount = self._amount(self._cell(row, source.column), source.column, source.scale, self._mapping.symbol)
        if member.allowance not in (None, amount):
            raise _RowRefused(source.column, "allowance-differs", "the member's rows give different allowances")
        member.allowance = amount

    def _settle_key(self, member: Tally, row: Row) -> None:
        column = self._mapping.key
        text = "" if column is None else self._cell(row, column)
        if column is None or not text:
            return
        try:
            key = parse_public_key(decode_base64(text, length=32, what="the key"))
        except MalformedError as exc:
            raise _RowRefused(column, "bad-key", str(exc)) from exc
        if member.key not in (None, key):
            raise _RowRefused(column, "key-differs", "the member's rows give different keys")
        member.key = key

    def _amount(self, cell: str, column: str, scale: int, unit: str, *, signed: bool = False) -> int:
        try:
            return parse_amount(cell, notation=self._notation, scale=scale, unit=unit, signed=signed)
        except MalformedError as exc:
            raise _RowRefused(column, exc.rule, str(exc)) from exc


class _RowRefused(Exception):  # noqa: N818 - a verdict on a row, caught by the loop over rows
    def __init__(self, where: str, rule: str, reason: str) -> None:
        super().__init__(reason)
        self.where, self.rule, self.reason = where, rule, reason
