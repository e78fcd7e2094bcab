"""How long a tile takes to read while claims are being admitted on all cores."""

from bench import http
from bench.benchmark import Benchmark, Figure, Outcome, Setting, Target
from bench.cases.admission import admitted_rate, open_round
from bench.server import serving
from bench.unit import percentile
from ledger.merkle.tiles import TILE_WIDTH

PAUSE = 0.005
POSTING = 4


def _run(setting: Setting) -> Outcome:
    plan, claims = setting.made.proved(setting.size(4_096, 512))
    first = TILE_WIDTH  # enough for a full tile before the reading begins
    paths = ["/tile/0/000", "/tile/entries/000", "/checkpoint"]
    seconds: dict[str, list[float]] = {path: [] for path in paths}
    with serving(open_round(setting.folder / "server", plan)) as server, http.client() as load:
        admitted_rate(server.url, claims[:first], 1)
        # More requests than can be answered while claims come in; what is answered afterwards is cut off.
        count = setting.size(300, 30)
        reading = http.run(load, server.port, [[http.fetch(path) for path in paths] * count], PAUSE)
        start_rate = admitted_rate(server.url, claims[first:], POSTING)
        during = (len(claims) - first) / start_rate
        answers = reading.result()
    if set(answers.statuses) != {200}:
        raise AssertionError(f"bad math in the load: answers {set(answers.statuses)}")
    passed = 0.0
    for number, taken in enumerate(answers.seconds):
        passed += taken + PAUSE
        if passed > during:
            break
        seconds[paths[number % len(paths)]].append(taken)
    tiles = seconds[paths[0]] + seconds[paths[1]]
    note = f"{len(tiles)} reads, one connection, {POSTING} posting claims, wall clock"
    return Outcome(
        (
            Figure("a tile read under load, p99", percentile(tiles, 0.99) * 1e3, "ms", Target(50), note),
            Figure("a tile read under load, median", percentile(tiles, 0.5) * 1e3, "ms"),
            Figure("a bundle of 256 claims read under load, p99", percentile(seconds[paths[1]], 0.99) * 1e3, "ms"),
            Figure("the checkpoint read under load, p99", percentile(seconds[paths[2]], 0.99) * 1e3, "ms"),
        )
    )


BENCHMARK = Benchmark("tile reads while claims are admitted", _run)
