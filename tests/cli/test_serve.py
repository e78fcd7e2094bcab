"""A server starts only from what it has published, and a desk notices one that has gone back."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.world import OPENTALLY, World, done, found_world, opentally, serving

pytestmark = pytest.mark.slow


def test_a_restored_backup_does_not_start_and_a_desk_catches_who_starts_it_all_the_same(tmp_path: Path) -> None:
    found_world(tmp_path)
    server, copy = tmp_path / "server", tmp_path / "copy"
    with serving(server) as url:
        world = World(tmp_path, url)
        world.council("Early")
        done(opentally("backup", server, copy))
        world.council("Late")
        done(opentally("export", url, tmp_path / "mirror"))
        again = opentally("backup", server, copy)
        assert (again.code, "not an empty folder" in again.err) == (2, True)

    # The database of the backup beside the head file of today.
    for name in ("ledger.sqlite-wal", "ledger.sqlite-shm"):
        (server / name).unlink(missing_ok=True)
    shutil.copy(copy / "ledger.sqlite", server / "ledger.sqlite")
    ran = subprocess.run([OPENTALLY, "serve", server, "--port", "0"], capture_output=True, timeout=60, check=False)
    assert (ran.returncode, ran.stdout) == (4, b"")
    assert b"store-behind" in ran.stderr
    assert b"Do not delete the head file" in b" ".join(ran.stderr.split())
    assert b"Traceback" not in ran.stderr

    # The backup as it is lacks a head file; whoever puts the old one there shows the world an older state.
    refused = subprocess.run([OPENTALLY, "serve", copy, "--port", "0"], capture_output=True, timeout=60, check=False)
    assert refused.returncode == 4
    assert b"head-file-missing" in refused.stderr
    (copy / "head.at-backup").rename(copy / "head")
    with serving(copy) as url:
        lied = world.run("council", "list", OPENTALLY_LEDGER=url)
        assert lied.code == 3
        evidence = re.search(r"the evidence is in (\S+)", lied.err)
        assert evidence is not None
        assert any(Path(evidence[1]).iterdir())
        # An auditor who remembers the later state catches it as well.
        state = tmp_path / "state"
        done(opentally("audit", tmp_path / "mirror", "--state", state, "--workers", 1))
        report = opentally("audit", url, "--state", state, "--workers", 1, "--json")
        assert (report.code, report.json["verdict"]) == (3, "log-lied")
        assert all(Path(path).is_file() for path in report.json["evidence"])


def test_ctrl_c_stops_the_server_with_130_and_a_port_in_use_is_4(tmp_path: Path) -> None:
    found_world(tmp_path)
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [OPENTALLY, "serve", tmp_path / "server", "--port", "0", "--workers", "1"],
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        )
        assert process.stdout is not None
        with contextlib.closing(process.stdout):
            url = process.stdout.readline().decode().strip().removeprefix("listening on ")
            port = url.rpartition(":")[2]
            taken = subprocess.run(
                [OPENTALLY, "serve", tmp_path / "server", "--port", port], capture_output=True, timeout=60, check=False
            )
            assert (taken.returncode, b"cannot be listened on" in taken.stderr) == (4, True)
            os.killpg(process.pid, signal.SIGINT)  # as a terminal does: the workers get it too
            assert process.wait(30) == 130
    assert b"Traceback" not in (tmp_path / "log").read_bytes()


_INTERRUPTED = """
import contextlib, signal, sys, uvicorn, api.service
from ledger.cli.main import main

def interrupted(inner):
    def outer(*args, **options):
        with contextlib.suppress(Exception):  # as around a finalizer, where Python goes on
            signal.raise_signal(signal.Signals({number}))
        return inner(*args, **options)
    return outer

uvicorn.Server.run = interrupted(uvicorn.Server.run)  # it listens, and its loop does not take signals yet
api.service.Service.close = interrupted(api.service.Service.close)  # its loop takes signals no more
sys.argv = ["opentally", "serve", {folder!r}, "--port", "0", "--workers", "1"]
main()
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_signal_outside_the_loop_stops_the_server_as_any_other(
    tmp_path: Path, number: signal.Signals, code: int
) -> None:
    found_world(tmp_path)
    program = _INTERRUPTED.format(number=int(number), folder=str(tmp_path / "server"))
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=60, check=False)
    assert (ran.returncode, b"Traceback" in ran.stderr) == (code, False)
    assert ran.stdout.startswith(b"listening on ")


def test_founders_on_several_desks(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    keys = []
    for desk in (ours, theirs):
        done(opentally("key", "new", "founder", "--no-passphrase", desk=desk))
        keys.append(done(opentally("key", "show", "founder", "--json", desk=desk)).json["public_key"])
    init = ("init", tmp_path / "server", "--origin", "two.example", "--json")
    waiting = done(opentally(*init, "--founding-key", "founder", "--founding-key", keys[1], desk=ours)).json
    assert waiting["missing_signatures"] == [keys[1]]
    early = opentally("serve", tmp_path / "server")
    assert (early.code, "waits for founders" in early.err) == (1, True)
    draft = tmp_path / "server" / "founding.json"
    asked = opentally("key", "sign", draft, "--key", "founder", desk=theirs)
    assert (asked.code, '"cohort_floor": 10' in asked.out) == (2, True)
    done(opentally("key", "sign", draft, "--key", "founder", "--yes", desk=theirs))
    founded = done(opentally(*init, desk=ours)).json
    assert founded["missing_signatures"] == []
    assert (tmp_path / "server" / "policy").read_text() == founded["policy"] == f"log {founded['vkey']}\nquorum none\n"
    assert not draft.exists()
    assert opentally(*init, desk=ours).code == 1
    copied = done(opentally("export", tmp_path / "server", tmp_path / "copy", "--json")).json
    assert (copied["origin"], copied["size"]) == ("two.example", 1)


def test_ctrl_c_while_the_program_is_still_being_loaded_ends_it_quietly() -> None:
    program = (
        "import sys\n"
        "class Interrupted:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'ledger.cli.main':\n"
        "            raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupted())\n"
        "from ledger.cli.__main__ import main\n"
        "main()\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert (ran.returncode, ran.stdout, ran.stderr) == (130, "", "Interrupted.\n")
