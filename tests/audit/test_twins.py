"""Two councils of the same name are told apart in every line of a report: the later one has its number beside it."""

from pathlib import Path

from ledger.records.kinds.council import Council
from tests.audit.faces import everywhere, json_line, nowhere
from tests.audit.ledgers import audit_entries
from tests.records.bodies import FOUNDER, CouncilHandle, key, ledger_body
from tests.records.builders import World


def registered(world: World, name: str) -> CouncilHandle:
    """A council of this name, with a key of its own whoever else has the name."""
    own = key(f"{name} of entry {len(world.entries)}")
    body = Council(key=own.public, name=name, parent=None, type="council")
    return CouncilHandle(world.add("council", body, own, key(FOUNDER)).leaf, own)


def a_world() -> World:
    world = World()
    world.add("ledger", ledger_body(), key(FOUNDER))
    return world.tick(0)


def test_who_takes_a_name_later_has_its_number_beside_it(tmp_path: Path):
    world = a_world()
    valley = world.federation("Valley")
    first = registered(world, "Creek")
    claim = world.say("resource", first)
    second = registered(world, "Creek")
    world.say("consent", second, about=claim)
    world.say("membership", second, valley.key, to=valley.leaf)
    world.say("resource", second, resource="mill")
    state = tmp_path / "state"
    audit_entries(world.entries, tmp_path / "then", state=state)
    registered(world, "Creek")
    for place, kept in (("whole", None), ("resumed", state)):
        report = audit_entries(world.entries, tmp_path / place, state=kept)
        assert report.verdict == "holds"
        everywhere(report, 4, "Creek", "for: Creek (no. 5)")
        assert any("3 councils call themselves Creek" in line for line in report.attention)
        nowhere(report, 4, "Creek (no. 3)")
        everywhere(report, 5, "Creek (no. 5)", "Valley")
        everywhere(report, 7, "Creek (no. 5)")
        everywhere(report, 8, "Creek (no. 5)", "mill")
        everywhere(report, 9, "Creek (no. 9)")
        assert [(line.name, line.label) for line in report.councils[1:]] == [
            ("Creek", "Creek"),
            ("Creek", "Creek (no. 5)"),
            ("Creek", "Creek (no. 9)"),
        ]
        assert json_line(report, "resources", 8)["council_name"] == "Creek (no. 5)"


def test_nobody_takes_the_name_that_another_is_called_by_for_it(tmp_path: Path):
    world = a_world()
    for name in ("Creek (no. 4)", "Creek", "Creek", "Creek (no. 4)"):
        registered(world, name)
    report = audit_entries(world.entries, tmp_path)
    labels = [line.label for line in report.councils]
    assert labels == ["Creek (no. 4)", "Creek", "Creek (no. 4) (no. 4)", "Creek (no. 4) (no. 5)"]
