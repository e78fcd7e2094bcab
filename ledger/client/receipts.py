"""A member's receipt, verified offline: her entry is in the log; and in words, what that shows and what it does not."""

from dataclasses import dataclass
from typing import Any

from ledger.merkle.hashing import leaf_hash
from ledger.records.entry import parse_entry, signing_message
from ledger.records.kind import Record
from ledger.signing import verify
from ledger.tlog.key import VerifierKey
from ledger.tlog.policy import Policy
from ledger.tlog.proof import open_tlog_proof


@dataclass(frozen=True, slots=True)
class ReceiptFinding:
    """An entry that was shown to be in a signed tree.

    Attributes:
        record: the entry, its signatures verified under the keys that it names.
        index: its place in the log, to cite.
        size: entries in the signed tree.
        log: the key of the log that signed it.
        witnessed: whether the policy asked for witnesses (and so had them).
    """

    record: Record[Any]
    index: int
    size: int
    log: VerifierKey
    witnessed: bool

    def shows(self) -> tuple[str, ...]:
        """What is proved, one sentence each."""
        place = (
            f"The entry, a {self.record.kind}, is no. {self.index} of the ledger {self.record.origin}, in the tree of "
            f"{self.size} entries that its log has signed. It cannot be taken out again unseen."
        )
        signed = len(self.record.signers)
        return (
            place,
            f"It carries {signed} valid signature{'' if signed == 1 else 's'} and has not been changed since.",
            *(("As many witnesses as your policy asks for saw this tree.",) if self.witnessed else ()),
        )

    def leaves_open(self) -> tuple[str, ...]:
        """What it does not show, one sentence each."""
        return (
            "Whether it is counted in a total: that takes a total receipt.",
            "Whether the rules of the ledger held, for this entry and all others: that takes an audit.",
            *(
                ()
                if self.witnessed
                else ("Whether everybody is shown this same ledger: your policy asks for no witness.",)
            ),
        )


def verify_receipt(entry: bytes, receipt: bytes, policy: Policy) -> ReceiptFinding:
    """The entry is in a tree that a log of the policy has signed, and the keys that it names have signed the entry.

    Args:
        entry: the entry's bytes, as kept in ``entry.json``.
        receipt: the tlog-proof, as kept in ``receipt.tlog-proof``.
        policy: the logs and witnesses that the member trusts.

    Raises:
        MalformedError: not an entry, or not a receipt.
        InvalidSignature: the tree is not signed as the policy asks, or a signature of the entry does not verify.
        InvalidInclusionProof: the receipt is about another entry, or cut short.
        NotAcceptedError: too few witnesses, or the entry was made for another ledger than the one that signed.
    """
    index, opened = open_tlog_proof(receipt, leaf_hash(entry), policy)
    record = parse_entry(entry, origin=opened.checkpoint.origin)
    message = signing_message(record.kind, record.statement)
    for key, signature in zip(record.signers, record.signatures, strict=True):
        verify(key, message, signature)
    return ReceiptFinding(record, index, opened.checkpoint.size, opened.log, policy.quorum is not None)
