"""The three real tables, through the shipped mappings, against sums computed with Python's own csv and decimal."""

import csv
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from ledger.clerk.mapping import parse_mapping
from ledger.clerk.orders import read_members, read_orders
from ledger.clerk.round_file import parse_round_file
from ledger.clerk.table import parse_table, read_table

ROOT = Path(__file__).parents[2] / "examples"
SPENDING, MONTHLY, DAILY = (
    "uk-household-weekly-spending.csv",
    "energy-community-monthly-kwh.csv",
    "energy-community-daily-kwh.tsv",
)


def load(name):
    stem = name.rpartition(".")[0]
    mapping = parse_mapping((ROOT / f"{stem}.mapping.toml").read_bytes(), name=f"{stem}.mapping.toml")
    text = (ROOT / f"{stem}.round.toml").read_bytes()
    body = parse_round_file(text, name=f"{stem}.round.toml", council=bytes(32), rosters=(bytes(32),))
    return mapping, body, read_table(ROOT / "data" / name, mapping.declared, columns=mapping.columns)


def orders(name):
    mapping, body, table = load(name)
    return read_orders(table, mapping, body.catalogue, slack_width=body.allowance.slack_width, members=None)


def test_weekly_spending_of_1519_households_in_pence():
    found = orders(SPENDING)
    with (ROOT / "data" / SPENDING).open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    over = {}
    within = []
    for number, row in enumerate(rows, 2):
        spent = [Decimal(row[name]) * 100 for name in ("food", "fuel", "clothing", "alcohol", "transport", "other")]
        left = Decimal(row["income"]) * 100 - sum(spent)
        if left < 0:
            over[number] = (row["household"], -left)
        else:
            within.append((row["household"], tuple(spent)))
    assert (found.members, len(rows)) == (1519, 1519)
    assert len(found.refusals) == 230
    assert {refusal.row: (refusal.ref, refusal.over) for refusal in found.refusals} == over
    assert {refusal.rule for refusal in found.refusals} == {"over-allowance"}
    assert sum(refusal.over <= 2 for refusal in found.refusals) == 15
    assert [(order.ref, order.quantities) for order in found._orders] == within
    assert sum(order.allowance == sum(order.quantities) for order in found._orders) == 47
    assert found.totals() == tuple(sum(column) for column in zip(*(spent for _, spent in within), strict=True))
    members, refusals = read_members(load(SPENDING)[2], load(SPENDING)[0])
    assert (len(members), refusals) == (1519, ())
    assert sum(member.allowance for member in members) == sum(Decimal(row["income"]) * 100 for row in rows)


def test_a_year_of_17_homes_in_twelve_categories_of_watt_hours():
    found = orders(MONTHLY)
    with (ROOT / "data" / MONTHLY).open(encoding="utf-8") as stream:
        rows = list(csv.reader(stream))[1:]
    assert {o.ref: o.quantities for o in found.accepted()} == {
        row[0]: tuple(Decimal(cell) * 1000 for cell in row[1:]) for row in rows
    }
    assert found.passing == 17
    assert len(found.totals()) == 12


def test_31_days_of_17_homes_from_a_long_table_with_a_decimal_comma():
    found = orders(DAILY)
    sums = defaultdict(Decimal)
    lines = (ROOT / "data" / DAILY).read_bytes().decode("utf-8-sig").split("\r\n")[1:-1]
    for line in lines:
        _, day, amount = line.split("\t")
        sums[day] += Decimal(amount.replace(",", "."))
    assert found.totals() == tuple(sums[f"{day:03}"] * 1000 for day in range(1, 32))
    assert (found.passing, found.refusals) == (17, ())
    assert (found.source.rows, found.source.ignored_rows) == (len(lines), len(lines) - 17 * 31)
    assert (found.source.encoding, found.source.delimiter) == ("utf-8-sig", "\t")


@pytest.mark.parametrize("name", [SPENDING, MONTHLY, DAILY])
def test_what_the_mappings_declare_is_also_found_in_the_files_themselves(name):
    stem = name.rpartition(".")[0]
    text = (ROOT / f"{stem}.mapping.toml").read_text(encoding="utf-8")
    kept = [line for line in text.split("\n") if not line.startswith(("decimal", "delimiter", "encoding"))]
    bare = parse_mapping("\n".join(kept).encode(), name="bare")
    assert bare.notation is None
    table = read_table(ROOT / "data" / name, bare.declared, columns=bare.columns)
    _, body, _ = load(name)
    found = read_orders(table, bare, body.catalogue, slack_width=body.allowance.slack_width, members=None)
    assert found.source.notation.decimal == ("," if name == DAILY else ".")
    assert found.totals() == orders(name).totals()


def test_one_home_s_day_alone_could_be_read_in_two_ways():
    mapping, body, _ = load(DAILY)
    text = (ROOT / "energy-community-daily-kwh.mapping.toml").read_text(encoding="utf-8").replace('decimal = ","\n', "")
    bare = parse_mapping(text.encode(), name="bare")
    raw = b"Aansluiting\tDag\tVerbruik kWh\r\nhome-01\t001\t38,586\r\n"
    with pytest.raises(ValueError, match="two ways"):
        read_orders(
            parse_table(raw, bare.declared, columns=bare.columns, name="t"),
            bare,
            body.catalogue,
            slack_width=None,
            members=None,
        )
    assert mapping.notation is not None


def test_the_readme_s_mapping_is_one():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    mapping = parse_mapping(text.split("```toml\n")[1].split("```")[0].encode(), name="README.md")
    assert [category.code for category in mapping.categories] == ["flour", "eggs"]


def test_the_mapping_module_s_own_example_is_one():
    from ledger.clerk import mapping, round_file

    text = mapping.__doc__.split("::\n")[1].replace('form = "wide"', 'form = "long"').replace('delimiter = ","', "")
    assert parse_mapping(text.encode(), name="doc").symbol == "£"
    text = round_file.__doc__.split("::\n")[1]
    assert parse_round_file(text.encode(), name="doc", council=bytes(32), rosters=(bytes(32),)).minimum == 10
