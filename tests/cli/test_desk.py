"""A desk remembers which ledger it talks to, whose key it believes, and what it has seen."""

from pathlib import Path

import pytest

from tests.cli.world import World, done, found_world, opentally, serving


def folder_of(desk: Path) -> Path:
    (folder,) = (desk / "ledgers").iterdir()
    return folder


def test_the_ledger_is_remembered_and_its_word_is_marked_as_such(world: World, desk: Path) -> None:
    first = done(opentally("council", "list", "--ledger", world.url, desk=desk))
    assert "first contact" in first.err
    second = done(opentally("council", "list", desk=desk))
    assert second.err == ""
    assert (folder_of(desk) / "policy").read_text() == (world.folder / "server" / "policy").read_text()
    for path in desk.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_policy_that_was_handed_over_is_believed_instead(world: World, desk: Path, tmp_path: Path) -> None:
    policy = world.folder / "server" / "policy"
    ran = done(opentally("council", "list", "--ledger", world.url, desk=desk, OPENTALLY_POLICY=str(policy)))
    assert ran.err == ""
    found_world(tmp_path)  # the same origin under another key
    other = tmp_path / "server" / "policy"
    refused = opentally(
        "council", "list", desk=tmp_path / "fresh", OPENTALLY_LEDGER=world.url, OPENTALLY_POLICY=str(other)
    )
    assert (refused.code, "wrong-key" in refused.err) == (1, True)
    assert not (folder_of(tmp_path / "fresh") / "policy").exists()


@pytest.mark.slow
def test_another_log_of_the_same_name_is_refused(world: World, desk: Path, tmp_path: Path) -> None:
    done(opentally("council", "list", "--ledger", world.url, desk=desk))
    found_world(tmp_path)
    with serving(tmp_path / "server") as url:
        ran = opentally("council", "list", "--ledger", url, desk=desk)
    assert (ran.code, "wrong-key" in ran.err) == (1, True)


def test_what_was_posted_is_kept_with_its_receipt_and_believed(world: World) -> None:
    world.do("council", "list")
    before = int((folder_of(world.desk) / "checkpoint").read_text().split("\n")[1])
    world.council("Kept")
    index = world.do("council", "list", "--json").json["councils"][-1]
    size = int((folder_of(world.desk) / "checkpoint").read_text().split("\n")[1])
    assert size > before
    receipts = sorted((folder_of(world.desk) / "receipts").iterdir(), key=lambda path: int(path.name))
    last = receipts[-1]
    assert int(last.name) == size - 1
    assert index["name"] == "Kept"
    done(opentally("verify", last, "--policy", world.folder / "server" / "policy"))


def test_rosters_are_posted_once_and_chosen_newest_first(world: World) -> None:
    world.council("Rosters")
    old = world.write("old.csv", "member\na\nb\n")
    first = world.do("roster", "add", old, "--council", "Rosters", "--no-passphrase", "--yes", "--json").json
    again = world.do("roster", "add", old, "--council", "Rosters", "--yes", "--json").json
    assert again["rosters"] == first["rosters"]
    disjoint = world.write("more.csv", "member\nc\nd\n")
    world.do("roster", "add", disjoint, "--council", "Rosters", "--yes")
    opened = world.do("round", "open", world.round_file(), "--council", "Rosters", "--yes", "--json").json
    assert opened["members"] == 4
    newer = world.write("new.csv", "member\na\nb\ne\n")
    world.do("roster", "add", newer, "--council", "Rosters", "--yes")
    opened = world.do("round", "open", world.round_file(), "--council", "Rosters", "--yes", "--json").json
    assert opened["members"] == 5  # a, b, e and the disjoint c, d
    leaf = first["rosters"][0]["leaf"]
    named = ("round", "open", world.round_file(), "--council", "Rosters", "--roster", leaf, "--yes", "--json")
    assert world.do(*named).json["members"] == 2
    listed = world.do("roster", "list", "--council", "Rosters", "--json").json["rosters"]
    assert [roster["rows"] for roster in listed] == [2, 2, 3]


def test_bad_rows_of_a_roster_are_all_named_and_none_is_posted(world: World) -> None:
    world.council("Bad-rows")
    file = world.write("bad.csv", "member,key\na,\nAda Lovelace,\na,\nb,nokey\n")
    ran = world.run("roster", "add", file, "--council", "Bad-rows", "--no-passphrase", "--yes")
    assert ran.code == 1
    for row in ("3", "4", "5"):
        assert any(line.startswith(f"{row} ") for line in ran.err.splitlines()), ran.err
    assert "Lovelace" not in ran.err
    assert world.do("roster", "list", "--council", "Bad-rows", "--json").json["rosters"] == []
