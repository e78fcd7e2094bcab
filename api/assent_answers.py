"""The JSON answers about who acts for councils: mandates, and what waits for the assent of those below."""

from typing import Literal

from api.answers import Answer, Digest
from api.federation_answers import MandateView, RecoveryView
from ledger.records.assent import Verdict

ProposalKind = Literal["mandate", "recall", "recovery"]
ProposalState = Literal["lapsed", "took-effect", "waiting"]
"""``lapsed``: it did not take effect, and nothing that is said now changes that."""


class MandateList(Answer, frozen=True):
    """The mandates that a council has given, in the order of the log; ``next`` is the ``after`` of the next page."""

    size: int
    clock: int | None
    council: Digest
    mandates: tuple[MandateView, ...]
    next: str | None


class ProposalView(Answer, frozen=True):
    """What holds in the federation ``council`` only once more than half of those below have said so.

    What took effect may have ended since: that is told with the council's mandates and recovery keys.
    """

    leaf: Digest
    index: int
    council: Digest
    kind: ProposalKind
    state: ProposalState


class ProposalList(Answer, frozen=True):
    """Proposals by federation, each one's in the order of the log; ``next`` is the ``after`` of the next page.

    With a ``state`` that few proposals are in, a page may hold fewer than were asked for, or none, and have a next.
    """

    size: int
    clock: int | None
    proposals: tuple[ProposalView, ...]
    next: str | None


class RecallView(Answer, frozen=True):
    """Who recalls, and which mandate; null where it is the council's own key."""

    by: Digest
    mandate: Digest | None
    reason: str


class VoiceView(Answer, frozen=True):
    """A council, and what it said last, in the entry at ``index``; null where it has said nothing.

    ``has_say``: whether its word counts now. It does not once the council has left the federation, or has no key.
    """

    council: Digest
    name: str
    has_say: bool
    verdict: Verdict | None
    index: int | None


class OneProposal(Answer, frozen=True):
    """One proposal: what it is about, who has a say in it, and who has said what, in the order of their leaf hashes.

    One of ``mandate``, ``recall`` and ``recovery`` is there. More than half of ``quorum``, the councils that were in
    the federation when it was logged, must be for it before ``lapses`` (Unix seconds). ``electorate`` of them have a
    say still, and ``agreed`` of these are for it; ``lacking`` more must be, null where it waits no longer.
    ``more_voices``: not all are listed here.
    """

    size: int
    clock: int | None
    proposal: ProposalView
    mandate: MandateView | None
    recall: RecallView | None
    recovery: RecoveryView | None
    quorum: int
    lapses: int
    electorate: int
    agreed: int
    lacking: int | None
    voices: tuple[VoiceView, ...]
    more_voices: bool
