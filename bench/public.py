"""A ledger of public records alone: claims about the world, and what councils say to them."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from bench.ledgers import COUNCIL, FOUNDER, LOG, START, clock_entry, entry, key
from ledger.crypto.generators import GENERATORS_DIGEST
from ledger.merkle.hashing import leaf_hash
from ledger.records.fields import Body
from ledger.records.kinds.challenge import Challenge
from ledger.records.kinds.consent import Consent
from ledger.records.kinds.council import Council
from ledger.records.kinds.decision import Decision, Turnout
from ledger.records.kinds.ledger import ChallengeRule, Ledger
from ledger.records.kinds.outcome import Outcome
from ledger.records.kinds.reply import Reply
from ledger.records.kinds.request import Request, RequestAmount
from ledger.records.kinds.resource import Resource
from ledger.records.kinds.use import Use
from ledger.signing import SigningKey

COUNCILS: Final = 32
"""So many that no challenger comes too often in a ledger of 100,000 entries."""


@dataclass(frozen=True)
class PublicPlan:
    """So many turns of talk: a claim, two words on it, a use, a challenge and its end, a request, a decision."""

    turns: int

    KINDS = ("resource", "consent", "consent", "use", "challenge", "reply", "outcome", "request", "decision")

    @cached_property
    def opening(self) -> tuple[bytes, ...]:
        """Entry 0, a clock, the councils."""
        ledger = Ledger(
            challenges=ChallengeRule(limit=1000, reply=60),
            cohort_floor=2,
            clock_period=3600,
            founding=(FOUNDER.public,),
            generators=GENERATORS_DIGEST,
            log_key=LOG.public,
            suite="OT1",
        )
        councils = tuple(
            entry("council", Council(key=each.public, name=f"Council {number}", type="council"), each, FOUNDER)
            for number, each in enumerate(self._keys)
        )
        return (entry("ledger", ledger, FOUNDER), clock_entry(), *councils)

    @cached_property
    def _keys(self) -> tuple[SigningKey, ...]:
        return (COUNCIL, *(key(f"council {number}") for number in range(1, COUNCILS)))

    def records(self) -> Iterator[bytes]:
        """All turns, one after the other."""
        leaves = [leaf_hash(raw) for raw in self.opening[2:]]
        for turn in range(self.turns):
            mine, other = turn % COUNCILS, (turn + 1) % COUNCILS
            yield from self._turn(turn, (leaves[mine], self._keys[mine]), (leaves[other], self._keys[other]))

    def _turn(self, turn: int, mine: tuple[bytes, SigningKey], other: tuple[bytes, SigningKey]) -> Iterator[bytes]:
        (me, my_key), (you, your_key) = mine, other
        made: list[bytes] = []

        def make(kind: str, body: Body, signer: SigningKey) -> bytes:
            made.append(entry(kind, body, signer))
            return made[-1]

        claim = leaf_hash(make("resource", _resource(me, turn), my_key))
        make("consent", Consent(about=claim, council=me, verdict="for"), my_key)
        make("consent", Consent(about=claim, council=you, verdict="for"), your_key)
        use = Use(claim=claim, council=you, from_=START - 60, method="gauge", quantity=turn, until=START)
        make("use", use, your_key)
        challenge = leaf_hash(make("challenge", Challenge(about=claim, council=you, ground="evidence"), your_key))
        reply = Reply(answer="explains", challenge=challenge, council=me, text=f"as said in turn {turn}")
        make("reply", reply, my_key)
        make("outcome", Outcome(challenge=challenge, council=you, outcome="withdrawn", rule="our own"), your_key)
        amounts = (RequestAmount(code="flour", quantity=turn, scale=0, unit="kg"),)
        request = Request(amounts=amounts, council=me, period=f"{turn}", purpose="the school", type="collective")
        make("request", request, my_key)
        make("decision", _decision(me, claim, turn), my_key)
        yield from made


def _resource(council: bytes, turn: int) -> Resource:
    return Resource(
        affected="all who drink",
        area="upper valley",
        category="water",
        council=council,
        evidence=hashlib.sha256(turn.to_bytes(4, "big")).digest(),
        mandate="assembly of 2026",
        method="gauge 7",
        quantity=turn,
        resource=f"spring-{turn}",
        scale=2,
        type="ceiling",
        uncertainty=10,
        unit="m³",
        valid_from=START,
        valid_until=START + 86_400,
    )


def _decision(council: bytes, claim: bytes, turn: int) -> Decision:
    return Decision(
        adopts=(claim,),
        affected="all",
        body="assembly",
        council=council,
        rule="majority",
        title=f"Decision {turn}",
        turnout=Turnout(eligible=9, voted=8),
    )
