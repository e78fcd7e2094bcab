"""Who holds a server to what anybody was ever told, over all its lives."""

import os
from collections.abc import Iterable
from pathlib import Path

from ledger.audit import audit
from ledger.client.connection import Connection
from ledger.client.reader import LedgerReader
from ledger.client.source import HttpSource, Source
from ledger.client.trusted import TrustedLog
from ledger.merkle.frontier import Frontier
from ledger.merkle.hashing import EMPTY_ROOT, leaf_hash
from ledger.tlog.checkpoint import open_checkpoint
from ledger.tlog.proof import TlogProof, verify_tlog_proof
from tests.client.publisher import log_policy
from tests.survival.load import Answer


class Witness:
    """Remembers what it believed; never lets a log go back on it."""

    def __init__(self, folder: Path) -> None:
        self.policy = log_policy()
        self.trusted = TrustedLog(self.policy)
        self.state = folder / "audit"
        self.seen: dict[int, bytes] = {}

    def check_url(self, url: str, answers: Iterable[Answer], checkpoints: Iterable[bytes]) -> list[bytes]:
        """As :meth:`check`, over HTTP."""
        with Connection(url) as connection:
            return self.check(HttpSource(connection), answers, checkpoints)

    def check(self, source: Source, answers: Iterable[Answer], checkpoints: Iterable[bytes]) -> list[bytes]:
        """All entries of the log, after everything that may be expected of it was found to hold.

        - its checkpoint extends every one that this witness has believed, and the audit that goes on from there holds
        - every acknowledged entry stands at its index, and its receipt proves that
        - every checkpoint that anybody was shown is the head of a beginning of this one history
        """
        reader = LedgerReader(source, self.trusted)
        head = reader.update()
        entries = [entry.raw for entry in reader.entries(0, head.size)]
        report = audit(
            source,
            policy=self.policy,
            state=self.state,
            workers=1,
            progress=lambda _done, _of: None,
            randbytes=os.urandom,
        )
        assert (report.verdict, report.finding) == ("holds", None)
        assert len(set(entries)) == len(entries), "an entry stands in the log twice"
        notes = set(checkpoints)
        for answer in answers:
            assert answer.index < len(entries), f"entry {answer.index} was acknowledged and is gone"
            assert entries[answer.index] == answer.raw, f"entry {answer.index} is not what was acknowledged"
            index, _ = verify_tlog_proof(answer.receipt, leaf_hash(answer.raw), self.policy)
            assert index == answer.index
            notes.add(TlogProof.parse(answer.receipt).checkpoint)
        for note in notes:
            checkpoint = open_checkpoint(note, self.policy.logs[0].key)
            assert self.seen.setdefault(checkpoint.size, checkpoint.root) == checkpoint.root, "two heads of one size"
        roots = roots_of(entries)
        for size, root in self.seen.items():
            assert size < len(roots), f"a head of size {size} was shown, and the log ends at {len(entries)}"
            assert roots[size] == root, f"the head of size {size} that was shown is of another history"
        return entries


def roots_of(entries: list[bytes]) -> list[bytes]:
    """The root of every beginning of the log, from the empty one on."""
    frontier = Frontier()
    roots = [EMPTY_ROOT]
    for raw in entries:
        frontier.append(leaf_hash(raw))
        roots.append(frontier.root())
    return roots
