"""The kinds of checks and balances and of federations, said once each in a ledger that is under way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ledger.crypto.commit import Opening
from ledger.crypto.group import format_scalar
from ledger.records.kinds.tags import member_tag
from ledger.signing import SigningKey


class Grown(Protocol):
    """A ledger under way."""

    def add(self, name: str, kind: str, body: Mapping[str, object], *signers: SigningKey) -> bytes:
        """The leaf hash of the entry that says this, now in the log."""
        ...


@dataclass(frozen=True)
class Place:
    """Where it is said: leaf hashes and keys of a ledger that has its total.

    Attributes:
        start: the time of the last clock.
        digest: the digest of some evidence.
        opening: of the round's sum, with ``count`` live claims.
        fresh: keys that nobody has registered.
    """

    origin: str
    start: int
    digest: bytes
    council: bytes
    federation: bytes
    roster: bytes
    round: bytes
    total: bytes
    resource: bytes
    decision: bytes
    opening: Opening
    count: int
    key: SigningKey
    above: SigningKey
    member: SigningKey
    fresh: Sequence[SigningKey]


def amounts(quantity: int) -> list[dict[str, object]]:
    """What a request asks for, in the round's first category."""
    return [{"code": "c1", "quantity": quantity, "scale": 0, "unit": "kg"}]


def ask(grown: Grown, council: bytes, key: SigningKey) -> None:
    """Before the round is closed: a default, and a collective request that takes another one's place."""
    said: dict[str, object] = {"amounts": amounts(7), "council": council, "purpose": "bread for eight"}
    grown.add("default", "request", {**said, "type": "default"}, key)
    said |= {"period": "2027", "type": "collective"}
    first = grown.add("first request", "request", said, key)
    grown.add("request", "request", {**said, "amounts": amounts(5), "supersedes": first}, key)


def object_to(grown: Grown, at: Place) -> None:
    """What is claimed about the world is measured, consented to, challenged, explained and decided."""
    said: dict[str, object] = {"council": at.council, "evidence": at.digest}
    measured = {"claim": at.resource, "from": at.start - 3600, "method": "gauge 7", "quantity": 130_000}
    use = grown.add("use", "use", {**said, **measured, "until": at.start}, at.key)
    consent: dict[str, object] = {"about": at.resource, "conditions": "not in August", "verdict": "conditions"}
    grown.add("consent", "consent", {**consent, "council": at.council}, at.key)
    later = {"about": at.resource, "again": 1, "council": at.council, "verdict": "for"}
    grown.add("consent again", "consent", later, at.key)
    hers: dict[str, object] = {"about": use, "ground": "measurement", "roster": at.roster, "row": 0}
    challenge = grown.add("challenge", "challenge", hers, at.member)
    answer = {"answer": "explains", "challenge": challenge, "text": "the gauge was calibrated in spring"}
    grown.add("reply", "reply", {**said, **answer}, at.key)
    judged = {"challenge": challenge, "outcome": "upheld", "rule": "two thirds"}
    grown.add("outcome", "outcome", {**said, **judged}, at.key)
    grown.add("council's challenge", "challenge", {**said, "about": at.decision, "ground": "procedure"}, at.key)
    caution = {"about": at.total, "council": at.council, "effect": "note", "reason": "a meter was read twice"}
    grown.add("erratum", "erratum", caution, at.key)


def federate(grown: Grown, at: Place) -> None:
    """Tags, the rollup of the one round, and a council that joins and leaves."""
    tags = sorted(member_tag(bytes([row]) * 32, origin=at.origin, period="2027") for row in range(3))
    said: dict[str, object] = {"council": at.council, "period": "2027", "roster": at.roster, "tags": tags}
    grown.add("tags", "tags", said, at.key)
    quantities = at.opening.quantities
    rollup = {
        "blinding": format_scalar(at.opening.blinding),
        "count": at.count,
        "defaults": (),
        "federation": at.federation,
        "missing": (),
        "period": "2027",
        "requested": ["5", *["0"] * (len(quantities) - 1)],
        "requests": 1,
        "round_no": 1,
        "rounds": (at.round,),
        "totals": [str(quantity) for quantity in quantities],
    }
    grown.add("rollup", "rollup", rollup, at.above)
    mine = at.fresh[0]
    named = {"key": mine.public, "name": "Hillside", "parent": at.federation, "type": "steward"}
    other = grown.add("other council", "council", named, mine, at.above)
    grown.add("membership", "membership", {"again": 1, "council": other, "from": at.federation}, mine)
    grown.add("joining", "membership", {"council": other, "to": at.federation}, mine, at.above)


def hold(grown: Grown, at: Place) -> None:
    """A mandate that is recalled, recovery keys, and a key that is set by two of them."""
    holder, first, second, new = at.fresh[1:5]
    office = {"decision": at.decision, "kinds": ["claim", "close"], "role": "clerk", "until": at.start + 86_400}
    mandate = grown.add("mandate", "mandate", {**office, "council": at.council, "key": holder.public}, at.key, holder)
    grown.add("recall", "recall", {"by": at.council, "council": at.council, "mandate": mandate, "reason": "x"}, at.key)
    keys = sorted(each.public for each in (first, second))
    grown.add("recovery", "recovery", {"council": at.council, "keys": keys, "threshold": 2}, at.key, first, second)
    grown.add("recover", "recover", {"council": at.council, "new": new.public}, new, first, second)
