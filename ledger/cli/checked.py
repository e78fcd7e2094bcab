"""The ledger as this desk has checked it itself, every entry by every rule, before it opens a sum to anybody.

What a sum gives away depends on what was opened before. An entry that the rules refuse has been shown to the server all
the same, and a server that kept an earlier opening silent would be shown what few households ask for. So nothing is
taken from the server's views here: the desk audits the ledger from its public files, goes on the next time from where
it has come, and asks the rules themselves what they would say to an entry that is not sent yet.

What is left to the server's word is that the state it shows is the newest. A desk takes none that is older than the
last it has seen, and evidence is kept of one that contradicts it; but openings that came in since, from other desks,
can be kept from it for a while. A policy that asks for witnesses makes that harder.
"""

import contextlib
import os
import secrets
from collections.abc import Iterator
from typing import Any, Final

from ledger.audit.engine import audit
from ledger.audit.report import AuditReport
from ledger.audit.state import FACTS_FILE
from ledger.cli.desk import private_folder
from ledger.cli.remote import Remote
from ledger.cli.screen import so_far
from ledger.client.source import HttpSource
from ledger.errors import MisbehaviourError, NotFoundError, UnavailableError, VerificationError
from ledger.merkle.hashing import leaf_hash
from ledger.records.councils import COUNCILS, CouncilFact
from ledger.records.entry import build_statement
from ledger.records.facts import ENTRIES, EntryFact
from ledger.records.fields import Body
from ledger.records.kind import Record
from ledger.records.registry import KINDS
from ledger.records.view import OverlayView, View
from ledger.rules.checks import Owed, run_checks
from ledger.signing import PublicKey
from ledger.storage.facts import FactFile

AUDIT: Final = "audit"
"""The folder, beside the policy and the vault, of what the desk has checked so far."""


class CheckedLedger:
    """What the first ``size`` entries mean to the rules; all of them hold."""

    def __init__(self, view: View, origin: str, size: int) -> None:
        self._view = OverlayView(view)
        self.origin = origin
        self.size = size

    @property
    def view(self) -> View:
        """The facts, with those of the entries that :meth:`would_take` was asked about."""
        return self._view

    def council(self, leaf: bytes) -> CouncilFact:
        """The council of this leaf hash.

        Raises:
            NotFoundError: ``unknown-council``.
        """
        fact = self.view.get(COUNCILS, leaf)
        if fact is None:
            raise NotFoundError("the ledger has no council of this leaf hash", rule="unknown-council")
        return fact

    def standing(self, leaf: bytes) -> EntryFact | None:
        """Where in the log the entry of this leaf hash is, if it is there."""
        return self.view.get(ENTRIES, leaf)

    def draft(self, kind: str, body: Body, signer: PublicKey) -> Record[Any]:
        """What would be the entry that says ``body``, with the name of its signer and without a signature.

        Raises:
            LedgerError: what the body alone is refused for.
        """
        statement = build_statement(kind, self.origin, body)
        return Record(b"", leaf_hash(statement), self.origin, kind, body, statement, (signer,), ())

    def would_take(self, record: Record[Any]) -> None:
        """The rules would accept the entry, were it the next one; from now on it is taken to be in.

        Signatures are not looked at: who must sign is, by name.

        Raises:
            LedgerError: what they would refuse it for.
        """
        law = KINDS[record.kind]
        (refusal,) = run_checks([Owed((), law.owed(self._view, record))], randbytes=secrets.token_bytes)
        if refusal is not None:
            raise refusal
        self._view.apply(law.step(self._view, record, self.size))
        self.size += 1


@contextlib.contextmanager
def checked_ledger(there: Remote) -> Iterator[CheckedLedger]:
    """The ledger as it stands now, checked by this desk from where it stopped the last time.

    Raises:
        VerificationError: an entry does not hold; it is named, and nothing should be opened in this ledger.
        MisbehaviourError: the log lied; the evidence has been saved.
        UnavailableError: it could not be found out.
    """
    folder = private_folder(there.folder / AUDIT)
    with there.desk.screen.progress("checking the ledger", None) as advance:
        report = audit(
            HttpSource(there.connection),
            policy=there.policy,
            state=folder,
            workers=os.cpu_count() or 1,
            progress=so_far(advance),
            randbytes=secrets.token_bytes,
        )
    _require_holds(report)
    with FactFile(folder / FACTS_FILE) as facts:
        yield CheckedLedger(facts, there.origin, report.work.entries)


def _require_holds(report: AuditReport) -> None:
    finding = report.finding
    if finding is None:
        return
    where = "" if finding.index is None else f"entry {finding.index}: "
    if report.verdict == "log-lied":
        kept = ", ".join(report.evidence)
        raise MisbehaviourError(f"{finding.found}; the evidence is in {kept}", evidence=(), rule=finding.rule)
    if report.verdict == "not-checked":
        raise UnavailableError(f"{where}{finding.found}", rule=finding.rule)
    raise VerificationError(f"the ledger does not hold. {where}{finding.found}", rule=finding.rule)
