"""What rosters' sums give away together, held against a search of all combinations."""

import itertools
import secrets
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.clerk.orders import Member
from ledger.clerk.roster_sums import Published, Share, given_away, published
from ledger.clerk.rosters import make_rosters
from ledger.clerk.vault import Vault
from ledger.records.entry import parse_entry

from .small_ledger import COUNCIL, ORIGIN


def hidden(*refs, **amounts):
    """A roster of members whose allowances this desk does not know, and of some whose allowances it does."""
    return Published((*(Share(ref, None) for ref in refs), *(Share(ref, amount) for ref, amount in amounts.items())))


def names(start, end):
    return [f"m{number:02}" for number in range(start, end)]


def groups(*members):
    return tuple(frozenset(group) for group in members)


def test_a_leaver_s_allowance_is_the_difference_of_two_sums():
    assert given_away([hidden(*names(0, 11))], [hidden(*names(0, 10))], floor=10) == groups({"m10"})


def test_a_joiner_s_too_and_one_who_comes_for_one_who_goes():
    assert given_away([hidden(*names(0, 10))], [hidden(*names(0, 11))], floor=10) == groups({"m10"})
    assert given_away([hidden(*names(0, 11))], [hidden(*names(1, 12))], floor=10) == groups({"m00", "m11"})


@pytest.mark.parametrize(("changing", "safe"), [(1, False), (9, False), (10, True), (15, True)])
def test_the_floor_s_number_of_members_may_change(changing, safe):
    earlier, new = [hidden(*names(0, 30))], [hidden(*names(changing, 30))]
    assert given_away(earlier, new, floor=10) == (() if safe else groups(set(names(0, changing))))


def test_a_first_roster_and_the_same_one_again_give_nothing_away():
    roster = hidden(*names(0, 10))
    assert given_away([], [roster], floor=10) == ()
    assert given_away([roster], [roster], floor=10) == ()
    assert given_away([roster], [hidden(*names(10, 20))], floor=10) == ()


def test_a_changed_allowance_is_given_away_and_changes_of_all_are_not():
    before = dict.fromkeys(names(0, 11), 100)
    one = before | {"m03": 130}
    assert given_away([hidden(**before)], [hidden(**one)], floor=10) == groups({"m03"})
    assert given_away([hidden(**before)], [hidden(**dict.fromkeys(names(0, 10), 130))], floor=10) == ()
    # What the desk does not know counts as unchanged; what it was before counts as it was.
    unknown = hidden(*names(0, 11))
    assert given_away([unknown], [hidden(**one)], floor=10) == ()
    assert given_away([hidden(**before), unknown], [hidden(**one)], floor=10) == groups({"m03"})
    assert given_away([hidden(**before), hidden(**one)], [hidden(**before)], floor=10) == ()
    assert given_away([unknown, hidden(**before)], [hidden(**one)], floor=10) == groups({"m03"})


def test_what_was_given_away_before_is_not_held_against_a_later_roster():
    earlier = [hidden(*names(0, 12)), hidden(*names(0, 11))]
    assert given_away(earlier, [hidden(*names(0, 12))], floor=10) == ()
    assert given_away(earlier, [hidden(*names(0, 10))], floor=10) == groups({"m10"})


def test_rosters_that_were_split_are_compared_as_wholes_and_by_their_parts():
    earlier = [hidden(*names(0, 12)), hidden(*names(12, 24))]
    left = [name for name in names(0, 24) if name != "m05"]
    assert given_away(earlier, [hidden(*left)], floor=10) == groups({"m05"})
    # Twelve join, so that a difference of the wholes says little; but the first part has one more of the old.
    assert frozenset({"m12"}) in given_away(earlier, [hidden(*names(0, 13)), hidden(*names(13, 36))], floor=10)


def test_a_chain_of_sums_is_followed():
    earlier = [hidden(*names(0, 20)), hidden(*names(20, 40)), hidden(*names(0, 10), *names(20, 30))]
    last = hidden(*names(10, 20), *names(30, 39))  # all forty but one: the first and second less the third less this
    assert given_away(earlier, [last], floor=10) == groups({"m39"})


@pytest.mark.parametrize(
    ("earlier", "new", "found"),
    [
        (("efg", "ace"), "ade", "cd"),  # the second less the new one, with the first in the way
        (("bdf", "cdf"), "abc", "ab ac"),  # the first two say b less c; with the new one a and twice b, a and twice c
    ],
)
def test_few_are_found_whatever_else_is_in_the_log(earlier, new, found):
    assert given_away([hidden(*refs) for refs in earlier], [hidden(*new)], floor=3) == groups(*map(set, found.split()))


def test_an_allowance_that_is_not_known_is_the_one_before():
    earlier = [hidden(**dict.fromkeys(names(0, 30), 100)), hidden(**dict.fromkeys(names(0, 11), 130))]
    assert given_away(earlier, [hidden(*names(0, 10))], floor=10) == groups({"m10"})


def test_public_allowances_hide_nobody_behind_them():
    public = Published(tuple(Share(name, 100) for name in names(0, 10)), each=True)
    same = dict.fromkeys(names(0, 10), 100)
    assert given_away([public], [hidden(**same)], floor=10) == ()
    assert given_away([public], [hidden("m10", **same)], floor=10) == groups({"m10"})
    assert given_away([public], [hidden(**dict.fromkeys(names(0, 10), 130))], floor=10) == ()


def test_allowances_that_become_public_give_away_who_was_hidden_among_them():
    public = Published(tuple(Share(name, 100) for name in names(0, 10)), each=True)
    assert given_away([hidden(*names(0, 11))], [public], floor=10) == groups({"m10"})
    assert given_away([hidden(*names(0, 10))], [public], floor=10) == ()
    assert given_away([hidden(*names(0, 20))], [public], floor=10) == ()
    assert given_away([hidden(*names(0, 11)), hidden(*names(0, 10))], [public], floor=10) == ()  # it was so before
    assert given_away([], [public], floor=10) == ()


def test_no_repr_shows_an_amount():
    assert "130" not in repr(Share("m00", 130)) + repr(hidden(m00=130))


def test_amounts_come_from_the_vault_where_it_has_them(tmp_path):
    vaults = [
        Vault.create(tmp_path / name, origin=ORIGIN, passphrase=None, randbytes=secrets.token_bytes) for name in "ab"
    ]
    bodies = {}
    for rule, allowance in (("hidden", 130), ("public", 130), ("none", None)):
        (raw,) = make_rosters(
            [Member(name, None, allowance) for name in names(0, 3)],
            origin=ORIGIN,
            council=b"c" * 32,
            rule=rule,
            cohort_floor=3,
            key=COUNCIL,
            vault=vaults[0],
            randbytes=secrets.token_bytes,
        )
        bodies[rule] = parse_entry(raw, origin=ORIGIN).body
    known = tuple(Share(name, 130) for name in names(0, 3))
    assert published(bodies["hidden"], vaults[0]) == Published(known)
    assert published(bodies["hidden"], vaults[1]) == hidden(*names(0, 3))
    assert published(bodies["public"], vaults[1]) == Published(known, each=True)


def test_a_combination_of_two_rows_in_other_proportions_than_one_to_one_is_found():
    # The two new ones less the second and the third: twice m03 and once m08.
    earlier = ([0, 1, 5, 7], [2, 3, 4, 6, 8], [0, 1, 3, 5], [2, 4, 6, 7, 8])
    new = ([0, 1, 2], [4, 5, 6])
    old, fresh = ([hidden(*(f"m{n:02}" for n in one)) for one in group] for group in (earlier, new))
    assert {"m03", "m08"} in given_away(old, fresh, floor=3)


@st.composite
def histories(draw):
    """Rosters of a council that changes, each posted whole or in two parts."""
    floor = draw(st.integers(2, 4))
    rosters = []
    for _ in range(draw(st.integers(2, 3))):
        members = draw(st.lists(st.sampled_from(names(0, 9)), min_size=floor, max_size=9, unique=True))
        halves = len(members) // 2 >= floor and draw(st.booleans())
        parts = [members[: len(members) // 2], members[len(members) // 2 :]] if halves else [members]
        rosters.append([hidden(*part) for part in parts])
    return [part for roster in rosters[:-1] for part in roster], rosters[-1], floor


@given(histories())
@settings(max_examples=150, deadline=None)
def test_it_finds_what_a_search_of_all_combinations_finds(history):
    earlier, new, floor = history
    vectors = [[int(name in {share.ref for share in one.shares}) for name in names(0, 9)] for one in (*earlier, *new)]
    old = vectors[: len(earlier)]
    found = set()
    for factors in itertools.product((-1, 0, 1), repeat=len(vectors)):
        mix = [sum(f * vector[at] for f, vector in zip(factors, vectors, strict=True)) for at in range(9)]
        members = frozenset(name for name, value in zip(names(0, 9), mix, strict=True) if value)
        if 0 < len(members) < floor and rank([*old, mix]) > rank(old):
            found.add(members)
    given = set(given_away(earlier, new, floor=floor))
    assert all(0 < len(members) < floor for members in given)
    assert bool(given) >= bool(found)


def rank(vectors):
    rows, rank = [list(map(Fraction, vector)) for vector in vectors], 0
    for column in range(9):
        pivot = next((row for row in rows[rank:] if row[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        rows = [[a - row[column] / pivot[column] * b for a, b in zip(row, pivot, strict=True)] for row in rows]
        rows.insert(0, pivot)
        rank += 1
    return rank
