"""A roster that would give few members' allowances away is not posted unless they are said to agree."""

import json
from pathlib import Path
from typing import NoReturn

import pytest

from ledger.client.poster import post_entries as really_post
from ledger.errors import UnavailableError
from tests.cli.world import Ran, World


def table(world: World, name: str, **allowances: int) -> Path:
    rows = "".join(f"{ref},{amount}\n" for ref, amount in allowances.items())
    return world.write(name, f"member,allowance\n{rows}")


def add(world: World, council: str, file: Path, *more: object, rule: str = "hidden", desk: Path | None = None) -> Ran:
    return world.run(
        *("roster", "add", file, "--council", council, "--allowance", rule, "--no-passphrase", "--yes", "--json"),
        *more,
        desk=desk,
    )


def listed(world: World, council: str) -> int:
    return len(world.do("roster", "list", "--council", council, "--json").json["rosters"])


def refused(ran: Ran) -> str:
    assert (ran.code, ran.json["error"]["rule"]) == (1, "gives-away")
    message: str = ran.json["error"]["message"]
    return message


THREE = {"a": 90, "b": 80, "c": 777}


def test_a_leaver_s_allowance_is_not_given_away_unasked(world: World) -> None:
    world.council("Leavers")
    assert add(world, "Leavers", table(world, "three.csv", **THREE)).code == 0
    without = table(world, "two.csv", a=90, b=80)
    message = refused(add(world, "Leavers", without))
    assert "of c." in message
    assert "--yes-this-gives-away" in message
    assert "777" not in message
    assert listed(world, "Leavers") == 1
    agreed = add(world, "Leavers", without, "--yes-this-gives-away")
    assert agreed.code == 0
    assert "warning" in agreed.err
    assert "of c." in agreed.err
    assert listed(world, "Leavers") == 2
    assert add(world, "Leavers", without).code == 0  # it is posted; there is nothing more to give away


def test_what_gives_nothing_away_is_posted_unasked(world: World) -> None:
    world.council("Stayers")
    assert add(world, "Stayers", table(world, "three.csv", **THREE)).code == 0
    # The floor is two: one who leaves for one who joins, allowances that are all new, and members in no other roster.
    for number, allowances in enumerate(({"a": 90, "b": 80, "d": 70}, {"a": 9, "b": 8, "d": 7}, {"x": 1, "y": 2})):
        assert add(world, "Stayers", table(world, f"{number}.csv", **allowances)).err == ""
    assert "of b." in refused(add(world, "Stayers", table(world, "changed.csv", a=9, b=80_000, d=7)))
    none = world.write("names.csv", "member\na\nb\n")
    assert add(world, "Stayers", none, rule="none").code == 0


def test_rosters_of_another_desk_are_found_in_the_log(world: World, tmp_path: Path) -> None:
    world.council("Desks")
    assert add(world, "Desks", table(world, "three.csv", **THREE)).code == 0
    other = tmp_path / "desk"
    (other / "keys").mkdir(parents=True, mode=0o700)
    (other / "keys" / "Desks.key").write_bytes((world.desk / "keys" / "Desks.key").read_bytes())
    (other / "keys" / "Desks.key").chmod(0o600)
    assert "of c." in refused(add(world, "Desks", table(world, "two.csv", a=90, b=80), desk=other))


def test_a_roster_that_waited_is_held_against_those_posted_meanwhile(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.council("Waiting")
    three, two = table(world, "three.csv", **THREE), table(world, "two.csv", a=90, b=80)

    def down(*_: object) -> NoReturn:
        raise UnavailableError("the line went dead")

    monkeypatch.setattr("ledger.cli.sending.post_entries", down)
    assert add(world, "Waiting", three).code == 4
    monkeypatch.setattr("ledger.cli.sending.post_entries", really_post)
    assert add(world, "Waiting", two).code == 0
    assert "of c." in refused(add(world, "Waiting", three))
    assert json.loads(add(world, "Waiting", three, "--yes-this-gives-away").out)["members"] == 3
