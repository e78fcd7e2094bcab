"""One step of exact elimination: a combination of two rows in which a column is gone.

A row stands for its multiples too. So its numbers are kept whole and coprime: nothing is rounded, and what a whole
elimination leaves is no greater than minors of what went in.
"""

from math import gcd

Row = dict[int, int]
"""The coefficients that are not zero, by column."""


def eliminated(row: Row, column: int, pivot: Row) -> Row:
    """The row less that multiple of the pivot, which has the column, by which the row has it no more."""
    if column not in row:
        return row
    common = gcd(row[column], pivot[column])
    kept, taken = pivot[column] // common, row[column] // common
    rest = {at: kept * value for at, value in row.items()}
    for at, value in pivot.items():
        difference = rest.pop(at, 0) - taken * value
        if difference:
            rest[at] = difference
    common = gcd(*rest.values())
    return {at: value // common for at, value in rest.items()} if common > 1 else rest
