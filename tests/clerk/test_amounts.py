"""Exact amounts, and the sentences for cells that are none."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.clerk.amounts import MAX_DIGITS, Notation, find_notation, parse_amount
from ledger.errors import MalformedError

POINT = Notation(".")
COMMA = Notation(",")
ENGLISH = Notation(".", ",")
GERMAN = Notation(",", ".")
FRENCH = Notation(",", "space")
SWISS = Notation(".", "apostrophe")
NOTATIONS = (POINT, COMMA, ENGLISH, GERMAN, FRENCH, SWISS)


def spell(value: Decimal, notation: Notation, scale: int) -> str:
    """An independent writer: Decimal's own formatting, signs exchanged."""
    grouped = notation.grouping != "none"
    text = f"{value:,.{scale}f}" if grouped else f"{value:.{scale}f}"
    sign = {"none": "", ".": ".", ",": ",", "space": "\u202f", "apostrophe": "\u2019"}[notation.grouping]
    return text.replace(",", "G").replace(".", notation.decimal).replace("G", sign)


def attempt(function):
    try:
        return function()
    except MalformedError as exc:
        return exc


@given(
    units=st.integers(0, 10**12),
    scale=st.integers(0, 6),
    notation=st.sampled_from(NOTATIONS),
    unit=st.sampled_from(("", "kWh ", " £", "\u00a0EUR")),
)
def test_what_is_written_is_read_back_exactly(units, scale, notation, unit):
    value = Decimal(units).scaleb(-scale)
    text = spell(value, notation, scale)
    cell = unit + text if unit.startswith(("kWh", "\u00a0")) else text + unit
    assert parse_amount(cell, notation=notation, scale=scale, unit=unit.strip(" \u00a0")) == units


@given(
    text=st.text(alphabet="0123456789.,'-\u2212+ eE()£\u00a0\u202f٣", max_size=12), notation=st.sampled_from(NOTATIONS)
)
def test_any_cell_is_an_exact_amount_or_a_refusal(text, notation):
    amount = attempt(lambda: parse_amount(text, notation=notation, scale=3, signed=True))
    if isinstance(amount, MalformedError):
        # A sign in quotation marks may stand in the sentence; what holds a digit is an amount and may not.
        assert len(text) < 3 or not any(map(str.isdigit, text)) or text not in str(amount)
        return
    kept = "".join(c for c in text.replace("\u2212", "-") if c in f"0123456789-{notation.decimal}")
    assert amount == int(Decimal(kept.replace(",", ".")).scaleb(3))


@pytest.mark.parametrize(
    ("cell", "scale", "amount"),
    [
        ("21.36", 2, 2136),
        ("0.00", 2, 0),
        (" 21.3 ", 2, 2130),
        (".5", 2, 50),
        ("007", 0, 7),
        ("12.500", 1, 125),
        ("12.000", 0, 12),
        ("0.1", 18, 10**17),
    ],
)
def test_plain_amounts(cell, scale, amount):
    assert parse_amount(cell, notation=POINT, scale=scale) == amount


def test_no_float_is_ever_made():
    assert parse_amount("9007199254740993.1", notation=POINT, scale=1) == 90071992547409931


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        ("", "empty-cell"),
        ("   ", "empty-cell"),
        ("-3.00", "negative"),
        ("\u22123.00", "negative"),
        ("3.00-", "negative"),
        ("(3.00)", "negative"),
        ("=A1+B1", "formula"),
        ("+3", "formula"),
        ("@SUM(A1)", "formula"),
        ("3.005", "too-many-decimals"),
        ("1.2E+03", "not-an-amount"),
        ("n/a", "not-an-amount"),
        ("NaN", "not-an-amount"),
        ("inf", "not-an-amount"),
        ("٣", "not-an-amount"),
        ("\uff11\uff12", "not-an-amount"),
        ("3..5", "grouping"),
        ("3.", "grouping"),
        ("1,234.00", "grouping"),
        ("1,5", "grouping"),
        ("3.00 EUR", "other-unit"),
        ("$3.00", "other-unit"),
        ("5%", "other-unit"),
        ("1" * (MAX_DIGITS + 1), "too-many-digits"),
        ("1" * 65, "not-an-amount"),
    ],
)
def test_what_is_no_amount_is_refused_without_being_shown(cell, rule):
    with pytest.raises(MalformedError) as caught:
        parse_amount(cell, notation=POINT, scale=2, unit="£")
    assert caught.value.rule == rule
    assert len(cell.strip()) < 3 or cell.strip() not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("cell", ["12,34,567.00", "1,23", ",234", "0,123", "1234,567", "1,234,56", "1,,234"])
def test_groups_are_threes(cell):
    with pytest.raises(MalformedError):
        parse_amount(cell, notation=ENGLISH, scale=2)


def test_digits_grouped_in_two_ways_are_refused():
    with pytest.raises(MalformedError) as caught:
        parse_amount("1\u00a0234 567,00", notation=FRENCH, scale=2)
    assert caught.value.rule == "grouping"


@pytest.mark.parametrize(("cell", "amount"), [("-3.00", -300), ("\u2212 3", -300), ("£-3.00", -300), ("-£3.00", -300)])
def test_parts_may_be_negative_where_they_are_netted(cell, amount):
    assert parse_amount(cell, notation=POINT, scale=2, unit="£", signed=True) == amount


def test_decimal_and_grouping_must_differ():
    with pytest.raises(MalformedError) as caught:
        Notation(".", ".")
    assert caught.value.rule == "same-decimal-and-grouping"


def found(*cells: str) -> Notation:
    return find_notation((row, cell, "kWh") for row, cell in enumerate(cells, 2))


@pytest.mark.parametrize(
    ("cells", "decimal"),
    [
        (("12.50", "3"), "."),
        (("12,50", "3"), ","),
        (("1,234.50", "1,234"), "."),
        (("1.234,50", "1.234"), ","),
        (("38,586", "0,773"), ","),  # thousands are never led by a zero
        (("890.433", "1122.715"), "."),  # thousands are never a group of four
        (("1,234,567", "1,234"), "."),
        (("12.50", "1,234"), "."),
        (("1'234.5",), "."),
        (("1 234,5 kWh", "2,000"), ","),
        (("n/a", "", "12,50"), ","),
    ],
)
def test_the_decimal_sign_is_found_where_one_reading_is_left(cells, decimal):
    assert found(*cells).decimal == decimal


@pytest.mark.parametrize("cells", [("1,234",), ("1.234",), ("1,234", "38,586", "7"), ("1.234", "5.678")])
def test_two_readings_are_never_guessed_between(cells):
    with pytest.raises(MalformedError) as caught:
        found(*cells)
    assert caught.value.rule == "ambiguous-decimal-sign"
    assert "decimal point" in str(caught.value)
    assert "decimal comma" in str(caught.value)
    assert 'decimal = "."' in str(caught.value)


@pytest.mark.parametrize("cells", [("12,5", "12.5"), ("1,234.5", "1.234,5"), ("1'234.5", "1,234.5")])
def test_mixed_signs_are_refused_by_row(cells):
    with pytest.raises(MalformedError) as caught:
        found(*cells)
    assert caught.value.rule == "mixed-decimal-signs"
    assert "row 3" in str(caught.value)


def test_whole_numbers_alone_have_no_decimal_sign_to_doubt():
    assert parse_amount("1234", notation=found("1234", "5", ""), scale=0) == 1234


@given(
    units=st.lists(st.integers(0, 10**9), min_size=1, max_size=12),
    scale=st.integers(0, 3),
    notation=st.sampled_from(NOTATIONS),
)
def test_a_found_notation_never_reads_a_cell_wrongly(units, scale, notation):
    cells = [spell(Decimal(unit).scaleb(-scale), notation, scale) for unit in units]
    reading = attempt(lambda: found(*cells))
    if isinstance(reading, MalformedError):
        assert reading.rule == "ambiguous-decimal-sign"
        return
    assert [parse_amount(cell, notation=reading, scale=scale) for cell in cells] == units
