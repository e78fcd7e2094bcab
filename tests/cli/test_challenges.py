"""Somebody objects, is answered or seen not to be, and is judged by who may; a decision carries what is open."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_bad_input import refused
from tests.cli.test_federations import federation
from tests.cli.test_resources import claim_file, log
from tests.cli.world import Ran, World, found_world, serving


def challenge(world: World, leaf: str, council: str, *more: object, ground: str = "measurement") -> Ran:
    return world.run("challenge", "make", leaf, "--ground", ground, "--council", council, "--yes", "--json", *more)


def shown(world: World, leaf: str) -> Any:
    return world.do("challenge", "show", leaf, "--json").json


def test_a_member_challenges_with_her_own_key_without_knowing_her_row(world: World, tmp_path: Path) -> None:
    hers = tmp_path / "hers"
    key = world.do("key", "new", "me", "--no-passphrase", "--json", desk=hers).json["public_key"]
    world.council("C-steward")
    world.council("C-home")
    members = world.write("c.csv", f"member,key\nm00,\nm01,{key}\nm02,\n")
    world.do("roster", "add", members, "--council", "C-home", "--no-passphrase", "--yes")
    round_leaf = world.open_round("C-home")
    photo = world.write("photo.jpg", "a photo")
    claim = log(world, "C-steward", claim_file(world, "c-spring"))
    make = ("challenge", "make", claim, "--ground", "measurement", "--evidence", photo, "--member", "--key", "me")
    asked = world.run(*make, desk=hers)
    assert (asked.code, "Nothing was done" in asked.err) == (2, True)
    made = world.do(*make, "--yes", "--json", desk=hers).json
    assert "m01, a member," in made["message"]
    assert not world.do(*make, "--yes", "--json", desk=hers).json["new"]
    told = shown(world, made["leaf"])
    assert (told["state"], told["by"], told["answers"]) == ("open", "a member of C-home", "C-steward")
    assert told["evidence"] is not None

    # Whoever answers finds the challenge with the claim, and answers once; an answer is no judgement.
    answer = ("challenge", "reply", made["leaf"], "--answer", "explains", "--text", "the meter was read on Monday")
    refused(world.run(*answer, "--yes", desk=hers), 2, "no-such-key")
    replied = world.do(*answer, "--yes", "--json")
    assert "people never belong" in replied.err
    assert not world.do(*answer, "--yes", "--json").json["new"]
    told = shown(world, made["leaf"])
    assert (told["state"], told["reply"]["text"]) == ("answered", "the meter was read on Monday")

    judge = ("challenge", "decide", made["leaf"], "--yes")
    refused(world.run(*judge, "--outcome", "rejected", "--rule", "x", "--council", "C-steward"), 1, "wrong-council")
    refused(world.run(*judge, "--outcome", "upheld", "--rule", "x", "--council", "C-home"), 1, "wrong-council")
    refused(world.run(*judge, "--outcome", "withdrawn", desk=tmp_path / "nobody"), 2, "no-such-key")
    world.do(*judge, "--outcome", "withdrawn", desk=hers)
    assert not world.do(*judge, "--outcome", "withdrawn", "--json", desk=hers).json["new"]
    told = shown(world, made["leaf"])
    assert (told["state"], told["judged"]["outcome"], told["judged"]["by"]) == (
        "decided",
        "withdrawn",
        "a member of C-home",
    )
    refused(
        world.run(*judge, "--outcome", "upheld", "--rule", "statute 7", "--council", "C-steward"), 1, "already-decided"
    )
    # By the round, by the roster, by the council alike.
    for place in (("--round", round_leaf), ("--council", "C-home")):
        world.do(*make[:4], "harm", *make[5:], *place, "--yes", desk=hers)
    roster = world.do("roster", "list", "--council", "C-home", "--json").json["rosters"][0]["leaf"]
    assert not world.do(*make[:4], "harm", *make[5:], "--roster", roster, "--yes", "--json", desk=hers).json["new"]
    refused(world.run(*make, "--roster", claim, "--yes", desk=hers), 1, "unknown-roster")
    # What a round asks is challenged from its own rosters.
    of_round = world.do(
        *("challenge", "make", round_leaf, "--ground", "procedure", "--member", "--key", "me", "--yes", "--json"),
        desk=hers,
    ).json
    assert shown(world, of_round["leaf"])["answers"] == "C-home"


def test_a_member_of_a_roster_that_no_round_has_asked_yet(world: World, tmp_path: Path) -> None:
    hers = tmp_path / "hers"
    key = world.do("key", "new", "me", "--no-passphrase", "--json", desk=hers).json["public_key"]
    leaf = world.council("C-fresh")
    world.council("C-elsewhere")
    members = world.write("c2.csv", f"member,key\nm00,{key}\n")
    world.do("roster", "add", members, "--council", "C-fresh", "--no-passphrase", "--yes")
    make = ("challenge", "make", leaf, "--ground", "consultation", "--member", "--key", "me", "--yes", "--json")
    refused_json = world.run(*make, "--council", "C-elsewhere", desk=hers)
    assert (refused_json.code, refused_json.json["error"]["rule"]) == (2, "unknown-member")
    assert world.do(*make, "--council", "C-fresh", desk=hers).json["new"]


def test_who_is_in_no_roster_and_what_is_no_challenge(world: World, tmp_path: Path) -> None:
    stranger = tmp_path / "stranger"
    world.do("key", "new", "me", "--no-passphrase", desk=stranger)
    leaf = world.council("C-target")
    make = ("challenge", "make", leaf, "--ground", "harm", "--yes")
    refused(world.run(*make, "--member", "--key", "me", desk=stranger), 2, "unknown-member")
    refused(world.run(*make, "--member", desk=stranger), 2, "missing-field")
    refused(world.run(*make, "--roster", leaf, "--council", "C-target"), 2, "bad-field")
    refused(world.run("challenge", "make", "AAAA", "--ground", "harm", "--yes"), 2, "bad-leaf")
    refused(world.run(*make, "--evidence", tmp_path / "absent", "--council", "C-target"), 2, "no-such-file")
    assert world.run("challenge", "make", leaf, "--ground", "spite", "--council", "C-target", "--yes").code == 2
    refused(world.run("challenge", "show", leaf), 1, "unknown-challenge")
    reply = ("challenge", "reply", leaf, "--answer", "accepts", "--text", "yes", "--yes")
    refused(world.run(*reply), 1, "unknown-challenge")
    decide = ("challenge", "decide", leaf, "--outcome", "upheld", "--yes")
    refused(world.run(*decide), 2, "missing-field")
    refused(world.run(*decide, "--rule", "statute 7", "--council", "C-target"), 1, "unknown-challenge")


def test_nobody_judges_a_case_of_its_own_and_no_stranger_does(world: World) -> None:
    federation(world, "C-valley", "C-river", "C-hill")
    world.council("C-stranger")
    claim = log(world, "C-hill", claim_file(world, "c-judged"))
    made = challenge(world, claim, "C-river").json["leaf"]
    decide = ("challenge", "decide", made, "--rule", "statute 7", "--yes", "--outcome")
    refused(world.run(*decide, "rejected", "--council", "C-hill"), 1, "wrong-council")
    refused(world.run(*decide, "upheld", "--council", "C-river"), 1, "wrong-council")
    for outcome in ("rejected", "upheld"):
        refused(world.run(*decide, outcome, "--council", "C-stranger"), 1, "wrong-council")
    judged = world.do(*decide, "rejected", "--council", "C-valley", "--json")
    assert "people never belong" in judged.err
    assert shown(world, made)["judged"] == {"outcome": "rejected", "by": "C-valley", "rule": "statute 7"}
    # A second one, in which the challenged gives in.
    other = challenge(world, claim, "C-river", ground="evidence").json["leaf"]
    world.do(*decide[:2], other, *decide[3:], "upheld", "--council", "C-hill")
    assert shown(world, other)["judged"]["by"] == "C-hill"


def test_too_many_challenges_and_one_that_is_made_once_more(world: World) -> None:
    leaf = world.council("C-much")
    world.council("C-eager")
    first = challenge(world, leaf, "C-eager")
    again = challenge(world, leaf, "C-eager")
    assert (again.json["new"], again.json["index"], "give --again" in again.err) == (False, first.json["index"], True)
    assert challenge(world, leaf, "C-eager", "--again").json["new"]
    assert challenge(world, leaf, "C-eager", ground="harm").json["new"]
    fourth = challenge(world, leaf, "C-eager", ground="privacy")
    assert (fourth.code, fourth.json["error"]["rule"]) == (1, "too-many-challenges")
    assert "3 are allowed" in fourth.json["error"]["message"]
    listed = world.do("challenge", "list", "--about", leaf, "--json").json["challenges"]
    assert [(one["ground"], one["by"], one["answers"]) for one in listed] == [
        ("measurement", "C-eager", "C-much"),
        ("measurement", "C-eager", "C-much"),
        ("harm", "C-eager", "C-much"),
    ]


def test_until_when_an_answer_is_due_is_told_before_and_after_and_all_replies_are_shown(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaf = world.council("C-due")
    world.council("C-asking")
    words = ("challenge", "make", leaf, "--ground", "harm", "--council", "C-asking")
    before = int(time.time())
    asked = world.run(*words)
    assert (asked.code, "Nothing was done" in asked.err) == (2, True)
    assert "An answer will be due within 14 days, before about 20" in asked.out
    assert "takes 3 challenges of one challenger" in asked.out
    made = world.do(*words, "--yes", "--json").json
    told = shown(world, made["leaf"])
    assert made["deadline"] == told["deadline"]
    assert abs(told["deadline"] - before - 14 * 86_400) < 600
    assert "the answer is due before 20" in made["message"]
    assert (told["replies"], told["reply"]) == ([], None)

    evidence = world.write("c-due.txt", "what was measured")
    reply = ("challenge", "reply", made["leaf"], "--yes", "--answer")
    world.do(*reply, "explains", "--text", "it was read on Monday", "--evidence", evidence)
    one = shown(world, made["leaf"])["replies"]
    world.do(*reply, "accepts", "--text", "it was read wrongly")
    told = shown(world, made["leaf"])
    assert [(each["answer"], each["text"]) for each in told["replies"]] == [
        ("explains", "it was read on Monday"),
        ("accepts", "it was read wrongly"),
    ]
    assert (told["replies"][:1], told["more_replies"], told["reply"]["answer"]) == (one, False, "explains")
    assert one[0]["evidence"] is not None
    out = world.do("challenge", "show", made["leaf"]).out
    assert "C-due explains: it was read on Monday (entry no." in out
    assert "C-due accepts: it was read wrongly (entry no." in out
    assert f"with evidence, by its SHA-256: {one[0]['evidence']}" in out
    monkeypatch.setattr("ledger.cli.pages.MOST_TOLD", 1)
    monkeypatch.setattr("ledger.cli.pages.PAGE", 2)
    assert "… and 1 later ones" in world.do("challenge", "show", made["leaf"]).out


def test_what_no_council_answers_for_is_answered_by_a_founder(world: World) -> None:
    world.council("C-asks")
    entry_0 = world.do("receipt", "get", 0, "--out", world.folder / "entry-0", "--json").json["leaf"]
    made = challenge(world, entry_0, "C-asks", ground="procedure").json["leaf"]
    assert shown(world, made)["answers"] == "the founders"
    reply = ("challenge", "reply", made, "--answer", "accepts", "--text", "the floor is low", "--yes")
    refused(world.run(*reply), 2, "missing-field")
    refused(world.run(*reply, "--key", "C-asks"), 1, "wrong-key")
    world.do(*reply, "--key", "founder")
    assert shown(world, made)["reply"]["answer"] == "accepts"
    concede = ("challenge", "decide", made, "--outcome", "upheld", "--rule", "statute 2", "--yes")
    refused(world.run(*concede), 2, "missing-field")
    refused(world.run(*concede, "--key", "C-asks"), 1, "wrong-key")
    refused(world.run(*concede, "--council", "C-asks"), 1, "wrong-council")
    world.do(*concede, "--key", "founder")
    assert shown(world, made)["outcome"] == "upheld"


def adopt(world: World, council: str, *leaves: str) -> Ran:
    return world.run(
        *("decision", "adopt", *leaves, "--council", council, "--title", "Plan", "--body", "assembly"),
        *("--rule", "majority", "--affected", "all", "--eligible", 10, "--voted", 9, "--json"),
    )


def test_a_decision_shows_what_speaks_against_what_it_adopts_before_it_is_signed(world: World) -> None:
    world.council("D-council")
    world.council("D-other")
    claim = log(world, "D-council", claim_file(world, "d-spring"))
    made = challenge(world, claim, "D-other").json
    asked = adopt(world, "D-council", claim)
    assert asked.code == 2  # nobody was there to say yes
    assert "no evidence" in asked.err
    assert "own word only" in asked.err
    assert f"challenged by D-other in entry no. {made['index']}, on the ground “measurement”" in asked.err
    assert "the decision will carry 1 open challenge, for everybody to see" in asked.err
    world.do("challenge", "decide", made["leaf"], "--outcome", "withdrawn", "--council", "D-other", "--yes")
    assert "will carry" not in adopt(world, "D-council", claim).err


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A ledger in which a challenge is to be answered within a second."""
    folder = tmp_path_factory.mktemp("hasty")
    found_world(folder, "--challenge-limit", 1, "--challenge-reply", "1s")
    with serving(folder / "server") as url:
        yield World(folder, url)


@pytest.mark.slow
def test_a_challenge_without_an_answer_is_overdue_for_all_to_see(hasty: World) -> None:
    hasty.council("O-steward")
    hasty.council("O-asker")
    claim = log(hasty, "O-steward", claim_file(hasty, "o-spring"))
    assert "No challenge is overdue." in hasty.do("challenge", "list", "--overdue").out
    made = challenge(hasty, claim, "O-asker").json["leaf"]
    for attempt in range(50):
        if shown(hasty, made)["state"] != "open":
            break
        time.sleep(0.5)
        hasty.council(f"O-{attempt}")  # an idle log has no clock
    (listed,) = hasty.do("challenge", "list", "--overdue", "--json").json["challenges"]
    assert (listed["leaf"], listed["state"]) == (made, "overdue")
    assert "answer overdue" in hasty.do("challenge", "list", "--overdue").out
    assert "answer overdue" in hasty.do("resource", "show", claim).out
    assert "answer overdue" in adopt(hasty, "O-steward", claim).err
    # It can still be answered, and then is overdue no more; the next challenge is allowed once the time is over.
    hasty.do("challenge", "reply", made, "--answer", "disputes", "--text", "the meter is sealed", "--yes")
    assert hasty.do("challenge", "list", "--overdue", "--json").json["challenges"] == []
    assert challenge(hasty, claim, "O-asker", ground="harm").json["new"]
