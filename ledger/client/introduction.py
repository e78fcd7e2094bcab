"""How a reader without a policy learns which key a ledger says is its log's: from entry 0, on the ledger's own word."""

from ledger.client.reader import bundle_path, fetch_entries
from ledger.client.source import CHECKPOINT, Source
from ledger.errors import MalformedError
from ledger.records.entry import parse_entry
from ledger.records.kinds.ledger import Ledger
from ledger.signing import parse_public_key
from ledger.tlog.checkpoint import Checkpoint
from ledger.tlog.key import KeyType, VerifierKey
from ledger.tlog.policy import Log, Policy


def policy_of_log(origin: str, log_key: bytes) -> Policy:
    """The policy that trusts one log under one key and asks for no witness.

    Raises:
        MalformedError: the origin is no key name, or the key is none.
    """
    return Policy((Log(VerifierKey(origin, KeyType.ED25519, parse_public_key(log_key))),))


def asserted_policy(source: Source) -> Policy:
    """The policy that entry 0 asks its reader to have. It proves nothing: who serves the files wrote it.

    Raises:
        MalformedError: the source shows no checkpoint or no ``ledger`` entry at index 0.
        NotFoundError, UnavailableError: it cannot be read.
    """
    size = _claimed_size(source.get(CHECKPOINT))
    if size == 0:
        raise MalformedError("the ledger is empty: there is no entry 0 to name the log's key", rule="no-ledger")
    record = parse_entry(fetch_entries(source, bundle_path(0, size))[0], origin=None)
    if not isinstance(record.body, Ledger):
        raise MalformedError("entry 0 is not a ledger entry, so no key of the log is known", rule="no-ledger")
    return policy_of_log(record.origin, record.body.log_key)


def _claimed_size(note: bytes) -> int:
    """The size that an unopened checkpoint states; good for choosing which file to ask for, and for nothing else."""
    try:
        text, _, _ = note.decode().rpartition("\n\n")
        return Checkpoint.parse(text + "\n").size
    except UnicodeDecodeError as exc:
        raise MalformedError("the checkpoint is not UTF-8") from exc
