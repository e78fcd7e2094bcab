"""Claims about the world: what a council says, what others say of it, what was measured, and how it is shown."""

import time
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_bad_input import refused
from tests.cli.world import Ran, World

EXAMPLE = Path(__file__).parents[2] / "examples" / "lower-spring.resource.toml"


def claim_file(world: World, name: str, **changes: str | None) -> Path:
    """A claim file that holds; a change of None leaves a field out."""
    now = int(time.time())
    fields: dict[str, Any] = {
        "version": "1",
        "resource": f'"{name}"',
        "type": '"ceiling"',
        "category": '"nitrate"',
        "quantity": '"400.0"',
        "uncertainty": '"25"',
        "unit": '"t"',
        "scale": "1",
        "area": '"Lower Spring"',
        "affected": '"all"',
        "mandate": '"statute"',
        "method": '"balance"',
        "valid_from": "2026-01-01T00:00:00Z",
        "valid_until": f'"{utc(now + 86_400)}"',
    }
    lines = (f"{field} = {value}" for field, value in {**fields, **changes}.items() if value is not None)
    return world.write(f"{name}.resource.toml", "\n".join(lines) + "\n")


def utc(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(seconds))


def log(world: World, council: str, file: Path, *more: object) -> str:
    """Log the claim; give back its leaf hash."""
    leaf: str = world.do("resource", "log", file, "--council", council, "--yes", "--json", *more).json["leaf"]
    return leaf


def use(world: World, council: str, leaf: str, quantity: str, *more: object) -> Ran:
    """Say what was measured in the hour before last."""
    now = int(time.time())
    return world.run(
        *("resource", "use", leaf, "--quantity", quantity, "--method", "meter", "--council", council, "--yes"),
        *("--from", utc(now - 7200), "--until", utc(now - 3600)),
        *more,
    )


def test_a_claim_without_evidence_is_warned_of_and_the_same_claim_again_is_the_same_entry(world: World) -> None:
    world.council("R-steward")
    file = claim_file(world, "r-spring")
    first = world.do("resource", "log", file, "--council", "R-steward", "--yes", "--json")
    assert "no evidence" in first.err
    assert first.err.count("names, addresses and notes about people") == 1
    again = world.do("resource", "log", file, "--council", "R-steward", "--yes", "--json")
    assert (again.json["index"], again.json["new"]) == (first.json["index"], False)
    world.write("r-evidence.csv", "what was measured")
    shown = claim_file(world, "r-spring-2", evidence='"r-evidence.csv"', type='"pollution ceiling"')
    logged = world.do("resource", "log", shown, "--council", "R-steward", "--yes")
    assert "no evidence" not in logged.err
    assert "acceptable is no more than 400.0 t of nitrate" in logged.out


def test_the_example_is_a_claim(world: World) -> None:
    world.council("R-example")
    log(world, "R-example", EXAMPLE)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"resource": None}, "missing-field"),
        ({"type": None}, "missing-field"),
        ({"type": '"lake"'}, "bad-field"),
        ({"resource": '"Lower Spring"'}, "bad-field"),
        ({"quantity": '"400.05"'}, "too-many-decimals"),
        ({"quantity": '"-1"'}, "negative"),
        ({"valid_until": "2027-01-01T00:00:00"}, "bad-time"),
        ({"valid_until": "2025-01-01T00:00:00Z"}, "bad-field"),
        ({"evidence": '"absent.csv"'}, "no-such-file"),
        ({"supersedes": '"AAAA"'}, "bad-leaf"),
        ({"colour": '"red"'}, "unknown-field"),
    ],
    ids=lambda value: value if isinstance(value, str) else next(iter(value)),
)
def test_a_file_that_is_no_claim(world: World, changes: dict[str, str | None], rule: str) -> None:
    ran = world.run("resource", "log", claim_file(world, "r-bad", **changes), "--council", "Nobody", "--yes")
    refused(ran, 2, rule)


def test_a_use_above_the_ceiling_is_told_before_it_is_signed(world: World) -> None:
    world.council("R-user")
    leaf = log(world, "R-user", claim_file(world, "r-used"))
    within = use(world, "R-user", leaf, "400.0")
    assert (within.code, "above" in within.err) == (0, False)
    asked = world.run(
        *("resource", "use", leaf, "--quantity", "10.0", "--method", "meter", "--council", "R-user"),
        *("--from", "2026-01-01T00:00:00Z", "--until", "2026-02-01T00:00:00Z"),
    )
    assert (asked.code, "410.0 t of nitrate; the claim says 400.0" in asked.err) == (2, True)
    assert "above its ceiling" in asked.err
    over = use(world, "R-user", leaf, "10.0", "--json")
    assert (over.code, over.json["new"]) == (0, True)


def test_uses_that_are_none(world: World) -> None:
    world.council("R-misuser")
    leaf = log(world, "R-misuser", claim_file(world, "r-misused"))
    refused(use(world, "R-misuser", leaf, "1.55"), 2, "too-many-decimals")
    refused(use(world, "R-misuser", "AAAA", "1"), 2, "bad-leaf")
    council = world.do("council", "list", "--json").json["councils"][0]["leaf"]
    refused(use(world, "R-misuser", council, "1"), 1, "unknown-resource")
    later = int(time.time()) + 3600
    ahead = world.run(
        *("resource", "use", leaf, "--quantity", "1", "--method", "meter", "--council", "R-misuser", "--yes"),
        *("--from", utc(later - 60), "--until", utc(later)),
    )
    refused(ahead, 1, "too-early")
    backwards = world.run(
        *("resource", "use", leaf, "--quantity", "1", "--method", "meter", "--council", "R-misuser", "--yes"),
        *("--from", "2026-02-01T00:00:00Z", "--until", "2026-01-01T00:00:00Z"),
    )
    refused(backwards, 2, "bad-field")


def said(world: World, leaf: str) -> list[tuple[str, str]]:
    consents = world.do("resource", "show", leaf, "--json").json["consents"]
    return [(one["council"], one["verdict"]) for one in consents]


def test_a_council_consents_and_says_one_thing_at_a_time(world: World) -> None:
    world.council("R-claimant")
    world.council("R-affected")
    leaf = log(world, "R-claimant", claim_file(world, "r-consented"))
    say = ("resource", "consent", leaf, "--council", "R-affected", "--yes")
    refused(world.run(*say), 2, "missing-field")
    refused(world.run(*say, "--for", "--against"), 2, "missing-field")
    against = world.do(*say, "--against")
    assert "people never belong" not in against.err
    conditions = world.do(*say, "--conditions", "a second meter at the mill")
    assert "people never belong" in conditions.err
    assert said(world, leaf) == [("R-affected", "conditions")]
    assert world.do(*say, "--against", "--json").json["new"]
    assert said(world, leaf) == [("R-affected", "against")]
    sent_again = world.do(*say, "--against", "--json").json
    assert (sent_again["new"], "has said so already" in sent_again["message"]) == (False, True)
    assert world.do(*say, "--against", "--again", "--json").json["new"]
    assert said(world, leaf) == [("R-affected", "against")]
    council = world.do("council", "list", "--json").json["councils"][0]["leaf"]
    refused(world.run("resource", "consent", council, "--for", "--council", "R-affected", "--yes"), 1, "wrong-entry")


def marks(world: World, leaf: str) -> list[str]:
    """What is remarked about the claim, in a list and alone alike."""
    alone = world.do("resource", "show", leaf, "--json").json["remarks"]
    listed = world.do("resource", "list", "--json").json["resources"]
    assert next(one["remarks"] for one in listed if one["leaf"] == leaf) == alone
    found: list[str] = alone
    return found


def test_a_claim_is_shown_with_what_was_measured_by_whom_and_what_was_wrong(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.council("R-measured")
    world.council("R-meter")
    old = log(world, "R-measured", claim_file(world, "r-measured"))
    assert use(world, "R-meter", old, "3.5").code == 0
    wrong = use(world, "R-meter", old, "7.0", "--json").json["leaf"]
    made = world.do(
        *("challenge", "make", wrong, "--ground", "measurement", "--council", "R-measured", "--yes", "--json")
    ).json["leaf"]
    world.do("challenge", "decide", made, "--outcome", "upheld", "--rule", "own", "--council", "R-meter", "--yes")
    told = world.do("resource", "show", old, "--json").json
    assert [(one["quantity"], one["council"], one["struck"]) for one in told["uses"]] == [
        ("3.5 t", "R-meter", False),
        ("7.0 t", "R-meter", True),
    ]
    assert (told["used"], told["more_uses"], told["supersedes"]) == ("3.5 t", False, None)
    out = world.do("resource", "show", old).out
    assert "by R-meter: meter (entry no." in out
    assert out.count("it counts no more") == 1
    new = log(world, "R-measured", claim_file(world, "r-measured", quantity='"500"', supersedes=f'"{old}"'))
    told = world.do("resource", "show", new, "--json").json
    assert (told["used"], told["uses"], told["supersedes"]) == ("3.5 t", [], old)
    assert old in world.do("resource", "show", new).out
    monkeypatch.setattr("ledger.cli.pages.MOST_TOLD", 1)
    assert "… and 1 before them" in world.do("resource", "show", old).out
    monkeypatch.setattr("ledger.cli.pages.PAGE", 1)
    told = world.do("resource", "show", old, "--json").json
    assert (len(told["uses"]), told["more_uses"]) == (1, True)
    assert "later ones" in world.do("resource", "show", old).out


def test_claims_stand_side_by_side_with_what_speaks_against_each(world: World) -> None:
    for council in ("R-one", "R-two", "R-three"):
        world.council(council)
    world.write("r-samples.csv", "samples")
    mine = log(world, "R-one", claim_file(world, "r-contested", evidence='"r-samples.csv"'))
    assert marks(world, mine) == ["own word only"]
    world.do("resource", "consent", mine, "--for", "--council", "R-three", "--yes")
    assert marks(world, mine) == []
    theirs = log(world, "R-two", claim_file(world, "r-contested", quantity='"500"'))
    assert marks(world, mine) == ["contested"]
    assert marks(world, theirs) == ["contested", "own word only", "no evidence"]
    assert use(world, "R-two", mine, "400.1").code == 0
    assert marks(world, mine) == ["exceeded", "contested"]
    world.do("challenge", "make", mine, "--ground", "measurement", "--council", "R-two", "--yes")
    assert marks(world, mine) == ["exceeded", "challenged", "contested"]

    listed = world.do("resource", "list", "r-contested").out
    assert "400.1 t" in listed
    assert [line.strip() for line in listed.splitlines() if line.strip() in {mine, theirs}] == [mine, theirs]
    assert world.do("resource", "list", "r-nowhere", "--json").json["resources"] == []
    shown = world.do("resource", "show", mine).out
    assert "R-three: for" in shown
    assert "challenged by R-two, on the ground “measurement”: waits for an answer" in shown
    refused(world.run("resource", "show", world.council("R-none")), 1, "unknown-resource")

    over = log(world, "R-two", claim_file(world, "r-old", type='"base"', valid_until="2026-02-01T00:00:00Z"))
    assert use(world, "R-two", over, "400.1").code == 0
    assert "exceeded" in marks(world, over)
    assert "expired" in marks(world, over)
    newer = claim_file(world, "r-old", type='"base"', valid_until="2026-03-01T00:00:00Z", supersedes=f'"{over}"')
    log(world, "R-two", newer)
    assert "superseded" in marks(world, over)
    refused(use(world, "R-two", over, "1"), 1, "wrong-resource")
