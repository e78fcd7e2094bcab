"""Quantities as people write them, in a category's own decimals, exactly."""

from collections.abc import Sequence

from ledger.clerk.amounts import Notation, parse_amount
from ledger.errors import MalformedError
from ledger.records.kinds.round import Category

_POINT = Notation(decimal=".")


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
            raise MalformedError(f"{code}: {exc}", rule=exc.rule) from exc
        if found[code] >= 1 << category.width:
            raise MalformedError(
                f"{code}: the amount is over {write_quantity(2**category.width - 1, category.scale)}, the most that "
                "the round has room for",
                rule="out-of-range",
            )
    return tuple(found.get(category.code, 0) for category in catalogue)


def write_quantity(value: int, scale: int) -> str:
    """``value`` smallest units as people write it: 123456 at scale 2 is 1,234.56."""
    whole, rest = divmod(value, 10**scale)
    return f"{whole:,}.{rest:0{scale}d}" if scale else f"{whole:,}"
