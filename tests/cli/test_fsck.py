"""``fsck`` and ``audit`` name what is wrong with a database and with a copy."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.world import World, done, found_world, opentally, serving


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A server folder that has been written to and is not served."""
    folder = tmp_path_factory.mktemp("stopped")
    found_world(folder)
    with serving(folder / "server") as url:
        World(folder, url).council("Noord")
    return folder / "server"


def copy_of(folder: Path, target: Path) -> Path:
    done(opentally("backup", folder, target))
    return target


def change(folder: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(folder / "ledger.sqlite")) as database:
        database.execute(statement, values)
        database.commit()


def test_a_sound_database_holds(stopped: Path) -> None:
    ran = done(opentally("fsck", stopped, "--workers", 1, "--json"))
    assert (ran.json["entries"], ran.json["holds"]) == (3, True)


def test_a_changed_fact_is_found(stopped: Path, tmp_path: Path) -> None:
    folder = copy_of(stopped, tmp_path / "copy")
    change(folder, "DELETE FROM facts WHERE space = 'council'")
    ran = opentally("fsck", folder, "--workers", 1, "--json")
    assert (ran.code, ran.json["error"]["rule"]) == (1, "wrong-facts")
    assert "council" in ran.json["error"]["message"]


def test_facts_are_a_cache_and_can_be_written_anew(stopped: Path, tmp_path: Path) -> None:
    folder = copy_of(stopped, tmp_path / "copy")
    change(folder, "DELETE FROM facts WHERE space = 'council'")
    change(folder, "UPDATE facts SET value = x'00' WHERE space = 'clock'")
    done(opentally("fsck", folder, "--workers", 1, "--rebuild-facts", "--json"))
    done(opentally("fsck", folder, "--workers", 1, "--json"))


def test_facts_are_not_written_anew_from_entries_that_do_not_hold(stopped: Path, tmp_path: Path) -> None:
    folder = copy_of(stopped, tmp_path / "copy")
    change(folder, "DELETE FROM facts WHERE space = 'council'")
    with closing(sqlite3.connect(folder / "ledger.sqlite")) as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute("UPDATE entries SET leaf = ? WHERE entry_index = 1", (bytes(32),))
        database.commit()
    assert opentally("fsck", folder, "--workers", 1, "--rebuild-facts", "--json").code == 1
    with closing(sqlite3.connect(folder / "ledger.sqlite")) as database:
        assert database.execute("SELECT count(*) FROM facts WHERE space = 'council'").fetchone() == (0,)


def test_a_fact_that_cannot_be_read_is_found(stopped: Path, tmp_path: Path) -> None:
    folder = copy_of(stopped, tmp_path / "copy")
    change(folder, "UPDATE facts SET value = x'00' WHERE space = 'clock'")
    ran = opentally("fsck", folder, "--workers", 1, "--json")
    assert (ran.code, ran.json["error"]["rule"]) == (1, "wrong-facts")


def test_a_fact_too_many_is_found(stopped: Path, tmp_path: Path) -> None:
    folder = copy_of(stopped, tmp_path / "copy")
    with closing(sqlite3.connect(folder / "ledger.sqlite")) as database:
        (value,) = database.execute("SELECT value FROM facts WHERE space = 'council'").fetchone()
        database.execute("INSERT INTO facts (space, key, value) VALUES ('council', ?, ?)", (bytes(32), value))
        database.commit()
    ran = opentally("fsck", folder, "--workers", 1, "--json")
    assert (ran.code, ran.json["error"]["rule"]) == (1, "wrong-facts")


def test_a_changed_entry_is_found(stopped: Path, tmp_path: Path) -> None:
    folder = copy_of(stopped, tmp_path / "copy")
    with closing(sqlite3.connect(folder / "ledger.sqlite")) as database:
        triggers = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        for name in triggers:
            database.execute(f"DROP TRIGGER {name}")
        (raw,) = database.execute("SELECT raw FROM entries WHERE entry_index = 2").fetchone()
        database.execute("UPDATE entries SET raw = ? WHERE entry_index = 2", (raw.replace(b"Noord", b"Noorx"),))
        database.commit()
    ran = opentally("fsck", folder, "--workers", 1, "--json")
    assert ran.code == 1
    assert "run fsck" in ran.json["error"]["message"] or ran.json["error"]["rule"] == "wrong-entry"


def test_a_changed_copy_does_not_hold(stopped: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    done(opentally("export", stopped, copy))
    holds = done(opentally("audit", copy, "--policy", stopped / "policy", "--workers", 1, "--json"))
    assert holds.json["verdict"] == "holds"
    (bundle,) = (copy / "tile" / "entries").rglob("3")
    bundle.write_bytes(bundle.read_bytes().replace(b"Noord", b"Noorx"))
    ran = opentally("audit", copy, "--policy", stopped / "policy", "--workers", 1, "--json")
    assert (ran.code, ran.json["finding"]["rule"], ran.json["finding"]["index"]) == (1, "entry-not-in-tree", 2)
    (copy / "checkpoint").write_bytes(b"nothing of the kind\n")
    ran = opentally("audit", copy, "--policy", stopped / "policy", "--workers", 1, "--json")
    assert ran.code in {1, 2, 4}
    assert ran.json["verdict"] != "holds"
