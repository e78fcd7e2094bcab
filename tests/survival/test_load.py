"""The real server under load: slow clients, a flood, a storm of claims, beside people who only want to be answered.

By default its patience is short and the load small; ``OPENTALLY_LOAD=10`` lets it be as patient as it is for everybody,
and multiplies the flood and the storm. Nothing is timed but how long one waits at most. Each attacker has an address of
its own on the loopback network, since the server's limits count addresses.
"""

import collections
import itertools
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path
from typing import Any

import httpx2
import pytest
from typing_extensions import override

from api.protocol import MAX_HEAD_BYTES
from api.server import MAX_CONNECTIONS
from api.settings import Settings
from api.shield import ANSWER_MEMORY, PIECE
from ledger.client.connection import Connection
from ledger.client.reader import LedgerReader
from ledger.client.source import HttpSource
from ledger.client.trusted import TrustedLog
from ledger.records.entry import MAX_ENTRY_BYTES
from ledger.records.kinds.roster import Roster, Row
from tests.client.publisher import log_policy
from tests.records.builders import make_entry
from tests.survival.load import Answer, Crowd, changes_of_mind, open_ledger
from tests.survival.member import peopled
from tests.survival.memory import MIB, Memory
from tests.survival.nonsense import NDJSON, bad_requests, huge_requests, post, with_false_proof
from tests.survival.place import ROOT, Life, found_place, living
from tests.survival.rabble import Rabble, request
from tests.survival.witness import Witness

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="memory is counted in /proc, attackers on 127.0.0.0/8"),
]

LOAD = int(os.environ.get("OPENTALLY_LOAD", "1"))
HURRY = {"OPENTALLY_PATIENCE": "2"} if LOAD == 1 else {}
SLOW = 50
"""Slow clients of each of three sorts."""

BODIES = 2 * SLOW
"""Slow clients of the fourth sort: more than there are places for submissions."""

LONG = 80
"""Entries, each nearly as long as one may be, in the bundle that nobody reads."""

NDJSON_HEADER = {"content-type": "application/x-ndjson"}

BODY_MEMORY = next(field.default for field in fields(Settings) if field.name == "body_memory")

TOO_MANY = "429 too-many-requests"

SPARE = 24 * MIB
"""What the allocator may do as it likes."""


def held_to(memory: Memory, bound: int, load: Callable[[int], None]) -> None:
    """The load twice: the first time memory grows by no more than the bound, the second time by far less."""
    before = memory.now()
    peaks = []
    for number in range(2):
        memory.forget_peak()
        load(number)
        peaks.append(memory.peak())
    after = [peak // MIB for peak in peaks]
    told = f"{before // MIB} MiB before, then at most {after}, {memory.now() // MIB} in the end; {bound // MIB} allowed"
    print(f"\n{told}")  # noqa: T201 - the measure is what a long run is for; pytest shows it with -s or -rP
    assert peaks[0] - before < bound, told
    assert peaks[1] - peaks[0] < max(SPARE, (peaks[0] - before) // 2), told


def test_slow_clients(folder: Path) -> None:
    with peopled(folder, HURRY) as (life, crowd, member):
        rosters = [long_roster(crowd, number) for number in range(LONG)]
        posted = post_all(life, rosters)
        assert {verdict["status"] for _, verdict in posted} == {201}
        first = posted[0][1]["index"]
        bundles = [request(f"GET /tile/entries/000.p/{first + count}") for count in (LONG, 1)]
        memory = Memory(life.process.pid)
        idle = memory.sockets()

        def load(_number: int) -> None:
            rabble = Rabble(life.url)
            rabble.start(lambda: slow_people(rabble, bundles))
            member.turns_until(rabble.arrived.is_set)
            member.turns_until(lambda: memory.sockets() <= idle)  # nobody stays for ever
            rabble.join(60)
            cut_off = rabble.said.pop("reader cut off")
            assert cut_off >= 10  # the long answers; a short one ends up in the network's buffers
            assert cut_off + rabble.said.pop("reader had it all", 0) == SLOW
            assert rabble.said == {"silent cut off": SLOW, "head cut off": SLOW, "body 408": BODIES}

        # One address's share of all long answers, what connections may hold, one answer being made, and some to spare.
        bound = (
            ANSWER_MEMORY // 4 + (3 * SLOW + BODIES) * (3 * PIECE + MAX_HEAD_BYTES) + 3 * LONG * MAX_ENTRY_BYTES + SPARE
        )
        held_to(memory, bound, load)


def long_roster(crowd: Crowd, number: int) -> bytes:
    """A roster nearly as long as an entry may be; a true one, since no other comes into a log."""
    council = crowd.round.council
    rows = tuple(Row(ref=f"{number:05}-{row:058}") for row in range(850))
    return make_entry("roster", Roster(council=council.leaf, allowance="none", rows=rows, opening=None), council.key)


def slow_people(rabble: Rabble, bundles: list[bytes]) -> list[Coroutine[Any, Any, None]]:
    head = b"GET /checkpoint HTTP/1.1\r\nhost: x\r\nx-slow: "
    body = request("POST /v1/entries", NDJSON, length=1_000) + b'{"body":'
    people = [rabble.dribble("silent", "127.0.0.3", b"", b"") for _ in range(SLOW)]
    people += [rabble.dribble("head", "127.0.0.4", head, b"x") for _ in range(SLOW)]
    people += [rabble.dribble("body", "127.0.0.5", body, b"x") for _ in range(BODIES)]
    people += [rabble.never_read("127.0.0.2", bundles) for _ in range(SLOW)]
    return [rabble.one_after_another(people, 0.005)]


def test_a_flood_from_one_address(folder: Path) -> None:
    with peopled(folder, {}) as (life, crowd, member):
        memory = Memory(life.process.pid)
        bad, huge = bad_requests(crowd), huge_requests()

        def load(number: int) -> None:
            # Other addresses the second time: to those of the first, little is allowed by now.
            rabble = Rabble(life.url)
            rabble.start(
                lambda: [
                    *(rabble.ask_all(f"127.0.1.{number + 1}", bad * LOAD) for _ in range(8)),
                    *(rabble.ask_all(f"127.0.2.{number + 1}", [each]) for each in huge * 6),
                    rabble.ask_until("127.0.4.1", post(b"\n" * 10_000, NDJSON), TOO_MANY),
                    rabble.crowd_in(f"127.0.3.{number + 1}", MAX_CONNECTIONS // 4 + 100),
                ]
            )
            member.turns_until(rabble.done)
            rabble.join(60)
            assert 0 < rabble.said.pop("of a crowd") <= MAX_CONNECTIONS // 4
            assert {TOO_MANY, "413 too-long", "413 too-many-entries"} <= rabble.said.keys()
            assert {"400 not-json", "403 invalid-signature", "404 not-found"} <= rabble.said.keys()
            # Whoever is refused is told by which rule; the server makes no mistake.
            told = ("4", "503 overloaded")
            assert [said for said in rabble.said if said not in {"200", "cut off"} and not said.startswith(told)] == []
            assert all(" " in said for said in rabble.said if said != "200"), rabble.said

        # One address's share of the bodies, as bytes and as the lines cut from them.
        held_to(memory, BODY_MEMORY // 2 + SPARE, load)


class Watcher(threading.Thread):
    """Reads as long as the storm lasts; believes no checkpoint that does not extend the one before."""

    def __init__(self, life: Life, over: threading.Event) -> None:
        super().__init__(daemon=True)
        self._life = life
        self._over = over
        self.checkpoints: set[bytes] = set()
        self.read = 0
        self.failed: Exception | None = None

    @override
    def run(self) -> None:
        try:
            with Connection(self._life.url) as connection:
                reader = LedgerReader(HttpSource(connection), TrustedLog(log_policy()))
                while not self._over.is_set() or self.read < 5:
                    head = reader.update()
                    self.checkpoints.add(head.note)
                    for index in (head.size - 1, head.size * self.read % 7 // 7):
                        reader.entry(index)
                        self.read += 1
        except Exception as error:  # noqa: BLE001 - looked at when the storm is over
            self.failed = error


def post_all(life: Life, lines: list[bytes]) -> list[tuple[bytes, dict[str, Any]]]:
    """Each line and the one verdict on it."""
    answer = httpx2.post(f"{life.url}/v1/entries", content=b"\n".join(lines), headers=NDJSON_HEADER, timeout=300)
    assert answer.status_code == 200, answer.text
    return list(zip(lines, map(json.loads, answer.text.splitlines()), strict=True))


def test_a_storm_of_claims_while_others_read(folder: Path) -> None:
    rows, turns, streams = 16 * LOAD, 8, 4
    opening, rnd = open_ledger(rows)
    storm = [changes_of_mind(rnd, row, turns) for row in range(rows)]
    false = [with_false_proof(storm[row][0], rnd.council) for row in range(1, streams + 1)]
    server, witness = found_place(folder / "server"), Witness(folder)
    answers: list[Answer] = []
    with living(server.folder) as life:
        over = threading.Event()
        assert {verdict["status"] for _, verdict in post_all(life, opening)} == {201}
        watchers = [Watcher(life, over) for _ in range(2)]
        for watcher in watchers:
            watcher.start()

        def load(number: int) -> None:
            half = range(number * turns // 2, (number + 1) * turns // 2)
            lines = [[storm[row][turn] for turn in half for row in range(one, rows, streams)] for one in range(streams)]
            mixed = [[*one, wrong] for one, wrong in zip(lines, false, strict=False)]
            with ThreadPoolExecutor(streams + 1) as pool:  # the first stream is sent twice at the same time
                told = list(pool.map(lambda one: post_all(life, one), [*mixed, mixed[0]]))
            new = collections.Counter[bytes]()
            for raw, verdict in itertools.chain.from_iterable(told):
                if raw in false:
                    assert verdict["type"].startswith("urn:opentally:problem:"), verdict
                    continue
                assert verdict["status"] in {200, 201}, verdict
                answers.append(Answer(raw, verdict["index"], verdict["receipt"].encode(), verdict["status"] == 201))
                new[raw] += verdict["status"] == 201
            assert set(new.values()) == {1}  # two who bring the same claim: one of them was first
            assert len(new) == rows * len(half)

        # A worker's first batch brings in the group's tables; of the claims themselves next to nothing stays.
        held_to(Memory(life.process.pid), 64 * MIB + SPARE, load)
        over.set()
        for watcher in watchers:
            watcher.join(60)
            assert watcher.failed is None, watcher.failed
        seen = set[bytes]().union(*(watcher.checkpoints for watcher in watchers))
        assert len(seen) > 3
        print(f"{len(answers)} verdicts, {len(seen)} checkpoints, {sum(w.read for w in watchers)} entries read")  # noqa: T201
        entries = witness.check_url(life.url, answers, seen)
        assert {raw for one in storm for raw in one} <= set(entries)
        assert not set(false) & set(entries)
        audited(life, folder)


def audited(life: Life, folder: Path) -> None:
    """``opentally audit`` of the server, with its key pinned, holds."""
    policy = folder / "policy"
    policy.write_text(f"log {log_policy().logs[0].key}\nquorum none\n")
    ran = subprocess.run(
        [sys.executable, "-m", "ledger.cli", "audit", life.url, "--policy", policy, "--workers", "1", "--json"],
        cwd=ROOT,
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr.decode()
    assert json.loads(ran.stdout)["verdict"] == "holds"
