"""What the facts say of councils and their powers, and of federations: requests, rollups, openings; at one ``size``."""

from collections.abc import Iterable, Iterator

from api.assent_views import mandates_of
from api.federation_answers import (
    AmountView,
    ChildView,
    DefaultList,
    DefaultView,
    MissingView,
    OneCouncil,
    OpeningList,
    OpeningView,
    RecoveryView,
    RequestList,
    RequestView,
    RollupCategoryView,
    RollupLine,
    RollupList,
    RollupView,
    UncountedView,
)
from api.lookups import (
    MOST_LISTED,
    body_at,
    errata_about,
    fitting_page,
    index_of,
    page_of,
)
from api.service import Service
from ledger.errors import NotFoundError
from ledger.records.councils import COUNCILS, children_since, council_of
from ledger.records.facts import period_key
from ledger.records.kinds.erratum import is_withdrawn
from ledger.records.kinds.request import DEFAULTS, REQUESTS, Amount, Request
from ledger.records.kinds.rollup import ROLLUPS, Rollup, defaults_of, requests_of
from ledger.records.openings import OPENINGS, OpeningFact, claims_occasion
from ledger.records.recovering import RECOVERIES
from ledger.records.rounds import close_of, round_of
from ledger.records.view import View


class FederationViews:
    """The JSON views about councils, powers and federations of one service."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def council(self, leaf: bytes) -> OneCouncil:
        """One council.

        Raises:
            NotFoundError: there is none of this leaf hash.
        """
        with self._service.store.snapshot() as snapshot:
            view = snapshot.view
            fact = view.get(COUNCILS, leaf)
            if fact is None:
                raise NotFoundError("there is no council of this leaf hash", rule="unknown-council")
            recovery = view.get(RECOVERIES, leaf)
            children, more_children = page_of(children_since(view, leaf), MOST_LISTED)
            mandates, others = mandates_of(self._service.store, view, leaf, b"", MOST_LISTED)
            is_federation = fact.type == "federation"
            return OneCouncil(
                size=snapshot.size,
                leaf=leaf,
                index=fact.index,
                name=fact.name,
                type=fact.type,
                key=fact.key or None,
                parent=fact.parent or None,
                silent=fact.silent if is_federation else None,
                tags=fact.tags if is_federation else None,
                recovered=fact.recovered or None,
                recovery=None
                if recovery is None
                else RecoveryView(threshold=recovery.threshold, keys=tuple(recovery.keys)),
                children=tuple(
                    ChildView(leaf=child, name=council_of(view, child).name, since=since) for child, since in children
                ),
                more_children=more_children,
                mandates=mandates,
                more_mandates=others is not None,
            )

    def requests(self, period: str, after: bytes, limit: int) -> RequestList:
        """A page of collective requests, for a period or (empty) all."""
        prefix = period_key(period) if period else b""
        with self._service.store.snapshot() as snapshot:
            page, more = page_of(snapshot.view.scan(REQUESTS, prefix, after), limit)
            lines: list[RequestView] = []
            for key, fact in page:
                body = body_at(self._service.store, fact.index, Request)
                lines.append(
                    RequestView(
                        leaf=key[64:],
                        index=fact.index,
                        council=body.council,
                        period=body.period or "",
                        purpose=body.purpose,
                        amounts=_amounts(fact.amounts),
                        superseded=fact.superseded,
                    )
                )
            return RequestList(size=snapshot.size, requests=tuple(lines), next=page[-1][0].hex() if more else None)

    def defaults(self, after: bytes, limit: int) -> DefaultList:
        """A page of what is to be counted for councils that are silent."""
        with self._service.store.snapshot() as snapshot:
            page, more = page_of(snapshot.view.scan(DEFAULTS, after=after), limit)
            return DefaultList(
                size=snapshot.size,
                defaults=tuple(
                    DefaultView(
                        leaf=fact.leaf,
                        index=int.from_bytes(key[32:], "big"),
                        council=key[:32],
                        amounts=_amounts(fact.amounts),
                    )
                    for key, fact in page
                ),
                next=page[-1][0].hex() if more else None,
            )

    def rollups(self, federation: bytes, after: bytes, limit: int) -> RollupList:
        """A page of rollups, of one federation or (empty) of all, whose keys come after ``after``."""
        with self._service.store.snapshot() as snapshot:
            view = snapshot.view
            page, more = page_of(view.scan(ROLLUPS, federation, after), limit)
            return RollupList(
                size=snapshot.size,
                rollups=tuple(
                    RollupLine(
                        leaf=fact.leaf,
                        index=fact.index,
                        federation=key[:32],
                        period=key[36:].decode(),
                        round_no=int.from_bytes(key[32:36], "big"),
                        withdrawn=is_withdrawn(view, fact.leaf),
                    )
                    for key, fact in page
                ),
                next=page[-1][0].hex() if more else None,
            )

    def rollup(self, leaf: bytes) -> RollupView:
        """One rollup.

        Raises:
            NotFoundError: there is none of this leaf hash.
        """
        with self._service.store.snapshot() as snapshot:
            view = snapshot.view
            index = index_of(view, leaf, "rollup")
            body = body_at(self._service.store, index, Rollup)
            rounds = [round_of(view, each) for each in body.rounds]
            requests = requests_of(view, body)
            defaults = defaults_of(view, body)
            categories = rounds[0].categories
            return RollupView(
                size=snapshot.size,
                leaf=leaf,
                index=index,
                federation=body.federation,
                period=body.period,
                round_no=body.round_no,
                count=body.count,
                minimum=max(each.minimum for each in rounds),
                categories=tuple(
                    RollupCategoryView(code=code, unit=unit, scale=scale, total=total, requested=requested)
                    for (code, unit, scale), total, requested in zip(
                        categories, body.totals, body.requested, strict=True
                    )
                ),
                rounds=body.rounds,
                requests=requests,
                defaults=defaults,
                missing=tuple(_missing(view, each, body) for each in body.missing),
                uncounted=tuple(self._uncounted(view, (*requests, *defaults), categories)),
                tags=council_of(view, body.federation).tags,
                withdrawn=is_withdrawn(view, leaf),
                errata=errata_about(view, leaf),
            )

    def openings(self, period: str, after: bytes, limit: int) -> OpeningList:
        """A page of the openings of a period so far, which a further one is held against."""
        with self._service.store.snapshot() as snapshot:
            occasion = claims_occasion(period)
            found = ((key[32:], fact) for key, fact in snapshot.view.scan(OPENINGS, occasion, occasion + after))
            # An opening stands there once for each of its councils; it is told at the first of them.
            once = ((key, (key[:32], fact)) for key, fact in found)
            page, last = fitting_page(once, lambda item: item[0] == item[1].councils[0], limit)
            return OpeningList(
                size=snapshot.size,
                period=period,
                openings=tuple(_opening(snapshot.view, key, fact) for key, (_, fact) in page),
                next=None if last is None else last.hex(),
            )

    def _uncounted(
        self, view: View, requests: Iterable[bytes], categories: Iterable[tuple[str, str, int]]
    ) -> Iterator[UncountedView]:
        counted = frozenset(categories)
        for leaf in requests:
            body = body_at(self._service.store, index_of(view, leaf, "request"), Request)
            for each in body.amounts:
                if (each.code, each.unit, each.scale) not in counted:
                    amount = AmountView(code=each.code, unit=each.unit, scale=each.scale, quantity=each.quantity)
                    yield UncountedView(request=leaf, amount=amount)


def _amounts(amounts: Iterable[Amount]) -> tuple[AmountView, ...]:
    return tuple(
        AmountView(code=code, unit=unit, scale=scale, quantity=quantity) for code, unit, scale, quantity in amounts
    )


def _opening(view: View, key: bytes, fact: OpeningFact) -> OpeningView:
    return OpeningView(
        index=int.from_bytes(key[32:], "big"),
        rounds=fact.parts,
        councils=fact.councils,
        minimum=max(round_of(view, leaf).minimum for leaf in fact.parts),
    )


def _missing(view: View, council: bytes, body: Rollup) -> MissingView:
    close = close_of(view, council, body.round_no, body.period)
    return MissingView(
        council=council, name=council_of(view, council).name, closed=None if close is None else close.index
    )
