"""Councils join federations and leave them by their own signatures; the two sides may sit at two desks."""

from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_bad_input import refused
from tests.cli.test_mandates import decision, give
from tests.cli.world import World


def parent_of(world: World, name: str) -> str | None:
    """The name of the federation that the council is in, as anybody can see it."""
    listed = world.do("council", "list", "--json").json["councils"]
    return next(council["federation"] for council in listed if council["name"] == name)


def test_two_desks_join_and_one_leaves(world: World, tmp_path: Path) -> None:
    world.council("F-valley", "--type", "federation", "--silent", "default", "--tags")
    theirs, file = tmp_path / "theirs", tmp_path / "join.json"
    world.do("key", "new", "f-river", "--no-passphrase", desk=theirs)
    registration = tmp_path / "river.json"
    world.do("council", "register", "F-river", "--key", "f-river", "--out", registration, desk=theirs)
    approved = world.do("council", "approve", registration, "--key", "founder", "--yes")
    assert "recovery keys" in approved.err

    asked = world.run("council", "join", "F-valley", "--out", file, desk=theirs)
    assert (asked.code, file.exists()) == (2, False)
    signed = world.do("council", "join", "F-valley", "--out", file, "--yes", "--json", desk=theirs).json
    assert (signed["signatures"], signed["posted"]) == (1, False)
    refused(world.run("post", file, "--yes"), 1, "missing-signature")
    world.do("key", "sign", file, "--key", "F-valley", "--yes")
    first = world.do("post", file, "--yes", "--json").json
    again = world.do("post", file, "--yes", "--json").json
    assert (first["new"], again["new"], again["index"]) == (True, False, first["index"])
    assert parent_of(world, "F-river") == "F-valley"

    left = world.do("council", "leave", "--yes", "--json", desk=theirs).json
    assert left["new"]
    assert parent_of(world, "F-river") is None
    refused(world.run("council", "leave", "--yes", desk=theirs), 1, "wrong-federation")


def federation(world: World, name: str, *children: str) -> str:
    """A federation and the councils in it, all on one desk; its leaf hash."""
    leaf = world.council(name, "--type", "federation")
    for child in children:
        world.council(child)
        world.do("council", "join", name, "--council", child, "--approve-with", name, "--yes")
    return leaf


def test_who_joins_and_moves(world: World) -> None:
    federation(world, "J-valley", "J-river")
    world.council("J-hills", "--type", "federation")
    world.council("J-plain")
    join = ("council", "join", "J-valley", "--council", "J-river", "--approve-with", "J-valley", "--yes", "--json")
    assert not world.do(*join).json["new"]
    other = world.run("council", "join", "J-hills", "--council", "J-river", "--approve-with", "J-hills", "--yes")
    refused(other, 1, "wrong-federation")
    assert "opentally council move" in other.err
    moved = ("council", "move", "J-hills", "--council", "J-river", "--approve-with", "J-hills", "--yes")
    world.do(*moved)
    assert parent_of(world, "J-river") == "J-hills"
    refused(world.run(*moved), 1, "wrong-federation")
    into_plain = ("council", "join", "J-plain", "--council", "J-valley", "--approve-with", "J-plain", "--yes")
    refused(world.run(*into_plain), 1, "wrong-federation")
    into_itself = ("council", "join", "J-hills", "--council", "J-hills", "--approve-with", "J-hills", "--yes")
    assert world.run(*into_itself).code in {1, 2}
    circle = ("council", "join", "J-river", "--council", "J-hills", "--approve-with", "J-river", "--yes")
    refused(world.run(*circle), 1, "wrong-federation")


def test_what_was_left_is_not_joined_again_by_an_entry_that_is_in_already(world: World) -> None:
    """The ledger takes no entry twice: the command must not say that it is done, and --again sets a return apart."""
    federation(world, "A-valley", "A-river")
    world.do("council", "leave", "--council", "A-river", "--yes")
    join = ("council", "join", "A-valley", "--council", "A-river", "--approve-with", "A-valley", "--yes")
    again = world.run(*join)
    assert parent_of(world, "A-river") is None
    refused(again, 1, "duplicate-entry")
    assert "--again" in again.err
    world.do(*join, "--again")
    assert parent_of(world, "A-river") == "A-valley"
    refused(world.run("council", "leave", "--council", "A-river", "--yes"), 1, "duplicate-entry")
    world.do("council", "leave", "--council", "A-river", "--yes", "--again")
    assert parent_of(world, "A-river") is None


def test_a_rule_is_a_federation_s(world: World) -> None:
    world.do("key", "new", "no-rule", "--no-passphrase")
    ran = world.run("council", "register", "No-rule", "--key", "no-rule", "--approve-with", "founder", "--tags")
    refused(ran, 2, "bad-field")
    assert world.run("council", "register", "No-rule", "--key", "no-rule", "--silent", "loud").code == 2


def test_those_below_give_a_mandate_and_take_it_back(world: World) -> None:
    leaf = federation(world, "S-valley", "S-one", "S-two", "S-three")
    by = decision(world, "S-valley", leaf)
    world.do("key", "new", "s-coordinator", "--no-passphrase")
    ran = give(world, "S-valley", "s-coordinator", "decision", by, "--json")
    mandate = ran.json["leaf"]
    assert "more than half" in ran.json["message"]
    adopt = (
        *("decision", "adopt", leaf, "--council", "S-valley", "--title", "Plan", "--body", "board", "--rule", "all"),
        *("--affected", "all", "--eligible", 3, "--voted", 3, "--yes", "--key", "s-coordinator"),
    )
    assert state(world, "S-valley") == "waiting"
    refused(world.run(*adopt), 1, "mandate-ended")
    world.do("mandate", "assent", mandate, "--for", "--council", "S-one", "--yes")
    refused(world.run(*adopt), 1, "mandate-ended")
    refused(world.run("mandate", "assent", mandate, "--for", "--council", "S-valley", "--yes"), 1, "wrong-council")
    world.do("mandate", "assent", mandate, "--for", "--council", "S-two", "--yes")
    assert state(world, "S-valley") == "in-effect"
    world.do(*adopt)

    recalled = ("mandate", "recall", mandate, "--reason", "decided alone", "--by")
    first = world.do(*recalled, "S-three", "--yes", "--json").json
    assert "more than half" in first["message"]
    assert state(world, "S-valley") == "in-effect"
    world.do("mandate", "assent", first["leaf"], "--for", "--council", "S-one", "--yes")
    assert state(world, "S-valley") == "ended"
    refused(world.run(*adopt[:5], "--title", "Plan 2", *adopt[7:]), 1, "mandate-ended")
    refused(world.run("mandate", "assent", mandate, "--against", "--council", "S-one", "--yes"), 1, "mandate-ended")


def test_a_council_sees_what_waits_for_its_word_and_who_said_what(world: World) -> None:
    leaf = federation(world, "W-valley", "W-one", "W-two", "W-three")
    by = decision(world, "W-valley", leaf)
    world.do("key", "new", "w-clerk", "--no-passphrase")
    mandate = give(world, "W-valley", "w-clerk", "close,total", by, "--json").json["leaf"]

    def waiting(council: str, *more: object) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = world.do("mandate", "proposals", "--council", council, *more, "--json").json[
            "proposals"
        ]
        return found

    (row,) = waiting("W-one")
    assert row["leaf"] == mandate
    assert {
        name: row[name] for name in ("kind", "federation", "state", "said", "has_say", "electorate", "lacking")
    } == {
        "kind": "mandate",
        "federation": "W-valley",
        "state": "waiting",
        "said": None,
        "has_say": True,
        "electorate": 3,
        "lacking": 2,
    }
    assert "“clerk” for close, total" in row["what"]
    listed = world.do("mandate", "proposals", "--council", "W-one", COLUMNS="80").out.splitlines()
    assert f"  {mandate}" in listed
    assert any("none yet" in line for line in listed)
    assert [(one["leaf"], one["has_say"]) for one in waiting("W-valley")] == [(mandate, False)]

    said = world.do("mandate", "assent", mandate, "--for", "--council", "W-one", "--yes", "--json").json
    assert "for it so far: 1 of 3 councils; 1 more must be, before 20" in said["message"]
    assert (waiting("W-one")[0]["said"], waiting("W-two")[0]["said"]) == ("for", None)
    shown = world.do("mandate", "show", mandate)
    assert "W-one: for (entry no." in shown.out
    assert "W-two: has said nothing" in shown.out
    assert "waits for assent; for it so far: 1 of 3 councils; 1 more must be" in shown.out
    told = world.do("mandate", "show", mandate, "--json").json
    assert (told["agreed"], told["says"]["role"], len(told["voices"])) == (1, "clerk", 3)

    recall = world.do(
        *("mandate", "recall", mandate, "--reason", "not asked for", "--by", "W-two", "--yes", "--json")
    ).json["leaf"]
    world.do("key", "new", "w-a", "--no-passphrase")
    keys = world.do("key", "recovery-set", "W-valley", "w-a", "--threshold", 1, "--yes", "--json").json["leaf"]
    assert [(one["kind"], one["said"]) for one in waiting("W-two")] == [
        ("mandate", None),
        ("recall", "for"),
        ("recovery", None),
    ]
    assert "not asked for" in world.do("mandate", "show", recall).out
    assert "1 of 1 recovery key" in world.do("mandate", "show", keys).out
    last = world.do("mandate", "assent", mandate, "--for", "--council", "W-three", "--yes", "--json").json
    assert "took effect" in last["message"]
    assert [one["kind"] for one in waiting("W-one")] == ["recall", "recovery"]
    first = waiting("W-one", "--settled")[0]
    assert (first["kind"], first["state"], first["lacking"]) == ("mandate", "took-effect", None)
    world.do("council", "leave", "--council", "W-two", "--yes")
    assert "W-two: for (entry no." in (left := world.do("mandate", "show", recall).out)
    assert "has no say now" in left
    assert "Nothing waits" in world.do("mandate", "proposals", "--council", "W-two").out


def test_what_needed_nobody_s_assent_is_no_proposal(world: World) -> None:
    leaf = world.council("N-alone")
    by = decision(world, "N-alone", leaf)
    world.do("key", "new", "n-clerk", "--no-passphrase")
    mandate = give(world, "N-alone", "n-clerk", "close", by, "--json").json["leaf"]
    ran = world.run("mandate", "show", mandate)
    refused(ran, 1, "wrong-entry")
    assert "needed nobody's assent" in ran.err
    refused(world.run("mandate", "show", leaf), 1, "wrong-entry")
    assert "Nothing waits" in world.do("mandate", "proposals", "--council", "N-alone").out


def test_of_very_many_proposals_the_newest_are_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    leaf = federation(world, "B-valley", "B-one", "B-two")
    by = decision(world, "B-valley", leaf)
    given = []
    for name in ("b-1", "b-2"):
        world.do("key", "new", name, "--no-passphrase")
        given.append(give(world, "B-valley", name, "close", by, "--json").json["leaf"])
    monkeypatch.setattr("ledger.cli.proposals.MOST_ASKED", 1)
    monkeypatch.setattr("ledger.cli.pages.MOST_TOLD", 1)
    told = world.do("mandate", "proposals", "--council", "B-one", "--json").json
    assert ([one["leaf"] for one in told["proposals"]], told["more"]) == (given[1:], True)
    assert "1 older" in world.do("mandate", "proposals", "--council", "B-one").out
    assert "… and 1 others" in world.do("mandate", "show", given[0]).out


def state(world: World, council: str) -> str:
    """How the council's only mandate stands."""
    (mandate,) = world.do("mandate", "list", "--council", council, "--json").json["mandates"]
    found: str = mandate["state"]
    return found


def test_those_below_recall_the_key_and_nobody_brings_the_federation_back(world: World) -> None:
    federation(world, "K-valley", "K-one", "K-two")
    refused(
        world.run("council", "recall-key", "K-valley", "--by", "K-valley", "--reason", "x", "--yes"), 2, "bad-field"
    )
    for name in ("k-a", "k-b", "k-c", "k-fresh"):
        world.do("key", "new", name, "--no-passphrase")
    keys = ("key", "recovery-set", "K-valley", "k-a", "k-b", "k-c", "--threshold", 2, "--yes", "--json")
    waiting = world.do(*keys).json
    assert "more than half" in waiting["message"]
    refused(world.run("key", "recover", "K-valley", "--new", "k-fresh", "--yes"), 1, "no-recovery")
    for council in ("K-one", "K-two"):
        world.do("mandate", "assent", waiting["leaf"], "--for", "--council", council, "--yes")
    recall = ("council", "recall-key", "K-valley", "--reason", "signed what nobody decided", "--yes", "--by")
    first = world.do(*recall, "K-one", "--json").json
    world.do("mandate", "assent", first["leaf"], "--for", "--council", "K-two", "--yes")
    listed = {council["name"]: council["key"] for council in world.do("council", "list", "--json").json["councils"]}
    assert listed["K-valley"] == ""
    refused(world.run(*recall, "K-two"), 1, "revoked-key")
    final = world.run("key", "recover", "K-valley", "--new", "k-fresh", "--yes")
    refused(final, 1, "no-recovery")
    assert "recalled from below, which is final" in final.err
    sent_again = world.do(*recall, "K-one", "--json")
    assert (sent_again.json["new"], "more than half" in sent_again.json["message"]) == (False, False)
