"""How verifying a claim grows: with the claims in a batch, the categories, the widths, the cores."""

import multiprocessing
import os
import secrets
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

from bench.benchmark import Benchmark, Curve, Figure, Outcome, Setting
from bench.claims import BASKET, batch
from bench.unit import cpu_median, one_core
from ledger.crypto.batch import ClaimCheck, verify_batch
from ledger.crypto.shape import MAX_WIDTH, Shape

BATCH = 256
PUBLIC, NO_RULE = "with a 32-bit slack", "without allowance"


def _verify(checks: Sequence[ClaimCheck]) -> None:
    verify_batch(checks, randbytes=secrets.token_bytes)


def _cost(setting: Setting, shape: Shape, count: int) -> float:
    """P a claim in a batch of `count`."""
    claims = batch(shape, count, 4)
    _verify(claims[:1])
    with one_core():
        return cpu_median(setting.size(5, 1), lambda: _verify(claims)) / count / setting.P


def _shape(categories: int, width: int, slack: int | None) -> Shape:
    return Shape((width,) * categories, (1,) * categories, slack)


def _by_claims(setting: Setting) -> Curve:
    sizes = [2**power for power in range(setting.size(11, 7))]
    points = tuple((size, _cost(setting, BASKET, size)) for size in sizes)
    return Curve(
        "verify-by-claims",
        "Verifying a claim by the size of its batch",
        "claims in a batch",
        "P a claim",
        {"14 categories of 16 bits, 32-bit slack": points},
        logarithmic_x=True,
    )


def _by_categories(setting: Setting) -> Curve:
    counts = [2, 16, 62] if setting.quick else [1, 2, 4, 8, 14, 20, 30, 40, 50, 62]
    lines = {
        name: tuple((count, _cost(setting, _shape(count, 16, slack), BATCH)) for count in counts)
        for name, slack in ((PUBLIC, 32), (NO_RULE, None))
    }
    return Curve(
        "verify-by-categories", "Verifying a claim by its categories of 16 bits", "categories", "P a claim", lines
    )


def _by_widths(setting: Setting) -> Curve:
    widths = [4, 16, 32] if setting.quick else [1, 2, 4, 8, 12, 16, 20, 24, 28, MAX_WIDTH]
    lines = {
        name: tuple((width, _cost(setting, _shape(14, width, slack), BATCH)) for width in widths)
        for name, slack in ((PUBLIC, 32), (NO_RULE, None))
    }
    return Curve(
        "verify-by-widths", "Verifying a claim of 14 categories by their width", "bits a category", "P a claim", lines
    )


def _by_cores(setting: Setting) -> Curve:
    claims = batch(BASKET, BATCH, 4)
    rates = []
    for cores in range(1, (os.cpu_count() or 1) + 1):
        with ProcessPoolExecutor(cores, mp_context=multiprocessing.get_context("spawn")) as pool:
            list(pool.map(_verify, [claims[:8]] * cores * 4))
            parts = setting.size(12, 2) * cores
            start = time.perf_counter()
            list(pool.map(_verify, [claims] * parts))
            rates.append((cores, parts * BATCH / (time.perf_counter() - start)))
    return Curve(
        "verify-by-cores",
        "Claims verified a second by cores",
        "cores",
        "claims a second",
        {"batches of 256, wall clock": tuple(rates)},
    )


def _run(setting: Setting) -> Outcome:
    by_claims, by_cores = _by_claims(setting), _by_cores(setting)
    ((_, alone), *_, (_, large)) = next(iter(by_claims.lines.values()))
    rates = next(iter(by_cores.lines.values()))
    figures = (
        Figure("verify one claim alone", alone, "P"),
        Figure("verify a claim in the largest batch measured", large, "P"),
        Figure(f"verifying on {rates[-1][0]} cores, times faster", rates[-1][1] / rates[0][1], "x", note="wall clock"),
    )
    return Outcome(figures, (by_claims, _by_categories(setting), _by_widths(setting), by_cores))


BENCHMARK = Benchmark("growth of the cost of verifying", _run)
