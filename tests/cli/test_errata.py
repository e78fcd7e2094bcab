"""A published total gets a word of caution, and is shown with it where it is adopted."""

from tests.cli.test_bad_input import refused
from tests.cli.test_challenges import adopt
from tests.cli.world import World


def total(world: World, council: str) -> str:
    """The total of a round of three members; its leaf hash."""
    world.council(council)
    members = world.write("e.csv", "member\na\nb\nc\n")
    world.do("roster", "add", members, "--council", council, "--no-passphrase", "--yes")
    leaf = world.open_round(council)
    for row in "abc":
        world.do("claim", "replace", "--row", row, "food=1", "--round", leaf, "--yes")
    world.do("close", leaf, "--yes")
    found: str = world.do("total", leaf, "--yes", "--json").json["leaf"]
    return found


def test_a_total_is_withdrawn_and_its_adoption_says_so(world: World) -> None:
    leaf = total(world, "E-council")
    world.council("E-other")
    say = ("erratum", leaf, "--reason", "last year's price list", "--yes", "--council")
    assert "withdrawn" not in adopt(world, "E-council", leaf).err
    note = world.do(*say, "E-council", "--effect", "note", "--json")
    assert (note.json["new"], "people never belong" in note.err) == (True, True)
    assert "withdrawn" not in adopt(world, "E-council", leaf).err
    withdrawn = (*say, "E-council", "--effect", "withdrawn", "--json")
    assert world.do(*withdrawn).json["new"]
    assert not world.do(*withdrawn).json["new"]
    assert "withdrawn by who published it" in adopt(world, "E-council", leaf).err
    refused(world.run(*say, "E-other", "--effect", "note"), 1, "wrong-council")


def test_what_is_no_total_has_no_erratum(world: World) -> None:
    leaf = world.council("E-none")
    say = ("erratum", leaf, "--reason", "x", "--council", "E-none", "--yes")
    refused(world.run(*say, "--effect", "note"), 1, "wrong-entry")
    assert world.run(*say, "--effect", "gone").code == 2
    refused(world.run("erratum", "AAAA", "--reason", "x", "--effect", "note", "--yes"), 2, "bad-leaf")
