"""Every name under which an entry can be refused, with one sentence and one class of error each.

The names are part of the public interface: problem types of the service and the table in the documentation are made
from this one, and a test holds it against what the code raises.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ledger.errors import (
    InvalidOpening,
    InvalidRangeProof,
    InvalidSignature,
    LedgerError,
    MalformedError,
    NotAcceptedError,
    VerificationError,
)


class NotYet(NotAcceptedError):  # noqa: N818 - a state of affairs, not a fault
    """The entry rests on an earlier one that is not in the view; once that one is in, it may be tried again."""

    default_rule = "not-yet"


@dataclass(frozen=True, slots=True)
class Rule:
    """What one refusal means, and the class of error that carries it."""

    error: type[LedgerError]
    sentence: str


RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        # The bytes.
        "malformed": Rule(MalformedError, "Some bytes are not the canonical form of what they should be."),
        "too-long": Rule(MalformedError, "The entry is longer than 65,535 bytes."),
        "too-deep": Rule(MalformedError, "The entry is nested more deeply than any entry needs."),
        "not-json": Rule(MalformedError, "The entry is not JSON."),
        "not-canonical": Rule(MalformedError, "The entry is not spelled in the one canonical form of RFC 8785."),
        "unknown-version": Rule(MalformedError, "The statement's version is not 1."),
        "unknown-kind": Rule(MalformedError, "There is no kind of entry of this name."),
        "unknown-field": Rule(MalformedError, "A field is not one that this kind of entry has."),
        "missing-field": Rule(MalformedError, "A field that this kind of entry must have is absent."),
        "bad-field": Rule(
            MalformedError, "A field's value is of the wrong type, out of range, or at odds with another."
        ),
        "unsorted-signatures": Rule(MalformedError, "The signatures are not sorted by key, or a key signs twice."),
        "wrong-ledger": Rule(NotAcceptedError, "The statement was made for another ledger."),
        # Who signs.
        "invalid-signature": Rule(InvalidSignature, "A signature does not verify under the key it names."),
        "missing-signature": Rule(NotAcceptedError, "Somebody who must sign the entry has not signed it."),
        "extra-signature": Rule(NotAcceptedError, "Somebody has signed who has no part in the entry."),
        "unknown-key": Rule(NotAcceptedError, "A key is not registered in this ledger."),
        "revoked-key": Rule(NotAcceptedError, "A key was rotated away or revoked by an earlier entry."),
        "wrong-key": Rule(NotAcceptedError, "A key is valid, but has no power over this entry."),
        "duplicate-key": Rule(NotAcceptedError, "The key was registered before; a key is registered once, for ever."),
        "last-founding-key": Rule(NotAcceptedError, "The last valid founding key cannot be revoked."),
        # Any entry.
        "no-ledger": Rule(NotAcceptedError, "The entry at index 0 is not a ledger entry."),
        "second-ledger": Rule(NotAcceptedError, "A ledger entry stands at index 0 only."),
        "duplicate-entry": Rule(NotAcceptedError, "The same entry is in the ledger already."),
        "no-clock": Rule(NotAcceptedError, "No clock entry stands before the entry."),
        "clock-backwards": Rule(NotAcceptedError, "The clock entry is not later than the last one."),
        "clock-off-period": Rule(NotAcceptedError, "The clock entry is not a multiple of the ledger's clock period."),
        "wrong-generators": Rule(NotAcceptedError, "The ledger entry names other generators than the suite has."),
        # Councils, rosters, rounds.
        "unknown-council": Rule(NotAcceptedError, "There is no council of this leaf hash."),
        "unknown-roster": Rule(NotAcceptedError, "There is no roster of this leaf hash."),
        "wrong-roster": Rule(NotAcceptedError, "A roster is of another council or has another allowance rule."),
        "below-floor": Rule(NotAcceptedError, "A cohort would be smaller than the ledger's floor."),
        "duplicate-member": Rule(NotAcceptedError, "A member's reference or key stands in two rows."),
        "reused-commitment": Rule(NotAcceptedError, "A hidden allowance's commitment stands in the ledger already."),
        "duplicate-round": Rule(NotAcceptedError, "The council has a round of this period and number already."),
        "too-many-rows": Rule(NotAcceptedError, "A round has at most 100,000 rows."),
        "price-list-overflow": Rule(NotAcceptedError, "With all rows at their maximum a total would reach 2^53."),
        "allowance-overflow": Rule(NotAcceptedError, "The sum of the allowances reaches 2^53."),
        "slack-too-narrow": Rule(
            NotAcceptedError, "An allowance does not fit the slack width and would force spending."
        ),
        # Claims.
        "unknown-round": Rule(NotYet, "There is no round of this leaf hash."),
        "row-out-of-range": Rule(NotAcceptedError, "The round's rosters have no row of this number."),
        "round-not-open": Rule(NotAcceptedError, "The round has not opened at the last clock."),
        "round-closed": Rule(NotAcceptedError, "The round's closing time has come, or its close is in the ledger."),
        "stale-sequence": Rule(NotAcceptedError, "The sequence number is not one more than the row's last one."),
        "wrong-superseded": Rule(
            NotAcceptedError, "The claim does not name exactly the row's live claim, or its absence."
        ),
        "wrong-claim": Rule(NotAcceptedError, "The claim to withdraw is not the row's live claim."),
        "invalid-range-proof": Rule(
            InvalidRangeProof, "The proof does not show every quantity in range and the basket within the allowance."
        ),
        "invalid-opening": Rule(InvalidOpening, "The amounts and the blinding do not open the commitments."),
        # Closing and totals.
        "too-early": Rule(
            NotAcceptedError,
            "The round is still running and does not allow closing early, or what was measured lies ahead.",
        ),
        "already-closed": Rule(NotAcceptedError, "The round is closed already."),
        "wrong-count": Rule(VerificationError, "The count is not the number of what is counted: live claims, or rows."),
        "wrong-sum": Rule(VerificationError, "The sum is not the sum of the live claims' commitments."),
        "wrong-set": Rule(VerificationError, "The set is not the tree root over the live claims."),
        "not-closed": Rule(NotYet, "The round has no close in the ledger."),
        "already-totalled": Rule(NotAcceptedError, "The round has its total already."),
        "under-minimum": Rule(NotAcceptedError, "Fewer claims are live than the cohort minimum."),
        "wrong-categories": Rule(
            VerificationError, "The totals are not one for each category of the catalogue, or the catalogues differ."
        ),
        "wrong-unclaimed": Rule(VerificationError, "The number of rows without a live claim is another."),
        "wrong-allowances": Rule(VerificationError, "The sum of the allowances is another, or has no place here."),
        # Resources and decisions.
        "unknown-resource": Rule(NotAcceptedError, "There is no resource entry of this leaf hash."),
        "wrong-resource": Rule(
            NotAcceptedError, "The resource entry is another council's, about another resource, or superseded already."
        ),
        "unknown-entry": Rule(NotAcceptedError, "There is no earlier entry of this leaf hash."),
        # Checks and balances, federations.
        "wrong-entry": Rule(NotAcceptedError, "The entry that is named is of a kind that this one cannot be about."),
        "wrong-council": Rule(
            NotAcceptedError, "The council has no part in what the entry is about, or may not judge it."
        ),
        "wrong-decision": Rule(NotAcceptedError, "The decision that is named is not one of this council."),
        "use-overflow": Rule(NotAcceptedError, "The use of a claim reaches 2^53."),
        "unknown-challenge": Rule(NotAcceptedError, "There is no challenge of this leaf hash."),
        "too-many-challenges": Rule(
            NotAcceptedError, "The challenger has challenged as often as the ledger allows for a while."
        ),
        "already-decided": Rule(NotAcceptedError, "The challenge has its outcome already."),
        "unknown-mandate": Rule(NotAcceptedError, "There is no mandate of this leaf hash for this council."),
        "mandate-ended": Rule(
            NotAcceptedError,
            "A mandate has run out, was recalled, or is not in effect; or what it is about is settled.",
        ),
        "stale-consent": Rule(NotAcceptedError, "The number of a council's word is not the next one about this entry."),
        "outside-mandate": Rule(NotAcceptedError, "A mandate does not name this kind of entry."),
        "no-recovery": Rule(NotAcceptedError, "The council has no recovery keys."),
        "wrong-federation": Rule(
            NotAcceptedError, "The council is not a federation, or not the one that the other council is in or below."
        ),
        "wrong-request": Rule(
            NotAcceptedError, "The request is another council's, of another period, or superseded already."
        ),
        "request-limit": Rule(
            NotAcceptedError,
            "The council has made as many requests for the period as it may.",
        ),
        "duplicate-tags": Rule(NotAcceptedError, "The roster has its tags for the period already."),
        "missing-tags": Rule(
            NotAcceptedError, "A roster has no tags for the period, and the federation's rule asks for them."
        ),
        "counted-twice": Rule(NotAcceptedError, "A member or a council would be counted twice in one period."),
        "duplicate-rollup": Rule(NotAcceptedError, "The federation has a rollup of this period and number already."),
        "wrong-requests": Rule(VerificationError, "The number of the requests that count is another."),
        "wrong-requested": Rule(VerificationError, "The sums of the requests are others."),
        "wrong-missing": Rule(VerificationError, "The silent councils, or what is done about them, are others."),
        "differencing": Rule(
            NotAcceptedError, "With what was opened before, a set smaller than the minimum could be had by subtraction."
        ),
        "wrong-round": Rule(
            VerificationError, "A round is of another period or number, or the parts are of different rounds."
        ),
    }
)


def refusal(rule: str, message: str) -> LedgerError:
    """The error, of the class that ``RULES`` gives, that carries ``rule`` and the sentence ``message``."""
    return RULES[rule].error(message, rule=rule)
