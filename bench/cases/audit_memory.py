"""Memory of an audit as ledgers grow. Each audit runs in a fresh process, whose peak of resident memory is read.

100,000 claims would take hours to prove. So in the ledger of claims bytes stand in the place of proofs, and the audit's
group equations alone are left out (signatures and rules are not): entries, facts and queues are as large as ever. What
a batch of equations needs is seen in the audit of proved claims.
"""

import multiprocessing
import resource
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from itertools import chain
from pathlib import Path
from unittest.mock import patch

from bench.benchmark import Benchmark, Curve, Figure, Outcome, Setting, Target
from bench.cases.audit_claims import audit_folder
from bench.ledgers import Plan, clock_entry, ledger_entry
from bench.publish import publish

MB = 1_000_000


def _peak(folder: Path, workers: int, without_equations: bool) -> tuple[float, float]:  # noqa: FBT001 - sent to a process
    """Peak resident MB of this process, and of the largest of its checking processes, after auditing the folder."""
    if without_equations:
        with patch("ledger.rules.checks.verify_batch", lambda _checks, *, randbytes: None):  # noqa: ARG005
            audit_folder(folder, workers)
    else:
        audit_folder(folder, workers)
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / MB
    return _own_peak(), children


def _own_peak() -> float:
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MB
    (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024 / MB


def _measure(
    setting: Setting, name: str, entries: Iterable[bytes], *, workers: int = 1, without_equations: bool = False
) -> tuple[float, float]:
    folder = setting.folder / name
    publish(entries, folder)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as fresh:
        return fresh.submit(_peak, folder, workers, without_equations).result()


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
    count = setting.size(4_096, 512)
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
