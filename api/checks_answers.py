"""The JSON answers about claims about the world, challenges and decisions."""

import msgspec

from api.answers import Answer, Digest
from ledger.records.assent import Verdict
from ledger.records.challenges import ChallengeState, Judgement
from ledger.records.standing import Mark


class ConsentView(Answer, frozen=True):
    """What a council says last of a claim; the conditions stand in the entry at ``index``."""

    council: Digest
    name: str
    verdict: Verdict
    index: int


class ResourceView(Answer, frozen=True):
    """A claim about the world, what was measured against it, and what speaks against it at the last clock.

    ``used`` and ``quantity`` count 10^-``scale`` of ``unit``. ``superseded_by`` is the leaf hash of the claim that took
    its place.
    """

    leaf: Digest
    index: int
    council: Digest
    resource: str
    type: str
    unit: str
    scale: int
    quantity: int
    used: int
    valid_from: int
    valid_until: int
    evidenced: bool
    superseded_by: Digest | None
    marks: tuple[Mark, ...]


class ResourceList(Answer, frozen=True):
    """Claims in the order of their leaf hashes; ``next`` is the ``after`` of the next page."""

    size: int
    clock: int | None
    resources: tuple[ResourceView, ...]
    next: str | None


class OneResource(Answer, frozen=True):
    """One claim with what councils say of it, in the order of their leaf hashes.

    ``supersedes`` is the leaf hash of the claim whose place it took; what was measured against that one counts in
    ``used`` too, and its uses are listed under it. ``more_consents``: there are more than are listed here.
    """

    size: int
    clock: int | None
    resource: ResourceView
    supersedes: Digest | None
    consents: tuple[ConsentView, ...]
    more_consents: bool


class UseView(Answer, frozen=True):
    """What was measured against a claim, by which council, how.

    ``struck``: a challenge of it was upheld, and it counts no more. ``evidence`` is a SHA-256.
    """

    leaf: Digest
    index: int
    council: Digest
    quantity: int
    from_: int = msgspec.field(name="from")
    until: int
    method: str
    evidence: Digest | None
    struck: bool


class UseList(Answer, frozen=True):
    """The uses that name ``claim``, in the order of the log; ``next`` is the ``after`` of the next page.

    Amounts count 10^-``scale`` of ``unit``, as the claim's do.
    """

    size: int
    claim: Digest
    unit: str
    scale: int
    uses: tuple[UseView, ...]
    next: str | None


class ChallengeView(Answer, frozen=True):
    """A challenge to ``about``, open against ``root``, and where it stands at the last clock.

    Who challenges is ``council``, or the member with the key ``member`` in the council ``home``. Who owes the answer is
    ``answers``; null where it is the founding keys. ``replied`` and ``decided`` are the indices of the first reply and
    of the outcome.
    """

    leaf: Digest
    index: int
    about: Digest
    root: Digest
    ground: str
    council: Digest | None
    member: bytes | None
    home: Digest
    answers: Digest | None
    deadline: int
    state: ChallengeState
    replied: int | None
    outcome: Judgement | None
    decided: int | None


class ChallengeList(Answer, frozen=True):
    """Challenges in the order of their leaf hashes; ``next`` is the ``after`` of the next page.

    With a ``state`` that few challenges are in, a page may hold fewer than were asked for, or none, and have a next.
    """

    size: int
    clock: int | None
    challenges: tuple[ChallengeView, ...]
    next: str | None


class ReplyView(Answer, frozen=True):
    """A reply to a challenge, at ``index``; ``evidence`` is a SHA-256."""

    leaf: Digest
    index: int
    answer: str
    text: str
    evidence: Digest | None


class ReplyList(Answer, frozen=True):
    """The replies to a challenge in the order of the log; ``next`` is the ``after`` of the next page."""

    size: int
    challenge: Digest
    replies: tuple[ReplyView, ...]
    next: str | None


class OutcomeView(Answer, frozen=True):
    """How a challenge was decided, by which council (null: the member withdrew it), under which rule."""

    index: int
    outcome: Judgement
    council: Digest | None
    rule: str


class OneChallenge(Answer, frozen=True):
    """One challenge with its first reply and its outcome. ``more_replies``: the first is not the only one."""

    size: int
    clock: int | None
    challenge: ChallengeView
    reply: ReplyView | None
    more_replies: bool
    outcome: OutcomeView | None


class DecisionView(Answer, frozen=True):
    """A decision in a list."""

    leaf: Digest
    index: int
    council: Digest
    title: str


class DecisionList(Answer, frozen=True):
    """Decisions in the order of their leaf hashes; ``next`` is the ``after`` of the next page."""

    size: int
    decisions: tuple[DecisionView, ...]
    next: str | None


class AdoptedView(Answer, frozen=True):
    """An entry that a decision names, with the marks of a claim, and whether an erratum withdrew a total or rollup."""

    leaf: Digest
    index: int
    kind: str
    marks: tuple[Mark, ...]
    withdrawn: bool


class CarriedView(Answer, frozen=True):
    """A challenge that was open against what a decision adopts when it was taken, and its state now."""

    leaf: Digest
    index: int
    state: ChallengeState


class OneDecision(Answer, frozen=True):
    """One decision: what it adopts, how that stands now, and the challenges that it carries."""

    size: int
    clock: int | None
    leaf: Digest
    index: int
    council: Digest
    title: str
    body: str
    rule: str
    affected: str
    eligible: int
    voted: int
    adopts: tuple[AdoptedView, ...]
    carries: tuple[CarriedView, ...]
