"""The drills of docs/operations.md: what is lost on purpose here, and how one goes on."""

import shutil
import subprocess
from pathlib import Path

import psycopg
import pytest

from ledger.cli.server_folder import read_config
from tests.cli.world import MAPPING, World, done, found_world, opentally, serving
from tests.postgres import _binaries, _user, drop_database, new_database
from tests.survival.place import refused_start

pytestmark = pytest.mark.slow

MEMBERS = "member\nanna\nbert\ncleo\n"
ORDERS = "member,food,fuel\nanna,1.5,2\nbert,2,1\ncleo,3,0.5\n"


def open_round(world: World, council: str) -> str:
    """A council with a round in which three households have claimed."""
    world.council(council)
    members, orders = world.write("members.csv", MEMBERS), world.write("orders.csv", ORDERS)
    world.do("roster", "add", members, "--council", council, "--no-passphrase", "--yes")
    leaf = world.open_round(council)
    mapping = world.write("mapping.toml", MAPPING)
    world.do("import", orders, "--mapping", mapping, "--round", leaf, "--no-passphrase", "--yes")
    return leaf


def test_files_of_a_server_folder_are_lost_one_by_one(tmp_path: Path) -> None:
    found_world(tmp_path)
    server, safe, mirror = tmp_path / "server", tmp_path / "safe", tmp_path / "mirror"
    with serving(server) as url:
        World(tmp_path, url).council("Noord")
        done(opentally("export", url, mirror))
        done(opentally("backup", server, safe))

    # The head file: anybody's newest checkpoint takes its place.
    (server / "head").unlink()
    assert "head-file-missing" in refused_start(server)
    assert not (server / "head").exists()
    shutil.copy(mirror / "checkpoint", server / "head")
    with serving(server):
        pass

    # The log key: nothing makes a new one in its place, and another one is not taken.
    (server / "log.key").unlink()
    lost = opentally("serve", server)
    assert (lost.code, "log.key" in lost.err) == (2, True)
    assert not (server / "log.key").exists()
    done(opentally("key", "new", "another", "--no-passphrase", desk=tmp_path / "desk"))
    shutil.copy(tmp_path / "desk" / "keys" / "another.key", server / "log.key")
    assert "wrong-head" in refused_start(server)
    shutil.copy(safe / "log.key", server / "log.key")
    with serving(server):
        pass

    # The database: the head file knows that there was one.
    for file in server.glob("ledger.sqlite*"):
        file.unlink()
    assert "the database is empty" in refused_start(server)
    for file in server.glob("ledger.sqlite*"):
        file.unlink()
    shutil.copy(safe / "ledger.sqlite", server / "ledger.sqlite")
    with serving(server):  # nothing was published after the backup, and the head file shows it
        pass

    # The configuration, and the policy that init wrote.
    (server / "config.toml").unlink()
    assert opentally("serve", server).code == 2
    shutil.copy(safe / "config.toml", server / "config.toml")
    (server / "policy").unlink()
    with serving(server):
        pass

    # All of it: the backup, with the newest checkpoint that anybody holds.
    shutil.rmtree(server)
    assert "head-file-missing" in refused_start(safe)
    shutil.copy(mirror / "checkpoint", safe / "head")
    with serving(safe) as url:
        done(opentally("audit", url, "--state", tmp_path / "audit", "--workers", 1))
        World(tmp_path, url).council("Zuid")
    done(opentally("fsck", safe, "--workers", 1))


@pytest.mark.postgres
def test_a_dump_of_postgresql_is_restored(tmp_path: Path, postgres_server: str) -> None:
    binaries = _binaries()
    if binaries is None or not (binaries / "pg_dump").exists():
        pytest.skip("postgres absent: no pg_dump")
    first, url = new_database(postgres_server)
    second, restored = new_database(postgres_server)
    try:
        found_world(tmp_path, "--database", url)
        server, dump = tmp_path / "server", tmp_path / "dump.sql"
        refused = opentally("backup", server, tmp_path / "copy", "--json")
        assert (refused.code, refused.json["error"]["rule"]) == (1, "not-sqlite")
        with serving(server) as address:
            World(tmp_path, address).council("Noord")
            taken = subprocess.run([binaries / "pg_dump", "-d", url], check=True, capture_output=True, user=_user())
            dump.write_bytes(taken.stdout)
            old = (server / "head").read_bytes()
            World(tmp_path, address).council("Zuid")
        subprocess.run(
            [binaries / "psql", "-q", "-v", "ON_ERROR_STOP=1", "-1", "-d", restored],
            check=True, input=dump.read_bytes(), capture_output=True, user=_user(),
        )  # fmt: skip
        config = server / "config.toml"
        config.write_text(config.read_text().replace(url, restored))
        assert read_config(server).database == restored
        assert "store-behind" in refused_start(server)
        newest = (server / "head").read_bytes()
        # Had nothing been published since, it would be taken, insert-only triggers and all.
        (server / "head").write_bytes(old)
        done(opentally("fsck", server, "--workers", 1))
        with serving(server):
            pass
        with psycopg.connect(restored) as connection, pytest.raises(psycopg.Error):
            connection.execute("DELETE FROM entries")
        assert (server / "head").read_bytes() == old != newest
    finally:
        drop_database(postgres_server, first)
        drop_database(postgres_server, second)


def test_keys_and_openings_are_lost_and_the_council_goes_on(tmp_path: Path) -> None:
    found_world(tmp_path)
    desk, kept = tmp_path / "desk", tmp_path / "kept"
    with serving(tmp_path / "server") as url:
        world = World(tmp_path, url)
        leaf = open_round(world, "Noord")
        shutil.copytree(desk, kept)

        # The council's key: enough of its recovery keys put another in its place.
        spare = [
            world.do("key", "new", name, "--no-passphrase", "--json").json["public_key"] for name in ("r1", "r2", "r3")
        ]
        world.do("key", "recovery-set", "Noord", *spare, "--threshold", 2, "--yes")
        (desk / "keys" / "Noord.key").unlink()
        stuck = world.run("close", leaf, "--yes", "--json")
        assert (stuck.code, stuck.json["error"]["rule"]) == (2, "no-such-key")
        world.do("key", "new", "Noord-2", "--no-passphrase")
        world.do("key", "recover", "Noord", "--new", "Noord-2", "--yes")
        world.do("close", leaf, "--yes")

        # The vault: without the openings there is no total, and nobody can make them again.
        (vault,) = (desk / "ledgers").glob("*/vault")
        vault.unlink()
        blind = world.run("total", leaf, "--yes", "--json")
        assert (blind.code, blind.json["error"]["rule"]) == (2, "vault-missing")
        shutil.copy(kept / "ledgers" / vault.parent.name / "vault", vault)
        total = world.do("total", leaf, "--yes", "--json").json
        assert total["totals"] == {"food": 65, "fuel": 35}

        # The rest of the desk's folder for this ledger can be had again from the server and the policy.
        for name in ("receipts", "outbox"):
            shutil.rmtree(vault.parent / name, ignore_errors=True)
        assert world.do("round", "show", leaf, "--json").json["claims"] == 3
        world.do("receipt", "get", "--round", leaf, "--row", "bert", "--out", tmp_path / "again")
        assert "It holds" in world.do("verify", tmp_path / "again").out
        done(opentally("audit", url, "--state", tmp_path / "audit", "--workers", 1))
