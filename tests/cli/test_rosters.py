"""A roster that would give few members' allowances away: by the ledger's rule never, else not unless they agree."""

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


def test_a_leaver_s_allowance_is_given_away_by_nobody_s_leave(world: World) -> None:
    """One period: the ledger's own rule, which no option of ours changes."""
    world.council("Leavers")
    assert add(world, "Leavers", table(world, "three.csv", **THREE)).code == 0
    without = table(world, "two.csv", a=90, b=80)
    for more in ((), ("--yes-this-gives-away",)):
        ran = add(world, "Leavers", without, *more)
        assert (ran.code, ran.json["error"]["rule"]) == (1, "differencing")
        message = ran.json["error"]["message"]
        assert "the roster of Leavers (entry no. " in message
        assert "--yes-this-gives-away does not help" in message
        assert "777" not in message + ran.err
    assert listed(world, "Leavers") == 1
    # Who it is stands on the clerk's own screen, and not in what ends in logs.
    told = world.run("roster", "add", without, "--council", "Leavers", "--allowance", "hidden", "--yes")
    assert told.code == 1
    assert "Would stand alone, of Leavers: c" in told.out
    assert ": c" not in told.err


def test_the_server_refuses_it_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.council("Forced")
    assert add(world, "Forced", table(world, "three.csv", **THREE)).code == 0
    monkeypatch.setattr("ledger.cli.rosters.refuse_giving_away", lambda *_, **__: None)
    ran = add(world, "Forced", table(world, "two.csv", a=90, b=80))
    assert (ran.code, ran.json["error"]["rule"]) == (1, "differencing")
    assert "everybody could compute" not in ran.json["error"]["message"]  # the server's words, not this desk's


def test_what_is_given_away_over_periods_is_asked_for(world: World) -> None:
    """Another period is another occasion to the ledger; the desk knows that the allowances are the same."""
    world.council("Periods")
    assert add(world, "Periods", table(world, "three.csv", **THREE), "--period", "May").code == 0
    without = table(world, "two.csv", a=90, b=80)
    message = refused(add(world, "Periods", without, "--period", "June"))
    assert "of c." in message
    assert "--yes-this-gives-away" in message
    assert "777" not in message
    assert listed(world, "Periods") == 1
    agreed = add(world, "Periods", without, "--period", "June", "--yes-this-gives-away")
    assert agreed.code == 0
    assert "warning" in agreed.err
    assert "of c." in agreed.err
    assert listed(world, "Periods") == 2
    assert add(world, "Periods", without, "--period", "June").code == 0  # it is posted; there is nothing more to tell
    fresh = table(world, "fresh.csv", a=1, b=2)
    assert add(world, "Periods", fresh, "--period", "July").err == ""
    public = add(world, "Periods", fresh, "--period", "July", rule="public")
    assert (public.code, public.json["error"]["rule"]) == (2, "bad-field")


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
    two = table(world, "two.csv", a=90, b=80)
    assert add(world, "Desks", two, desk=other).json["error"]["rule"] == "differencing"
    assert "of c." in refused(add(world, "Desks", two, "--period", "May", desk=other))


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
    for more in ((), ("--yes-this-gives-away",)):
        assert add(world, "Waiting", three, *more).json["error"]["rule"] == "differencing"
    assert listed(world, "Waiting") == 1


def test_a_roster_of_another_period_that_waited_is_held_against_those_posted_meanwhile(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.council("Waiting-too")
    three, two = table(world, "three.csv", **THREE), table(world, "two.csv", a=90, b=80)

    def down(*_: object) -> NoReturn:
        raise UnavailableError("the line went dead")

    monkeypatch.setattr("ledger.cli.sending.post_entries", down)
    assert add(world, "Waiting-too", three, "--period", "May").code == 4
    monkeypatch.setattr("ledger.cli.sending.post_entries", really_post)
    assert add(world, "Waiting-too", two, "--period", "June").code == 0
    assert "of c." in refused(add(world, "Waiting-too", three, "--period", "May"))
    agreed = add(world, "Waiting-too", three, "--period", "May", "--yes-this-gives-away")
    assert json.loads(agreed.out)["members"] == 3
