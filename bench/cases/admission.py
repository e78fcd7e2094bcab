"""Claims admitted over HTTP with all that the server checks, against the bare batch verifier on the same cores."""

import contextlib
import multiprocessing
import os
import secrets
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

from bench.benchmark import Benchmark, Figure, Outcome, Setting, Target
from bench.claims import AMOUNT, BASKET
from bench.ledgers import ORIGIN, Plan
from bench.processes import cpu_seconds
from bench.server import fill, found, serving
from ledger.client.connection import Connection
from ledger.client.poster import Posted, post_entries
from ledger.crypto.batch import ClaimCheck, verify_batch
from ledger.records.entry import parse_entry
from ledger.records.kinds.claim import Claim, ClaimTerms, claim_context

BATCH = 256
CONNECTIONS = (1, 4)


def checks_of(claims: Sequence[bytes]) -> list[ClaimCheck]:
    """The group equations that the claims owe."""
    found_checks = []
    for raw in claims:
        body: Claim = parse_entry(raw, origin=ORIGIN).body
        terms = ClaimTerms(ORIGIN, body.round, body.row, BASKET, AMOUNT)
        context = claim_context(terms, key=body.key, seq=body.seq, superseded=None, commitment=body.commitment)
        found_checks.append(ClaimCheck(BASKET, AMOUNT, context, body.commitment, body.proof))
    return found_checks


def _verify(checks: Sequence[ClaimCheck]) -> None:
    verify_batch(checks, randbytes=secrets.token_bytes)


def bare_rate(claims: Sequence[bytes]) -> float:
    """Claims a second that the batch verifier does alone, in one process a core."""
    checks = checks_of(claims)
    parts = [checks[at : at + BATCH] for at in range(0, len(checks), BATCH)]
    cores = os.cpu_count() or 1
    with ProcessPoolExecutor(cores, mp_context=multiprocessing.get_context("spawn")) as pool:
        list(pool.map(_verify, [checks[:8]] * cores * 4))  # every process has started and loaded its tables
        start = time.perf_counter()
        list(pool.map(_verify, parts))
        return len(claims) / (time.perf_counter() - start)


def open_round(folder: Path, plan: Plan) -> Path:
    """A server folder whose log holds the plan's open round and no claim."""
    found(folder)
    fill(folder, plan.opening)
    return folder


def _post_all(connection: Connection, claims: Sequence[bytes]) -> None:
    for result in post_entries(connection, claims):
        if not isinstance(result, Posted):
            raise AssertionError(f"bad math in a claim to be posted: {result}")  # noqa: TRY004 - a refusal, not a type


def admitted_rate(url: str, claims: Sequence[bytes], connections: int) -> float:
    """Claims a second from the first byte sent to the last receipt; sent by the product's own client."""
    share = -(-len(claims) // connections)
    parts = [claims[at : at + share] for at in range(0, len(claims), share)]
    with contextlib.ExitStack() as stack:
        opened = [stack.enter_context(Connection(url)) for _ in parts]
        threads = stack.enter_context(ThreadPoolExecutor(connections))
        start = time.perf_counter()
        list(threads.map(_post_all, opened, parts))
        return len(claims) / (time.perf_counter() - start)


def _run(setting: Setting) -> Outcome:
    plan, claims = setting.made.proved(setting.size(4_096, 512))
    warm_up = BATCH if setting.quick else 2 * BATCH
    bare = [bare_rate(claims)]
    rates = []
    processor = []
    for connections in CONNECTIONS:
        with serving(open_round(setting.folder / f"server-{connections}", plan)) as server:
            admitted_rate(server.url, claims[:warm_up], 1)  # the server is ready before its workers are
            before, client = cpu_seconds(server.process.pid), time.process_time()
            rates.append(admitted_rate(server.url, claims[warm_up:], connections))
            after, client = cpu_seconds(server.process.pid), time.process_time() - client
        if before is not None and after is not None:
            processor += [("server", after - before), ("client", client)]
        bare.append(bare_rate(claims))
    alone = sum(bare) / len(bare)
    figures = [Figure("claims verified by the bare batch verifier", alone, "/s", note="one process a core, wall clock")]
    for connections, rate in zip(CONNECTIONS, rates, strict=True):
        target = Target(60, at_most=False) if connections == max(CONNECTIONS) else None
        note = f"NDJSON of 256, {connections} connection{'s' if connections > 1 else ''}, client included"
        figures += [
            Figure(f"claims admitted, {connections} posting", rate, "/s", note=note),
            Figure(f"of the bare verifier, {connections} posting", 100 * rate / alone, "%", target),
        ]
    figures += [
        Figure(f"processor time of a claim admitted, {who}", seconds / (len(claims) - warm_up) / setting.P, "P")
        for who, seconds in processor[-2:]
    ]
    return Outcome(tuple(figures))


BENCHMARK = Benchmark("claims admitted over HTTP against the bare verifier", _run)
