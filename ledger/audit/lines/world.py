"""Claims about the world in a report: who says so, who agrees, what was measured, and what speaks against them."""

from ledger.audit.lines.value import Value
from ledger.records.assent import Verdict
from ledger.records.standing import Mark


class ConsentLine(Value, frozen=True, kw_only=True):
    """What a council says last of a claim about the world, a mandate, a recall or recovery keys."""

    index: int
    council_name: str
    verdict: Verdict
    conditions: str | None = None
    signed_under: int | None = None


class ResourceLine(Value, frozen=True, kw_only=True):
    """What a council says about the world; proved is only who said it, and its place in the log.

    `used` counts what was measured against it and the claims that it superseded, in its own units, over `uses` entries;
    uses that were judged wrong are among these and count nothing. `marks` is what speaks against it at the last clock.
    """

    index: int
    leaf: bytes
    council_name: str
    category: str
    quantity: int
    scale: int
    unit: str
    uncertainty: int
    area: str
    mandate: str
    method: str
    evidence: bytes | None
    affected: str
    valid_from: int
    valid_until: int
    supersedes: int | None = None
    superseded_by: int | None = None
    resource: str = ""
    type: str = ""
    used: int = 0
    uses: int = 0
    consents: tuple[ConsentLine, ...] = ()
    marks: tuple[Mark, ...] = ()
    signed_under: int | None = None


class UseLine(Value, frozen=True, kw_only=True):
    """What was measured against a claim, by whom and how.

    `sum` is what was measured against the claim and those before it, up to this and with it; `above`: that is more than
    the claim says. `struck`: a challenge of it was upheld, and it counts no more, neither here nor in later sums.
    """

    index: int
    leaf: bytes
    claim_index: int
    resource: str
    council_name: str
    quantity: int
    scale: int
    unit: str
    measured_from: int
    measured_until: int
    method: str
    evidence: bytes | None
    sum: int
    above: bool
    struck: bool = False
    signed_under: int | None = None
