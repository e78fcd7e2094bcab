"""Exact amounts: a cell of a table becomes an integer of the smallest unit, or one sentence says why not.

No float is ever made. Which sign is the decimal sign and which one only groups digits is a :class:`Notation`; where a
table does not say, :func:`find_notation` takes the one notation under which all its cells can be read, and refuses to
guess between two.

Security: no refusal holds the amount itself, so that a log line can hold the refusal.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from ledger.errors import MalformedError

DecimalSign = Literal[".", ","]
Grouping = Literal["none", ".", ",", "space", "apostrophe"]

MAX_CELL: Final = 64
"""The longest cell that is read as an amount, in characters."""

MAX_DIGITS: Final = 18
"""The most digits an amount has, decimals counted; every rule of the ledger is far below."""

_SPACES: Final = " \u00a0\u2009\u202f"  # plain, no-break, thin and narrow no-break space
_APOSTROPHES: Final = "'\u2019"
_GROUP_SIGNS: Final[dict[Grouping, str]] = {
    "none": "",
    ".": ".",
    ",": ",",
    "space": _SPACES,
    "apostrophe": _APOSTROPHES,
}
_MINUS: Final = "-\u2212"
_FORMULA: Final = ("=", "+", "@")


@dataclass(frozen=True, slots=True)
class Notation:
    """How a table writes its amounts.

    Attributes:
        decimal: the decimal sign.
        grouping: what may stand between groups of three digits; ``none`` refuses any.
    """

    decimal: DecimalSign
    grouping: Grouping = "none"

    def __post_init__(self) -> None:
        if self.decimal == self.grouping:
            raise MalformedError(
                "decimal and grouping are the same sign; they must differ", rule="same-decimal-and-grouping"
            )


_GROUPINGS: Final[tuple[tuple[DecimalSign, tuple[Grouping, ...]], ...]] = (
    (".", ("none", ",", "space", "apostrophe")),
    (",", ("none", ".", "space", "apostrophe")),
)
_CANDIDATES: Final = tuple(Notation(sign, grouping) for sign, groupings in _GROUPINGS for grouping in groupings)


def parse_amount(text: str, *, notation: Notation, scale: int, unit: str = "", signed: bool = False) -> int:
    """The amount that ``text`` spells, in units of 10^(-scale), exactly.

    Args:
        text: the cell; spaces around it do not count, and the declared unit may stand before or after the number.
        notation: the decimal sign and the grouping.
        scale: how many decimals the smallest unit has; further decimals must be zeroes.
        unit: the unit's own spelling, such as ``kWh`` or ``£``.
        signed: whether a minus sign is allowed; it is where parts are netted, and only there.

    Raises:
        MalformedError: with rule ``empty-cell``, ``formula``, ``negative``, ``other-unit``, ``not-an-amount``,
            ``grouping``, ``too-many-decimals`` or ``too-many-digits``; one sentence without the amount.
    """
    negative, digits = _sign_and_digits(text, unit)
    if negative and not signed:
        raise MalformedError("the amount is negative", rule="negative")
    whole, fraction = _split(digits, notation)
    if len(whole) + len(fraction) > MAX_DIGITS:
        raise MalformedError(f"the amount has more than {MAX_DIGITS} digits", rule="too-many-digits")
    if fraction[scale:].strip("0"):
        raise MalformedError(
            f"the amount has more than {scale} decimals, and none is ever rounded away", rule="too-many-decimals"
        )
    value = int(whole + fraction[:scale].ljust(scale, "0") or "0")
    return -value if negative else value


def find_notation(cells: Iterable[tuple[int, str, str]]) -> Notation:
    """The one notation under which every readable cell is an amount; equal readings count as one.

    Cells that are amounts under no notation do not take part: they are refused later, each by its row.

    Args:
        cells: row number, cell, and the unit's own spelling as for :func:`parse_amount`.

    Raises:
        MalformedError: ``ambiguous-decimal-sign``, two notations read the same cells as different amounts;
            ``mixed-decimal-signs``, no one notation reads them all.
    """
    left = _CANDIDATES
    differ = False
    for row, cell, unit in cells:
        if _ascii_digits(cell):
            continue  # read the same way by all
        readings = {candidate: _reading(cell, candidate, unit) for candidate in _CANDIDATES}
        fitting = tuple(candidate for candidate in left if readings[candidate])
        if fitting:
            left = fitting
            differ = differ or len({readings[candidate] for candidate in fitting}) > 1
        elif any(readings.values()):
            raise MalformedError(
                f"the amount of row {row} is written with another decimal sign or grouping than those of the rows "
                "before it; write them all in one way",
                rule="mixed-decimal-signs",
            )
    # A cell with a point or a comma is read differently by any two notations of both signs that read it at all.
    if differ and len({candidate.decimal for candidate in left}) > 1:
        raise MalformedError(
            "the amounts can be read in two ways, as 1,234 is one thousand two hundred and thirty-four with a decimal "
            'point and a little over one with a decimal comma; declare decimal = "." or decimal = ","',
            rule="ambiguous-decimal-sign",
        )
    return left[0]


def _sign_and_digits(text: str, unit: str) -> tuple[bool, str]:
    """Whether the amount is negative, and its digits and signs without unit and outer spaces."""
    if len(text) > MAX_CELL:
        raise MalformedError(f"the cell is longer than {MAX_CELL} characters", rule="not-an-amount")
    cell = text.strip(_SPACES)
    if not cell:
        raise MalformedError("the cell is empty", rule="empty-cell")
    if cell.startswith(_FORMULA):
        raise MalformedError(
            "the cell holds a formula or a leading plus; export the values, not the formulas", rule="formula"
        )
    negative = cell[0] in _MINUS
    if negative:
        cell = cell[1:].lstrip(_SPACES)
    if unit:
        if cell.startswith(unit):
            cell = cell[len(unit) :].lstrip(_SPACES)
        elif cell.endswith(unit):
            cell = cell[: -len(unit)].rstrip(_SPACES)
        if cell and cell[0] in _MINUS and not negative:  # "£-5.00"
            negative, cell = True, cell[1:].lstrip(_SPACES)
    if (cell.startswith("(") and cell.endswith(")")) or cell[-1:] in tuple(_MINUS):
        raise MalformedError("the amount is negative", rule="negative")
    return negative, cell


def _split(digits: str, notation: Notation) -> tuple[str, str]:
    """The whole digits, grouping taken out, and the decimals; at least one digit in all."""
    if re.fullmatch(r"[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+", digits):
        raise MalformedError(
            "the amount is in scientific notation, which may have lost digits; format the column as a plain number",
            rule="not-an-amount",
        )
    whole, sign, fraction = digits.partition(notation.decimal)
    if (sign and not _ascii_digits(fraction)) or not (whole or sign):
        raise _not_an_amount(digits, notation)
    group_signs = _GROUP_SIGNS[notation.grouping]
    used = {character for character in whole if character in group_signs}
    if len(used) > 1:
        raise MalformedError("the digits are grouped in two ways", rule="grouping")
    if used:
        first, *groups = whole.split(used.pop())
        grouped_in_threes = all(len(group) == 3 and _ascii_digits(group) for group in groups)
        if not (grouped_in_threes and 1 <= len(first) <= 3 and _ascii_digits(first) and first[0] != "0"):
            raise MalformedError("the digits are not grouped in threes", rule="grouping")
        whole = first + "".join(groups)
    if whole and not _ascii_digits(whole):
        raise _not_an_amount(digits, notation)
    return whole.lstrip("0"), fraction


def _not_an_amount(digits: str, notation: Notation) -> MalformedError:
    if re.fullmatch(rf"[0-9.,'\u2019{_SPACES}]+", digits):
        return MalformedError(
            f"the amount does not fit the decimal sign {notation.decimal!r} with grouping {notation.grouping!r}; "
            "correct the cell, or declare decimal and grouping",
            rule="grouping",
        )
    if any(character.isalpha() or character in "€£$%" for character in digits) and any(map(str.isdigit, digits)):
        return MalformedError("the cell names a unit other than the declared one", rule="other-unit")
    return MalformedError("the cell is not an amount", rule="not-an-amount")


def _ascii_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _reading(cell: str, notation: Notation, unit: str) -> tuple[str, str] | None:
    """Whole digits and decimals under ``notation``; None where the cell cannot be read so."""
    try:
        return _split(_sign_and_digits(cell, unit)[1], notation)
    except MalformedError:
        return None
