"""What the facts say of the ledger, its councils and its rounds, as answers; computed on threads of their own.

Each function takes one snapshot of the facts, so that what it answers belongs together and stands at one ``size``.
"""

from typing import Final

from api.answers import (
    CategoryView,
    ChallengeRuleView,
    CouncilList,
    LedgerView,
    OneRow,
    RosterPart,
    RoundLine,
    RoundList,
    RoundView,
    RowList,
    SetProofView,
    SetView,
)
from api.cache import Cache
from api.live_set import LiveSet
from api.lookups import body_at, page_of
from api.parts import (
    clock_time,
    close_view,
    council_view,
    known_round,
    round_state,
    row_view,
    total_view,
)
from api.service import Service
from ledger.crypto.shape import SUITE
from ledger.records.councils import COUNCILS
from ledger.records.facts import founding_keys, ledger_of
from ledger.records.kinds.round import Round
from ledger.records.kinds.total import TOTALS
from ledger.records.rounds import CLOSES, ROUND_NUMBERS, SEATS

MAX_CACHED: Final = 64 * 1024 * 1024


class Views:
    """The JSON views of one service."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._sets: Cache[LiveSet] = Cache(MAX_CACHED)

    def ledger(self) -> LedgerView:
        """What entry 0 fixed, and the last clock."""
        log = self._service.core.log
        with self._service.store.snapshot() as snapshot:
            ledger = ledger_of(snapshot.view)
            return LedgerView(
                size=snapshot.size,
                origin=ledger.origin,
                vkey=str(log.verifier),
                suite=SUITE,
                cohort_floor=ledger.cohort_floor,
                clock_period=ledger.clock_period,
                challenges=ChallengeRuleView(limit=ledger.challenge_limit, reply=ledger.challenge_reply),
                founding=tuple(sorted(founding_keys(snapshot.view))),
                leaf=self._service.store.leaf_hashes(0, 1)[0],
                clock=clock_time(snapshot.view),
            )

    def councils(self, after: bytes, limit: int) -> CouncilList:
        """A page of councils whose leaf hashes come after ``after``."""
        with self._service.store.snapshot() as snapshot:
            page, more = page_of(snapshot.view.scan(COUNCILS, after=after), limit)
            return CouncilList(
                size=snapshot.size,
                councils=tuple(council_view(snapshot.size, leaf, fact) for leaf, fact in page),
                next=page[-1][0].hex() if more else None,
            )

    def rounds(self, council: bytes, after: bytes, limit: int) -> RoundList:
        """A page of rounds, of one council or (empty) of all, whose keys come after ``after``."""
        with self._service.store.snapshot() as snapshot:
            view = snapshot.view
            page, more = page_of(view.scan(ROUND_NUMBERS, council, after), limit)
            lines: list[RoundLine] = []
            for key, number in page:
                fact = known_round(view, number.round)
                lines.append(
                    RoundLine(
                        leaf=number.round,
                        index=fact.index,
                        council=fact.council,
                        period=key[36:].decode(),
                        round_no=int.from_bytes(key[32:36], "big"),
                        opens=fact.opens,
                        closes=fact.closes,
                        rows=fact.rows,
                        state=round_state(view, number.round, fact),
                    )
                )
            return RoundList(size=snapshot.size, rounds=tuple(lines), next=page[-1][0].hex() if more else None)

    def round(self, leaf: bytes) -> RoundView:
        """One round, with its state, counts and totals.

        Raises:
            NotFoundError: there is none of this leaf hash.
        """
        live = self._live_set(leaf)
        with self._service.store.snapshot() as snapshot:
            view = snapshot.view
            fact = known_round(view, leaf)
            body = body_at(self._service.store, fact.index, Round)
            close = view.get(CLOSES, leaf)
            total = view.get(TOTALS, leaf)
            return RoundView(
                size=snapshot.size,
                leaf=leaf,
                index=fact.index,
                council=fact.council,
                period=body.period,
                round_no=body.round_no,
                state=round_state(view, leaf, fact),
                clock=clock_time(view),
                opens=fact.opens,
                closes=fact.closes,
                early_close=fact.early_close,
                custody=body.custody,
                minimum=fact.minimum,
                allowance=fact.allowance,
                slack_width=fact.slack_width,
                allowances=fact.allowances,
                catalogue=tuple(
                    CategoryView(
                        code=one.code,
                        name=one.name,
                        unit=one.unit,
                        scale=one.scale,
                        width=one.width,
                        price=one.price,
                    )
                    for one in body.catalogue
                ),
                rosters=tuple(RosterPart(leaf=roster, first_row=first) for first, roster in fact.rosters),
                rows=fact.rows,
                claims=len(live),
                claims_size=live.size,
                close=None if close is None else close_view(close),
                total=None if total is None else total_view(view, total),
            )

    def row(self, leaf: bytes, row: int) -> OneRow:
        """One row of a round.

        Raises:
            NotFoundError: there is no such round or row.
        """
        with self._service.store.snapshot() as snapshot:
            fact = known_round(snapshot.view, leaf)
            return OneRow(size=snapshot.size, round=leaf, row=row_view(snapshot.view, leaf, fact, row))

    def rows(self, leaf: bytes, start: int, limit: int) -> RowList:
        """Up to ``limit`` rows of a round from row ``start``.

        Raises:
            NotFoundError: there is no such round.
        """
        with self._service.store.snapshot() as snapshot:
            fact = known_round(snapshot.view, leaf)
            end = min(start + limit, fact.rows)
            return RowList(
                size=snapshot.size,
                round=leaf,
                rows=tuple(row_view(snapshot.view, leaf, fact, row) for row in range(start, end)),
                next=end if end < fact.rows else None,
            )

    def live(self, leaf: bytes) -> SetView:
        """The live claims of a round.

        Raises:
            NotFoundError: there is no such round.
        """
        live = self._live_set(leaf)
        return SetView(
            size=live.size, round=leaf, closed=live.closed, count=len(live), set=live.root, claims=live.claims()
        )

    def set_proof(self, leaf: bytes, claim: bytes) -> SetProofView:
        """The path from a live claim to the round's ``set``.

        Raises:
            NotFoundError: there is no such round, or the claim is not live in it.
        """
        live = self._live_set(leaf)
        position = live.position(claim)
        return SetProofView(
            size=live.size,
            round=leaf,
            closed=live.closed,
            claim=claim,
            position=position,
            count=len(live),
            set=live.root,
            path=live.path(position),
        )

    def _live_set(self, leaf: bytes) -> LiveSet:
        def make() -> LiveSet:
            with self._service.store.snapshot() as snapshot:
                known_round(snapshot.view, leaf)
                seats = [(seat.index, seat.claim) for _, seat in snapshot.view.scan(SEATS, leaf) if seat.claim]
                closed = snapshot.view.get(CLOSES, leaf) is not None
            return LiveSet([claim for _, claim in sorted(seats)], size=snapshot.size, closed=closed)

        return self._sets.get(leaf, make)
