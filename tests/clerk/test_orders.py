"""Tables become orders, or refused rows with their numbers and reasons."""

import pytest

from ledger.clerk.mapping import parse_mapping
from ledger.clerk.orders import Expected, read_members, read_orders
from ledger.clerk.table import parse_table
from ledger.encoding import encode_base64
from ledger.errors import MalformedError, NotAcceptedError
from ledger.records.kinds.round import Category
from ledger.signing import SigningKey

CATALOGUE = (
    Category(code="food", name="Food", price=1, scale=2, unit="GBP", width=16),
    Category(code="fuel", name="Fuel", price=2, scale=2, unit="GBP", width=16),
)
WIDE = """
version = 1
form = "wide"
[table]
decimal = "."
[member]
column = "who"
[amount]
unit = "GBP"
symbol = "£"
scale = 2
[rows]
ROWS
[category]
food = "food"
fuel = "fuel"
"""
LONG = """
version = 1
form = "long"
[table]
decimal = ","
[member]
column = "who"
[amount]
column = "much"
category_column = "what"
unit_column = "unit"
unit = "GBP"
scale = 2
[rows]
ROWS
[category]
food = ["bread", "milk"]
fuel = "gas"
"""
ALLOWANCE = '[allowance]\ncolumn = "money"\nscale = 2\n'


def preview(text, raw, *, rows="", extra="", slack_width=None, members=None, catalogue=CATALOGUE):
    mapping = parse_mapping((text.replace("ROWS", rows) + extra).encode(), name="m.toml")
    table = parse_table(raw.encode(), mapping.declared, columns=mapping.columns, name="t.csv")
    return read_orders(table, mapping, catalogue, slack_width=slack_width, members=members)


def amounts(found):
    return {order.ref: order.quantities for order in found.accepted()}


def test_a_wide_table():
    found = preview(WIDE, "who,food,fuel,note\nb,£1.50,2,x\n\na,3,0.01,\n")
    assert amounts(found) == {"b": (150, 200), "a": (300, 1)}
    assert [order.rows for order in found.accepted()] == [(2,), (4,)]
    assert found.totals() == (450, 201)
    assert found.source.ignored_columns == ("note",)
    assert (found.members, found.passing, found.source.rows) == (2, 2, 2)


def test_a_wide_table_is_ragged_where_a_row_is():
    found = preview(WIDE, "who,food,fuel\na,1,2,3\nb,1\nc,1,2\n")
    assert [(refusal.row, refusal.rule) for refusal in found.refusals] == [(2, "ragged"), (3, "ragged")]


def test_a_long_table_with_units_and_several_values_in_one_category():
    raw = "who;what;much;unit\na;bread;1,50;GBP\na;milk;2;GBP\na;gas;3;GBP\n"
    assert amounts(preview(LONG, raw)) == {"a": (350, 300)}


def test_declared_duplicates_are_summed_and_net_may_have_negative_parts():
    rows = 'duplicates = "sum"\nnegative = "net"'
    raw = "who;what;much;unit\na;bread;5;GBP\na;bread;-2;GBP\na;gas;3;GBP\nb;bread;1;GBP\nb;milk;-2;GBP\nb;gas;0;GBP\n"
    found = preview(LONG, raw, rows=rows)
    assert [(r.row, r.ref, r.where, r.rule) for r in found.refusals] == [(5, "b", "food", "negative")]
    assert "less than nothing" in found.refusals[0].reason
    assert found.passing == 1
    assert found.totals() == (300, 300)


def test_declared_zeroes_and_ignored_values():
    rows = 'empty = "zero"\nothers = "ignore"'
    raw = "who;what;much;unit\na;bread;;GBP\na;hay;9999;t\nb;gas;3;GBP\n"
    found = preview(LONG, raw, rows=rows)
    assert amounts(found) == {"a": (0, 0), "b": (0, 300)}
    assert found.source.ignored_rows == 1


@pytest.mark.parametrize(
    ("line", "where", "rule"),
    [
        ("a,1,2", "who", "duplicate-row"),
        ("who,food,fuel", "who", "header-again"),
        ("Anna Berg,1,2", "who", "bad-reference"),
        (",1,2", "who", "bad-reference"),
        ("b,1", "who", "ragged"),
        ("b,,2", "food", "empty-cell"),
        ("b,1,-2", "fuel", "negative"),
        ("b,1,=A1", "fuel", "formula"),
        ("b,1,2 kWh", "fuel", "other-unit"),
        ("b,1,2.005", "fuel", "too-many-decimals"),
        ('b,1,"2,5"', "fuel", "grouping"),
        ("b,1,two", "fuel", "not-an-amount"),
        ("b,655.36,0", "food", "out-of-range"),
        ("b,1,99999999999999999999", "fuel", "too-many-digits"),
    ],
)
def test_a_refused_row_is_named_and_nothing_is_sent(line, where, rule):
    found = preview(WIDE, f"who,food,fuel\na,1,2\n{line}\nz,0,0\n")
    assert [(refusal.row, refusal.where, refusal.rule) for refusal in found.refusals] == [(3, where, rule)]
    reason = found.refusals[0].reason
    assert "\n" not in reason
    assert "655.36" not in reason
    assert rule != "out-of-range" or reason.endswith("at most 655.35 GBP")
    assert "Anna" not in repr(found.refusals)
    with pytest.raises(NotAcceptedError) as caught:
        found.accepted()
    assert caught.value.rule == "rows-refused"


@pytest.mark.parametrize(
    ("line", "where", "rule"),
    [
        ("a;bread;1;GBP", "who", "duplicate-row"),
        ("b;bread;1;EUR", "unit", "other-unit"),
        ("b;hay;1;GBP", "what", "unknown-category"),
        ("b;bread;1,005;GBP", "much", "too-many-decimals"),
        ("b;bread;1.000;GBP", "much", "grouping"),
        ("b;bread;1;GBP", "fuel", "missing-row"),
    ],
)
def test_a_refused_row_of_a_long_table(line, where, rule):
    found = preview(LONG, f"who;what;much;unit\na;bread;1;GBP\na;gas;1;GBP\n{line}\n")
    assert [(refusal.row, refusal.where, refusal.rule) for refusal in found.refusals] == [(4, where, rule)]


def test_every_refused_row_is_listed_at_once():
    found = preview(WIDE, "who,food,fuel\na,x,2\na,1,2\nb,1,-1\nc,1,2\n")
    assert [refusal.row for refusal in found.refusals] == [2, 3, 4]
    found = preview(WIDE, "who,food,fuel\na,1,2\na,1,2\nb,1,-1\nc,1,2\n")
    assert [refusal.row for refusal in found.refusals] == [3, 4]
    assert found.passing == 1


def test_an_ambiguous_table_is_refused_whole_until_declared():
    undeclared = WIDE.replace('[table]\ndecimal = "."', "")
    raw = 'who,food,fuel\na,"1,234",2\n'
    with pytest.raises(MalformedError) as caught:
        preview(undeclared, raw)
    assert caught.value.rule == "ambiguous-decimal-sign"
    declared = WIDE.replace('decimal = "."', 'decimal = "."\ngrouping = ","')
    assert preview(declared, raw).refusals[0].rule == "out-of-range"  # 1,234.00 pounds do not fit 16 bits of pence
    decimal_comma = WIDE.replace('decimal = "."', 'decimal = ","')
    assert preview(decimal_comma, raw).refusals[0].rule == "too-many-decimals"


def test_over_the_allowance_says_by_how_much_in_a_field_only():
    raw = "who,food,fuel,money\na,1.00,2.00,5.00\nb,1.00,2.00,4.99\nc,0,0,43000000\n"
    found = preview(WIDE, raw, extra=ALLOWANCE, slack_width=32)
    assert [(r.row, r.ref, r.rule, r.over) for r in found.refusals] == [
        (3, "b", "over-allowance", 1),
        (4, "c", "slack-too-narrow", None),
    ]
    assert "499" not in str(found.refusals)
    assert "over=" not in repr(found)
    assert "500" not in repr(found)


def test_the_roster_s_allowance_counts():
    raw = "who,food,fuel,money\na,1.00,2.00,5.00\nb,1.00,2.00,5.00\nc,1,1,9\nd,0,0,0\n"
    members = {"a": Expected(500), "b": Expected(600), "c": Expected(900, claims_herself=True), "e": Expected(1)}
    found = preview(WIDE, raw, extra=ALLOWANCE, slack_width=8, members=members)
    assert [(r.ref, r.rule) for r in found.refusals] == [
        ("b", "allowance-differs"),
        ("c", "member-claims-herself"),
        ("d", "unknown-member"),
    ]
    assert found.absent == ("e",)
    assert "500" not in repr(members)


def test_a_round_with_an_allowance_rule_needs_allowances():
    found = preview(WIDE, "who,food,fuel\na,1,2\n", slack_width=32)
    assert found.refusals[0].rule == "missing-allowance"


def test_without_a_rule_an_allowance_column_is_not_held_against_anybody():
    found = preview(WIDE, "who,food,fuel,money\na,1,2,0\n", extra=ALLOWANCE)
    assert amounts(found) == {"a": (100, 200)}


def test_a_table_without_orders_sends_nothing():
    with pytest.raises(NotAcceptedError) as caught:
        preview(WIDE, "who,food,fuel\n").accepted()
    assert caught.value.rule == "no-orders"


@pytest.mark.parametrize(
    ("catalogue", "rule"),
    [
        (CATALOGUE[:1], "unknown-category"),
        ((*CATALOGUE, Category(code="x", name="X", price=1, scale=2, unit="GBP", width=1)), "missing-category"),
        ((CATALOGUE[0], Category(code="fuel", name="F", price=1, scale=3, unit="GBP", width=9)), "other-unit"),
        ((CATALOGUE[0], Category(code="fuel", name="F", price=1, scale=2, unit="EUR", width=9)), "other-unit"),
    ],
)
def test_the_mapping_must_be_of_this_catalogue(catalogue, rule):
    with pytest.raises(MalformedError) as caught:
        preview(WIDE, "who,food,fuel\na,1,2\n", catalogue=catalogue)
    assert caught.value.rule == rule


def test_amounts_stand_in_no_repr():
    found = preview(WIDE, "who,food,fuel\na,77.31,2\n")
    assert "7731" not in repr(found)
    assert "7731" not in repr(found.accepted())


def members_of(raw, extra=""):
    text = 'version = 1\nform = "wide"\n[member]\ncolumn = "who"\nkey = "key"\n' + ALLOWANCE + extra
    mapping = parse_mapping(text.encode(), name="m.toml")
    return read_members(parse_table(raw.encode(), mapping.declared, columns=mapping.columns, name="t.csv"), mapping)


def test_members_for_a_roster():
    key = SigningKey(bytes(range(32)))
    members, refusals = members_of(f"who,key,money\na,{encode_base64(key.public)},5.00\nb,,6\n")
    assert [(member.ref, member.key, member.allowance) for member in members] == [
        ("a", key.public, 500),
        ("b", None, 600),
    ]
    assert refusals == ()
    assert "500" not in repr(members)


def test_members_are_refused_by_row():
    _, refusals = members_of("who,key,money\na,AAAA,5\nb,,-1\nc,,1\nc,,1\nd,,\n")
    assert [(refusal.row, refusal.rule) for refusal in refusals] == [
        (2, "bad-key"),
        (3, "negative"),
        (5, "duplicate-row"),
        (6, "empty-cell"),
    ]


def test_rows_that_differ_in_allowance_are_refused():
    _, refusals = members_of("who,key,money\nc,,1\nc,,2\n", '[rows]\nduplicates = "sum"\n')
    assert [(refusal.row, refusal.rule) for refusal in refusals] == [(3, "allowance-differs")]
