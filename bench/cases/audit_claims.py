"""The whole audit of claims from a folder: canonical form, signature, tree, rules, proof; on one core, and on two."""

import secrets
import time
from pathlib import Path

from bench.benchmark import Benchmark, Figure, Outcome, Setting, Target
from bench.ledgers import clock_entry, ledger_entry
from bench.publish import policy, publish
from bench.unit import cpu_median, one_core, wall_median
from ledger.audit import audit
from ledger.client.source import FolderSource


def audit_folder(folder: Path, workers: int) -> None:
    """The ledger in the folder holds."""
    report = audit(
        FolderSource(folder),
        policy=policy(),
        state=None,
        workers=workers,
        progress=lambda _done, _of: None,
        randbytes=secrets.token_bytes,
        now=time.time,
    )
    if report.verdict != "holds":
        raise AssertionError(f"bad math in a ledger to measure on: {report.finding}")


def _run(setting: Setting) -> Outcome:
    count = setting.size(4_096, 512)
    plan, claims = setting.made.proved(count)
    publish((ledger_entry(), clock_entry(), *plan.opening, *claims), setting.folder)
    repeats = setting.size(5, 1)
    with one_core():
        processor = cpu_median(repeats, lambda: audit_folder(setting.folder, 1))
        alone = wall_median(repeats, lambda: audit_folder(setting.folder, 1))
    together = wall_median(repeats, lambda: audit_folder(setting.folder, 2))
    return Outcome(
        (
            Figure("audit a claim, one core", processor / count / setting.P, "P", Target(70)),
            Figure("audit a claim, one core", processor / count * 1e6, "µs"),
            Figure(
                "audit on two cores, times faster",
                alone / together,
                "x",
                Target(1.8, at_most=False),
                f"{count} claims, wall clock, starting of processes included",
            ),
            Figure("claims audited on two cores", count / together, "/s", note="wall clock"),
        )
    )


BENCHMARK = Benchmark("whole audit of claims from a folder", _run)
