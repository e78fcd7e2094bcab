"""Round files: TOML in, the body of a round out."""

import msgspec
import pytest

from ledger.clerk.round_file import _LIMITS, parse_round_file, read_catalogue
from ledger.errors import MalformedError
from ledger.records.kinds.round import Category

TEXT = """
version = 1
period = "2026-W48"
round_no = 1
opens = 2026-11-23T08:00:00+01:00
closes = "2026-11-23T20:00:00+01:00"
minimum = 10

[allowance]
rule = "hidden"
slack_width = 32

[[category]]
code = "food"
name = "Food"
unit = "GBP"
scale = 2
price = 1
width = 16
"""


def parse(text: str):
    return parse_round_file(text.encode(), name="r.toml", council=b"c" * 32, rosters=(b"r" * 32,))


def test_a_round_file():
    body = parse(TEXT)
    assert (body.opens, body.closes) == (1795417200, 1795417200 + 12 * 3600)
    assert (body.council, body.rosters, body.custody, body.early_close) == (b"c" * 32, (b"r" * 32,), "clerk", False)
    assert (body.allowance.rule, body.allowance.slack_width, body.minimum) == ("hidden", 32, 10)
    assert body.shape().widths_with_slack == (16, 32)
    assert read_catalogue(TEXT.encode(), name="r.toml") == (body.catalogue, body.allowance)


def test_unix_seconds_and_no_allowance():
    text = TEXT.replace("2026-11-23T08:00:00+01:00\n", "1795417200\n", 1)
    text = text.replace('[allowance]\nrule = "hidden"\nslack_width = 32\n', "")
    body = parse(text)
    assert body.opens == 1795417200
    assert (body.allowance.rule, body.allowance.slack_width) == ("none", None)


def test_the_rule_none_may_be_said():
    body = parse(TEXT.replace('rule = "hidden"\nslack_width = 32\n', 'rule = "none"\n'))
    assert (body.allowance.rule, body.allowance.slack_width) == ("none", None)
    with pytest.raises(MalformedError, match="unknown field slack_width"):
        parse(TEXT.replace('rule = "hidden"', 'rule = "none"'))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("price = 1", "price = -1", "r.toml: category 1: price is not an integer from 0 to 4294967295"),
        ("width = 16", "width = 33", "r.toml: category 1: width is not an integer from 1 to 32"),
        ("width = 16", "width = 0", "r.toml: category 1: width is not an integer from 1 to 32"),
        ("scale = 2", "scale = 13", "r.toml: category 1: scale is not an integer from 0 to 12"),
        ("minimum = 10", "minimum = 100001", "r.toml: minimum is not an integer from 2 to 100000"),
        ("round_no = 1", "round_no = 2147483648", "r.toml: round_no is not an integer from 1 to 2147483647"),
        ('"food"', '"Food!"', "r.toml: category 1: code is not 1 to 32 of a to z, 0 to 9, _ and -"),
        ('"GBP"', f'"{"G" * 81}"', "r.toml: category 1: unit is longer than 80 characters"),
        ('"Food"', '"Food "', "r.toml: category 1: name holds a control character or a mark of writing direction, or "),
        ('"2026-W48"', f'"{"8" * 81}"', "r.toml: period is longer than 80 characters"),
    ],
)
def test_a_refusal_names_the_file_s_own_field_and_its_true_limit(old, new, said):
    assert old in TEXT
    with pytest.raises(MalformedError) as caught:
        parse(TEXT.replace(old, new, 1))
    assert str(caught.value).startswith(said)


def test_no_name_of_the_entry_is_in_a_refusal():
    category = TEXT[TEXT.index("[[category]]") :]
    for text in (TEXT + category, TEXT + category * 64, TEXT.replace(category, "category = []")):
        with pytest.raises(MalformedError) as caught:
            parse(text)
        assert "category" in str(caught.value)
        assert "catalogue" not in str(caught.value)


def test_the_limits_of_a_category_are_those_of_the_entry():
    for field, limits in _LIMITS.items():
        category = {"code": "a", "name": "a", "unit": "a", "price": 1, "scale": 1, "width": 1}
        for value in limits:
            msgspec.convert(category | {field: value}, Category)
        for value in (limits[0] - 1, limits[1] + 1):
            with pytest.raises(msgspec.ValidationError):
                msgspec.convert(category | {field: value}, Category)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("opens = 2026-11-23T08:00:00+01:00", "opens = 2026-11-23T08:00:00"),
        ("opens = 2026-11-23T08:00:00+01:00", "opens = 2026-11-23"),
        ("opens = 2026-11-23T08:00:00+01:00", "opens = true"),
        ("opens = 2026-11-23T08:00:00+01:00", "opens = -5"),
        ("opens = 2026-11-23T08:00:00+01:00", 'opens = "tomorrow"'),
        ("opens = 2026-11-23T08:00:00+01:00", "opens = 2026-11-23T08:00:00.5+01:00"),
        ("opens = 2026-11-23T08:00:00+01:00", "opens = 2026-11-23T21:00:00+01:00"),
        ("minimum = 10", "minimum = 1"),
        ("minimum = 10", "minimum = 10\nminimal = 3"),
        ("minimum = 10", ""),
        ('code = "food"', 'code = "Food!"'),
        ('unit = "GBP"', ""),
        ("width = 16", "width = 33"),
        ("width = 16", "width = 16\ncolour = 3"),
        ("price = 1", "price = 4294967296"),
        ("price = 1", "price = 0.5"),
        ("slack_width = 32", "slack_width = 49"),
        ('rule = "hidden"', 'rule = "none"'),
        ("[[category]]", "[category]"),
        ("version = 1", "version = 3"),
    ],
)
def test_faults_are_refused(old, new):
    assert old in TEXT
    with pytest.raises(MalformedError) as caught:
        parse(TEXT.replace(old, new, 1))
    assert "\n" not in str(caught.value)
    assert caught.value.rule in {"bad-field", "missing-field", "unknown-field"}


def test_the_same_category_twice_is_refused():
    with pytest.raises(MalformedError):
        parse(TEXT + TEXT[TEXT.index("[[category]]") :])
