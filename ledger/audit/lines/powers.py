"""Who may act, in a report: mandates, recalls, recovery keys; given and taken by whom, in effect or waiting."""

from typing import Literal

import msgspec

from ledger.audit.lines.value import Value
from ledger.audit.lines.world import ConsentLine

MandateEnd = Literal["expired", "given-up", "lapsed", "recalled", "recovered"]
"""``expired``: its time is over. ``given-up``: its holder ended it. ``lapsed``: too few were for it in time.
``recalled``: itself, or with the key of its council. ``recovered``: its council took itself back."""

ProposalState = Literal["in-effect", "settled", "waiting"]
"""``settled``: not in effect, and nothing that is said now can change that."""


class Proposed(Value, frozen=True, kw_only=True):
    """What may be a proposal to those in a federation: `agreed` of the `quorum` councils that were in it are for it.

    Now, while it waits, else when it took effect; both are 0 where nobody was asked. `in_effect_since` is the index of
    the entry that gave it effect; None while it waits, or where nothing ever did.
    """

    index: int
    leaf: bytes
    council: bytes
    council_name: str
    in_effect_since: int | None = None
    agreed: int = 0
    quorum: int = 0
    consents: tuple[ConsentLine, ...] = ()


class MandateLine(Proposed, frozen=True, kw_only=True):
    """Somebody may act for a council, in these kinds of entry, until then, given by the decision at `decision`.

    `ended_by` is the index of the entry that ended it; None where its time ran out. `signed` counts the entries that
    were signed under it, by kind: they stay valid.
    """

    role: str
    kinds: tuple[str, ...]
    until: int
    decision: int
    state: Literal["ended", "in-effect", "waiting"] = "waiting"
    ended: MandateEnd | None = None
    ended_by: int | None = None
    signed: dict[str, int] = msgspec.field(default_factory=dict)


class RecallLine(Proposed, frozen=True, kw_only=True):
    """`by_name` would end the mandate at the index `mandate`, or, where that is None, the key of the council itself."""

    by_name: str
    mandate: int | None
    reason: str
    state: ProposalState = "waiting"


class RecoveryLine(Proposed, frozen=True, kw_only=True):
    """A council set `keys` recovery keys, of which `threshold` must sign; ``replaced`` by later ones."""

    keys: int
    threshold: int
    state: ProposalState | Literal["replaced"] = "waiting"
