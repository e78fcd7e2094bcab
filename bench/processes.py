"""Processor time of a process and its children, as Linux counts it: what a busy machine does not blur."""

import os
from pathlib import Path


def cpu_seconds(process: int) -> float | None:
    """Seconds of processor time of the process and all that it has started; None where the system does not tell."""
    processes = Path("/proc")
    if not (processes / "self" / "stat").exists():
        return None
    ticks: dict[int, int] = {}
    children: dict[int, list[int]] = {}
    for folder in processes.iterdir():
        if not folder.name.isdecimal():
            continue
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # ended in the meantime
        ticks[int(folder.name)] = sum(map(int, fields[11:15]))  # own, and of children that have ended
        children.setdefault(int(fields[1]), []).append(int(folder.name))
    total, waiting = 0, [process]
    while waiting:
        one = waiting.pop()
        total += ticks.get(one, 0)
        waiting += children.get(one, [])
    return total / os.sysconf("SC_CLK_TCK")
