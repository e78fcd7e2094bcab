"""Challenges as the rules see them: what is open against an entry, who has to answer, until when."""

from collections.abc import Iterable, Iterator
from typing import Final, Literal

from ledger.records.facts import ENTRIES
from ledger.records.rule_names import refusal
from ledger.records.view import FactStruct, Space, View

Answer = Literal["accepts", "disputes", "explains"]
Judgement = Literal["rejected", "upheld", "withdrawn"]
ChallengeState = Literal["answered", "decided", "open", "overdue"]


class ChallengeFact(FactStruct, frozen=True):
    """A challenge, under its leaf hash.

    Attributes:
        about: the entry meant.
        root: the entry that it is open against: what a challenge, reply or outcome is about in the end.
        challenger: a council's leaf hash, or a member's key.
        home: the leaf hash of that council, or of the member's.
        council: whether the challenger is a council.
        answers: the index of the council that has to answer; ``FOUNDERS`` for the founding keys.
        deadline: Unix seconds.
        replied: the index of the first reply.
        outcome: how it was decided; None while it is open.
        decided: the index of the outcome.
    """

    about: bytes
    root: bytes
    challenger: bytes
    home: bytes
    council: bool
    answers: int
    deadline: int
    index: int
    replied: int | None
    outcome: Judgement | None
    decided: int | None

    def state(self, time: int) -> ChallengeState:
        """Where it stands when the last clock says ``time``."""
        if self.outcome is not None:
            return "decided"
        if self.replied is not None:
            return "answered"
        return "overdue" if time >= self.deadline else "open"


class AgainstFact(FactStruct, frozen=True):
    """A challenge, decided or not, under its root and its leaf hash."""

    index: int


class ThreadFact(FactStruct, frozen=True):
    """The challenge that a reply or an outcome is about, under the leaf hash of that entry."""

    challenge: bytes


class ReplyFact(FactStruct, frozen=True):
    """The leaf hash of a reply, under that of its challenge and its index (8 bytes)."""

    leaf: bytes


class ChallengerFact(FactStruct, frozen=True):
    """When somebody challenged, under the challenger: times no older than the ledger's reply time."""

    times: tuple[int, ...]


CHALLENGES: Final = Space("challenge", ChallengeFact)
AGAINST: Final = Space("challenge-against", AgainstFact)
THREADS: Final = Space("thread", ThreadFact)
REPLIES: Final = Space("challenge-reply", ReplyFact)
CHALLENGERS: Final = Space("challenger", ChallengerFact)


def challenge_of(view: View, leaf: bytes) -> ChallengeFact:
    """The challenge of this leaf hash.

    Raises:
        NotAcceptedError: ``unknown-challenge``.
    """
    fact = view.get(CHALLENGES, leaf)
    if fact is None:
        raise refusal("unknown-challenge", "challenge is not the leaf hash of a challenge entry")
    return fact


def open_against(view: View, leaf: bytes) -> Iterator[bytes]:
    """The leaf hashes of the challenges that are open against the entry, in their own order."""
    for key, _ in view.scan(AGAINST, leaf):
        if challenge_of(view, key[32:]).outcome is None:
            yield key[32:]


def carried_by(view: View, adopts: Iterable[bytes], index: int) -> tuple[bytes, ...]:
    """The leaf hashes of the challenges that a decision at ``index`` carries: those then open against what it adopts.

    Never stored: it follows from the log, at any later time.
    """
    against = (key[32:] for leaf in adopts for key, fact in view.scan(AGAINST, leaf) if fact.index < index)
    return tuple(leaf for leaf in against if _was_open(challenge_of(view, leaf), index))


def _was_open(challenge: ChallengeFact, index: int) -> bool:
    return challenge.decided is None or challenge.decided > index


def root_of_entry(view: View, leaf: bytes) -> bytes:
    """The entry that a challenge of this one is open against.

    Raises:
        NotAcceptedError: ``unknown-entry``.
    """
    if view.get(ENTRIES, leaf) is None:
        raise refusal("unknown-entry", "about is not the leaf hash of an earlier entry")
    thread = view.get(THREADS, leaf)
    challenge = view.get(CHALLENGES, leaf if thread is None else thread.challenge)
    return leaf if challenge is None else challenge.root
