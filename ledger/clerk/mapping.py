"""The small TOML file that says how a clerk's table is to be read; everything it does not say is refused, not guessed.

A wide table has one row a member and a column for each category; a long one has one row a member and category::

    version = 1
    form = "wide"                    # or "long"

    [table]                          # all optional: what is not declared must be found without doubt
    encoding = "utf-8"               # "utf-8", "utf-16", "cp1252"
    delimiter = ","                  # ",", ";", "tab", "|"
    decimal = "."                    # "." or ","
    grouping = "none"                # "none", ".", ",", "space", "apostrophe"; only with decimal
    skip = 0                         # records before the header

    [member]
    column = "household"             # a pseudonym: letters, digits, "." "_" "-"; names never enter the log
    key = "public key"               # optional: the member's own key in base64; an empty cell means none

    [amount]
    unit = "GBP"                     # must be the unit and the scale of the round's categories
    scale = 2                        # decimals of the smallest unit: 2 turns pounds into pence
    symbol = "£"                     # optional: the unit as it may stand in a cell
    column = "Verbruik kWh"          # long only: the column of the amounts
    category_column = "Dag"          # long only: the column of the categories' values
    unit_column = "unit"             # long only, optional: must say `unit` in each row

    [rows]
    duplicates = "refuse"            # a member (and category) twice: "refuse" or "sum"
    empty = "refuse"                 # an empty cell, or a row that is not there: "refuse" or "zero"
    negative = "refuse"              # "refuse", or "net": parts may be negative where their sum is not
    others = "refuse"                # long only: rows of other values: "refuse" or "ignore"

    [category]                       # wide: code = its column; long: code = its value; none for a roster alone
    food = "food"
    drinks = ["alcohol", "tea"]      # several are summed
    eggs = {from = "eggs", unit = "piece", scale = 0}

    [allowance]                      # optional: money, in the units that the round's prices are in
    column = "income"
    scale = 2
"""

from collections import Counter
from dataclasses import dataclass
from typing import Final, get_args

from ledger.clerk.amounts import DecimalSign, Grouping, Notation
from ledger.clerk.table import Declared, Delimiter, Encoding
from ledger.clerk.toml_file import Section, parse_toml
from ledger.errors import MalformedError

MAX_SCALE: Final = 12

_DELIMITER_NAMES: Final[dict[str, Delimiter]] = {",": ",", ";": ";", "tab": "\t", "|": "|"}


@dataclass(frozen=True, slots=True)
class CategorySource:
    """Where one category's amounts stand.

    Attributes:
        code: the category's code in the round's catalogue.
        sources: the columns (wide) or values (long) that are summed into it, at least one.
        unit: the unit the amounts are written in.
        scale: the decimals of its smallest unit.
    """

    code: str
    sources: tuple[str, ...]
    unit: str
    scale: int


@dataclass(frozen=True, slots=True)
class AllowanceSource:
    """The column of the allowances, in units of money of 10^(-scale)."""

    column: str
    scale: int


@dataclass(frozen=True, slots=True)
class LongForm:
    """The columns of a long table: category, amount, and the unit's where there is one."""

    category: str
    amount: str
    unit: str | None


@dataclass(frozen=True, slots=True)
class Mapping:
    """How to read one kind of table; see the module for the file."""

    declared: Declared
    notation: Notation | None
    member: str
    key: str | None
    unit: str
    symbol: str
    categories: tuple[CategorySource, ...]
    long: LongForm | None
    allowance: AllowanceSource | None
    sum_duplicates: bool
    empty_is_zero: bool
    net: bool
    ignore_others: bool

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that a table must have to be read by this mapping."""
        optional = (
            self.key,
            self.allowance.column if self.allowance else None,
            *((self.long.category, self.long.amount, self.long.unit) if self.long else ()),
        )
        wide = () if self.long else tuple(source for category in self.categories for source in category.sources)
        return (self.member, *(column for column in optional if column is not None), *wide)


def parse_mapping(raw: bytes, *, name: str) -> Mapping:
    """The mapping that a TOML file spells; an unknown field is refused, since it may be a misspelt safeguard.

    Raises:
        MalformedError: not TOML, or a field is unknown, missing or not among its choices; the field is named.
    """
    top = parse_toml(raw, name=name)
    top.integer("version", 1, 1)
    form = top.choice("form", ("wide", "long"))
    table, member, amount = top.section("table"), top.section("member"), top.section("amount")
    rows, sources = top.section("rows"), top.section("category")
    allowance = top.section("allowance") if "allowance" in top.names() else None
    counts = bool(sources.names())  # a mapping for a roster alone names no category
    decimal: DecimalSign | None = table.optional_choice("decimal", get_args(DecimalSign))
    grouping: Grouping | None = table.optional_choice("grouping", get_args(Grouping))
    if grouping is not None and decimal is None:
        raise MalformedError(f"{name}: table.grouping needs table.decimal beside it", rule="missing-field")
    encoding: Encoding | None = table.optional_choice("encoding", get_args(Encoding))
    delimiter = table.optional_choice("delimiter", tuple(_DELIMITER_NAMES))
    unit = amount.text("unit") if counts else ""
    scale = amount.integer("scale", 0, MAX_SCALE) if counts else 0
    long = None
    if form == "long":
        long = LongForm(amount.text("category_column"), amount.text("column"), amount.optional_text("unit_column"))
    mapping = Mapping(
        declared=Declared(
            encoding, None if delimiter is None else _DELIMITER_NAMES[delimiter], table.integer("skip", 0, 1_000, 0)
        ),
        notation=None if decimal is None else Notation(decimal, grouping or "none"),
        member=member.text("column"),
        key=member.optional_text("key"),
        unit=unit,
        symbol=amount.optional_text("symbol") or unit,
        categories=_categories(sources, unit, scale),
        long=long,
        allowance=None
        if allowance is None
        else AllowanceSource(allowance.text("column"), allowance.integer("scale", 0, MAX_SCALE)),
        sum_duplicates=rows.choice("duplicates", ("refuse", "sum"), "refuse") == "sum",
        empty_is_zero=rows.choice("empty", ("refuse", "zero"), "refuse") == "zero",
        net=rows.choice("negative", ("refuse", "net"), "refuse") == "net",
        ignore_others=form == "long" and rows.choice("others", ("refuse", "ignore"), "refuse") == "ignore",
    )
    for section in (top, table, member, amount, rows, sources, *(() if allowance is None else (allowance,))):
        section.done()
    return mapping


def _categories(section: Section, unit: str, scale: int) -> tuple[CategorySource, ...]:
    found = []
    for code in section.names():
        value = section.take(code)
        if isinstance(value, dict):
            inner = Section(value, f"{section.name}.{code}")
            sources = _sources(inner.take("from"), f"{inner.name}.from")
            found.append(CategorySource(code, sources, inner.text("unit"), inner.integer("scale", 0, MAX_SCALE)))
            inner.done()
        else:
            found.append(CategorySource(code, _sources(value, f"{section.name}.{code}"), unit, scale))
    counts = Counter(source for category in found for source in category.sources)
    twice = sorted(source for source, count in counts.items() if count > 1)
    if twice:
        raise MalformedError(f"{section.name} counts {twice[0]!r} more than once", rule="counted-twice")
    return tuple(found)


def _sources(value: object, field: str) -> tuple[str, ...]:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not listed or not all(isinstance(item, str) and item for item in listed):
        raise MalformedError(f"{field} is neither a text nor a list of texts", rule="bad-field")
    return tuple(listed)
