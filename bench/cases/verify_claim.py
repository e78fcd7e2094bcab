"""Verifying a claim in a batch of 256, on one core, with a public and with a hidden allowance."""

import secrets

from bench.benchmark import Benchmark, Figure, Outcome, Setting, Target
from bench.claims import AMOUNT, BASKET, batch, hidden
from bench.unit import cpu_median, one_core
from ledger.crypto.batch import verify_batch

BATCH = 256


def _run(setting: Setting) -> Outcome:
    figures = []
    for name, allowance, target in (("public", AMOUNT, 45), ("hidden", hidden(), 46)):
        claims = batch(BASKET, BATCH, setting.size(32, 4), allowance)
        with one_core():
            seconds = cpu_median(setting.size(9, 3), lambda: verify_batch(claims, randbytes=secrets.token_bytes))  # noqa: B023
        what = f"verify a claim, {name} allowance, batch of {BATCH}"
        figures += [
            Figure(what, seconds / BATCH / setting.P, "P", Target(target)),
            Figure(what, seconds / BATCH * 1e6, "µs"),
        ]
    return Outcome(tuple(figures))


BENCHMARK = Benchmark("verify claims of 14 categories x 16 bits and a 32-bit slack", _run)
