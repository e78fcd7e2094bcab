"""``import``: nothing is sent unless every row passes; what has begun is finished; what stands is left alone."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from ledger.cli import sending
from ledger.client.poster import Declined, post_entries
from ledger.errors import UnavailableError
from tests.cli.world import MAPPING, World


@pytest.fixture
def round_leaf(world: World, request: pytest.FixtureRequest) -> str:
    """A round of a council of its own with six members, m0 to m5."""
    name = f"c-{abs(hash(request.node.nodeid)) % 10**9}"
    world.council(name)
    world.write("members.csv", "member\n" + "".join(f"m{n}\n" for n in range(6)))
    world.do("roster", "add", world.folder / "members.csv", "--council", name, "--no-passphrase", "--yes")
    world.write("mapping.toml", MAPPING)
    return world.open_round(name)


def orders(world: World, text: str) -> Path:
    return world.write("orders.csv", "member,food,fuel\n" + text)


def command(world: World, leaf: str, *more: str) -> tuple[object, ...]:
    mapping = world.folder / "mapping.toml"
    return ("import", world.folder / "orders.csv", "--mapping", mapping, "--round", leaf, "--json", *more)


def test_one_bad_row_and_nothing_is_sent(world: World, round_leaf: str) -> None:
    orders(world, "m0,1.0,2.0\nm1,1.25,2\nnobody,1,1\nm2,99,1\nm3,-1,0\n")
    ran = world.run(*command(world, round_leaf, "--yes"))
    assert ran.code == 1
    refused = {(row["row"], row["rule"]) for row in ran.json["refused_rows"]}
    assert refused == {(3, "too-many-decimals"), (4, "unknown-member"), (5, "out-of-range"), (6, "negative")}
    assert ran.json["sent"] is False
    assert world.do("round", "show", round_leaf, "--json").json["claims"] == 0


def test_the_preview_shows_rows_with_number_and_reason_and_sends_nothing(world: World, round_leaf: str) -> None:
    orders(world, "m0,1.0,2.0\nm0,1,1\n")
    shown = [word for word in command(world, round_leaf, "--preview") if word != "--json"]
    ran = world.run(*shown)
    assert ran.code == 1
    assert "an earlier row is of this member too" in " ".join(ran.out.split())
    orders(world, "m0,1.0,2.0\n")
    ran = world.run(*shown)
    assert (ran.code, "Nothing was sent" in ran.out, "Without an order: 5" in ran.out) == (0, True, True)
    assert world.do("round", "show", round_leaf, "--json").json["claims"] == 0


def test_without_anybody_to_ask_nothing_is_sent(world: World, round_leaf: str) -> None:
    orders(world, "m0,1.0,2.0\n")
    ran = world.run(*command(world, round_leaf))
    assert (ran.code, "give --yes" in ran.err) == (2, True)
    assert world.do("round", "show", round_leaf, "--json").json["claims"] == 0


def test_a_corrected_table_replaces_what_changed_and_leaves_the_rest(world: World, round_leaf: str) -> None:
    orders(world, "m0,1.0,2.0\nm1,3,4\n")
    assert world.do(*command(world, round_leaf, "--yes")).json["claims"] == 2
    orders(world, "m0,1.0,2.0\nm1,3,5\nm2,0,0\n")
    again = world.do(*command(world, round_leaf, "--yes")).json
    assert (again["claims"], again["replaced"], again["unchanged"]) == (2, 1, 1)


def test_interrupted_half_way_it_sends_the_same_bytes_again(
    world: World, round_leaf: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders(world, "".join(f"m{n},{n},1\n" for n in range(6)))

    def cut_off(connection: Any, entries: Sequence[bytes]) -> Any:
        yield from post_entries(connection, entries[:3])
        raise KeyboardInterrupt

    monkeypatch.setattr(sending, "post_entries", cut_off)
    ran = world.run(*command(world, round_leaf, "--yes"))
    assert ran.code == 130
    assert "Interrupted: 3 of 6 claims sent and answered, 3 unsent and stored on this desk" in ran.err
    monkeypatch.undo()
    sent: list[bytes] = []

    def watched(connection: Any, entries: Sequence[bytes]) -> Any:
        sent.extend(entries)
        yield from post_entries(connection, entries)

    monkeypatch.setattr(sending, "post_entries", watched)
    again = world.do(*command(world, round_leaf, "--yes")).json
    assert (again["resent"], again["claims"], again["unchanged"]) == (3, 0, 6)
    job = max((world.desk / "ledgers").rglob("claims-*.job"), key=lambda path: path.stat().st_mtime)
    assert len(sent) == 3
    assert all(b'"kind":"claim"' in raw for raw in sent)
    assert job.stat().st_mode & 0o077 == 0
    assert world.do("round", "show", round_leaf, "--json").json["claims"] == 6


def test_a_server_that_dies_half_way_leaves_word_of_how_far_it_came(
    world: World, round_leaf: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders(world, "".join(f"m{n},{n},1\n" for n in range(6)))

    def dying(connection: Any, entries: Sequence[bytes]) -> Any:
        yield from post_entries(connection, entries[:2])
        raise UnavailableError("the ledger does not answer")

    monkeypatch.setattr(sending, "post_entries", dying)
    ran = world.run(*command(world, round_leaf, "--yes"))
    assert (ran.code, ran.json["error"]["rule"]) == (4, "unavailable")
    assert ran.json["error"]["message"] == (
        "the ledger does not answer; 2 of 6 claims sent and answered, 4 unsent and stored on this desk; run the same "
        "command again, and it sends the rest"
    )
    monkeypatch.undo()
    ran = world.do(*(word for word in command(world, round_leaf, "--yes") if word != "--json"))
    assert "4 claims left of an earlier run sent and in the ledger" in ran.out
    assert "nothing to send" not in ran.out
    assert "there was nothing to send" in world.do(*(w for w in command(world, round_leaf) if w != "--json")).out


def test_what_is_left_of_an_earlier_run_and_refused_is_told(
    world: World, round_leaf: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders(world, "m0,1,1\nm1,1,1\n")

    def dying(connection: Any, entries: Sequence[bytes]) -> Any:
        yield from post_entries(connection, entries[:1])
        raise UnavailableError("the ledger does not answer")

    def refusing(*_: Any) -> Any:
        yield Declined(403, "round-closed", "Round closed", "the round closed a moment ago")

    monkeypatch.setattr(sending, "post_entries", dying)
    assert world.run(*command(world, round_leaf, "--yes")).code == 4
    monkeypatch.setattr(sending, "post_entries", refusing)
    ran = world.run(*command(world, round_leaf, "--yes"))
    assert (ran.code, ran.json["resent"], ran.json["claims"]) == (1, 0, 0)
    assert [one["about"] for one in ran.json["refused"]] == ["row 3 (m1)"]


def test_interrupted_while_proving_nothing_has_been_posted(
    world: World, round_leaf: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders(world, "m0,1,1\nm1,1,1\n")

    def interrupted(*_: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr("ledger.clerk.claims.prove_claim", interrupted)
    ran = world.run(*command(world, round_leaf, "--yes"))
    assert (ran.code, ran.err.splitlines()) == (
        130,
        ["Interrupted while proving: nothing was sent; run the same command to begin again."],
    )
    monkeypatch.undo()
    assert world.do(*command(world, round_leaf, "--yes")).json["claims"] == 2


def test_what_the_ledger_refuses_is_listed_by_row(
    world: World, round_leaf: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders(world, "m0,1,1\nm1,1,1\nm2,1,1\n")

    def picky(connection: Any, entries: Sequence[bytes]) -> Any:
        first, _, last = entries
        yield from post_entries(connection, [first])
        yield Declined(403, "round-closed", "Round closed", "the round closed a moment ago")
        yield from post_entries(connection, [last])

    monkeypatch.setattr(sending, "post_entries", picky)
    ran = world.run(*command(world, round_leaf, "--yes"))
    assert ran.code == 1
    assert ran.json["claims"] == 2
    assert ran.json["refused"] == [
        {"about": "row 3 (m1)", "rule": "round-closed", "detail": "the round closed a moment ago"}
    ]
    monkeypatch.undo()
    again = world.do(*command(world, round_leaf, "--yes")).json
    assert (again["claims"], again["unchanged"]) == (1, 2)


def test_the_vault_is_encrypted_when_a_passphrase_is_given_and_opens_with_it_alone(
    world: World, tmp_path: Path
) -> None:
    desk = tmp_path / "desk"
    quick = {"OPENTALLY_PASSPHRASE": "correct horse"}
    world.council("Vaulted")
    world.do("key", "new", "spare", desk=desk, **quick)
    assert '"box"' in (desk / "keys" / "spare.key").read_text()
    (desk / "keys" / "Vaulted.key").write_bytes((world.desk / "keys" / "Vaulted.key").read_bytes())
    (desk / "keys" / "Vaulted.key").chmod(0o600)
    members = world.write("three.csv", "member\na\nb\nc\n")
    world.do("roster", "add", members, "--council", "Vaulted", "--yes", desk=desk, **quick)
    vault = next(desk.rglob("vault"))
    assert b'"kdf"' in vault.read_bytes()
    leaf = world.do(
        "round", "open", world.round_file(), "--council", "Vaulted", "--yes", "--json", desk=desk, **quick
    ).json["leaf"]
    orders(world, "a,1,1\n")
    world.write("mapping.toml", MAPPING)
    wrong = world.run(*command(world, leaf, "--yes"), desk=desk, OPENTALLY_PASSPHRASE="another horse")
    assert (wrong.code, wrong.json["error"]["rule"]) == (2, "wrong-passphrase")
    unasked = world.run(*command(world, leaf, "--yes"), desk=desk)
    assert (unasked.code, unasked.json["error"]["rule"]) == (2, "no-passphrase")
    assert world.do(*command(world, leaf, "--yes"), desk=desk, **quick).json["claims"] == 1


def test_ctrl_c_in_a_real_process_leaves_130_and_no_trace(world: World, round_leaf: str) -> None:
    """The whole program, its start included, ends quietly; see the tests above for what it has kept."""
    program = (
        "import os, signal, sys, threading\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell's background job ignores it
        "from ledger.cli import main, sending\n"
        "def slow(*_):\n"
        "    threading.Timer(0.1, lambda: os.kill(os.getpid(), signal.SIGINT)).start()\n"
        "    threading.Event().wait(20)\n"
        "    yield\n"
        "sending.post_entries = slow\n"
        "main.main()\n"
    )
    orders(world, "m0,1,1\n")
    words = [str(word) for word in command(world, round_leaf, "--yes")]
    environment = os.environ | {"OPENTALLY_DESK": str(world.desk), "OPENTALLY_LEDGER": world.url}
    ran = subprocess.run(
        [sys.executable, "-c", program, *words], env=environment, capture_output=True, timeout=60, check=False
    )
    assert ran.returncode == 130
    assert b"Traceback" not in ran.stderr
    assert b"run the same command" in ran.stderr
    assert world.do(*command(world, round_leaf, "--yes")).json["unchanged"] == 1


def test_ctrl_c_at_a_terminal_reaches_the_proving_processes_too_and_one_sentence_is_all(
    world: World, round_leaf: str
) -> None:
    """The terminal signals the whole group, also processes that are only just starting."""
    program = (
        "import os, signal, threading\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell's background job ignores it
        "from ledger.cli import import_orders, main\n"
        "from ledger.clerk import claims\n"
        "import_orders._FEW = 0\n"
        "make, stop = claims.make_claims, lambda: os.killpg(os.getpgid(0), signal.SIGINT)\n"
        "def slow(*words, **more):\n"
        "    threading.Timer(0.05, stop).start()\n"
        "    return make(*words, **more)\n"
        "claims.make_claims = slow\n"
        "main.main()\n"
    )
    orders(world, "".join(f"m{n},1,1\n" for n in range(6)))
    words = [str(word) for word in command(world, round_leaf, "--yes", "--workers", "2")]
    script = world.write("interrupted.py", f"if __name__ == '__main__':\n    exec({program!r})\n")
    ran = subprocess.run(
        [sys.executable, script, *words],
        env=os.environ | {"OPENTALLY_DESK": str(world.desk), "OPENTALLY_LEDGER": world.url},
        capture_output=True,
        timeout=60,
        check=False,
        start_new_session=True,
    )
    assert (ran.returncode, ran.stderr.decode()) == (
        130,
        "Interrupted while proving: nothing was sent; run the same command to begin again.\n",
    )
    assert world.do(*command(world, round_leaf, "--yes")).json["claims"] == 6
