"""A trace over a ledger's public files: audited first, then followed."""

from pathlib import Path

from ledger.audit.engine import Progress, audit
from ledger.audit.report import AuditReport
from ledger.audit.sources import PublicRecords
from ledger.audit.state import AuditState
from ledger.audit.trace import Node, trace
from ledger.client.reader import LedgerReader
from ledger.client.source import Source
from ledger.client.trusted import TrustedLog
from ledger.errors import NotFoundError
from ledger.signing import RandBytes
from ledger.tlog.policy import Log, Policy


def follow(
    source: Source,
    entry: int | bytes,
    *,
    policy: Policy | None,
    state: Path,
    workers: int,
    progress: Progress,
    randbytes: RandBytes,
) -> tuple[AuditReport, Node | None]:
    """The report of an audit, and, where the ledger holds, the tree of sources under ``entry``.

    Args:
        source: a URL or a folder.
        entry: an index or a leaf hash.
        policy: whom the auditor trusts, as :func:`ledger.audit.audit`.
        state: the folder of an audit, which goes on from it and keeps what it finds there.
        workers: processes that check.
        progress: for a progress bar.
        randbytes: the weights of the batches.

    Raises:
        NotFoundError: there is no such entry, or it leads to no source.
        LedgerError: as :func:`ledger.audit.audit`.
    """
    report = audit(source, policy=policy, state=state, workers=workers, progress=progress, randbytes=randbytes)
    if report.verdict != "holds":
        return report, None
    with AuditState(state) as kept:
        if kept.log is None:
            raise AssertionError("bad math in the trace: an audit held and has kept no log")
        reader = LedgerReader(source, TrustedLog(policy or Policy((Log(kept.log),)), kept.note))
        reader.update()  # the log may have grown since; what came later is not looked at
        records = PublicRecords(reader.entries(0, kept.frontier.size), kept.log.name)
        return report, trace(kept.facts, records, _leaf(records, entry))


def _leaf(records: PublicRecords, entry: int | bytes) -> bytes:
    if isinstance(entry, bytes):
        return entry
    leaf = records.leaf_at(entry)
    if leaf is None:
        raise NotFoundError(f"entry {entry} is not there, or leads to no source", rule="no-source")
    return leaf
