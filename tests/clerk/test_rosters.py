"""Rosters that the ledger accepts."""

import secrets

import pytest

from ledger.clerk.orders import Member
from ledger.clerk.rosters import make_rosters
from ledger.clerk.vault import Vault
from ledger.crypto.commit import commit_allowance
from ledger.errors import LedgerError, NotAcceptedError, NotFoundError
from ledger.records.entry import MAX_ENTRY_BYTES, parse_entry
from ledger.signing import SigningKey

from .small_ledger import COUNCIL, FLOOR, ORIGIN, SmallLedger


@pytest.fixture
def vault(tmp_path):
    return Vault.create(tmp_path / "vault", origin=ORIGIN, passphrase=None, randbytes=secrets.token_bytes)


def members(count, allowance=None, key=None):
    return [Member(f"h{number:04}", key if number == 0 else None, allowance) for number in range(count)]


def make(vault, rows, rule, *, council=b"c" * 32, floor=FLOOR, period=None):
    return make_rosters(
        rows,
        origin=ORIGIN,
        council=council,
        rule=rule,
        cohort_floor=floor,
        key=COUNCIL,
        vault=vault,
        randbytes=secrets.token_bytes,
        period=period,
    )


@pytest.mark.parametrize(("rule", "allowance"), [("none", None), ("public", 500), ("hidden", 500)])
def test_the_ledger_takes_a_roster_of_each_rule(vault, rule, allowance):
    ledger = SmallLedger()
    (raw,) = make(vault, members(FLOOR, allowance, SigningKey(b"m" * 32).public), rule, council=ledger.council)
    ledger.take(raw)
    body = parse_entry(raw, origin=ORIGIN).body
    assert [row.ref for row in body.rows] == ["h0000", "h0001", "h0002"]
    assert body.rows[0].key == SigningKey(b"m" * 32).public
    assert body.allowances() == (0 if rule == "none" else 1500)
    if rule == "hidden":
        assert b'"allowance":500' not in raw
        for row in body.rows:
            opening = vault.allowance(row.commitment)
            assert (opening.ref, opening.amount) == (row.ref, 500)
            assert commit_allowance(opening.amount, opening.blinding) == row.commitment
        assert len({row.commitment for row in body.rows}) == FLOOR


def test_no_roster_has_more_rows_than_can_be_tagged(vault):
    raws = make(vault, members(1301), "none")
    assert [len(parse_entry(raw, origin=ORIGIN).body.rows) for raw in raws] == [650, 651]
    assert len(make(vault, members(1300), "none")) == 1


def test_hidden_allowances_may_be_for_a_period(vault):
    (raw,) = make(vault, members(FLOOR, 500), "hidden", period="May")
    assert parse_entry(raw, origin=ORIGIN).body.period == "May"
    for rule, allowance in (("public", 500), ("none", None)):
        with pytest.raises(LedgerError) as caught:
            make(vault, members(FLOOR, allowance), rule, period="May")
        assert caught.value.rule == "bad-field"


def test_a_large_council_is_split_evenly_into_as_few_entries_as_fit(vault):
    raws = make(vault, members(1000), "none")
    sizes = [len(parse_entry(raw, origin=ORIGIN).body.rows) for raw in raws]
    assert all(len(raw) <= MAX_ENTRY_BYTES for raw in raws)
    assert sum(sizes) == 1000
    assert max(sizes) - min(sizes) <= 1
    rows = make(vault, [Member("x" * 64 + "", None, None)], "none")
    assert len(rows) == 1
    big = make(vault, [Member(f"{n:064}", None, None) for n in range(2000)], "none")
    assert all(len(raw) <= MAX_ENTRY_BYTES for raw in big)
    assert len(big) == -(-sum(map(len, big)) // MAX_ENTRY_BYTES)  # no more entries than their bytes need


def test_hidden_entries_are_split_evenly_and_never_below_the_floor(vault):
    raws = make(vault, members(500, 500), "hidden")
    sizes = [len(parse_entry(raw, origin=ORIGIN).body.rows) for raw in raws]
    assert sizes == [250, 250]
    with pytest.raises(NotAcceptedError) as caught:
        make(vault, members(500, 500), "hidden", floor=251)
    assert caught.value.rule == "below-floor"
    assert all(len(raw) <= MAX_ENTRY_BYTES for raw in raws)


TWINS = [Member(ref, SigningKey(b"m" * 32).public, None) for ref in "ab"]


@pytest.mark.parametrize(
    ("rows", "rule", "refused"),
    [
        ([], "none", "no-orders"),
        (members(2, 500), "hidden", "below-floor"),
        (members(3), "hidden", "missing-allowance"),
        (members(3), "public", "missing-allowance"),
        (members(3, 2**53), "public", "out-of-range"),
        ([*members(3), *members(1)], "none", "duplicate-member"),
        (TWINS, "none", "duplicate-member"),
    ],
)
def test_what_the_ledger_would_refuse_is_refused_before_anything_is_kept(vault, rows, rule, refused):
    with pytest.raises(LedgerError) as caught:
        make(vault, rows, rule)
    assert caught.value.rule == refused
    with pytest.raises(NotFoundError):
        vault.sum_claims([b"x"])
    assert "0 records" in repr(vault)
