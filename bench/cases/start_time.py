"""How long ``opentally serve`` takes until it answers that it is ready, over a large ledger."""

import statistics

from bench.benchmark import Benchmark, Figure, Outcome, Setting, Target
from bench.server import serving

COMMAND = ("ledger.cli", "serve", "--port", "0")


def _run(setting: Setting) -> Outcome:
    count = setting.size(100_000, 5_000)
    _, standing = setting.made.standing(count)
    times = []
    for _ in range(setting.size(7, 3)):
        with serving(standing, command=COMMAND) as server:
            times.append(server.started)
    note = "from starting the process to /readyz, wall clock"
    return Outcome(
        (Figure(f"start of a server with {count:,} entries", statistics.median(times), "s", Target(2), note),)
    )


BENCHMARK = Benchmark("start of a server", _run)
