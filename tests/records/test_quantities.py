"""A quantity keeps every digit when it is written for people, before the point, after it, and below nought."""

import pytest

from ledger.records.quantities import write_quantity


@pytest.mark.parametrize(
    ("value", "scale", "text"),
    [
        (0, 0, "0"),
        (1234567, 2, "12,345.67"),
        (123456, 7, "0.0123456"),
        (5, 3, "0.005"),
        (1000, 0, "1,000"),
        (-5, 1, "-0.5"),
        (-1000, 0, "-1,000"),
    ],
)
def test_it_is_written_with_its_decimals(value, scale, text):
    assert write_quantity(value, scale) == text
