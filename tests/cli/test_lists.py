"""Names that several councils use, and lists that can be read at eighty columns."""

from pathlib import Path

from tests.cli.world import MAPPING, Ran, World


def clerk(world: World, desk: Path, council: str, period: str, *, founder: bool = False) -> str:
    """A desk with one council's key alone, or with a founding key too; a round of this period of three members."""
    world.council(council)
    (desk / "keys").mkdir(parents=True, mode=0o700)
    for name in (council, "founder") if founder else (council,):
        (world.desk / "keys" / f"{name}.key").rename(desk / "keys" / f"{name}.key")
    members = world.write("three.csv", "member\na\nb\nc\n")
    try:
        world.do("roster", "add", members, "--no-passphrase", "--yes", desk=desk)
        file = world.round_file()
        lines = (f'period = "{period}"' if line.startswith("period") else line for line in file.read_text().split("\n"))
        file.write_text("\n".join(lines))
        leaf: str = world.do("round", "open", file, "--yes", "--json", desk=desk).json["leaf"]
        return leaf
    finally:
        if founder:
            (world.desk / "keys" / "founder.key").write_bytes((desk / "keys" / "founder.key").read_bytes())
            (world.desk / "keys" / "founder.key").chmod(0o600)


def test_a_desk_with_one_council_s_key_names_its_rounds_as_if_there_were_no_others(
    world: World, tmp_path: Path
) -> None:
    period = "2030-W01"
    here, there, nobody = tmp_path / "here", tmp_path / "there", tmp_path / "nobody"
    mine = clerk(world, here, "Ambiguous-here", period, founder=True)
    theirs = clerk(world, there, "Ambiguous-there", period)
    assert world.do("round", "show", period, "--json", desk=here).json["leaf"] == mine
    assert world.do("round", "show", period, "--json", desk=there).json["leaf"] == theirs
    asked: Ran = world.run("round", "show", period, desk=nobody)
    assert (asked.code, "2 rounds called 2030-W01" in asked.err, "several-rounds" in asked.err) == (2, True, True)
    world.write("mapping.toml", MAPPING)
    table = world.write("orders.csv", "member,food,fuel\na,1,1\n")
    words = ("import", table, "--mapping", world.folder / "mapping.toml", "--round", period, "--yes", "--json")
    assert world.do(*words, desk=here).json["round"] == mine
    for named in (("--round", period), ()):
        replaced = world.do("claim", "replace", "--row", "a", f"food={2 + len(named)}", *named, "--yes", desk=here)
        assert "a's claim no." in replaced.out
    assert world.do("round", "show", period, "--json", desk=there).json["claims"] == 0


def test_lists_break_no_word_and_no_leaf_hash_at_eighty_columns(world: World) -> None:
    leaf = world.council("Co-op-Northern-Quarter")
    members = world.write("three.csv", "member\na\nb\nc\n")
    world.do(
        *("roster", "add", members, "--council", leaf, "--no-passphrase", "--yes"),
    )
    opened = world.open_round(leaf)
    for words, whole in ((("council", "list"), leaf), (("round", "list", "--council", leaf), opened)):
        lines = world.do(*words, COLUMNS="80").out.splitlines()
        assert f"  {whole}" in lines
        assert any(line.endswith("  Co-op-Northern-Quarter") for line in lines)
        assert max(map(len, lines)) <= 80
