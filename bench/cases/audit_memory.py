"""Memory of an audit as ledgers grow. Each audit runs in a fresh process, whose peak of resident memory is read.

100,000 claims would take hours to prove. So in the ledger of claims bytes stand in the place of proofs, and the audit's
group equations alone are left out (signatures and rules are not): entries, facts and queues are as large as ever. What
a batch of equations needs is seen in the audit of proved claims.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterable
from itertools import chain

from bench.auditing import WITHOUT_EQUATIONS
from bench.benchmark import Benchmark, Curve, Figure, Outcome, Setting, Target
from bench.ledgers import Plan, clock_entry, ledger_entry
from bench.machine import ROOT
from bench.publish import publish


def _measure(
    setting: Setting, name: str, entries: Iterable[bytes], *, workers: int = 1, without_equations: bool = False
) -> tuple[float, float]:
    """Peak resident MB of the auditing process, and of the largest of its checking processes."""
    folder = setting.folder / name
    publish(entries, folder)
    options = (WITHOUT_EQUATIONS,) if without_equations else ()
    command = [sys.executable, "-m", "bench.auditing", str(folder), str(workers), *options]
    printed = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603
    shutil.rmtree(folder)
    own, child = map(float, printed.split())
    return own, child


def _run(setting: Setting) -> Outcome:
    sizes = setting.size(100_000, 10_000), setting.size(10_000, 1_000)
    figures = []
    lines: dict[str, list[tuple[float, float]]] = {"claims": [], "resource entries": []}
    for size in reversed(sizes):
        plan = Plan(size)
        start = (ledger_entry(), clock_entry(), *plan.opening)
        room = size - len(start)
        peak, _ = _measure(setting, f"claims-{size}", chain(start, plan.unproved(room)), without_equations=True)
        figures.append(Figure(f"audit of {size:,} entries, claims", peak, "MB", Target(300), "equations left out"))
        lines["claims"].append((size, peak))
        small = Plan(2)
        start = (ledger_entry(), clock_entry(), small.council)
        peak, _ = _measure(setting, f"resources-{size}", chain(start, small.resources(size - len(start))))
        figures.append(Figure(f"audit of {size:,} entries, resource", peak, "MB", Target(300)))
        lines["resource entries"].append((size, peak))
    count = setting.size(1_024, 512)  # as many as are under way at once with two workers
    plan, claims = setting.made.proved(count)
    main, child = _measure(setting, "proved", (ledger_entry(), clock_entry(), *plan.opening, *claims), workers=2)
    figures += [
        Figure(f"audit of {count:,} proved claims, the auditing process", main, "MB", Target(300), "two workers"),
        Figure(f"audit of {count:,} proved claims, each checking process", child, "MB", note="at most"),
    ]
    curve = Curve(
        "memory-by-entries",
        "Peak memory of an audit",
        "entries",
        "MB",
        {name: tuple(points) for name, points in lines.items()},
    )
    return Outcome(tuple(figures), (curve,))


BENCHMARK = Benchmark("resident memory of an audit", _run)
