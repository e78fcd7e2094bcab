"""Founding a ledger: a server folder with its key, its database and entry 0, as library calls.

``init`` asks and prints; the demo and the tests call :func:`found` as it is. Where founders keep their keys on
different machines, entry 0 waits in the folder as a draft, and :func:`complete` takes it up once they have signed.
"""

import contextlib
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ledger.clerk.files import replace_owner_only
from ledger.clerk.keyfile import read_key, write_key
from ledger.cli.desk import private_folder, read_bytes
from ledger.cli.server_folder import ServerFolder, read_config, write_config
from ledger.errors import LedgerError, MalformedError, NotAcceptedError, VerificationError
from ledger.records.entry import MAX_ENTRY_BYTES, add_signature, parse_entry, sign_entry, signing_message
from ledger.records.kind import Record
from ledger.records.kinds.ledger import DEFAULT_CHALLENGES, ChallengeRule, Ledger
from ledger.signing import PublicKey, RandBytes, SigningKey, verify
from ledger.storage.migrate import upgrade
from ledger.storage.store import SqlStore
from ledger.submit.found import found_ledger, ledger_statement
from ledger.tlog.key import KeyType, VerifierKey

_KIND: Final = "ledger"
_ORIGIN: Final = re.compile(r"[!-*,-~]{1,200}")  # as ledger.records.fields.Origin


@dataclass(frozen=True, slots=True)
class Founded:
    """A server folder that is ready, or that waits for founders' signatures.

    Attributes:
        server: the folder.
        vkey: the log's key as C2SP writes it, to be handed out by a way that the server does not control.
        missing: founding keys that have not signed entry 0 yet; none once it is in the log.
    """

    server: ServerFolder
    vkey: str
    missing: tuple[PublicKey, ...]

    @property
    def policy(self) -> str:
        """A policy file (C2SP tlog-policy) that trusts this log's key and asks for no witness."""
        return f"log {self.vkey}\nquorum none\n"


def found(
    folder: Path,
    *,
    origin: str,
    founding: Sequence[PublicKey],
    signers: Sequence[SigningKey],
    randbytes: RandBytes,
    system_time: Callable[[], int],
    database: str | None = None,
    clock_period: int = 60,
    cohort_floor: int = 10,
    challenges: ChallengeRule = DEFAULT_CHALLENGES,
) -> Founded:
    """A new server folder; entry 0 is in the log if ``signers`` hold every founding key, else it waits as a draft.

    Args:
        folder: empty, or not there yet.
        origin: the log's name, such as ``ledger.example.org/co-op``.
        founding: the founding keys.
        signers: those whose secrets are at hand.
        randbytes: for the log's key and the checks.
        system_time: Unix seconds.
        database: SQLAlchemy URL; None for a SQLite file in the folder.
        clock_period: seconds.
        cohort_floor: the fewest claims that any total may be opened over.
        challenges: how many one challenger may make, and how soon each is to be answered; always in entry 0.

    Raises:
        NotAcceptedError: ``not-empty``, there is something in the folder.
        MalformedError: a value that entry 0 cannot hold.
        LedgerError: the database or the disk refused. In all cases nothing is left behind in the folder.
    """
    existed = folder.is_dir()
    if folder.exists() and (not existed or any(folder.iterdir())):
        raise NotAcceptedError(
            f"{folder} is there already and is not an empty folder; choose another", rule="not-empty"
        )
    check_origin(origin)
    log_key = SigningKey.generate(randbytes)
    statement = ledger_statement(
        origin,
        log_key=log_key.public,
        founding=founding,
        cohort_floor=cohort_floor,
        clock_period=clock_period,
        challenges=challenges,
    )
    draft = sign_entry(statement, _KIND, [key for key in signers if key.public in founding])
    private_folder(folder)
    try:
        server = write_config(folder, origin, database)
        write_key(server.log_key, log_key, passphrase=None, randbytes=randbytes)
        replace_owner_only(server.draft, draft)
        return complete(server, signers=(), randbytes=randbytes, system_time=system_time)
    except LedgerError:
        for path in folder.iterdir():
            path.unlink()
        if not existed:
            shutil.rmtree(folder)
        raise


def check_origin(origin: str) -> None:
    """The origin can stand in entries and, as a key's name, in signed notes.

    Raises:
        MalformedError: ``bad-origin``, in words of the option.
    """
    if _ORIGIN.fullmatch(origin) is None:
        raise MalformedError(
            "the origin has 1 to 200 letters (a to z, A to Z), digits and signs of ASCII, without spaces and without "
            "+, such as ledger.example.org/co-op",
            rule="bad-origin",
        )


def complete(
    server: ServerFolder, *, signers: Sequence[SigningKey], randbytes: RandBytes, system_time: Callable[[], int]
) -> Founded:
    """Take up a draft of entry 0: sign it with what is at hand, and put it into the log once every founder has.

    A second call after a crash finishes what was begun.

    Raises:
        LedgerError: the draft is not this folder's, or the database or the disk refused.
    """
    log_key = read_key(server.log_key, passphrase=None)
    vkey = str(VerifierKey(server.origin, KeyType.ED25519, log_key.public))
    record = read_draft(server)
    for key in signers:
        if key.public in record.body.founding and key.public not in record.signers:
            record = parse_entry(add_signature(record.raw, key), origin=server.origin)
    replace_owner_only(server.draft, record.raw)
    missing = tuple(key for key in record.body.founding if key not in record.signers)
    if not missing:
        upgrade(server.database)
        with contextlib.closing(SqlStore(server.database)) as store:
            found_ledger(
                store,
                record.raw,
                origin=server.origin,
                log_key=log_key,
                head_file=server.head_file,
                randbytes=randbytes,
                system_time=system_time,
            )
        server.draft.unlink()
    return Founded(server, vkey, missing)


def read_draft(server: ServerFolder) -> Record[Any]:
    """Entry 0 as far as it is signed; the signatures that it has are valid."""
    raw = read_bytes(server.draft, "the draft of entry 0", limit=MAX_ENTRY_BYTES)
    record = parse_entry(raw, origin=server.origin)
    if not isinstance(record.body, Ledger):
        raise MalformedError(f"{server.draft} is not a ledger entry", rule="wrong-kind")
    if record.body.log_key != read_key(server.log_key, passphrase=None).public:
        raise VerificationError(f"{server.draft} was made for another log key than the folder's", rule="wrong-key")
    for key, signature in zip(record.signers, record.signatures, strict=True):
        verify(key, signing_message(_KIND, record.statement), signature)
    return record


def standing(folder: Path) -> Founded:
    """What stands in a server folder that was founded before."""
    server = read_config(folder)
    public = read_key(server.log_key, passphrase=None).public
    missing: tuple[PublicKey, ...] = ()
    if server.draft.exists():
        record = read_draft(server)
        missing = tuple(key for key in record.body.founding if key not in record.signers)
    return Founded(server, str(VerifierKey(server.origin, KeyType.ED25519, public)), missing)
