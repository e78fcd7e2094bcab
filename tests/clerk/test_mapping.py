"""The mapping file: what it says is taken, what it does not say is refused."""

import pytest

from ledger.clerk.amounts import Notation
from ledger.clerk.mapping import AllowanceSource, CategorySource, parse_mapping
from ledger.clerk.table import Declared
from ledger.errors import MalformedError

WIDE = """
version = 1
form = "wide"
[member]
column = "household"
[amount]
unit = "GBP"
scale = 2
[category]
food = "food"
drinks = ["alcohol", "tea"]
eggs = {from = "eggs", unit = "piece", scale = 0}
"""

LONG = """
version = 1
form = "long"
[table]
encoding = "cp1252"
delimiter = "tab"
decimal = ","
grouping = "."
skip = 2
[member]
column = "who"
key = "key"
[amount]
column = "much"
category_column = "what"
unit_column = "unit"
unit = "kg"
symbol = "kilo"
scale = 3
[rows]
duplicates = "sum"
empty = "zero"
negative = "net"
others = "ignore"
[category]
flour = ["Mehl", "Vollkornmehl"]
[allowance]
column = "money"
scale = 2
"""


def refused(text: str, rule: str) -> str:
    with pytest.raises(MalformedError) as caught:
        parse_mapping(text.encode(), name="m.toml")
    assert caught.value.rule == rule
    return str(caught.value)


def test_a_wide_mapping_refuses_by_default():
    mapping = parse_mapping(WIDE.encode(), name="m.toml")
    assert mapping.categories == (
        CategorySource("food", ("food",), "GBP", 2),
        CategorySource("drinks", ("alcohol", "tea"), "GBP", 2),
        CategorySource("eggs", ("eggs",), "piece", 0),
    )
    assert mapping.declared == Declared()
    assert mapping.notation is None
    assert not (mapping.sum_duplicates)
    assert not (mapping.empty_is_zero)
    assert not (mapping.net)
    assert not (mapping.ignore_others)
    assert mapping.columns == ("household", "food", "alcohol", "tea", "eggs")


def test_a_long_mapping_with_everything():
    mapping = parse_mapping(LONG.encode(), name="m.toml")
    assert mapping.declared == Declared("cp1252", "\t", 2)
    assert mapping.notation == Notation(",", ".")
    assert mapping.allowance == AllowanceSource("money", 2)
    assert mapping.symbol == "kilo"
    assert mapping.sum_duplicates
    assert mapping.empty_is_zero
    assert mapping.net
    assert mapping.ignore_others
    assert mapping.columns == ("who", "key", "money", "what", "much", "unit")


def test_a_mapping_for_a_roster_alone_names_no_category():
    mapping = parse_mapping(b'version = 1\nform = "wide"\n[member]\ncolumn = "who"\n', name="m.toml")
    assert mapping.categories == ()


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("version = 1", "version = 2", "bad-field"),
        ("version = 1", "", "missing-field"),
        ('form = "wide"', 'form = "tall"', "bad-field"),
        ("scale = 2", "scale = 13", "bad-field"),
        ("scale = 2", 'scale = "2"', "bad-field"),
        ("scale = 2", "scale = true", "bad-field"),
        ('unit = "GBP"', "", "missing-field"),
        ('column = "household"', "", "missing-field"),
        ("[amount]", '[rows]\nduplicate = "sum"\n[amount]', "unknown-field"),
        ("[amount]", '[rows]\nduplicates = "add"\n[amount]', "bad-field"),
        ("[amount]", '[rows]\nothers = "ignore"\n[amount]', "unknown-field"),
        ("[amount]", '[table]\ngrouping = ","\n[amount]', "missing-field"),
        ("[amount]", '[table]\ndecimal = ","\ngrouping = ","\n[amount]', "same-decimal-and-grouping"),
        ("[amount]", '[table]\nencoding = "latin1"\n[amount]', "bad-field"),
        ("[amount]", "table = 3\n[amount]", "unknown-field"),
        ("[member]", "table = 3\n[member]", "bad-field"),
        ('food = "food"', 'food = "tea"', "counted-twice"),
        ('food = "food"', "food = []", "bad-field"),
        ('food = "food"', "food = 3", "bad-field"),
        ("scale = 0}", "scale = 0, price = 1}", "unknown-field"),
        ('food = "food"', 'food = "food', "not-toml"),
    ],
)
def test_faults_are_named(old, new, rule):
    assert old in WIDE
    refused(WIDE.replace(old, new, 1), rule)


def test_a_file_that_is_too_long_or_not_utf8_is_refused():
    refused("#" * 70_000, "too-long")
    with pytest.raises(MalformedError):
        parse_mapping(b"\xff", name="m.toml")
