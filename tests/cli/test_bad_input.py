"""Each bad input gets one sentence that names the rule, a stable exit code, and never a stack trace."""

import socket
from pathlib import Path

import pytest

from tests.cli.world import ORIGIN, Ran, World, done, found_world, opentally


def refused(ran: Ran, code: int, rule: str) -> None:
    """One line on standard error that ends with the rule."""
    assert ran.code == code, ran
    lines = [line for line in ran.err.splitlines() if not line.startswith("warning:")]
    assert len(lines) == 1, ran.err
    assert lines[0].endswith(f"(rule: {rule})"), ran.err


def test_no_ledger_is_known_yet(desk: Path) -> None:
    refused(opentally("council", "list", desk=desk), 2, "no-ledger-named")


def test_an_address_that_is_none(desk: Path) -> None:
    refused(opentally("council", "list", "--ledger", "ftp://somewhere", desk=desk), 2, "bad-url")


def test_nobody_answers(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.client.connection.ATTEMPTS", 1)
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
    refused(opentally("council", "list", "--ledger", url, desk=desk), 4, "unavailable")


def test_keys(desk: Path) -> None:
    refused(opentally("key", "new", "../up", "--no-passphrase", desk=desk), 2, "bad-name")
    refused(opentally("key", "new", "mine", desk=desk), 2, "no-passphrase")
    refused(opentally("key", "new", "mine", desk=desk, OPENTALLY_PASSPHRASE="short"), 2, "short-passphrase")
    made = done(opentally("key", "new", "mine", "--no-passphrase", desk=desk))
    assert "not encrypted" in made.err
    assert (desk / "keys" / "mine.key").stat().st_mode & 0o777 == 0o600
    assert (desk / "keys").stat().st_mode & 0o777 == 0o700
    refused(opentally("key", "new", "mine", "--no-passphrase", desk=desk), 2, "file-exists")
    refused(opentally("key", "show", "other", desk=desk), 2, "no-such-key")
    (desk / "keys" / "mine.key").chmod(0o644)
    refused(opentally("key", "show", "mine", desk=desk), 1, "file-open-to-others")


def test_usage_is_2(desk: Path) -> None:
    assert opentally("nonsense", desk=desk).code == 2
    assert opentally("audit", desk=desk).code == 2
    assert opentally("serve", "x", "--port", 99999, desk=desk).code == 2


@pytest.mark.parametrize("words", [("serve",), ("fsck",), ("backup", "{}/target")])
def test_not_a_server_folder(tmp_path: Path, words: tuple[str, ...]) -> None:
    command, *more = words
    refused(opentally(command, tmp_path, *[word.format(tmp_path) for word in more]), 2, "no-server-folder")


def test_init_refuses_what_entry_0_cannot_hold_and_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "server"
    for options, rule in (
        (("--origin", "with space"), "bad-origin"),
        (("--origin", ""), "bad-origin"),
        (("--origin", "é"), "bad-origin"),
        (("--origin", "a+b"), "bad-origin"),
        (("--origin", "x" * 201), "bad-origin"),
        (("--origin", ORIGIN, "--cohort-floor", 1), "bad-field"),
        (("--origin", ORIGIN, "--clock-period", 0), "bad-field"),
        (("--origin", ORIGIN, "--database", "mysql://x"), "malformed"),
        (("--origin", ORIGIN, "--founding-key", "nobody"), "no-such-key"),
    ):
        ran = opentally("init", folder, *options, "--no-passphrase", desk=tmp_path / "desk")
        refused(ran, 2, rule)
        assert rule != "bad-origin" or ran.err.startswith("the origin has 1 to 200 "), ran.err
        assert not folder.exists(), options
    folder.mkdir()
    (folder / "something").touch()
    ran = opentally("init", folder, "--origin", ORIGIN, "--no-passphrase", desk=tmp_path / "desk")
    refused(ran, 2, "not-empty")


def test_a_configuration_that_is_not_understood(tmp_path: Path) -> None:
    for text, rule in (
        ('origin = "x"\ncolour = "red"\n', "unknown-field"),
        ("origin = 7\n", "bad-field"),
        ('database = "sqlite:///x"\n', "missing-field"),
        ("origin\n", "not-toml"),
    ):
        (tmp_path / "config.toml").write_text(text)
        refused(opentally("serve", tmp_path), 2, rule)


def test_a_second_init_says_what_is_there(tmp_path: Path) -> None:
    found_world(tmp_path)
    before = {path: path.read_bytes() for path in (tmp_path / "server").iterdir()}
    ran = opentally("init", tmp_path / "server", "--origin", ORIGIN, "--no-passphrase", desk=tmp_path / "desk")
    refused(ran, 1, "founded-already")
    assert ORIGIN in ran.err
    assert before == {path: path.read_bytes() for path in (tmp_path / "server").iterdir()}


def test_round_files(world: World, tmp_path: Path) -> None:
    file = world.round_file()
    for old, new, rule in (
        ("version = 1\n", "", "missing-field"),
        ("width = 8", "width = 33", "bad-field"),
        ("early_close", "erly_close", "unknown-field"),
        ("period", "period period", "not-toml"),
    ):
        broken = tmp_path / "round.toml"
        broken.write_text(file.read_text().replace(old, new))
        refused(opentally("round", "preview", broken), 2, rule)
    refused(opentally("round", "preview", tmp_path / "absent.toml"), 2, "no-such-file")
    refused(opentally("round", "preview", tmp_path), 2, "not-a-file")
    shown = done(opentally("round", "preview", file, "--json")).json
    assert [category["code"] for category in shown["catalogue"]] == ["food", "fuel"]


def test_councils(world: World, tmp_path: Path) -> None:
    refused(world.run("round", "open", world.round_file(), "--council", "Nobody", "--yes"), 2, "unknown-council")
    world.council("Twins")
    world.do("key", "new", "Twins-2", "--no-passphrase")
    world.do("council", "register", "Twins", "--key", "Twins-2", "--approve-with", "founder")
    refused(world.run("roster", "list", "--council", "Twins"), 2, "several-councils")
    again = world.run("council", "register", "Thrice", "--key", "Twins-2", "--approve-with", "founder")
    refused(again, 1, "duplicate-key")
    stranger = tmp_path / "stranger"
    world.do("key", "new", "own", "--no-passphrase", desk=stranger)
    ran = world.run("council", "register", "Strange", "--key", "own", "--approve-with", "own", desk=stranger)
    refused(ran, 2, "unsorted-signatures")
    world.do("key", "new", "other", "--no-passphrase", desk=stranger)
    ran = world.run("council", "register", "Strange", "--key", "own", "--approve-with", "other", desk=stranger)
    refused(ran, 1, "unknown-key")


def test_a_council_is_registered_by_two_people_on_two_desks(world: World, tmp_path: Path) -> None:
    theirs, file = tmp_path / "theirs", tmp_path / "east.council.json"
    world.do("key", "new", "east", "--no-passphrase", desk=theirs)
    world.do("council", "register", "East", "--key", "east", "--out", file, desk=theirs)
    asked = world.run("council", "approve", file, "--key", "founder")
    assert (asked.code, "East" in asked.out) == (2, True)
    world.do("council", "approve", file, "--key", "founder", "--yes")
    names = [council["name"] for council in world.do("council", "list", "--json").json["councils"]]
    assert "East" in names


def test_files_that_are_no_receipts(tmp_path: Path, desk: Path) -> None:
    junk = tmp_path / "junk"
    junk.write_bytes(b"\xff\x00")
    refused(opentally("verify", junk, desk=desk), 2, "unknown-file")
    refused(opentally("verify", tmp_path / "absent", desk=desk), 2, "no-such-file")
    empty = tmp_path / "empty"
    empty.mkdir()
    refused(opentally("verify", empty, desk=desk), 2, "wrong-files")


def test_a_truncated_receipt_and_one_for_another_entry(world: World, tmp_path: Path) -> None:
    policy = world.folder / "server" / "policy"
    for index in (0, 1):
        world.do("receipt", "get", index, "--out", tmp_path / str(index))
    receipt = tmp_path / "0" / "receipt.tlog-proof"
    whole = receipt.read_bytes()
    receipt.write_bytes(whole[:-10])
    assert opentally("verify", tmp_path / "0", "--policy", policy).code in {1, 2}
    receipt.write_bytes((tmp_path / "1" / "receipt.tlog-proof").read_bytes())
    refused(opentally("verify", tmp_path / "0", "--policy", policy), 1, "invalid-inclusion-proof")
    receipt.write_bytes(whole)
    done(opentally("verify", tmp_path / "0", "--policy", policy))
    refused(opentally("verify", tmp_path / "0", desk=tmp_path / "nobody"), 2, "no-policy")
    refused(world.run("receipt", "get", 10**9), 2, "unknown-entry")
    refused(world.run("receipt", "get", "AAAA"), 2, "bad-leaf")


def test_sources_that_are_no_ledger(tmp_path: Path) -> None:
    refused(opentally("audit", tmp_path / "absent"), 2, "not-found")
    ran = opentally("audit", tmp_path, "--workers", 1, "--json")
    assert (ran.code, ran.json["verdict"]) == (4, "not-checked")
    refused(opentally("export", tmp_path, tmp_path / "out"), 2, "not-found")


def test_with_json_a_refusal_is_json_too(desk: Path) -> None:
    ran = opentally("key", "show", "nobody", "--json", desk=desk)
    assert (ran.code, ran.json["error"]["rule"], ran.err) == (2, "no-such-key", "")
