"""Entries that came each by itself, handled together: one look, one hand-over to the log, and no ties between them.

In a submission of many entries a later one may rest on an earlier one, and is held back where the earlier could not be
judged. Here none waits for another. Those that owe proofs are answered in a second step, so that the others need not
wait for the pool.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future

from ledger.errors import FatalLogError, LedgerError, UnavailableError
from ledger.log.batch import Outcome, Refused
from ledger.records.kind import NotYet, Record
from ledger.rules.checks import VerifiedRecord, settle
from ledger.submit.looking import Ready
from ledger.submit.pool import Verdict
from ledger.submit.submitter import Submitter

Answer = tuple[int, Outcome]
"""An outcome, and the position of its entry among those that were given."""


class Apart:
    """One group of entries on its way; belongs to one thread.

    Args:
        submitter: checks and writes.
        entries: as received.
    """

    def __init__(self, submitter: Submitter, entries: Sequence[bytes]) -> None:
        self._submitter = submitter
        self._answers: list[Answer] = []
        self._quick: list[tuple[int, Ready]] = []
        self._slow: list[tuple[int, Ready]] = []
        self._verdicts: list[Future[Verdict]] = []
        self._look(entries)

    @property
    def waiting(self) -> bool:
        """Whether entries are left for :meth:`slow`."""
        return bool(self._slow)

    def quick(self) -> list[Answer]:
        """The outcomes of all entries that owe no proof; the checks of the others have been begun."""
        try:
            self._verdicts = self._submitter.check([ready for _, ready in self._slow]) if self._slow else []
        except UnavailableError as error:
            self._answers += [(position, Refused(error)) for position, _ in self._slow]
            self._slow = []
        verdicts = self._submitter.check([ready for _, ready in self._quick])
        return [*self._answers, *self._write(self._quick, verdicts)]

    def slow(self) -> list[Answer]:
        """The outcomes of the entries that owe proofs; waits for the pool."""
        return list(self._write(self._slow, self._verdicts))

    def _look(self, entries: Sequence[bytes]) -> None:
        parsed = self._submitter.looker.parse(entries)
        records = [(position, one) for position, one in enumerate(parsed) if isinstance(one, Record)]
        self._answers += [(position, one) for position, one in enumerate(parsed) if not isinstance(one, Record)]
        seen = self._submitter.looker.look([record for _, record in records])
        for (position, _), one in zip(records, seen, strict=True):
            if isinstance(one, Ready):
                (self._slow if one.owed.checks else self._quick).append((position, one))
            else:
                self._answers.append((position, Refused(one) if isinstance(one, NotYet) else one))

    def _write(self, entries: Sequence[tuple[int, Ready]], verdicts: Sequence[Future[Verdict]]) -> Iterator[Answer]:
        settled = settle([ready.record for _, ready in entries], [future.result() for future in verdicts])
        verified: list[VerifiedRecord] = []
        places: list[int] = []
        for (position, _), result in zip(entries, settled, strict=True):
            if isinstance(result, LedgerError):
                yield position, Refused(result)
            else:
                verified.append(result)
                places.append(position)
        try:
            outcomes = self._submitter.write(verified).result() if verified else ()
        except (UnavailableError, FatalLogError) as error:
            outcomes = tuple(Refused(error) for _ in verified)
        yield from zip(places, outcomes, strict=True)
