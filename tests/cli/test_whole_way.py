"""From an empty folder to an audited total, with the commands alone."""

import json
from pathlib import Path

import pytest

from tests.cli.world import MAPPING, World, done, found_world, opentally, serving

MEMBERS = "member,allowance\n" + "".join(f"m{n:02},{160 + n}\n" for n in range(12))
ORDERS = "member,food,fuel\n" + "".join(f"m{n:02},{n}.5,{n / 10}\n" for n in range(12))


@pytest.mark.slow
def test_the_whole_way(tmp_path: Path) -> None:
    found_world(tmp_path)
    server, policy = tmp_path / "server", tmp_path / "server" / "policy"
    with serving(server) as url:
        world = World(tmp_path, url)
        noord = world.council("Noord")
        members, orders = world.write("members.csv", MEMBERS), world.write("orders.csv", ORDERS)
        mapping = world.write("mapping.toml", MAPPING)

        added = world.do("roster", "add", members, "--allowance", "hidden", "--no-passphrase", "--yes", "--json").json
        assert (added["council"], added["members"], len(added["rosters"])) == (noord, 12, 1)
        leaf = world.open_round("Noord", rule="hidden", minimum=10)

        seen = world.do("import", orders, "--mapping", mapping, "--round", leaf, "--preview", "--json").json
        assert (seen["passing"], seen["refused_rows"], seen["sent"]) == (12, [], False)
        sent = world.do("import", orders, "--mapping", mapping, "--round", leaf, "--yes", "--json").json
        assert (sent["claims"], sent["replaced"], sent["refused"]) == (12, 0, [])
        again = world.do("import", orders, "--mapping", mapping, "--round", leaf, "--yes", "--json").json
        assert (again["claims"], again["unchanged"]) == (0, 12)

        replaced = world.do("claim", "replace", "--row", "m03", "food=7.5", "fuel=1", "--yes", "--json").json
        assert (replaced["seq"], replaced["replaces"]) == (2, True)
        world.do("withdraw", "--row", "m04", "--yes")
        early = world.run("total", "--yes")
        assert (early.code, "not closed" in early.err) == (1, True)
        world.do("close", "--yes")
        late = world.run("claim", "replace", "--row", "m05", "food=1", "--yes", "--json")
        assert (late.code, late.json["error"]["rule"]) == (1, "round-closed")

        total = world.do("total", "--yes", "--json").json
        food = sum(10 * n + 5 for n in range(12) if n not in {3, 4}) + 75
        fuel = sum(n for n in range(12) if n not in {3, 4}) + 10
        assert total["totals"] == {"food": food, "fuel": fuel}
        assert (total["count"], total["unclaimed"], total["allowances"]) == (11, 1, sum(160 + n for n in range(12)))
        assert world.run("total", leaf, "--yes").code == 1

        evidence = world.write("evidence.txt", "what was measured")
        resource = world.write(
            "resource.toml",
            'version = 1\nresource = "spring"\ntype = "base"\ncategory = "water"\n'
            'quantity = "1200.5"\nuncertainty = "10.0"\nunit = "m3"\nscale = 1\n'
            'area = "spring"\nmandate = "statute"\nmethod = "meter"\naffected = "all"\n'
            f'valid_from = 2026-01-01T00:00:00Z\nvalid_until = 2027-01-01T00:00:00Z\nevidence = "{evidence.name}"\n',
        )
        world.do("resource", "log", resource, "--yes")
        world.do(
            *("decision", "adopt", total["leaf"], "--title", "Plan", "--body", "assembly", "--rule", "majority"),
            *("--affected", "all", "--eligible", 12, "--voted", 9, "--yes"),
        )
        kept = tmp_path / "m03"
        world.do("receipt", "total", "--round", leaf, "--row", "m03", "--out", kept)
        gone = world.run("receipt", "get", "--round", leaf, "--row", "m04", "--out", kept)
        assert (gone.code, "no live claim" in gone.err) == (2, True)

        page = tmp_path / "report.html"
        state = tmp_path / "audits"
        report = world.do(
            "audit", url, "--policy", policy, "--state", state, "--html", page, "--workers", 1, "--json"
        ).json
        assert (report["verdict"], report["tree"]["key_trust"]) == ("holds", "policy")
        assert [line["total"] for line in report["rounds"][0]["categories"]] == [food, fuel]
        assert page.read_text().startswith("<!doctype html>")
        assert "It holds" in world.do("audit", url, "--policy", policy, "--state", state, "--workers", 1).out
        checked = world.do("fsck", server, "--workers", 1, "--json").json
        assert (checked["entries"], checked["holds"]) == (report["tree"]["size"], True)
        world.do("export", url, tmp_path / "copy")
        world.do("export", server, tmp_path / "copy-of-folder")
        world.do("backup", server, tmp_path / "backup")

    # The server is gone: everything below works without it.
    for path in sorted((tmp_path / "copy").rglob("*")):
        twin = tmp_path / "copy-of-folder" / path.relative_to(tmp_path / "copy")
        assert path.is_dir() or path.read_bytes() == twin.read_bytes()
    audited = done(opentally("audit", tmp_path / "copy", "--workers", 1, "--json")).json
    assert (audited["verdict"], audited["tree"]["key_trust"]) == ("holds", "asserted")
    shown = done(opentally("verify", kept, "--policy", policy, desk=tmp_path / "elsewhere", typed="")).out
    assert "It holds" in shown
    assert "sum of exactly that set" in shown
    by_desk = done(opentally("verify", kept, "--json", desk=tmp_path / "desk")).json
    assert (by_desk["count"], by_desk["totals"]) == (11, [food, fuel])
    assert json.loads((kept / "entry.json").read_bytes())["statement"]["body"]["seq"] == 2
    unreachable = world.run("round", "list")
    assert unreachable.code == 4
