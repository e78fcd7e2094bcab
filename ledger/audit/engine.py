"""A whole ledger verified from its public files: tree, history, and every entry by the rules that the server uses.

    1. the checkpoint is signed by the log's key and continues the one of the last audit
    2. every entry's bytes hash to its leaf in the signed tree
    3. every entry is well-formed, its signatures and proofs hold, and the rules accept it at its place
    4. the leaves seen, in order, give exactly the signed root

Nothing is asked of the server but ``checkpoint`` and tiles; no database is read but the audit's own state.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from ledger.audit.attention import attention_lines
from ledger.audit.book import Book
from ledger.audit.replay import RefusedEntry, Replay
from ledger.audit.report import AuditReport, Finding, KeyTrust, Tree, Verdict, Work
from ledger.audit.state import WRONG_STATE, AuditState
from ledger.audit.words import asserted_lines, proved_lines
from ledger.audit.workers import Workers
from ledger.client.export import save_evidence
from ledger.client.introduction import asserted_policy
from ledger.client.reader import LedgerReader, VerifiedEntry
from ledger.client.source import Source
from ledger.client.trusted import WRONG_KEY, WRONG_ORIGIN, Head, TrustedLog
from ledger.errors import (
    InvalidSignature,
    LedgerError,
    MalformedError,
    MisbehaviourError,
    NotFoundError,
    UnavailableError,
)
from ledger.merkle.frontier import Frontier
from ledger.signing import RandBytes
from ledger.storage.facts import FACTS_DAMAGED
from ledger.tlog.policy import Log, Policy

_CALLERS: Final = frozenset({WRONG_STATE, WRONG_ORIGIN, FACTS_DAMAGED})
"""Rules of what is no verdict on the ledger: the caller brought the wrong files, or his disk has lost some."""

Progress = Callable[[int, int], None]
"""Called with (entries that hold so far, entries in the tree)."""


def audit(
    source: Source,
    *,
    policy: Policy | None,
    state: Path | None,
    workers: int,
    progress: Progress,
    randbytes: RandBytes,
    now: Callable[[], float] = time.time,
    clock: Callable[[], float] = time.monotonic,
) -> AuditReport:
    """The verdict on the ledger at `source`, and the report for people.

    Whatever is wrong with the ledger becomes the report's verdict and finding, not an exception. The verdict and the
    finding depend on the public files, the policy and the state alone, not on the number of workers.

    Args:
        source: a URL or a folder.
        policy: whom the auditor trusts to sign checkpoints; without one the key is what the last audit in `state` knew,
            or else what the ledger says of itself, and the report says so.
        state: a folder where the audit remembers what it came to believe; it resumes from there. A verdict other than
            ``holds`` leaves it as it was, except that evidence against the log is saved in it.
        workers: processes that check signatures and proofs; 1 checks in this one.
        progress: for a progress bar.
        randbytes: the weights of the batches; unpredictable to whoever wrote the ledger.
        now: wall clock in Unix seconds, for the date of the report.
        clock: monotonic seconds, for how long it took.

    Raises:
        MalformedError: the policy is of another ledger than the source (``wrong-origin``); the state is not one of this
            ledger under this policy (``wrong-state``), or not a state at all.
        UnavailableError: the state cannot be read or written, or another audit uses it.
    """
    start = clock()
    with AuditState(state) as kept:
        run = _Run(source, policy, kept, Book(kept.facts))
        failure: LedgerError | RefusedEntry | None = None
        try:
            run.verify(max(1, workers), randbytes, progress)
        except (LedgerError, RefusedEntry) as error:
            if isinstance(error, MalformedError) and error.rule in _CALLERS:
                raise
            failure = error
        evidence: tuple[str, ...] = ()
        if isinstance(failure, MisbehaviourError) and state is not None:
            evidence = tuple(str(path) for path in save_evidence(state, failure.evidence))
        return run.report(failure, evidence=evidence, audited_at=int(now()), seconds=clock() - start)


@dataclass(slots=True)
class _Run:
    """One audit under way."""

    source: Source
    policy: Policy | None
    kept: AuditState
    book: Book
    head: Head | None = None
    trusted: TrustedLog | None = None
    replay: Replay | None = None
    resumed_from: int = 0

    def verify(self, workers: int, randbytes: RandBytes, progress: Progress) -> None:
        """Everything holds, and is kept; raises at the first thing that does not."""
        trusted = self.trusted = self._trust()
        reader = LedgerReader(self.source, trusted)
        head = self.head = self._update(reader)
        frontier = self.kept.frontier
        if frontier.size > head.size or reader.root_at(frontier.size) != frontier.root():
            raise AuditState.foreign()
        self.resumed_from = frontier.size
        with Workers(workers, entries=head.size - frontier.size, randbytes=randbytes) as pool:
            replay = self.replay = Replay(
                head.log,
                self.kept.facts,
                book=self.book,
                workers=pool,
                progress=lambda stepped: progress(self.resumed_from + stepped, head.size),
            )
            replay.run(_counted(reader.entries(frontier.size, head.size), frontier))
        if frontier.root() != head.root:
            raise AssertionError("bad math in the audit: verified leaves do not give the verified root")
        self.book.keep()
        self.kept.commit(head.note, head.log, frontier)

    def _trust(self) -> TrustedLog:
        policy = self.policy
        if policy is None:
            known = self.kept.log
            policy = Policy((Log(known),)) if known is not None else asserted_policy(self.source)
        try:
            return TrustedLog(policy, self.kept.note)
        except LedgerError as error:
            raise AuditState.foreign() from error

    def _update(self, reader: LedgerReader) -> Head:
        """The state that the source shows; where the auditor brought no policy, what is wrong is not laid to one."""
        try:
            return reader.update()
        except (MalformedError, InvalidSignature) as error:
            if self.policy is not None:
                raise
            if error.rule == WRONG_ORIGIN:
                if self.kept.log is None:
                    raise MalformedError(
                        "entry 0 is of another ledger than the checkpoint names", rule="wrong-ledger"
                    ) from error
                raise AuditState.foreign() from error
            if error.rule == WRONG_KEY:
                whose = "entry 0 names" if self.kept.log is None else "the last audit knew"
                raise InvalidSignature(
                    f"the checkpoint is not signed by the key that {whose}", rule=WRONG_KEY
                ) from error
            raise

    @property
    def key_trust(self) -> KeyTrust:
        """Whose word the log's key is."""
        return "asserted" if self.policy is None else "policy"

    def report(
        self,
        failure: LedgerError | RefusedEntry | None,
        *,
        evidence: tuple[str, ...],
        audited_at: int,
        seconds: float,
    ) -> AuditReport:
        """What there is to say."""
        stepped = self.replay.stepped if self.replay is not None else 0
        book = self.book
        report = AuditReport(
            verdict=_verdict(failure),
            source=self.source.name,
            audited_at=audited_at,
            finding=self._finding(failure),
            tree=self._tree(),
            work=Work(
                entries=self.resumed_from + stepped,
                entries_now=stepped,
                signatures=self.replay.signatures if self.replay is not None else 0,
                proofs=self.replay.proofs if self.replay is not None else 0,
                resumed_from=self.resumed_from,
                kinds=dict(sorted(book.kinds.items())),
                seconds=round(seconds, 3),
                workers=self.replay.workers if self.replay is not None else 1,
            ),
            evidence=evidence,
        )
        return _with_words(book.tell(report))

    def _tree(self) -> Tree | None:
        head = self.head
        if head is None or self.trusted is None:
            return None
        return Tree(
            origin=head.origin,
            size=head.size,
            root=head.root,
            checkpoint=head.note.decode(),
            log_key=str(head.log),
            key_trust=self.key_trust,
            witnessed=self.trusted.policy.quorum is not None,
        )

    def _finding(self, failure: LedgerError | RefusedEntry | None) -> Finding | None:
        if failure is None:
            return None
        if isinstance(failure, RefusedEntry):
            return Finding(
                rule=failure.error.rule,
                found=str(failure.error),
                index=failure.index,
                leaf=failure.leaf,
                kind=failure.kind,
            )
        reached = None if self.replay is None else self.resumed_from + self.replay.stepped
        size = None if self.head is None else self.head.size
        return Finding(rule=failure.rule, found=str(failure), index=None if reached == size else reached)


def _counted(entries: Iterator[VerifiedEntry], frontier: Frontier) -> Iterator[VerifiedEntry]:
    """The same entries; their leaves are added to `frontier` on the way."""
    for entry in entries:
        frontier.append(entry.leaf)
        yield entry


def _verdict(failure: LedgerError | RefusedEntry | None) -> Verdict:
    if failure is None:
        return "holds"
    if isinstance(failure, MisbehaviourError):
        return "log-lied"
    return "not-checked" if isinstance(failure, UnavailableError | NotFoundError) else "does-not-hold"


def _with_words(report: AuditReport) -> AuditReport:
    return msgspec.structs.replace(
        report, proved=proved_lines(report), asserted=asserted_lines(report), attention=attention_lines(report)
    )
