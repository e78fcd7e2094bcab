"""The JSON answers about councils and their powers, federations, what they ask for and what they open."""

from typing import Literal

from api.answers import Answer, CouncilView, Digest, ErratumView


class ChildView(Answer, frozen=True):
    """A council in a federation, since the entry at the index ``since``."""

    leaf: Digest
    name: str
    since: int


class RecoveryView(Answer, frozen=True):
    """The recovery keys of a council: ``threshold`` of them set a new key for it."""

    threshold: int
    keys: tuple[bytes, ...]


class MandateView(Answer, frozen=True):
    """Who may act for a council, in which kinds of entry, until when; by the last clock.

    ``ended`` is the index that ended it; null where it has not ended, or where its time or its council's recovery did.
    """

    leaf: Digest
    index: int
    key: bytes
    role: str
    kinds: tuple[str, ...]
    until: int
    decision: Digest
    state: Literal["ended", "in-effect", "waiting"]
    ended: int | None


class OneCouncil(CouncilView, frozen=True):
    """One council: its place in the tree of federations, its recovery keys and its mandates.

    ``silent`` and ``tags`` are a federation's rule for its rollups. ``recovered`` is the index at which it last took
    itself back. ``more_children`` and ``more_mandates``: not all are listed here.
    """

    silent: str | None
    tags: bool | None
    recovered: int | None
    recovery: RecoveryView | None
    children: tuple[ChildView, ...]
    more_children: bool
    mandates: tuple[MandateView, ...]
    more_mandates: bool


class AmountView(Answer, frozen=True):
    """How much of what is asked for in the open; ``quantity`` counts 10^-``scale`` of ``unit``."""

    code: str
    unit: str
    scale: int
    quantity: int


class RequestView(Answer, frozen=True):
    """A collective request of a council for a period; ``superseded`` is the index of the one that took its place."""

    leaf: Digest
    index: int
    council: Digest
    period: str
    purpose: str
    amounts: tuple[AmountView, ...]
    superseded: int | None


class RequestList(Answer, frozen=True):
    """Collective requests, by period and council; ``next`` is the ``after`` of the next page."""

    size: int
    requests: tuple[RequestView, ...]
    next: str | None


class DefaultView(Answer, frozen=True):
    """What is counted for a council that is silent, as it stated at ``index``."""

    leaf: Digest
    index: int
    council: Digest
    amounts: tuple[AmountView, ...]


class DefaultList(Answer, frozen=True):
    """Defaults by council, older ones first; ``next`` is the ``after`` of the next page."""

    size: int
    defaults: tuple[DefaultView, ...]
    next: str | None


class RollupLine(Answer, frozen=True):
    """A rollup in a list; ``withdrawn`` if an erratum says so."""

    leaf: Digest
    index: int
    federation: Digest
    period: str
    round_no: int
    withdrawn: bool


class RollupList(Answer, frozen=True):
    """Rollups in the order of federation, number and period; ``next`` is the ``after`` of the next page."""

    size: int
    rollups: tuple[RollupLine, ...]
    next: str | None


class MissingView(Answer, frozen=True):
    """A council that a rollup does not count; ``closed``: the index of the close of its round; then it was left out."""

    council: Digest
    name: str
    closed: int | None


class RollupCategoryView(Answer, frozen=True):
    """A category of a rollup: its total, and what is asked for in the open beside it, as decimal text."""

    code: str
    unit: str
    scale: int
    total: str
    requested: str


class UncountedView(Answer, frozen=True):
    """What a request or default, at ``request``, asks for and no category of the rollup counts."""

    request: Digest
    amount: AmountView


class RollupView(Answer, frozen=True):
    """One rollup: totals, the rounds that it counts, who is missing, and what was asked for in the open.

    ``requests`` and ``defaults`` are the leaf hashes of the entries that are in ``requested``.
    """

    size: int
    leaf: Digest
    index: int
    federation: Digest
    period: str
    round_no: int
    count: int
    minimum: int
    categories: tuple[RollupCategoryView, ...]
    rounds: tuple[Digest, ...]
    requests: tuple[Digest, ...]
    defaults: tuple[Digest, ...]
    missing: tuple[MissingView, ...]
    uncounted: tuple[UncountedView, ...]
    tags: bool
    withdrawn: bool
    errata: tuple[ErratumView, ...]


class OpeningView(Answer, frozen=True):
    """A sum that was opened: of these rounds of these councils, in the entry at ``index``.

    ``minimum`` is the greatest that one of the rounds has promised to its members.
    """

    index: int
    rounds: tuple[Digest, ...]
    councils: tuple[Digest, ...]
    minimum: int


class OpeningList(Answer, frozen=True):
    """The openings of a period so far, in the order of a council of theirs; ``next`` is the ``after`` of the next page.

    A further opening is held against those with which it is linked through councils (docs/spec/disclosure.md). One that
    followed from earlier ones, and promised nobody more, adds nothing to these and is not among them.
    """

    size: int
    period: str
    openings: tuple[OpeningView, ...]
    next: str | None
