"""A rollup from sub-totals: the rules take what is drafted, and every bad part is named."""

import secrets

import pytest

from ledger.clerk.rollups import check_parts, check_tags, draft_rollup
from ledger.clerk.subtotals import sub_total
from ledger.encoding import encode_base64
from ledger.errors import LedgerError
from ledger.records.entry import build_statement, parse_entry, sign_entry
from ledger.records.kinds.rollup import KIND, ROLLUPS
from ledger.rules.checks import run_checks
from ledger.rules.engine import Owed

from .small_federation import CATALOGUE, ORIGIN, PERIOD, SmallFederation

RANDOM = secrets.token_bytes


@pytest.fixture
def valley():
    valley = SmallFederation()
    valley.river, valley.hill, valley.lake = (
        valley.council(name, valley.valley) for name in ("Riverside", "Hillside", "Lakeside")
    )
    return valley


def drafted(valley, *parts):
    named = [(f"{number}.sub", part) for number, part in enumerate(parts)]
    checked = check_parts(valley.view, named, origin=ORIGIN, federation=valley.valley, randbytes=RANDOM)
    return draft_rollup(valley.view, valley.valley, checked)


def taken(valley, draft):
    """The rules take the draft, its equation included."""
    raw = sign_entry(build_statement("rollup", ORIGIN, draft.body), "rollup", [valley.key(valley.valley)])
    record = parse_entry(raw, origin=ORIGIN)
    assert run_checks([Owed((), KIND.owed(valley.view, record))], randbytes=RANDOM) == (None,)
    return valley.say("rollup", draft.body, valley.key(valley.valley))


def request(valley, council, quantity, *, default=False, code="food", **more):
    body = {
        "amounts": [{"code": code, "quantity": quantity, "scale": 1, "unit": "kg"}],
        "council": encode_base64(council),
        "purpose": "a school",
        "type": "default" if default else "collective",
        **({} if default else {"period": PERIOD}),
        **more,
    }
    return valley.say("request", body, valley.key(council))


def refused(valley, *parts):
    with pytest.raises(LedgerError) as caught:
        drafted(valley, *parts)
    return caught.value.rule, str(caught.value)


def test_the_rules_take_the_sum_of_two(valley):
    one, two = valley.closed(valley.river, "ab"), valley.closed(valley.hill, "cd")
    draft = drafted(valley, one, two)
    assert (draft.body.count, draft.minimum, draft.enough) == (4, 3, True)
    assert draft.body.totals == tuple(str(a + b) for a, b in zip(one.totals, two.totals, strict=True))
    assert {line.name: line.standing for line in draft.councils} == {
        "Riverside": "counted", "Hillside": "counted", "Lakeside": "no-round",
    }  # fmt: skip
    leaf = taken(valley, draft)
    assert [fact.leaf for _, fact in valley.view.scan(ROLLUPS)] == [leaf]


def test_the_order_of_the_files_makes_no_difference(valley):
    one, two = valley.closed(valley.river, "ab"), valley.closed(valley.hill, "cd")
    assert drafted(valley, one, two).body == drafted(valley, two, one).body


@pytest.mark.parametrize("silent", ["default", "excluded"])
def test_who_is_missing_and_who_is_counted_by_a_default(silent):
    valley = SmallFederation(silent=silent)
    names = ("Riverside", "Unclosed", "Nothing", "Withheld", "Empty", "Quiet")
    river, unclosed, nothing, withheld, empty, quiet = (valley.council(name, valley.valley) for name in names)
    valley.council("Stewards", valley.valley, kind="steward")
    inner = valley.council("Inner", valley.valley, kind="federation")
    deep = valley.council("Deep", inner)
    for council in (unclosed, nothing, withheld, empty, deep):
        request(valley, council, 5, default=True)
    request(valley, nothing, 7, default=True)  # in the place of the first
    valley.round(unclosed, "xyz")
    valley.closed(withheld, "xyz")
    valley.closed(empty, "xyz", claiming="")
    part = valley.closed(river, "abc")
    request(valley, quiet, 9, default=True)  # after the last close that is counted
    draft = drafted(valley, part)
    standing = {line.name: line.standing for line in draft.councils}
    default = "default" if silent == "default" else None
    assert standing == {
        "Riverside": "counted",
        "Unclosed": default or "not-closed",
        "Nothing": default or "no-round",
        "Withheld": "no-sub-total",
        "Empty": "no-claims",
        "Quiet": "no-round",
        "Deep": default or "no-round",
    }
    assert [line.requested for line in draft.categories] == [5 + 7 + 5 if default else 0, 0]
    taken(valley, draft)


def test_what_is_asked_for_in_the_open(valley):
    first = request(valley, valley.river, 100)
    request(valley, valley.river, 30, supersedes=encode_base64(first))
    request(valley, valley.valley, 4)
    request(valley, valley.hill, 50, code="timber")  # in no category of the rounds
    request(valley, valley.hill, 60, period="another")
    outside = valley.council("Elsewhere")
    request(valley, outside, 70)
    part = valley.closed(valley.river, "abc")
    request(valley, valley.lake, 80)  # too late
    draft = drafted(valley, part)
    assert [line.requested for line in draft.categories] == [34, 0]
    assert draft.body.requests == 3
    taken(valley, draft)


def test_the_amounts_of_another_round_are_named(valley):
    one, two = valley.closed(valley.river, "ab"), valley.closed(valley.hill, "cde")
    swapped = (
        sub_total(ORIGIN, one.round, two.totals, two.blinding),
        sub_total(ORIGIN, two.round, one.totals, one.blinding),
    )
    rule, message = refused(valley, *swapped)
    assert rule == "invalid-opening"
    assert message.startswith("0.sub does not open the sum that Riverside has signed")
    rule, message = refused(valley, one, swapped[1])
    assert message.startswith("1.sub does not open the sum that Hillside has signed")
    for totals in ((one.totals[0] + 1, one.totals[1]), one.totals[::-1]):
        false = sub_total(ORIGIN, one.round, totals, one.blinding)
        assert refused(valley, two, false)[0] == "invalid-opening"
    # Two lies that cancel in the sum: each is looked at alone.
    up = sub_total(ORIGIN, one.round, (one.totals[0] + 1, one.totals[1]), one.blinding)
    down = sub_total(ORIGIN, two.round, (two.totals[0] - 1, two.totals[1]), two.blinding)
    assert refused(valley, up, down)[0] == "invalid-opening"


def test_parts_that_do_not_belong(valley):
    part = valley.closed(valley.river, "abc")
    other = valley.council("Elsewhere")
    cases = {
        "unknown-round": (sub_total(ORIGIN, bytes(32), part.totals, part.blinding),),
        "wrong-ledger": (sub_total("ledger.example/2", part.round, part.totals, part.blinding),),
        "counted-twice": (part, part),
        "wrong-federation": (part, valley.closed(other, "xyz")),
        "wrong-round": (part, valley.closed(valley.hill, "xyz", period="2026-W47")),
        "wrong-categories": (part, valley.closed(valley.lake, "xyz", catalogue=CATALOGUE[::-1])),
        "not-closed": (part, sub_total(ORIGIN, valley.round(valley.hill, "xyz"), part.totals, part.blinding)),
    }
    for rule, parts in cases.items():
        found, message = refused(valley, *parts)
        assert found == rule
        assert ".sub" in message
    short = sub_total(ORIGIN, part.round, part.totals[:1], part.blinding)
    assert refused(valley, short)[0] == "wrong-categories"
    assert refused(valley, part, valley.closed(valley.hill, "xyz", round_no=2))[0] == "wrong-round"


def tag(valley, council, refs, secrets_by_ref, period=PERIOD):
    from ledger.records.kinds.tags import member_tag

    tags = sorted(member_tag(secrets_by_ref[ref], origin=ORIGIN, period=period) for ref in refs)
    body = {
        "council": encode_base64(council),
        "period": period,
        "roster": encode_base64(valley.roster(council, refs)),
        "tags": [encode_base64(one) for one in tags],
    }
    valley.say("tags", body, valley.key(council))


def tagged_parts(valley, *parts):
    named = [(f"{number}.sub", part) for number, part in enumerate(parts)]
    checked = check_parts(valley.view, named, origin=ORIGIN, federation=valley.valley, randbytes=RANDOM)
    check_tags(valley.view, valley.valley, checked)
    return draft_rollup(valley.view, valley.valley, checked)


def test_where_tags_are_asked_for_every_roster_has_them_and_nobody_is_in_two():
    valley = SmallFederation(tags=True)
    river, hill, lake = (valley.council(name, valley.valley) for name in ("Riverside", "Hillside", "Lakeside"))
    secret = {ref: bytes([number]) * 32 for number, ref in enumerate("abcdefx")}
    secret["x"] = secret["a"]  # she moved from Riverside to Hillside
    one, two, three = valley.closed(river, "abc"), valley.closed(hill, "dex"), valley.closed(lake, "def")

    def rule(*parts):
        with pytest.raises(LedgerError) as caught:
            tagged_parts(valley, *parts)
        return caught.value.rule, str(caught.value)

    assert rule(one)[0] == "missing-tags"
    assert "a roster of Riverside" in rule(one)[1]
    tag(valley, river, "abc", secret)
    tag(valley, hill, "dex", secret)
    assert rule(one, three)[0] == "missing-tags"
    found, message = rule(one, two)
    assert found == "counted-twice"
    assert "of Riverside and of Hillside" in message
    taken(valley, tagged_parts(valley, one))
    # Later, and in another federation on the way up: who was counted stays so for the period and number.
    high = valley.council("High", kind="federation", rule={"silent": "excluded", "tags": True})
    valley.say(
        "membership",
        {"council": encode_base64(valley.valley), "to": encode_base64(high)},
        *(valley.key(council) for council in (valley.valley, high)),
    )
    valley.valley = high
    assert rule(two)[0] == "counted-twice"
    assert "Riverside" in rule(two)[1]
    draft = tagged_parts(valley, one)  # the same council above the first rollup is no second counting
    assert draft.body.count == 3
    taken(valley, draft)


def test_without_the_rule_nobody_asks_for_tags(valley):
    assert tagged_parts(valley, valley.closed(valley.river, "abc")).enough


def test_only_a_federation_rolls_up(valley):
    part = valley.closed(valley.river, "abc")
    checked = check_parts(valley.view, [("x", part)], origin=ORIGIN, federation=valley.river, randbytes=RANDOM)
    with pytest.raises(LedgerError) as caught:
        draft_rollup(valley.view, valley.river, checked)
    assert caught.value.rule == "wrong-federation"


def test_the_greatest_minimum_holds(valley):
    draft = drafted(valley, valley.closed(valley.river, "ab"), valley.closed(valley.hill, "cd", minimum=5))
    assert (draft.body.count, draft.minimum, draft.enough) == (4, 5, False)


def test_a_council_that_is_most_of_a_category_stands_out(valley):
    draft = drafted(valley, valley.closed(valley.river, "abcdef"), valley.closed(valley.hill, "xyz"))
    assert [line.dominated for line in draft.categories] == [True, True]


def test_whose_clerk_can_subtract_her_own_is_told(valley):
    one, two, three = (
        valley.closed(valley.river, "abcdef"), valley.closed(valley.hill, "xy"), valley.closed(valley.lake, "z"),
    )  # fmt: skip
    assert drafted(valley, one, two).remainders() == (("Riverside", 2),)  # the six are no fewer than the minimum
    assert dict(drafted(valley, two, three).remainders()) == {"Hillside": 1, "Lakeside": 2}
    assert drafted(valley, one).remainders() == ()
    assert drafted(valley, one, two, three).remainders() == ()


def test_no_repr_shows_a_total(valley):
    draft = drafted(valley, valley.closed(valley.river, "abcdefghijkl"))
    assert "78" in draft.body.totals  # 1 + … + 12
    assert "78" not in repr(draft)
