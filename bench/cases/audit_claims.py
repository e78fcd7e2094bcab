"""The whole audit of claims from a folder: canonical form, signature, tree, rules, proof; on one core, and on two."""

import subprocess
import sys
from pathlib import Path

from bench.auditing import audit_folder
from bench.benchmark import Benchmark, Figure, Outcome, Setting, Target
from bench.ledgers import clock_entry, ledger_entry
from bench.machine import ROOT
from bench.publish import publish
from bench.unit import cpu_median, one_core, wall_median


def _command(folder: Path, workers: int) -> None:
    """``opentally audit`` as a person runs it."""
    command = [sys.executable, "-m", "ledger.cli", "audit", str(folder), "--workers", str(workers)]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own words


def _run(setting: Setting) -> Outcome:
    count = setting.size(4_096, 512)
    plan, claims = setting.made.proved(count)
    start = (ledger_entry(), clock_entry(), *plan.opening)
    whole, half = setting.folder / "whole", setting.folder / "half"
    publish((*start, *claims), whole)
    publish((*start, *claims[: count // 2]), half)
    repeats = setting.size(5, 1)
    with one_core():
        processor = cpu_median(repeats, lambda: audit_folder(whole, 1))
        alone = wall_median(repeats, lambda: _command(whole, 1))
        alone_half = wall_median(repeats, lambda: _command(half, 1))
    together = wall_median(repeats, lambda: _command(whole, 2))
    together_half = wall_median(repeats, lambda: _command(half, 2))
    return Outcome(
        (
            Figure("audit a claim, one core", processor / count / setting.P, "P", Target(70)),
            Figure("audit a claim, one core", processor / count * 1e6, "µs"),
            Figure(
                "audit on two cores, times faster",
                alone / together,
                "x",
                Target(1.8, at_most=False),
                f"{count:,} claims, wall clock, the whole command with all its processes",
            ),
            Figure(
                "a further claim on two cores, times faster",
                (alone - alone_half) / (together - together_half),
                "x",
                note=f"the step from {count // 2:,} to {count:,} claims",
            ),
            Figure("claims audited on two cores", count / together, "/s", note="wall clock"),
        )
    )


BENCHMARK = Benchmark("whole audit of claims from a folder", _run)
