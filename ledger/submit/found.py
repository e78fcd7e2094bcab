"""Founding: entry 0 enters an empty log, under the same checks and rules as everything after it."""

from collections.abc import Callable, Sequence
from pathlib import Path

from ledger.crypto.generators import GENERATORS_DIGEST
from ledger.crypto.shape import SUITE
from ledger.errors import ConflictError, LedgerError, NotAcceptedError
from ledger.log.batch import Accepted, Item, Refused
from ledger.log.log import Log, create_log, load_log
from ledger.log.ports import Store
from ledger.log.sequencer import Sequencer
from ledger.merkle.hashing import leaf_hash
from ledger.records.entry import build_statement, parse_entry
from ledger.records.kinds.ledger import ChallengeRule, Ledger
from ledger.rules.checks import VerifiedRecord, run_checks, settle
from ledger.rules.engine import owed, step
from ledger.rules.memory import MemoryView
from ledger.signing import PublicKey, RandBytes, SigningKey
from ledger.submit.admission import Admission


def ledger_statement(
    origin: str,
    *,
    log_key: PublicKey,
    founding: Sequence[PublicKey],
    cohort_floor: int = 10,
    clock_period: int = 60,
    challenges: ChallengeRule | None = None,
) -> bytes:
    """The statement of entry 0, which every founding key then signs (``ledger.records.entry.sign_entry``)."""
    body = Ledger(
        challenges=challenges,
        cohort_floor=cohort_floor,
        clock_period=clock_period,
        founding=tuple(sorted(founding)),
        generators=GENERATORS_DIGEST,
        log_key=log_key,
        suite=SUITE,
    )
    return build_statement("ledger", origin, body.to_json())


def found_ledger(
    store: Store,
    entry: bytes,
    *,
    origin: str,
    log_key: SigningKey,
    head_file: Path,
    randbytes: RandBytes,
    system_time: Callable[[], int],
) -> Accepted:
    """Entry 0 is in the log, durably; repeated after a crash it finishes what was begun.

    Args:
        store: a database with tables and nothing in them.
        entry: the ``ledger`` entry, signed by all founding keys.
        origin: the log's name, as in the entry.
        log_key: the key that the entry names as the log's.
        head_file: where the last published head will be kept, beside the key.
        randbytes: for the checks.
        system_time: Unix seconds.

    Raises:
        ConflictError: the log holds another entry 0 already.
        LedgerError: the entry is not one that may stand at index 0; the database is left as it was.
    """
    record = parse_entry(entry, origin=origin)
    empty = MemoryView()
    (verified,) = settle([record], run_checks([owed(empty, record)], randbytes=randbytes))
    if isinstance(verified, LedgerError):
        raise verified
    step(empty, verified, 0)  # before anything is written
    if not isinstance(record.body, Ledger) or record.body.log_key != log_key.public:
        raise NotAcceptedError("log_key is not the key that this log signs with", rule="wrong-key")
    log = _create_or_load(store, log_key, origin, head_file)
    if log.size:
        if log.entry(0) != entry:
            raise ConflictError("the log holds another entry 0", current_size=log.size, rule="log-exists")
        return Accepted(0, leaf_hash(entry), log.receipt(0), new=False)
    admission = Admission(origin=origin, log_key=log_key, system_time=system_time, randbytes=randbytes)
    with Sequencer[VerifiedRecord](log, admission.admit) as sequencer:
        (outcome,) = sequencer.submit([Item(entry, verified)]).result()
    if isinstance(outcome, Refused):
        raise outcome.error
    return outcome


def _create_or_load(store: Store, log_key: SigningKey, origin: str, head_file: Path) -> Log:
    if store.head() is None:
        return create_log(store, log_key, origin, head_file)
    return load_log(store, log_key, origin, head_file)
