"""Quantities as people write them, in a category's own decimals, exactly."""

from collections.abc import Sequence
from typing import Final

from ledger.clerk.amounts import Notation, parse_amount
from ledger.clerk.orders import most
from ledger.errors import MalformedError
from ledger.records.kinds.round import Category
from ledger.records.quantities import write_quantity

_POINT: Final = Notation(decimal=".")
OF_CELLS: Final = frozenset({"empty-cell", "formula", "grouping", "not-an-amount", "other-unit"})
"""Rules whose sentences are about the cells of a table and what its mapping may declare."""


def read_quantities(words: Sequence[str], catalogue: Sequence[Category]) -> tuple[int, ...]:
    """The quantities that ``code=amount …`` spells, in the order of the catalogue; a category left out is 0.

    Raises:
        MalformedError: not of this form, an unknown code, one twice, or an amount that is none in its decimals.
    """
    found: dict[str, int] = {}
    by_code = {category.code: category for category in catalogue}
    for word in words:
        code, sign, text = word.partition("=")
        if not sign:
            raise MalformedError(f"{word} is not of the form code=amount, such as food=12.50", rule="bad-quantity")
        category = by_code.get(code)
        if category is None:
            raise MalformedError(
                f"the round has no category {code}; it has {', '.join(by_code)}", rule="unknown-category"
            )
        if code in found:
            raise MalformedError(f"{code} is given twice", rule="duplicate-category")
        try:
            found[code] = parse_amount(text, notation=_POINT, scale=category.scale)
        except MalformedError as exc:
            said = f"write it in digits with a decimal point, such as {code}=12.50, without a unit and without grouping"
            raise MalformedError(f"{code}: {said if exc.rule in OF_CELLS else exc}", rule=exc.rule) from exc
        if found[code] >= 1 << category.width:
            raise MalformedError(f"{code}: the round has room for at most {most(category)}", rule="out-of-range")
    return tuple(found.get(category.code, 0) for category in catalogue)


def over_by(quantities: Sequence[int], catalogue: Sequence[Category], allowance: int | None) -> int | None:
    """By how much the quantities cost more than the allowance; None where they do not, or where there is none."""
    cost = sum(quantity * category.price for quantity, category in zip(quantities, catalogue, strict=True))
    return None if allowance is None or cost <= allowance else cost - allowance


def write_money(amount: int, catalogue: Sequence[Category]) -> str:
    """Money in the catalogue's decimals, if they are all the same; else in the smallest unit."""
    scales = {category.scale for category in catalogue}
    return write_quantity(amount, scales.pop() if len(scales) == 1 else 0)
