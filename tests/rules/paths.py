"""The two ways through the rules: like the server, in waves over a view that lags, and like the audit, one by one."""

import os
from dataclasses import dataclass, field

import pytest

from ledger.errors import LedgerError
from ledger.records.entry import parse_entry
from ledger.records.kind import NotYet
from ledger.records.view import OverlayView
from ledger.rules.checks import run_checks, settle
from ledger.rules.engine import Owed, owed, step
from ledger.rules.memory import MemoryView
from ledger.submit.kept import KeptView, Memory, Standing
from tests.records.builders import ORIGIN, judge


@dataclass
class Server:
    """Admits entries: what they owe against the committed facts, ahead and in batches; the steps over an overlay.

    Between waves facts are kept in memory as the server keeps them, in memories so small that they forget all the time.
    """

    proofs: bool = True
    log: list[bytes] = field(default_factory=list)
    view: MemoryView = field(default_factory=MemoryView)
    refused: list[tuple[int, bytes, str]] = field(default_factory=list)
    """(how many entries were in the log when it was judged, the entry, the rule)"""
    lasting: Memory = field(default_factory=lambda: Memory(limit=4))
    standing: Standing = field(default_factory=lambda: Standing(limit=4))

    def post(self, batch: list[bytes]) -> None:
        waiting = batch
        while waiting:
            still = self._wave(waiting)
            if len(still) == len(waiting):
                self._refuse_waiting(still)
                return
            waiting = still

    def _wave(self, batch: list[bytes]) -> list[bytes]:
        """Judge what can be judged; gives back what waits for entries before it."""
        place = len(self.log)
        still, records, debts = [], [], []
        committed = KeptView(self.view, lasting=self.lasting, standing=Memory(limit=4))
        for raw in batch:
            try:
                record = parse_entry(raw, origin=ORIGIN)
                debt = owed(committed, record)
            except NotYet:
                still.append(raw)
            except LedgerError as exc:
                self.refused.append((place, raw, exc.rule))
            else:
                records.append(record)
                debts.append(debt if self.proofs else Owed(debt.signatures, ()))
        overlay = OverlayView(KeptView(self.view, lasting=self.lasting, standing=self.standing.at(place)))
        accepted = []
        settled = settle(records, run_checks(debts, randbytes=os.urandom))
        for record, verified in zip(records, settled, strict=True):
            if isinstance(verified, LedgerError):
                self.refused.append((place + len(accepted), record.raw, verified.rule))
                continue
            try:
                overlay.apply(step(overlay, verified, place + len(accepted)))
            except LedgerError as exc:
                self.refused.append((place + len(accepted), record.raw, exc.rule))
            else:
                accepted.append(record.raw)
        facts = overlay.facts()
        for fact in facts:
            changes = fact.value is None or self.view.get(fact.space, fact.key) is not None
            assert not (fact.space.lasting and changes)
        if accepted:
            self.standing.written(place + len(accepted), facts)
        self.view.apply(facts)
        self.log += accepted
        return still

    def _refuse_waiting(self, waiting: list[bytes]) -> None:
        for raw in waiting:
            try:
                owed(self.view, parse_entry(raw, origin=ORIGIN))
            except NotYet as exc:
                self.refused.append((len(self.log), raw, exc.rule))
            else:
                raise AssertionError("an entry waits for nothing")


def check_paths(server: Server) -> None:
    """The audit accepts the server's log, reaches the same facts, and refuses at its place what the server refused."""
    view = MemoryView()
    refused = sorted(server.refused, key=lambda item: item[0])
    for index in range(len(server.log) + 1):
        while refused and refused[0][0] == index:
            _, raw, rule = refused.pop(0)
            with pytest.raises(LedgerError) as caught:
                judge(view, raw, index, proofs=server.proofs)
            assert caught.value.rule == rule
        if index < len(server.log):
            view.apply(judge(view, server.log[index], index, proofs=server.proofs))
    assert not refused
    assert list(view.rows()) == list(server.view.rows())
