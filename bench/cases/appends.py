"""Durable appends over HTTP: withdrawals, one a request, on 32 connections; each answered once it is on the disk."""

from itertools import islice

from bench import http
from bench.benchmark import Benchmark, Figure, Outcome, Setting, Target
from bench.made import SHORT_PROOF
from bench.processes import cpu_seconds
from bench.server import serving
from bench.unit import percentile

CONNECTIONS = 32
WARM_UP = 512


def _run(setting: Setting) -> Outcome:
    count = setting.size(20_000, 2_000)
    plan, standing = setting.made.standing(setting.size(100_000, 5_000))
    claims = list(islice(plan.unproved(count + WARM_UP, SHORT_PROOF), count + WARM_UP))
    bodies = list(plan.withdrawals(claims))
    requests = [http.post("/v1/entries", body) for body in bodies]
    folder = setting.made.copy(standing, setting.folder / "server")
    with serving(folder) as server, http.client() as load:
        http.run(load, server.port, _dealt(requests[:WARM_UP])).result()
        before = cpu_seconds(server.process.pid)
        answers = http.run(load, server.port, _dealt(requests[WARM_UP:])).result()
        after = cpu_seconds(server.process.pid)
    if set(answers.statuses) != {201}:
        raise AssertionError(f"bad math in the load: answers {set(answers.statuses)}")
    size = sum(map(len, bodies)) / len(bodies)
    note = f"SQLite, entries of {size:.0f} bytes, {count:,} of them, wall clock"
    processor = () if before is None or after is None else (after - before,)
    return Outcome(
        (
            Figure("durable appends on 32 connections", count / answers.wall, "/s", Target(2_000, at_most=False), note),
            Figure("an append, p99", percentile(answers.seconds, 0.99) * 1e3, "ms", Target(250)),
            Figure("an append, median", percentile(answers.seconds, 0.5) * 1e3, "ms"),
            *(
                Figure("the server's processor time an append", seconds / count * 1e6, "µs", note="workers included")
                for seconds in processor
            ),
        )
    )


def _dealt(requests: list[bytes]) -> list[list[bytes]]:
    return [requests[connection::CONNECTIONS] for connection in range(CONNECTIONS)]


BENCHMARK = Benchmark("durable appends of withdrawals over HTTP", _run)
