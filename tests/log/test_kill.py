"""A real process, killed in the middle of writing: whatever it had answered is still there."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from ledger.log.fsck import fsck
from ledger.merkle.bundle import decode_bundle
from ledger.merkle.tiles import bundles_for_size
from tests.log.world import World, check_log

WRITER = """
import sys, threading
from pathlib import Path
from ledger.log.log import load_log
from ledger.log.sequencer import Sequencer
from ledger.storage.store import SqlStore
from tests.log.world import KEY, ORIGIN, admit, items

url, head_file, run = sys.argv[1:]
log = load_log(SqlStore(url), KEY, ORIGIN, Path(head_file))
sequencer = Sequencer(log, admit)
lock = threading.Lock()

def send(thread):
    for i in range(10**9):
        raw = f"{run}-{thread}-{i}".encode()
        (outcome,) = sequencer.submit(items(raw)).result()
        with lock:
            sys.stdout.write(f"{outcome.index} {raw.decode()}\\n")
            sys.stdout.flush()

for thread in range(8):
    threading.Thread(target=send, args=(thread,), daemon=True).start()
threading.Event().wait()
"""


@pytest.mark.slow
def test_killed_writers_lose_nothing_they_answered(world: World, sqlite_url: str) -> None:
    world.create()
    answered: dict[int, bytes] = {}
    for run in range(3):
        output = world.folder / f"answers-{run}"
        with output.open("wb") as answers:
            process = subprocess.Popen(
                [sys.executable, "-c", WRITER, sqlite_url, str(world.head_file), str(run)],
                stdout=answers,
                cwd=Path(__file__).parents[2],
            )
            deadline = time.monotonic() + 30
            while output.stat().st_size < 1_000 + 700 * run:
                assert process.poll() is None, "the writer ended by itself"
                assert time.monotonic() < deadline
                time.sleep(0.003)
            process.kill()
            process.wait(10)
        lines = output.read_bytes().split(b"\n")[:-1]  # the last line may be cut
        for line in lines:
            index, raw = line.split(b" ")
            assert answered.setdefault(int(index), raw) == raw, "an index was given twice"
        log = world.load()
        entries = [raw for path in bundles_for_size(log.size) for raw in decode_bundle(log.tile(path), path.width)]
        check_log(log, entries, every=31)
        assert all(entries[index] == raw for index, raw in answered.items())
        assert len(set(entries)) == len(entries)
    *_, last = fsck(log.store, log.verifier)
    assert last.checked >= len(answered) > 100
