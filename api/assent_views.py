"""What the facts say of who acts for councils: mandates, and what waits for the assent of those below."""

from typing import Any

from api.assent_answers import (
    MandateList,
    OneProposal,
    ProposalKind,
    ProposalList,
    ProposalState,
    ProposalView,
    RecallView,
    VoiceView,
)
from api.federation_answers import MandateView, RecoveryView
from api.lookups import MOST_LISTED, body_at, fitting_page, page_of
from api.parts import clock_time
from api.service import Service
from ledger.errors import NotFoundError
from ledger.records.assent import (
    CONSENTS,
    MANDATE_LEAVES,
    PROPOSALS,
    RECALLS,
    Proposal,
    agreed,
    electorate,
    mandate_of,
    proposal_of,
)
from ledger.records.councils import COUNCIL_MANDATES, COUNCILS, MandateFact, council_of, is_over
from ledger.records.kinds.mandate import Mandate
from ledger.records.kinds.recall import Recall
from ledger.records.kinds.recovery import Recovery
from ledger.records.view import View
from ledger.storage.store import SqlStore

MOST_WEIGHED = 1_000
"""Proposals looked at for one page, where only those in one state fit: the state of each takes several look-ups."""


class AssentViews:
    """The JSON views about mandates and proposals of one service."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def mandates(self, council: bytes, after: bytes, limit: int) -> MandateList:
        """A page of the mandates that a council has given.

        Raises:
            NotFoundError: there is no such council.
        """
        with self._service.store.snapshot() as snapshot:
            view = snapshot.view
            if view.get(COUNCILS, council) is None:
                raise NotFoundError("there is no council of this leaf hash", rule="unknown-council")
            mandates, last = mandates_of(self._service.store, view, council, after, limit)
            return MandateList(
                size=snapshot.size,
                clock=clock_time(view),
                council=council,
                mandates=mandates,
                next=None if last is None else last.hex(),
            )

    def proposals(self, council: bytes, state: str, after: bytes, limit: int) -> ProposalList:
        """A page of proposals, of one federation or (empty) any, in this state now or (empty) any."""
        with self._service.store.snapshot() as snapshot:
            view = snapshot.view
            found = ((key, _known(view, fact.leaf)) for key, fact in view.scan(PROPOSALS, council, after))
            told = ((key, _proposal(view, leaf, one)) for key, (leaf, one) in found)
            page, last = fitting_page(told, lambda one: not state or one.state == state, limit, most=MOST_WEIGHED)
            return ProposalList(
                size=snapshot.size,
                clock=clock_time(view),
                proposals=tuple(one for _, one in page),
                next=None if last is None else last.hex(),
            )

    def proposal(self, leaf: bytes) -> OneProposal:
        """One proposal, with who has a say in it and who has said what.

        Raises:
            NotFoundError: there is none of this leaf hash: no entry, or one that needed nobody's assent.
        """
        with self._service.store.snapshot() as snapshot:
            view = snapshot.view
            fact = proposal_of(view, leaf, snapshot.size)
            if fact is None or view.get(PROPOSALS, fact.council + fact.index.to_bytes(8, "big")) is None:
                raise NotFoundError("there is no proposal of this leaf hash")
            told = _proposal(view, leaf, fact)
            said = dict(view.scan(CONSENTS, leaf))
            having = frozenset(electorate(view, fact.council, fact.index))
            those_for = agreed(view, leaf, fact.council, fact.index)
            everybody = sorted(having | {key[32:] for key in said})
            words = ((council, said.get(leaf + council)) for council in everybody[:MOST_LISTED])
            return OneProposal(
                size=snapshot.size,
                clock=clock_time(view),
                proposal=told,
                **self._about(view, told),
                quorum=fact.quorum,
                lapses=fact.lapses,
                electorate=len(having),
                agreed=len(those_for),
                lacking=fact.quorum // 2 + 1 - len(those_for) if told.state == "waiting" else None,
                voices=tuple(
                    VoiceView(
                        council=council,
                        name=council_of(view, council).name,
                        has_say=council in having,
                        verdict=None if word is None else word.verdict,
                        index=None if word is None else word.index,
                    )
                    for council, word in words
                ),
                more_voices=len(everybody) > MOST_LISTED,
            )

    def _about(self, view: View, told: ProposalView) -> dict[str, Any]:
        """What the proposal's entry says, by its kind."""
        store = self._service.store
        about: dict[str, Any] = {"mandate": None, "recall": None, "recovery": None}
        match told.kind:
            case "mandate":
                holder = view.get(MANDATE_LEAVES, told.leaf)
                if holder is None:
                    raise AssertionError("bad math in the facts: a mandate has no key")
                about["mandate"] = mandate_view(store, view, holder.key, mandate_of(view, holder.key))
            case "recall":
                recall = body_at(store, told.index, Recall)
                about["recall"] = RecallView(by=recall.by, mandate=recall.mandate, reason=recall.reason)
            case "recovery":
                recovery = body_at(store, told.index, Recovery)
                about["recovery"] = RecoveryView(threshold=recovery.threshold, keys=recovery.keys)
        return about


def mandates_of(
    store: SqlStore, view: View, council: bytes, after: bytes, limit: int
) -> tuple[tuple[MandateView, ...], bytes | None]:
    """Up to ``limit`` mandates that the council has given, and after which key to go on; None at the end."""
    page, more = page_of(view.scan(COUNCIL_MANDATES, council, council + after), limit)
    listed = tuple(mandate_view(store, view, given.key, mandate_of(view, given.key)) for _, given in page)
    return listed, page[-1][0][32:] if more else None


def mandate_view(store: SqlStore, view: View, key: bytes, fact: MandateFact) -> MandateView:
    """The mandate of this key, as it stands by the last clock."""
    body = body_at(store, fact.index, Mandate)
    return MandateView(
        leaf=fact.leaf,
        index=fact.index,
        key=key,
        role=body.role,
        kinds=fact.kinds,
        until=fact.until,
        decision=body.decision,
        state="ended" if is_over(view, fact) else "in-effect" if fact.effective else "waiting",
        ended=fact.ended,
    )


def _known(view: View, leaf: bytes) -> tuple[bytes, Proposal]:
    proposal = proposal_of(view, leaf, 0)  # the index stands in what would change, which nobody asks for here
    if proposal is None:
        raise AssertionError("bad math in the facts: a proposal is neither mandate, recall nor recovery")
    return leaf, proposal


def _proposal(view: View, leaf: bytes, fact: Proposal) -> ProposalView:
    kind: ProposalKind = "recovery"
    if view.get(MANDATE_LEAVES, leaf) is not None:
        kind = "mandate"
    elif view.get(RECALLS, leaf) is not None:
        kind = "recall"
    state: ProposalState = "took-effect" if fact.effective else "lapsed" if fact.over else "waiting"
    return ProposalView(leaf=leaf, index=fact.index, council=fact.council, kind=kind, state=state)
