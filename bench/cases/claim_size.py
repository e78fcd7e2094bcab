"""The size of a claim: commitment and proof as bytes, and the whole entry."""

from bench.benchmark import Benchmark, Figure, Outcome, Setting, Target
from bench.claims import BASKET, make
from bench.ledgers import Plan


def _run(_setting: Setting) -> Outcome:
    check = make(BASKET, 0)
    (whole,) = Plan(1).unproved(1)
    return Outcome(
        (
            Figure("commitment and proof", len(check.commitment) + len(check.proof), "bytes", Target(2_848)),
            Figure("a claim's entry, one signature", len(whole), "bytes", note="base64, JSON, signature"),
        )
    )


BENCHMARK = Benchmark("size of a claim", _run)
