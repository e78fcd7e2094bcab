"""What an audit keeps until the next one: the checkpoint it came to believe, and what the entries under it mean.

A folder with three files. ``checkpoint`` is the signed note of the last audit that held: the memory against which a
rewritten history is caught, and evidence if one is. ``log.vkey`` is the key that signed it. ``facts.db`` is a cache:
it saves replaying, and may be deleted. Where it is not, bit for bit, what the last audit kept, everything is replayed.
"""

from hashlib import sha256
from pathlib import Path
from typing import Final, Self

from ledger.client.export import write_file
from ledger.client.source import CHECKPOINT, MAX_CHECKPOINT_BYTES
from ledger.errors import LedgerError, MalformedError, UnavailableError
from ledger.merkle.frontier import Frontier
from ledger.storage.facts import FACTS_DAMAGED, FactFile
from ledger.tlog.key import VerifierKey

WRONG_STATE: Final = "wrong-state"
"""The rule of the refusals that are about the state, not about the ledger."""

FACTS_FILE: Final = "facts.db"
"""The file of facts in an audit's folder."""

_FRONTIER: Final = "frontier"
_SEAL: Final = "seal"
_LOG_KEY: Final = "log.vkey"
_MAX_VKEY_BYTES: Final = 2048


class AuditState:
    """The state in `folder`, or, without one, a state that is forgotten at the end."""

    def __init__(self, folder: Path | None) -> None:
        """Open the state.

        Raises:
            MalformedError: a file of the folder is not what an audit keeps.
            UnavailableError: it cannot be read or written, or another audit is using it.
        """
        self._folder = folder
        self.note: bytes | None = None
        self.log: VerifierKey | None = None
        if folder is not None:
            try:
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                self.note = _read(folder / CHECKPOINT, MAX_CHECKPOINT_BYTES)
                vkey = _read(folder / _LOG_KEY, _MAX_VKEY_BYTES)
            except OSError as exc:
                raise UnavailableError(f"the audit's folder {folder} cannot be used: {exc.strerror}") from exc
            if vkey is not None:
                self.log = VerifierKey.parse(vkey.decode(errors="replace").removesuffix("\n"))
        self.facts, self.frontier = _open_facts(folder)

    @staticmethod
    def foreign() -> MalformedError:
        """The refusal to go on from a state that another ledger left here."""
        return MalformedError(
            "the folder keeps an audit of another ledger, or under another key, than the one to be audited; give "
            "another folder if that is meant",
            rule=WRONG_STATE,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.facts.close()

    def commit(self, note: bytes, log: VerifierKey, frontier: Frontier) -> None:
        """Keep everything: the audit held up to the signed `note`, whose tree has this `frontier`.

        Raises:
            UnavailableError: the disk is full or fails; the state is still the earlier one.
        """
        if self._folder is None:
            return
        # The note first: if we are stopped between the two, the history is remembered and some work is done twice.
        write_file(self._folder / _LOG_KEY, f"{log}\n".encode())
        write_file(self._folder / CHECKPOINT, note)
        self.facts.set_meta(_FRONTIER, frontier.encode())
        self.facts.set_meta(_SEAL, _seal(self.facts, frontier.encode()))
        self.facts.commit()


def _read(path: Path, limit: int) -> bytes | None:
    if not path.exists():
        return None
    with path.open("rb") as stream:
        raw = stream.read(limit + 1)
    if len(raw) > limit:
        raise MalformedError(f"{path} is longer than what an audit keeps there", rule=WRONG_STATE)
    return raw


def _seal(facts: FactFile, frontier: bytes) -> bytes:
    """SHA-256 over what the next audit goes on from; against a failing disk, not against whoever owns the folder."""
    return sha256(facts.digest() + frontier).digest()


def _open_facts(folder: Path | None) -> tuple[FactFile, Frontier]:
    if folder is None:
        return FactFile(None), Frontier()
    path = folder / FACTS_FILE
    try:
        facts = FactFile(path)
        try:
            return facts, _sealed_frontier(facts)
        except LedgerError:
            facts.close()
            raise
    except MalformedError as error:
        if error.rule not in {"facts-version", FACTS_DAMAGED}:
            raise
        # A cache, written by an earlier version of this program or lost in part: replayed from the log; the checkpoint
        # is kept.
        for name in (FACTS_FILE, f"{FACTS_FILE}-wal", f"{FACTS_FILE}-shm"):
            (folder / name).unlink(missing_ok=True)
        return FactFile(path), Frontier()


def _sealed_frontier(facts: FactFile) -> Frontier:
    frontier, seal = facts.get_meta(_FRONTIER), facts.get_meta(_SEAL)
    if frontier is None and seal is None and facts.digest() == sha256().digest():
        return Frontier()
    if frontier is None or seal != _seal(facts, frontier):
        raise MalformedError("the facts of the last audit are not what it kept", rule=FACTS_DAMAGED)
    return Frontier.decode(frontier)
