"""The size of a receipt in a tree of 10^6 entries; of a synthetic tree, since only the number of hashes matters."""

from collections.abc import Sequence

from bench.benchmark import Benchmark, Figure, Outcome, Setting, Target
from bench.ledgers import LOG, ORIGIN, key
from ledger.merkle.nodes import Node
from ledger.merkle.proof import inclusion_path
from ledger.tlog.checkpoint import Checkpoint, sign_checkpoint
from ledger.tlog.note import cosign_note
from ledger.tlog.proof import TlogProof

SIZE = 1_000_000


def _some_hashes(nodes: Sequence[Node]) -> list[bytes]:
    return [bytes(32) for _ in nodes]


def _run(_setting: Setting) -> Outcome:
    checkpoint = sign_checkpoint(Checkpoint(ORIGIN, SIZE, bytes(32)), LOG)
    witnessed = checkpoint
    for number in range(3):
        name = f"witness-{number}.example.org"
        witnessed = cosign_note(witnessed, name, key(name), time=1_800_000_000)
    longest = max(range(0, SIZE, 999), key=lambda index: len(inclusion_path(index, SIZE, _some_hashes)))
    path = inclusion_path(longest, SIZE, _some_hashes)
    figures = (
        Figure("receipt at 10^6 entries", len(TlogProof(longest, path, checkpoint).encode()), "bytes", Target(1_500)),
        Figure("receipt at 10^6 entries, three witnesses", len(TlogProof(longest, path, witnessed).encode()), "bytes"),
    )
    return Outcome(figures)


BENCHMARK = Benchmark("size of a receipt", _run)
