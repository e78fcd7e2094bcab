"""Decides, inside the log's transaction, which verified records enter: each is stepped on what those before it left.

The log knows opaque bytes and calls :meth:`Admission.admit` under its lock. So two entries that each would be right
alone (two closes, two claims with one sequence number) meet here, and the second is refused.
"""

from collections.abc import Callable

from ledger.errors import FatalLogError, LedgerError, MalformedError, NotAcceptedError, VerificationError
from ledger.log.batch import Admitted, Batch
from ledger.log.ports import Transaction
from ledger.records.entry import build_statement, parse_entry, sign_entry
from ledger.records.facts import ONE
from ledger.records.kinds.clock import Clock
from ledger.records.view import REBUILT, OverlayView, RowView
from ledger.rules.checks import VerifiedRecord, run_checks, settle
from ledger.rules.engine import owed, step
from ledger.signing import RandBytes, SigningKey
from ledger.submit.clock import due_time
from ledger.submit.kept import KeptView, Memory, Standing
from ledger.submit.turned_away import TurnedAway


class Admission:
    """What the log asks about each batch.

    Args:
        origin: the ledger's origin.
        log_key: signs clocks.
        system_time: Unix seconds; injected so that tests can turn it.
        randbytes: for the one signature check of our own clock.
        confirmed_time: see :func:`ledger.submit.clock.due_time`.
        lasting: what submissions have read already of facts that never change.

    One object serves one loading of a log: it keeps in memory what the log's facts are.
    """

    def __init__(
        self,
        *,
        origin: str,
        log_key: SigningKey,
        system_time: Callable[[], int],
        randbytes: RandBytes,
        confirmed_time: int | None = None,
        lasting: Memory | None = None,
    ) -> None:
        self._lasting = Memory() if lasting is None else lasting
        self._standing = Standing()
        self._turned_away = TurnedAway()
        self._rebuilt: bytes | None = None
        self._origin = origin
        self._log_key = log_key
        self._system_time = system_time
        self._randbytes = randbytes
        self._confirmed_time = confirmed_time

    def admit(self, transaction: Transaction, batch: Batch[VerifiedRecord]) -> Admitted:
        """What of ``batch`` enters, with a clock first where one is due; writes the facts that it adds.

        A clock is put in only if something follows it, so that an idle log, or one that is sent rubbish, does not grow.

        Raises:
            FatalLogError: rule ``facts-rebuilt``; what is in memory may be wrong, and the log is to be loaded anew.
            UnavailableError: the machine's time is not to be believed, or the database failed; nothing is written.
        """
        self._require_same_facts(transaction)
        standing = self._standing.at(batch.first_index)
        view = OverlayView(KeptView(RowView(transaction), lasting=self._lasting, standing=standing))
        own = self._clock(view, batch.first_index)
        outcomes: list[int | LedgerError] = []
        entries = [clock.raw for clock in own]
        for item in batch.items:
            try:
                facts = step(view, item.payload, batch.first_index + len(entries))
            except (MalformedError, VerificationError, NotAcceptedError) as refusal:
                self._turned_away.note(refusal)
                outcomes.append(refusal)
                continue
            view.apply(facts)
            outcomes.append(len(entries))
            entries.append(item.raw)
        if len(entries) == len(own):
            return Admitted((), tuple(outcomes))
        facts = view.facts()
        transaction.put_facts([fact.row() for fact in facts])
        self._standing.written(batch.first_index + len(entries), facts)
        return Admitted(tuple(entries), tuple(outcomes))

    def _require_same_facts(self, transaction: Transaction) -> None:
        rebuilt = transaction.get_fact(REBUILT, ONE) or b""
        if self._rebuilt is None:
            self._rebuilt = rebuilt
        if rebuilt != self._rebuilt:
            raise FatalLogError(
                "the facts were computed anew while the server was at work; it begins again from them",
                rule="facts-rebuilt",
            )

    def _clock(self, view: OverlayView, index: int) -> tuple[VerifiedRecord, ...]:
        """The clock that is due, stepped on ``view``; none at index 0, where the ledger entry stands."""
        refused = self._turned_away.at(index)
        if index == 0:
            return ()
        time = due_time(view, self._system_time(), confirmed_time=self._confirmed_time)
        if time is None:
            return ()
        body = Clock(refused=refused, time=time)
        raw = sign_entry(build_statement("clock", self._origin, body), "clock", [self._log_key])
        record = parse_entry(raw, origin=self._origin)
        (clock,) = settle([record], run_checks([owed(view, record)], randbytes=self._randbytes))
        if isinstance(clock, LedgerError):
            raise AssertionError("bad math in the clock: our own signature does not hold") from clock  # noqa: TRY004
        view.apply(step(view, clock, index))
        if refused is not None:
            self._turned_away.tell(index, refused)
        return (clock,)
