"""What the world does to a server: its disk fills, its folder turns read-only, its database leaves, its clock jumps."""

import contextlib
import ctypes
import os
import resource
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import psycopg
import pytest

from ledger.records.entry import parse_entry
from ledger.records.kinds.clock import Clock
from tests.records.builders import ORIGIN
from tests.survival.clerk import Poster, still_readable
from tests.survival.cluster import cluster
from tests.survival.load import Crowd
from tests.survival.place import Life, found_place, living, refused_start
from tests.survival.witness import Witness

pytestmark = pytest.mark.slow

CAP_DAC_OVERRIDE = 1
PR_CAPBSET_DROP = 24
DAY = 86_400


@pytest.fixture
def clerk(tmp_path: Path) -> Poster:
    return Poster(Witness(tmp_path))


# ---- the disk is full


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[Callable[[int], None]]:
    """A disk of 2 MB at ``folder``; what is given makes it that many megabytes large."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "none", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"a disk that can be filled needs the right to mount one: {mounted.stderr.decode().strip()}")
    try:
        yield lambda size: subprocess.run(["mount", "-o", f"remount,size={size}m", folder], check=True) and None
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def fill_and_recover(clerk: Poster, life: Life, more_room: Callable[[], None]) -> None:
    clerk.open(life)
    refused = next(clerk.entries)
    while (said := clerk.post(life, refused)) == "new":
        refused = next(clerk.entries)
    assert said in {"unavailable", "log-stopped", "head-file-unwritable"}, said
    for _ in range(3):
        assert clerk.post(life, refused) not in {"new", "known"}
        still_readable(life)
    more_room()
    # Nobody restarts anything: the server finds out by itself, and the entry that got no answer goes in once.
    clerk.post_until(life, ("new", "known"), refused)
    assert clerk.post(life) == "new"
    entries = clerk.check(life)
    assert entries.count(refused) == 1


def test_a_full_disk(tmp_path: Path, clerk: Poster) -> None:
    with small_disk(tmp_path / "disk") as resize:
        server = found_place(tmp_path / "disk" / "server")
        with living(server.folder) as life:
            fill_and_recover(clerk, life, lambda: resize(32))
            assert life.stop() == 0
        with living(server.folder) as life:
            clerk.check(life)


def test_a_limit_on_the_size_of_files(tmp_path: Path, clerk: Poster) -> None:
    server = found_place(tmp_path / "server")
    limit = 700_000

    def low() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

    with living(server.folder, before=low) as life:
        unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        fill_and_recover(
            clerk, life, lambda: resource.prlimit(life.process.pid, resource.RLIMIT_FSIZE, unlimited) and None
        )
        assert life.stop() == 0
    with living(server.folder) as life:
        clerk.check(life)


# ---- the folder turns read-only


def obey_permissions() -> None:
    """Give up the right of root to write where the permissions say no."""
    if os.geteuid() == 0:
        ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0)


@contextlib.contextmanager
def read_only(folder: Path) -> Iterator[None]:
    files = {path: path.stat().st_mode for path in (*folder.iterdir(), folder)}
    for path, mode in files.items():
        path.chmod(mode & ~0o222)
    try:
        yield
    finally:
        for path, mode in reversed(files.items()):
            if path.exists():
                path.chmod(mode)


def test_a_folder_that_turns_read_only(tmp_path: Path, clerk: Poster) -> None:
    server = found_place(tmp_path / "server")
    with living(server.folder, before=obey_permissions) as life:
        clerk.open(life)
        assert clerk.post(life) == "new"
        shown = httpx2.get(f"{life.url}/checkpoint").content
        raw = next(clerk.entries)
        with read_only(server.folder):
            assert clerk.post_until(life, ("head-file-unwritable",), raw) == "head-file-unwritable"
            still_readable(life)
            assert httpx2.get(f"{life.url}/checkpoint").content == shown  # nothing is shown that is not in the file
        clerk.post_until(life, ("new", "known"), raw)
        assert clerk.check(life).count(raw) == 1
        assert life.stop() == 0


def test_a_folder_that_is_read_only_is_not_served_and_not_touched(tmp_path: Path) -> None:
    server = found_place(tmp_path / "server")
    before = {path.name: path.read_bytes() for path in server.folder.iterdir()}
    with read_only(server.folder):
        assert "database" in refused_start(server.folder, before=obey_permissions)
    assert {path.name: path.read_bytes() for path in server.folder.iterdir()} == before
    with living(server.folder):
        pass


# ---- the database leaves


@pytest.mark.postgres
def test_a_database_that_crashes_and_comes_back(tmp_path: Path, clerk: Poster) -> None:
    with cluster() as database:
        server = found_place(tmp_path / "server", database.url)
        with living(server.folder) as life:
            clerk.open(life)
            for _ in range(2):
                assert clerk.post(life) == "new"
                shown = httpx2.get(f"{life.url}/checkpoint").content
                database.crash()
                raw = next(clerk.entries)
                for _ in range(3):
                    assert clerk.post(life, raw) in {"unavailable", "log-stopped"}
                assert httpx2.get(f"{life.url}/checkpoint").content == shown
                assert httpx2.get(f"{life.url}/healthz").status_code == 200
                assert life.process.poll() is None
                database.start()
                clerk.post_until(life, ("new", "known"), raw)
                assert clerk.check(life).count(raw) == 1
            assert life.stop() == 0
        database.crash()
        assert "database" in refused_start(server.folder)


@pytest.mark.postgres
def test_a_database_that_crashes_under_load_keeps_what_was_acknowledged(tmp_path: Path) -> None:
    """Even where somebody has told it to answer before it has written: what we commit is durable."""
    with cluster() as database:
        server = found_place(tmp_path / "server", database.url)
        with psycopg.connect(database.url, autocommit=True) as connection:
            connection.execute("ALTER DATABASE postgres SET synchronous_commit = off")
        crowd, witness = Crowd(turns=30), Witness(tmp_path)
        with living(server.folder) as life:
            crowd.prepare(life.url)
            for _ in range(2):
                before = len(crowd.answers)
                crowd.start(life.url)
                while len(crowd.answers) < before + 40:
                    assert life.process.poll() is None
                    time.sleep(0.001)
                database.crash()
                crowd.stop()
                assert crowd.refused == []
                database.start()
                deadline = time.monotonic() + 60
                while httpx2.get(f"{life.url}/readyz").status_code != 200:
                    assert time.monotonic() < deadline, life.errors.read_text()
                    time.sleep(0.1)
                witness.check_url(life.url, crowd.answers, crowd.checkpoints)
            assert life.stop() == 0


# ---- the clock jumps


def clocks(entries: list[bytes]) -> list[int]:
    records = [parse_entry(raw, origin=ORIGIN) for raw in entries]
    return [record.body.time for record in records if isinstance(record.body, Clock)]


def test_a_clock_that_jumps(tmp_path: Path, clerk: Poster) -> None:
    server = found_place(tmp_path / "server")
    shift = tmp_path / "shift"
    shifted = {"OPENTALLY_TIME_SHIFT": str(shift)}
    shift.write_text("0")
    with living(server.folder, die=shifted) as life:
        clerk.open(life)
        assert clerk.post(life) == "new"
        (first,) = clocks(clerk.check(life))
        # A day back: the ledger's time stands still, and people go on.
        shift.write_text(str(-DAY))
        assert clerk.post(life) == "new"
        assert clocks(clerk.check(life)) == [first]
        # Eight days ahead: nothing is written, everything can be read.
        shift.write_text(str(8 * DAY))
        raw = next(clerk.entries)
        assert clerk.post(life, raw) == "clock-leap"
        still_readable(life)
        assert clocks(clerk.check(life)) == [first]
        # Right again: as if nothing had been.
        shift.write_text("0")
        assert clerk.post(life, raw) == "new"
        assert life.stop() == 0
    shift.write_text(str(8 * DAY))
    with living(server.folder, "--confirm-time", die=shifted) as life:
        assert clerk.post(life) == "new"
        *_, last = clocks(clerk.check(life))
        assert 8 * DAY - 120 <= last - first <= 8 * DAY + 3600
        # It was wrong after all: what a clock has said stays said, and the ledger waits for time to catch up.
        shift.write_text("0")
        assert clerk.post(life) == "new"
        assert clocks(clerk.check(life))[-1] == last
        assert life.stop() == 0


# ---- two servers over one ledger


def test_two_servers_on_one_database(tmp_path: Path, database: str | None) -> None:
    """Under load, and started again and again: one of them writes, the other one reads, and both tell one history."""
    server = found_place(tmp_path / "server", database)
    crowd, witness = Crowd(turns=30), Witness(tmp_path)
    with living(server.folder) as first:
        crowd.prepare(first.url)
        crowd.start(first.url)
        for _ in range(2):
            with living(server.folder, errors="second") as second:
                assert httpx2.get(f"{second.url}/healthz").status_code == 200
        with living(server.folder, errors="second") as second:
            crowd.stop()
            crowd.start(first.url, second.url)
            deadline = time.monotonic() + 30
            while {httpx2.get(f"{url}/readyz").status_code for url in (first.url, second.url)} != {200, 503}:
                assert time.monotonic() < deadline
                time.sleep(0.05)
            time.sleep(1)
            crowd.stop()
            assert crowd.refused == []
            stopped, writing = sorted((first, second), key=lambda life: httpx2.get(f"{life.url}/readyz").status_code)[
                ::-1
            ]
            assert httpx2.get(f"{stopped.url}/readyz").json()["type"] == "urn:opentally:problem:second-writer"
            crowd.checkpoints.add(httpx2.get(f"{stopped.url}/checkpoint").content)
            # The one that stopped still shows what it published, a beginning of what the other one goes on with.
            still_readable(stopped)
            entries = witness.check_url(writing.url, crowd.answers, crowd.checkpoints)
            assert len(entries) > len(crowd.answers) // 2
    # Whoever starts alone afterwards finds everything.
    with living(server.folder) as life:
        witness.check_url(life.url, crowd.answers, crowd.checkpoints)
    shutil.rmtree(server.folder)
