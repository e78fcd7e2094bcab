"""A few inputs of every fuzzer, so that each stays alive; and that the fuzzers can find what they look for."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fuzz import failures, flips, torsion
from fuzz.__main__ import main
from fuzz.mutation import MAX_BYTES
from fuzz.runner import Chunk, Found, check_seeds, chunks, run_chunk
from fuzz.seeds import NARROW, WIDE, small
from fuzz.target import Broken, Fault, Prepared, verdict
from fuzz.targets import TARGETS, records
from ledger.errors import FatalLogError, MalformedError
from ledger.records.registry import KINDS

INPUTS = 100
ROOT = Path(__file__).resolve().parents[2]

MENDED = {"outbox, its results", "facts of an audit"}
"""What is damaged in these is dropped and had anew, so nothing is refused."""


@pytest.mark.parametrize("target", TARGETS, ids=[target.name for target in TARGETS])
def test_a_few_inputs_of_each_target(target):
    prepared = target.prepare()
    assert not check_seeds(target.name, prepared).found
    tally = run_chunk(prepared, Chunk(target.name, 0, INPUTS if target.inputs > 5_000 else 6), seed=7)
    assert not tally.found, [found.fault.story for found in tally.found.values()]
    assert tally.refused > 0 or target.name in MENDED


def test_a_full_run_has_over_a_million_inputs_and_every_kind():
    assert sum(chunk.inputs for chunk in chunks(TARGETS, 1.0)) == sum(target.inputs for target in TARGETS) >= 10**6
    assert {f"body of {kind}" for kind in KINDS} <= {target.name for target in TARGETS}


def wrong(raw):
    """A parser with a fault for each of the ways in which one can fail."""
    if raw.startswith(b"hang"):
        while True:
            pass
    if b"\xff" in raw:
        raise FatalLogError("a class that does not belong here")
    if b"\0" in raw:
        raise Broken("written in another way")
    int(raw.decode("latin-1"))


def test_every_sort_of_fault_is_found():
    prepared = Prepared((b"12345",), wrong)
    tally = run_chunk(prepared, Chunk("wrong", 0, 500), seed=1)
    places = " ".join(tally.found)
    assert all(name in places for name in ("ValueError", "FatalLogError", "Broken"))
    hang = verdict(prepared, b"hang", cpu_seconds=0.05)
    assert isinstance(hang, Fault)
    assert hang.where.startswith("TooSlow")
    assert check_seeds("wrong", Prepared((b"x",), wrong)).found


def test_a_refusal_is_of_the_classes_that_are_named():
    def refuse(raw):
        raise (MalformedError if raw else FatalLogError)("no")

    assert verdict(Prepared((), refuse), b"1") is False
    assert isinstance(verdict(Prepared((), refuse), b""), Fault)


def test_the_same_seed_gives_the_same_inputs():
    seen = []
    for seed in (3, 3, 4):
        inputs = []
        run_chunk(Prepared((b'{"a":[1,"QUJD"]}',), inputs.append), Chunk("x", 0, 300), seed)
        seen.append(inputs)
    assert seen[0] == seen[1] != seen[2]
    assert len(set(seen[0])) > 200
    assert max(map(len, seen[0])) <= MAX_BYTES


def test_a_failing_input_is_written_and_replayed(tmp_path, capsys):
    found = Found("scalar", b"too short", Fault("somewhere", "Traceback\n"))
    path = failures.write(tmp_path, found)
    assert failures.read(path) == ("scalar", b"too short")
    assert main(["--replay", str(path)]) == 0
    assert "scalar, 9 bytes: refused" in capsys.readouterr().out


def run_python(*arguments, **environment):
    """In a process of its own, since it makes others by forking, which a process with threads should not."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_run_prints_counts_and_a_target_that_is_unknown_is_told(tmp_path):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    arguments = ["-m", "fuzz", "inputs", "--scale", "0.002", "--processes", "1", "--failures", str(tmp_path)]
    done = run_python(*arguments, "--only", "scalar", "--only", "vault", TMPDIR=str(scratch))
    assert done.returncode == 0, done.stderr
    assert "nothing was found" in done.stdout
    assert "scalar" in done.stdout
    assert list(scratch.iterdir()) == []
    with pytest.raises(SystemExit):
        main([*arguments[2:], "--only", "nothing of the kind"])


DIES = """
import os
from fuzz.runner import run
from fuzz.target import Prepared, Target

def prepare():
    return Prepared((b"12",), lambda raw: os._exit(9) if b"7" in raw else None)

tallies = run([Target("dies", 400, prepare)], seed=1, scale=1.0, processes=1, told=lambda tally: None)
(found,) = tallies["dies"].found.values()
print(found.fault.where, b"7" in found.raw)
"""


def test_a_process_that_dies_is_a_fault_and_its_last_input_is_known():
    done = run_python("-c", DIES)
    assert done.stdout.strip() == "the process ended (9) True", done.stderr


# Flips and torsion at the level of whole entries.


@pytest.mark.parametrize("way", ["raw", "signed", "inner"])
@pytest.mark.parametrize(("widths", "size", "stride"), [(NARROW, 8, 131), (WIDE, 256, 997)])
def test_flips_of_a_claim_are_refused(way, widths, size, stride):
    assert size == flips.ledger_of(widths).terms[0].shape.N
    bits = range(stride // 2, flips.length_of(way, widths), stride)
    assert flips.ACCEPTED not in {flips.try_bit(way, widths, bit) for bit in bits}


@pytest.mark.parametrize("way", ["ledger", "operator"])
def test_flips_of_a_ledger_are_refused(way):
    total = flips.length_of(way, NARROW)
    assert flips.ACCEPTED not in {flips.try_bit(way, NARROW, bit) for bit in range(9, total, total // 5)}


@pytest.mark.parametrize("way", ["raw", "signed", "inner", "ledger", "operator"])
def test_what_is_not_flipped_is_accepted(way, monkeypatch):
    monkeypatch.setattr(flips, "flipped", lambda raw, _bit: raw)
    assert flips.try_bit(way, NARROW, 100) == flips.ACCEPTED


@pytest.mark.slow
@pytest.mark.parametrize("name", ["claim, its commitment", "claim, point 3 of its proof", *list(torsion.EXPECTED)[1:]])
def test_torsion_gives_one_verdict(name):
    assert set(torsion.verdicts(name, 1)) == {torsion.expected(name)}


def test_a_verifier_that_forgets_the_cofactor_is_found_out(monkeypatch):
    from ledger.crypto.arkworks import ArkworksBackend

    view, raw, index = torsion.cases()["roster, its first C_E"]
    monkeypatch.setattr(ArkworksBackend, "clear_cofactor", lambda self, point: point)
    assert len({torsion.verdict(view, raw, index) for _ in range(60)}) == 2


def test_the_ledgers_to_start_from_hold_every_kind():
    for rule in ("none", "public", "hidden"):
        ledger = small(rule)
        assert {ledger.record(name).kind for name in ledger.steps} == set(KINDS)


def test_a_kind_without_an_entry_to_start_from_is_named():
    with pytest.raises(LookupError, match=r"no entry of kind ballot in fuzz/seeds\.py"):
        records._bodies("ballot")
