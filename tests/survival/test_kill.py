"""The real server, killed under load again and again: nothing acknowledged is lost, and no two heads disagree.

By default a few times; ``OPENTALLY_KILLS=50`` kills as often as that on each database, three times in five at a named
point inside a commit (``tests/survival/launch.py``), otherwise at any moment from outside.
"""

import collections
import contextlib
import os
import random
import time
from pathlib import Path

import pytest

from ledger.log.fsck import fsck
from ledger.storage.store import SqlStore
from tests.client.publisher import log_policy
from tests.survival.launch import POINTS
from tests.survival.load import Crowd
from tests.survival.place import found_place, living
from tests.survival.witness import Witness

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("OPENTALLY_KILLS", "2"))
FAVOURED = ("commit before", "commit after", "commit during", "rename after", "rename before", "swap after")
"""The points nearest to where something could be lost; the others follow when these have had their turn."""


def ways_to_die() -> list[str | None]:
    """For each kill the point, or None for one from outside."""
    points = [*FAVOURED, *(point for point in POINTS if point not in FAVOURED)]
    ways: list[str | None] = []
    for number in range(KILLS):
        ways.append(None if number % 5 in {1, 3} else points[(number * 3 // 5) % len(points)])
    return ways


def test_a_server_killed_under_load_keeps_its_word(tmp_path: Path, database: str | None) -> None:
    server = found_place(tmp_path / "server", database)
    witness, crowd = Witness(tmp_path), Crowd(turns=30 * KILLS)
    died_at = collections.Counter[str]()
    log = tmp_path / "deaths"
    rng = random.Random(KILLS)
    for number, point in enumerate(ways_to_die()):
        die = {"OPENTALLY_DIE_LOG": str(log)}
        if point is not None:
            # A full tile is rare enough to die at the first.
            passes = 0 if point.startswith("tile") else rng.randrange(1, 25) + len(crowd.first) * (number == 0)
            die |= {"OPENTALLY_DIE_AT": point, "OPENTALLY_DIE_AFTER": str(passes)}
        log.write_text("")
        with living(server.folder, die=die) as life:
            if number == 0:
                crowd.prepare(life.url)
            # What stands after the life before is held against everything anybody was told.
            witness.check_url(life.url, crowd.answers, crowd.checkpoints)
            before = len(crowd.answers)
            crowd.start(life.url)
            if point is None:
                enough = before + rng.randrange(1, 60)
                while len(crowd.answers) < enough:
                    assert life.process.poll() is None, life.errors.read_text()
                    time.sleep(rng.uniform(0, 0.004))
                life.kill()
            code = life.process.wait(60)
            crowd.stop()
            assert code == -9, f"kill {number} at {point}: {code}: {life.errors.read_text()}"
            assert crowd.refused == []
        died_at[log.read_text().strip() or "from outside"] += 1
    with living(server.folder) as life:
        entries = witness.check_url(life.url, crowd.answers, crowd.checkpoints)
        # Whoever got no answer sends again, and everything goes in once.
        waiting = [writer for writer in crowd.writers if writer.pending is not None]
        in_hand = [writer.pending for writer in waiting]
        crowd.start(life.url)
        deadline = time.monotonic() + 30
        while any(writer.pending == raw for writer, raw in zip(waiting, in_hand, strict=True)):
            assert time.monotonic() < deadline, crowd.refused
            time.sleep(0.01)
        crowd.stop()
        entries = witness.check_url(life.url, crowd.answers, crowd.checkpoints)
        assert life.stop() == 0
    with contextlib.closing(SqlStore(server.database)) as store:
        *_, last = fsck(store, log_policy().logs[0].key)
    assert last.checked == len(entries)
    assert sum(died_at.values()) == KILLS
    inside = KILLS - died_at["from outside"]
    assert inside >= KILLS * 2 // 5
    print(  # noqa: T201 - the count is what a long run is for; pytest shows it with -s or -rP
        f"\n{KILLS} kills, {inside} inside a commit {dict(died_at)}; {len(entries)} entries, "
        f"{len(crowd.answers)} acknowledged, {len(witness.seen)} different heads seen"
    )
