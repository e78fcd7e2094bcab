"""Follows a number down to its sources: a tree from a decision to closes, rounds, claims about the world, objections.

The ledger is audited first, so that every step of the tree holds; what is only somebody's word is marked as such.
"""

from collections.abc import Iterator
from typing import Any, Final, Literal

import msgspec

from ledger.audit.says import amount, is_proved, sentence
from ledger.audit.sources import Edge, PublicRecords
from ledger.errors import NotFoundError
from ledger.records.challenges import CHALLENGES, carried_by
from ledger.records.councils import COUNCILS, MANDATES
from ledger.records.facts import CLOCK, ENTRIES, KEYS, ONE
from ledger.records.kind import Record
from ledger.records.kinds.close import Close
from ledger.records.kinds.council import Council
from ledger.records.kinds.decision import DECISIONS
from ledger.records.kinds.erratum import is_withdrawn
from ledger.records.kinds.request import Request
from ledger.records.kinds.resource import RESOURCES, Resource
from ledger.records.kinds.rollup import Rollup, defaults_of, requests_of
from ledger.records.kinds.round import Round
from ledger.records.kinds.total import Total
from ledger.records.kinds.use import Use
from ledger.records.standing import resource_marks
from ledger.records.view import View

MAX_DEPTH: Final = 64
"""Steps from the entry that was asked for; references go back in the log, and so every trace ends long before."""

Word = Literal["asserted", "proved"]


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A number of an entry: what it is of, and as people write it."""

    name: str
    value: int
    written: str


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the tree.

    Attributes:
        relation: how the one above rests on it, or what this one says to it.
        says: its content in one sentence.
        word: whether that is proved, or somebody's word.
        signed_by: who signed, each by name; a mandate with the index of its entry.
        marks: what makes it doubtful now.
        figures: its numbers.
        repeated: it stands elsewhere in the tree with what is below it.
    """

    relation: str
    index: int
    leaf: bytes
    kind: str
    says: str
    word: Word
    signed_by: tuple[str, ...]
    marks: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    repeated: bool = False
    children: "tuple[Node, ...]" = ()


def trace(view: View, records: PublicRecords, leaf: bytes) -> Node:
    """The tree under the entry of this leaf hash.

    Args:
        view: the facts of an audit that held.
        records: the public entries of the same ledger.
        leaf: of a public entry.

    Raises:
        NotFoundError: no entry has this leaf hash, or it is a claim, which leads to nothing but the household's own.
    """
    if records.get(leaf) is None:
        known = view.get(ENTRIES, leaf)
        if known is None:
            raise NotFoundError("the ledger has no entry of this leaf hash", rule="unknown-entry")
        raise NotFoundError(f"entry {known.index} is a {known.kind}, and leads to no source", rule="no-source")
    return _Tracer(view, records).node(Edge("", leaf), 0)


class _Tracer:
    def __init__(self, view: View, records: PublicRecords) -> None:
        self._view = view
        self._records = records
        self._seen = set[bytes]()
        clock = view.get(CLOCK, ONE)
        self._now = 0 if clock is None else clock.time

    def node(self, edge: Edge, depth: int) -> Node:
        """The entry at the end of the edge, and what is below it where that has not been shown yet."""
        found = self._records.get(edge.leaf)
        if found is None:
            return self._unfollowed(edge)
        index, record = found
        repeated = edge.leaf in self._seen
        self._seen.add(edge.leaf)
        return Node(
            relation=edge.relation,
            index=index,
            leaf=edge.leaf,
            kind=record.kind,
            says=sentence(record.kind, record.body),
            word="proved" if is_proved(record.body) else "asserted",
            signed_by=tuple(self._signers(record)),
            marks=tuple(self._marks(record)),
            figures=tuple(self._figures(record)),
            repeated=repeated,
            children=() if repeated or depth == MAX_DEPTH else tuple(self._below(record, depth)),
        )

    def _below(self, record: Record[Any], depth: int) -> Iterator[Node]:
        for edge in (*self._records.edges(record), *self._beside(record), *self._mandates(record)):
            if edge.leaf not in self._seen or not _leads_back(edge):
                yield self.node(edge, depth + 1)

    def _unfollowed(self, edge: Edge) -> Node:
        """A claim, a clock: it is there, and the trace goes no further."""
        entry = self._view.get(ENTRIES, edge.leaf)
        if entry is None:
            raise AssertionError("bad math in the trace: an entry that holds refers to one that is not there")
        return Node(
            relation=edge.relation,
            index=entry.index,
            leaf=edge.leaf,
            kind=entry.kind,
            says=entry.kind,
            word="proved",
            signed_by=(),
        )

    def _signers(self, record: Record[Any]) -> Iterator[str]:
        for key in record.signers:
            fact = self._view.get(KEYS, key)
            if fact is None:
                yield "a member"
            elif fact.role in {"log", "founding"}:
                yield "the operator" if fact.role == "log" else "a founding key"
            else:
                council = self._view.get(COUNCILS, fact.council)
                name = "a council" if council is None else council.name
                yield name if fact.role == "council" else f"{name}, {self._in_role(record, key, fact.role)}"

    def _in_role(self, record: Record[Any], key: bytes, role: str) -> str:
        mandate = self._view.get(MANDATES, key)
        if mandate is None:
            return f"a {role} key"
        return "the holder" if mandate.leaf == record.leaf else f"under the mandate of entry {mandate.index}"

    def _beside(self, record: Record[Any]) -> Iterator[Edge]:
        """What a rollup counts in the open and by default, and what it does not count."""
        body: object = record.body
        if isinstance(body, Rollup):
            yield from (Edge("counts in the open", leaf) for leaf in requests_of(self._view, body))
            yield from (Edge("counts by default", leaf) for leaf in defaults_of(self._view, body))
            yield from (Edge("does not count", leaf) for leaf in body.missing)

    def _mandates(self, record: Record[Any]) -> Iterator[Edge]:
        if record.kind == "mandate":
            return
        for key in record.signers:
            mandate = self._view.get(MANDATES, key)
            if mandate is not None:
                yield Edge("was signed under", mandate.leaf)

    def _marks(self, record: Record[Any]) -> Iterator[str]:
        if record.kind == "resource":
            yield from resource_marks(self._view, record.leaf, self._now)
        challenge = self._view.get(CHALLENGES, record.leaf)
        if challenge is not None:
            yield challenge.state(self._now)
        decision = self._view.get(DECISIONS, record.leaf)
        if decision is not None:
            carried = carried_by(self._view, record.body.adopts, decision.index)
            if carried:
                yield f"open challenges when adopted: {len(carried)}"
        if is_withdrawn(self._view, record.leaf):
            yield "withdrawn"

    def _figures(self, record: Record[Any]) -> Iterator[Figure]:
        body: object = record.body
        match body:
            case Total():
                yield from self._sums(body.round, body.totals)
            case Rollup():
                yield from self._sums(body.rounds[0], body.amounts())
                yield from self._sums(body.rounds[0], map(int, body.requested), "in the open: ")
            case Resource():
                yield _figure("quantity", body.quantity, body.scale, body.unit)
                fact = self._view.get(RESOURCES, record.leaf)
                if fact is not None:
                    yield _figure("measured", fact.used, body.scale, body.unit)
            case Use():
                claim = self._view.get(RESOURCES, body.claim)
                if claim is not None:
                    yield _figure("quantity", body.quantity, claim.scale, claim.unit)
            case Request():
                for each in body.amounts:
                    yield _figure(each.code, each.quantity, each.scale, each.unit)
            case Close():
                yield Figure(name="claims", value=body.count, written=f"{body.count:,}")
            case Council() | _:
                pass

    def _sums(self, round_leaf: bytes, amounts: Any, prefix: str = "") -> Iterator[Figure]:
        found = self._records.get(round_leaf)
        if found is None or not isinstance(found[1].body, Round):
            raise AssertionError("bad math in the trace: a total that holds is of no round")
        for category, value in zip(found[1].body.catalogue, amounts, strict=True):
            yield _figure(f"{prefix}{category.name}", value, category.scale, category.unit)


def _leads_back(edge: Edge) -> bool:
    """Whether the edge leads from what was said to what it is about, which is where the trace may have come from."""
    return edge.relation in {"is about", "was measured against"}


def _figure(name: str, value: int, scale: int, unit: str) -> Figure:
    return Figure(name=name, value=value, written=amount(value, scale, unit))
