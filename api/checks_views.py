"""What the facts say of claims about the world, challenges and decisions, as answers at one ``size``."""

from collections.abc import Iterator
from itertools import islice

from api.cache import Cache
from api.checks_answers import (
    AdoptedView,
    CarriedView,
    ChallengeList,
    ChallengeView,
    ConsentView,
    DecisionList,
    DecisionView,
    OneChallenge,
    OneDecision,
    OneResource,
    OutcomeView,
    ResourceList,
    ResourceView,
)
from api.follow_ups import replies_to
from api.lookups import MOST_LISTED, body_at, fitting_page, index_of, page_of
from api.parts import clock_time
from api.service import Service
from ledger.records.assent import CONSENTS
from ledger.records.challenges import AGAINST, CHALLENGES, ChallengeFact, carried_by, challenge_of
from ledger.records.councils import council_at, council_of
from ledger.records.facts import ENTRIES
from ledger.records.kinds.challenge import Challenge
from ledger.records.kinds.decision import DECISIONS, Decision
from ledger.records.kinds.erratum import is_withdrawn
from ledger.records.kinds.outcome import Outcome
from ledger.records.kinds.resource import RESOURCES, Resource, ResourceFact, claims_about
from ledger.records.rivals import Find, Rivals, Rows
from ledger.records.standing import resource_marks
from ledger.records.view import View
from ledger.storage.store import Snapshot

MAX_CACHED = 4 * 1024 * 1024


class _Decisive:
    """The claims that decide whether others about their resource are contested, to be kept for a while."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.weight = 200 * len(rows) + 500


class ChecksViews:
    """The JSON views about checks and balances of one service."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._decisive: Cache[_Decisive] = Cache(MAX_CACHED)

    def resources(self, name: str, after: bytes, limit: int) -> ResourceList:
        """A page of claims, about the resource of this name or (empty) all, whose leaf hashes come after ``after``."""
        with self._service.store.snapshot() as snapshot:
            view = snapshot.view
            page, more = page_of(_claims(view, name, after), limit)
            rivals = self._rivals(snapshot)
            return ResourceList(
                size=snapshot.size,
                clock=clock_time(view),
                resources=tuple(_resource(rivals, leaf, fact) for leaf, fact in page),
                next=page[-1][0].hex() if more else None,
            )

    def resource(self, leaf: bytes) -> OneResource:
        """One claim, with what councils say of it.

        Raises:
            NotFoundError: there is none of this leaf hash.
        """
        with self._service.store.snapshot() as snapshot:
            view = snapshot.view
            index_of(view, leaf, "resource")
            fact = view.get(RESOURCES, leaf)
            if fact is None:
                raise AssertionError("bad math in the facts: a resource entry has no claim")
            said = list(islice(view.scan(CONSENTS, leaf), MOST_LISTED + 1))
            return OneResource(
                size=snapshot.size,
                clock=clock_time(view),
                resource=_resource(self._rivals(snapshot), leaf, fact),
                supersedes=body_at(self._service.store, fact.index, Resource).supersedes,
                consents=tuple(
                    ConsentView(
                        council=key[32:], name=council_of(view, key[32:]).name, verdict=one.verdict, index=one.index
                    )
                    for key, one in said[:MOST_LISTED]
                ),
                more_consents=len(said) > MOST_LISTED,
            )

    def challenges(self, about: bytes, state: str, after: bytes, limit: int) -> ChallengeList:
        """A page of challenges, against an entry or (empty) any, in this state now or (empty) any."""
        with self._service.store.snapshot() as snapshot:
            view = snapshot.view
            time = clock_time(view)
            found = _challenges(view, about, after)
            page, last = fitting_page(found, lambda fact: not state or fact.state(time or 0) == state, limit)
            return ChallengeList(
                size=snapshot.size,
                clock=time,
                challenges=tuple(self._challenge(view, leaf, fact) for leaf, fact in page),
                next=None if last is None else last.hex(),
            )

    def challenge(self, leaf: bytes) -> OneChallenge:
        """One challenge, with its first reply and its outcome.

        Raises:
            NotFoundError: there is none of this leaf hash.
        """
        store = self._service.store
        with store.snapshot() as snapshot:
            view = snapshot.view
            index_of(view, leaf, "challenge")
            fact = challenge_of(view, leaf)
            replies, others = replies_to(store, view, leaf, b"", 1)
            outcome = None if fact.decided is None else body_at(store, fact.decided, Outcome)
            return OneChallenge(
                size=snapshot.size,
                clock=clock_time(view),
                challenge=self._challenge(view, leaf, fact),
                reply=replies[0] if replies else None,
                more_replies=others is not None,
                outcome=None
                if outcome is None
                else OutcomeView(
                    index=fact.decided or 0, outcome=outcome.outcome, council=outcome.council, rule=outcome.rule
                ),
            )

    def decisions(self, after: bytes, limit: int) -> DecisionList:
        """A page of decisions whose leaf hashes come after ``after``."""
        with self._service.store.snapshot() as snapshot:
            page, more = page_of(snapshot.view.scan(DECISIONS, after=after), limit)
            return DecisionList(
                size=snapshot.size,
                decisions=tuple(
                    DecisionView(
                        leaf=leaf,
                        index=fact.index,
                        council=fact.council,
                        title=body_at(self._service.store, fact.index, Decision).title,
                    )
                    for leaf, fact in page
                ),
                next=page[-1][0].hex() if more else None,
            )

    def decision(self, leaf: bytes) -> OneDecision:
        """One decision: what it adopts, and the challenges that it carries.

        Raises:
            NotFoundError: there is none of this leaf hash.
        """
        with self._service.store.snapshot() as snapshot:
            view = snapshot.view
            index = index_of(view, leaf, "decision")
            body = body_at(self._service.store, index, Decision)
            time = clock_time(view)
            rivals = self._rivals(snapshot)
            carried = ((each, challenge_of(view, each)) for each in carried_by(view, body.adopts, index))
            return OneDecision(
                size=snapshot.size,
                clock=time,
                leaf=leaf,
                index=index,
                council=body.council,
                title=body.title,
                body=body.body,
                rule=body.rule,
                affected=body.affected,
                eligible=body.turnout.eligible,
                voted=body.turnout.voted,
                adopts=tuple(_adopted(rivals, each) for each in body.adopts),
                carries=tuple(
                    CarriedView(leaf=each, index=fact.index, state=fact.state(time or 0)) for each, fact in carried
                ),
            )

    def _rivals(self, snapshot: Snapshot) -> Rivals:
        """A view for marks at the last clock; which claims decide about others may be a little older."""
        return Rivals(snapshot.view, clock_time(snapshot.view) or 0, remember=self._remembering)

    def _remembering(self, find: Find) -> Find:
        return lambda name: self._decisive.get(name, lambda: _Decisive(find(name))).rows

    def _challenge(self, view: View, leaf: bytes, fact: ChallengeFact) -> ChallengeView:
        body = body_at(self._service.store, fact.index, Challenge)
        return ChallengeView(
            leaf=leaf,
            index=fact.index,
            about=fact.about,
            root=fact.root,
            ground=body.ground,
            council=body.council,
            member=None if fact.council else fact.challenger,
            home=fact.home,
            answers=council_at(view, fact.answers),
            deadline=fact.deadline,
            state=fact.state(clock_time(view) or 0),
            replied=fact.replied,
            outcome=fact.outcome,
            decided=fact.decided,
        )


def _claims(view: View, name: str, after: bytes) -> Iterator[tuple[bytes, ResourceFact]]:
    """The claims about the resource of this name, or all, in the order of their leaf hashes; those after ``after``."""
    if not name:
        yield from view.scan(RESOURCES, after=after)
        return
    for leaf in claims_about(view, name, after):
        fact = view.get(RESOURCES, leaf)
        if fact is not None:
            yield leaf, fact


def _challenges(view: View, about: bytes, after: bytes) -> Iterator[tuple[bytes, ChallengeFact]]:
    """The challenges against the entry, or all, decided or not, in the order of their leaf hashes; those after."""
    if not about:
        yield from view.scan(CHALLENGES, after=after)
        return
    for key, _ in view.scan(AGAINST, about, about + after):
        yield key[32:], challenge_of(view, key[32:])


def _resource(rivals: Rivals, leaf: bytes, fact: ResourceFact) -> ResourceView:
    return ResourceView(
        leaf=leaf,
        index=fact.index,
        council=fact.council,
        resource=fact.resource,
        type=fact.type,
        unit=fact.unit,
        scale=fact.scale,
        quantity=fact.quantity,
        used=fact.used,
        valid_from=fact.valid_from,
        valid_until=fact.valid_until,
        evidenced=fact.evidenced,
        superseded_by=fact.superseded_by or None,
        marks=resource_marks(rivals, leaf, rivals.time),
    )


def _adopted(rivals: Rivals, leaf: bytes) -> AdoptedView:
    entry = rivals.get(ENTRIES, leaf)
    if entry is None:
        raise AssertionError("bad math in the facts: a decision adopts an entry that is not in the view")
    return AdoptedView(
        leaf=leaf,
        index=entry.index,
        kind=entry.kind,
        marks=resource_marks(rivals, leaf, rivals.time) if entry.kind == "resource" else (),
        withdrawn=entry.kind in {"rollup", "total"} and is_withdrawn(rivals, leaf),
    )
