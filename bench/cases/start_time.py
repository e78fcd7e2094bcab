"""How long ``opentally serve`` takes until it answers that it is ready, over a large ledger."""

import statistics

from bench.benchmark import Benchmark, Figure, Outcome, Setting, Target
from bench.server import serving

COMMAND = ("ledger.cli", "serve", "--port", "0")


def _run(setting: Setting) -> Outcome:
    count = setting.size(100_000, 5_000)
    _, standing = setting.made.standing(count)
    times, processor = [], []
    for _ in range(setting.size(7, 3)):
        with serving(standing, command=COMMAND) as server:
            times.append(server.started)
            if server.cpu is not None:
                processor.append(server.cpu)
    note = "from starting the process to /readyz, wall clock"
    figures = [Figure(f"start of a server with {count:,} entries", statistics.median(times), "s", Target(2), note)]
    if processor:
        figures.append(
            Figure("processor time of a start", statistics.median(processor), "s", note="until then, workers included")
        )
    return Outcome(tuple(figures))


BENCHMARK = Benchmark("start of a server", _run)
