"""What an entry rests on and what others have said to it: the edges along which a number is followed to its sources."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from ledger.client.reader import VerifiedEntry
from ledger.records.entry import parse_entry
from ledger.records.kind import Record
from ledger.records.kinds.challenge import Challenge
from ledger.records.kinds.close import Close
from ledger.records.kinds.consent import Consent
from ledger.records.kinds.council import Council
from ledger.records.kinds.decision import Decision
from ledger.records.kinds.erratum import Erratum
from ledger.records.kinds.mandate import Mandate
from ledger.records.kinds.outcome import Outcome
from ledger.records.kinds.recall import Recall
from ledger.records.kinds.reply import Reply
from ledger.records.kinds.request import Request
from ledger.records.kinds.resource import Resource
from ledger.records.kinds.rollup import Rollup
from ledger.records.kinds.round import Round
from ledger.records.kinds.total import Total
from ledger.records.kinds.use import Use

_PRIVATE: Final = tuple(f'"kind":"{kind}"'.encode() for kind in ("claim", "clock", "withdraw"))
"""Kinds that are counted and never followed: a trace ends at the set of claims, not at a household's."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One step towards the sources: what it is, and the leaf hash of the entry that it leads to."""

    relation: str
    leaf: bytes


class PublicRecords:
    """The public entries of a ledger by their leaf hashes, and who refers to whom."""

    def __init__(self, entries: Iterable[VerifiedEntry], origin: str) -> None:
        """Read them all once; those of households are passed over.

        Pre-conditions: the entries hold (``ledger.audit.audit``).
        """
        self._places = dict[bytes, tuple[int, Record[Any]]]()
        self._said_to = defaultdict[bytes, list[Edge]](list)
        self._by_round = dict[tuple[str, bytes], bytes]()
        for entry in entries:
            if any(mark in entry.raw for mark in _PRIVATE):
                continue
            record = parse_entry(entry.raw, origin=origin)
            self._places[record.leaf] = (entry.index, record)
            self._note(record)

    def get(self, leaf: bytes) -> tuple[int, Record[Any]] | None:
        """Index and record of the public entry of this leaf hash; None for any other."""
        return self._places.get(leaf)

    def leaf_at(self, index: int) -> bytes | None:
        """The leaf hash of the public entry at ``index``; None where another sort stands or none."""
        return next((leaf for leaf, (place, _) in self._places.items() if place == index), None)

    def edges(self, record: Record[Any]) -> tuple[Edge, ...]:
        """What the entry rests on, then what was said to it, each in the order of the log."""
        return (*self._rests_on(record.body), *self._said_to[record.leaf])

    def _rests_on(self, body: object) -> Iterator[Edge]:
        match body:
            case Decision():
                yield from (Edge("adopts", leaf) for leaf in body.adopts)
            case Total():
                yield from self._of_round("close", body.round, "opens the sum of")
            case Rollup():
                for leaf in body.rounds:
                    yield from self._of_round("close", leaf, "adds the sum of")
            case Close():
                yield Edge("closes", body.round)
            case Round():
                yield from (Edge("asks the members of", leaf) for leaf in body.rosters)
            case Resource() if body.supersedes is not None:
                yield Edge("replaces", body.supersedes)
            case Request() if body.supersedes is not None:
                yield Edge("replaces", body.supersedes)
            case Mandate():
                yield Edge("was given by", body.decision)
            case Council() if body.parent is not None:
                yield Edge("was taken in by", body.parent)
            case Challenge() | Consent() | Erratum():
                yield Edge("is about", body.about)
            case Use():
                yield Edge("was measured against", body.claim)
            case Reply() | Outcome():
                yield Edge("is about", body.challenge)
            case _:
                pass

    def _of_round(self, kind: str, leaf: bytes, relation: str) -> Iterator[Edge]:
        found = self._by_round.get((kind, leaf))
        if found is not None:
            yield Edge(relation, found)

    def _note(self, record: Record[Any]) -> None:
        body: object = record.body
        match body:
            case Close() | Total():
                self._by_round[record.kind, body.round] = record.leaf
            case Consent():
                self._said_to[body.about].append(Edge("consent", record.leaf))
            case Challenge():
                self._said_to[body.about].append(Edge("challenge", record.leaf))
            case Erratum():
                self._said_to[body.about].append(Edge("erratum", record.leaf))
            case Use():
                self._said_to[body.claim].append(Edge("use", record.leaf))
            case Reply():
                self._said_to[body.challenge].append(Edge("reply", record.leaf))
            case Outcome():
                self._said_to[body.challenge].append(Edge("outcome", record.leaf))
            case Recall() if body.mandate is not None:
                self._said_to[body.mandate].append(Edge("recall", record.leaf))
            case _:
                pass
