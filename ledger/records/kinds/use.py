"""``use``: what was measured against a claim about the world: so much was taken, or emitted."""

from typing import Final

from msgspec import field
from msgspec.structs import replace

from ledger.encoding import MAX_SAFE_INTEGER
from ledger.records.councils import require_council
from ledger.records.facts import now
from ledger.records.fields import Body, Digest, LeafHash, Natural, Text
from ledger.records.kind import Kind, Record, nothing_owed
from ledger.records.kinds.resource import RESOURCES, resource_of
from ledger.records.rule_names import refusal
from ledger.records.view import Fact, FactStruct, Space, View


class Use(Body, frozen=True, kw_only=True):
    """What a use entry says.

    Attributes:
        claim: the resource entry that it is held against.
        evidence: the SHA-256 of the evidence, which is kept elsewhere; absent where there is none.
        from_, until: Unix seconds; measured from then until before.
        method: how it was measured.
        quantity: in the claim's units.
    """

    claim: LeafHash
    council: LeafHash
    evidence: Digest | None = None
    from_: Natural = field(name="from")
    method: Text
    quantity: Natural
    until: Natural


class UseFact(FactStruct, frozen=True):
    """A use, under its leaf hash; struck once a challenge of it was upheld."""

    claim: bytes
    quantity: int
    struck: bool


class ClaimUseFact(FactStruct, frozen=True):
    """The leaf hash of a use, under that of the claim which it names and its index (8 bytes)."""

    leaf: bytes


USES: Final = Space("use", UseFact)
CLAIM_USES: Final = Space("claim-use", ClaimUseFact)


def _check(body: Use) -> None:
    if not body.from_ < body.until:
        raise refusal("bad-field", "until is not later than from")


def _step(view: View, record: Record[Use], index: int) -> tuple[Fact, ...]:
    body = record.body
    require_council(view, record, body.council)
    fact = resource_of(view, body.claim, "claim")
    time = now(view)
    if body.until > time:
        raise refusal("too-early", f"until is {body.until}; the last clock says {time}, and nothing is measured ahead")
    if fact.used + body.quantity > MAX_SAFE_INTEGER:
        raise refusal("use-overflow", "the use of the claim reaches 2^53")
    return (
        RESOURCES.put(body.claim, replace(fact, used=fact.used + body.quantity)),
        USES.put(record.leaf, UseFact(body.claim, body.quantity, struck=False)),
        CLAIM_USES.put(body.claim + index.to_bytes(8, "big"), ClaimUseFact(record.leaf)),
    )


KIND: Final = Kind("use", Use, _check, nothing_owed, _step)
