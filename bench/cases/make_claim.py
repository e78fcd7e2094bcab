"""Making a claim: commitment, proof, statement, signature."""

import os

from bench.benchmark import Benchmark, Figure, Outcome, Setting, Target
from bench.claims import AMOUNT, BASKET
from bench.ledgers import COUNCIL, ORIGIN
from bench.unit import cpu_median, one_core
from ledger.records.claiming import make_claim
from ledger.records.entry import sign_entry
from ledger.records.kinds.claim import ClaimTerms


def _make() -> bytes:
    terms = ClaimTerms(ORIGIN, bytes(32), 0, BASKET, AMOUNT)
    statement, _ = make_claim(terms, (7,) * BASKET.m, key=COUNCIL.public, seq=1, superseded=None, seed=os.urandom(32))
    return sign_entry(statement, "claim", (COUNCIL,))


def _run(setting: Setting) -> Outcome:
    _make()  # tables of generators
    with one_core():
        seconds = cpu_median(setting.size(21, 5), _make)
    return Outcome(
        (
            Figure("make a claim", seconds / setting.P, "P", Target(8_000)),
            Figure("make a claim", seconds * 1e3, "ms"),
        )
    )


BENCHMARK = Benchmark("make a claim of 14 categories x 16 bits and a 32-bit slack", _run)
