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

_Placed = tuple[int, Ready]


def submit_apart(submitter: Submitter, entries: Sequence[bytes]) -> Iterator[list[Answer]]:
    """The outcomes of all entries that owe no proof; then, if there are others, theirs, after a wait for the pool.

    Args:
        submitter: looks, checks and writes.
        entries: as received.
    """
    answers, quick, slow = _look(submitter, entries)
    answers += _write(submitter, quick, submitter.check([ready for _, ready in quick]))
    yield answers
    if not slow:
        return
    try:
        verdicts = submitter.check([ready for _, ready in slow])  # waits while the pool has no room
    except UnavailableError as error:
        yield [(position, Refused(error)) for position, _ in slow]
    else:
        yield list(_write(submitter, slow, verdicts))


def _look(submitter: Submitter, entries: Sequence[bytes]) -> tuple[list[Answer], list[_Placed], list[_Placed]]:
    """What is answered already, what owes no proof, and what does."""
    parsed = submitter.looker.parse(entries)
    answers: list[Answer] = [(position, one) for position, one in enumerate(parsed) if not isinstance(one, Record)]
    quick: list[_Placed] = []
    slow: list[_Placed] = []
    records = [(position, one) for position, one in enumerate(parsed) if isinstance(one, Record)]
    seen = submitter.looker.look([record for _, record in records])
    for (position, _), one in zip(records, seen, strict=True):
        if isinstance(one, Ready):
            (slow if one.owed.checks else quick).append((position, one))
        else:
            answers.append((position, Refused(one) if isinstance(one, NotYet) else one))
    return answers, quick, slow


def _write(submitter: Submitter, entries: Sequence[_Placed], verdicts: Sequence[Future[Verdict]]) -> Iterator[Answer]:
    settled = settle([ready.record for _, ready in entries], [future.result() for future in verdicts])
    verified: list[VerifiedRecord] = []
    places: list[int] = []
    for (position, _), result in zip(entries, settled, strict=True):
        if isinstance(result, LedgerError):
            yield position, Refused(result)
        else:
            verified.append(result)
            places.append(position)
    outcomes: Sequence[Outcome] = ()
    try:
        if verified:
            outcomes = submitter.write(verified).result()
    except (UnavailableError, FatalLogError) as error:
        outcomes = [Refused(error)] * len(verified)
    yield from zip(places, outcomes, strict=True)
