"""A ledger as a desk sees it: an address, a policy kept since the first contact, and the last state believed.

Every command that reads or writes first lets the ledger show that its state continues the one this desk saw last. What
it says in its JSON views only helps to find things: an entry is fetched by its leaf hash and its bytes are hashed.
"""

import contextlib
import os
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from api.answers import LeafView, LedgerView
from ledger.clerk.files import replace_owner_only
from ledger.cli.desk import Desk, private_folder, read_bytes
from ledger.cli.screen import Screen
from ledger.client.connection import Connection
from ledger.client.export import save_evidence
from ledger.client.introduction import asserted_policy
from ledger.client.poster import Declined, Posted, declined_error, get_json, post_entry
from ledger.client.reader import LedgerReader
from ledger.client.source import CHECKPOINT, HttpSource
from ledger.client.trusted import Head, TrustedLog
from ledger.encoding import encode_base64
from ledger.errors import MalformedError, MisbehaviourError, NotFoundError, VerificationError
from ledger.merkle.hashing import leaf_hash
from ledger.records.entry import MAX_ENTRY_BYTES, build_statement, parse_entry, sign_entry
from ledger.records.fields import HIDDEN, Body
from ledger.records.kind import Record
from ledger.signing import SigningKey
from ledger.tlog.policy import MAX_POLICY_BYTES, Policy
from ledger.tlog.proof import verify_tlog_proof

T = TypeVar("T")

POLICY: Final = "policy"
POLICY_VARIABLE: Final = "OPENTALLY_POLICY"
"""Names the policy file to trust at the first contact with a ledger, instead of the ledger's own word."""


class Remote:
    """One ledger over HTTP, and this desk's folder about it."""

    def __init__(self, desk: Desk, connection: Connection, reader: LedgerReader, folder: Path, head: Head) -> None:
        """Use :func:`open_remote`."""
        self.desk = desk
        self.connection = connection
        self.reader = reader
        self.folder = folder
        self.head = head

    @property
    def origin(self) -> str:
        """The ledger's name."""
        return self.head.origin

    @property
    def policy(self) -> Policy:
        """Whose signatures this desk believes."""
        return self.reader.policy

    def view(self, path: str, shape: type[T], **params: str | int) -> T:
        """A JSON view: good for finding things, believed for nothing.

        Raises:
            MalformedError: the answer is not of this shape, or holds what no entry may, and what moves a terminal's
                cursor or turns the direction of its writing.
        """
        answer = get_json(self.connection, path, params or None)
        if _has_hidden(answer):
            raise unexpected(path)
        try:
            return msgspec.convert(answer, shape)
        except msgspec.ValidationError as exc:
            raise unexpected(path) from exc

    def entry(self, leaf: bytes) -> Record[Any]:
        """The entry with this leaf hash, whose bytes hash to it.

        Raises:
            NotFoundError: the ledger has none.
            VerificationError: other bytes were served.
        """
        kept = self.folder / "entries" / f"{leaf.hex()}.json"
        raw = kept.read_bytes() if kept.exists() else self.raw_entry(self.index_of(leaf))
        if leaf_hash(raw) != leaf:
            raise VerificationError("the bytes served for an entry are not those of its leaf hash", rule="wrong-entry")
        if not kept.exists():
            private_folder(kept.parent)
            replace_owner_only(kept, raw)
        return parse_entry(raw, origin=self.origin)

    def raw_entry(self, index: int) -> bytes:
        """The bytes that the ledger serves for the entry at ``index``; whoever asks hashes them."""
        return self.connection.get(f"v1/entries/{index}", limit=MAX_ENTRY_BYTES)

    def logged(self, index: int) -> tuple[bytes, bytes]:
        """The bytes served for the entry at ``index``, and a receipt made from verified tiles of the state believed.

        Whoever asks holds one against the other.

        Raises:
            NotFoundError: ``unknown-entry``, that state has no such entry.
        """
        if not 0 <= index < self.head.size:
            raise NotFoundError(
                f"the ledger has {self.head.size} entries, so none has the index {index}", rule="unknown-entry"
            )
        return self.raw_entry(index), self.reader.receipt(index)

    @cached_property
    def constants(self) -> LedgerView:
        """What entry 0 fixed, as the server tells it; the rules hold everybody to entry 0."""
        return self.view("v1/ledger", LedgerView)

    @property
    def cohort_floor(self) -> int:
        """The fewest claims of any total."""
        return self.constants.cohort_floor

    def index_of(self, leaf: bytes) -> int:
        """The index under which the ledger says it holds the entry."""
        return self.view(f"v1/leaves/{leaf.hex()}", LeafView).index

    def remember(self) -> None:
        """Believe the present state too, after something was posted: a ledger that forgets it is then caught."""
        self.head = _update(self.reader, self.folder)

    def make(self, kind: str, body: Body, keys: Sequence[SigningKey]) -> bytes:
        """The entry that says ``body`` for this ledger, signed by ``keys``."""
        return sign_entry(build_statement(kind, self.origin, body), kind, keys)

    def post_and_show(self, entry: bytes, words: str) -> Posted:
        """Post the entry and say in ``words``, or as JSON, what was done and where it stands."""
        posted = self.post(entry)
        facts = {"index": posted.index, "leaf": encode_base64(posted.leaf), "new": posted.new, "message": words}
        where = f"{words} (entry no. {posted.index}{'' if posted.new else ', there already'})"
        self.desk.screen.result(facts, lambda out: out.print(where, markup=False))
        return posted

    def post(self, entry: bytes) -> Posted:
        """The entry is in the log, by a receipt that this desk's policy lets through; kept under ``receipts``.

        Raises:
            LedgerError: the refusal of the rule that refused it.
        """
        result = post_entry(self.connection, entry)
        if isinstance(result, Declined):
            raise declined_error(result)
        verify_tlog_proof(result.receipt, result.leaf, self.policy)
        self.remember()
        kept = private_folder(self.folder / "receipts" / str(result.index))
        replace_owner_only(kept / "entry.json", entry)
        replace_owner_only(kept / "receipt.tlog-proof", result.receipt)
        return result


@contextlib.contextmanager
def open_remote(folder: Path, url: str | None, screen: Screen, *, no_passphrase: bool = False) -> Iterator[Remote]:
    """The ledger that a desk talks to, whose present state continues the one seen last.

    Args:
        folder: the desk's.
        url: as given by the person or the environment; None takes the ledger named last.
        screen: where a first contact is remarked on.
        no_passphrase: whether new files are left unencrypted.

    Raises:
        NotFoundError: no ledger was ever named.
        MisbehaviourError: the log went back or signed another history; the evidence has been saved.
    """
    desk = Desk(folder, screen, no_passphrase=no_passphrase)
    address = url or desk.current_ledger()
    if address is None:
        raise NotFoundError("no ledger is known yet; name one with --ledger URL", rule="no-ledger-named")
    with Connection(address) as connection:
        source = HttpSource(connection)
        home = desk.ledger_folder(claimed_origin(source.get(CHECKPOINT)))
        text, asserted = _policy(home, source)
        policy = Policy.parse(text)
        known = home / CHECKPOINT
        reader = LedgerReader(source, TrustedLog(policy, known.read_bytes() if known.exists() else None))
        head = _update(reader, home)
        replace_owner_only(home / POLICY, text)  # only once a checkpoint was believed under it
        if asserted:
            screen.warn(
                f"first contact: the ledger itself says that its key is {policy.logs[0].key}. Compare it with the "
                f"policy you were given, or name that file in {POLICY_VARIABLE}; this desk accepts no other key now."
            )
        desk.remember_ledger(connection.url)
        yield Remote(desk, connection, reader, home, head)


def _has_hidden(answer: object) -> bool:
    """Whether a text or a name anywhere in a JSON value holds a character that shows nothing and does something."""
    waiting = [answer]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            if HIDDEN.search(value):
                return True
        elif isinstance(value, dict):
            waiting += [*value, *value.values()]
        elif isinstance(value, list):
            waiting += value
    return False


def unexpected(path: str) -> MalformedError:
    """The refusal of an answer that no server of this kind gives."""
    return MalformedError(f"the answer to {path} is not what the interface promises", rule="unexpected-answer")


def _update(reader: LedgerReader, home: Path) -> Head:
    """The state that the ledger shows now, believed and kept; evidence is kept if it contradicts the one before."""
    try:
        head = reader.update()
    except MisbehaviourError as error:
        paths = save_evidence(private_folder(home / "evidence"), error.evidence)
        raise MisbehaviourError(
            f"{error}; the evidence is in {paths[0].parent}", evidence=error.evidence, rule=error.rule
        ) from error
    replace_owner_only(home / CHECKPOINT, head.note)
    return head


def claimed_origin(note: bytes) -> str:
    """The first line of a checkpoint not yet opened: it only chooses the folder in which the policy lies."""
    line = note.split(b"\n", 1)[0]
    try:
        origin = line.decode("ascii")
    except UnicodeDecodeError as exc:
        raise MalformedError("the checkpoint's origin is not ASCII text", rule="not-a-ledger") from exc
    if not 1 <= len(origin) <= 200:
        raise MalformedError("the address serves no checkpoint of a ledger", rule="not-a-ledger")
    return origin


def _policy(home: Path, source: HttpSource) -> tuple[bytes, bool]:
    """The file of the policy to trust: the one given now, else the one kept, else what the ledger says of itself.

    The second part says whether it is the ledger's own word.
    """
    given = os.environ.get(POLICY_VARIABLE)
    if given:
        return read_bytes(Path(given), "policy", limit=MAX_POLICY_BYTES), False
    if (home / POLICY).exists():
        return read_bytes(home / POLICY, "policy", limit=MAX_POLICY_BYTES), False
    return policy_text(asserted_policy(source)), True


def policy_text(policy: Policy) -> bytes:
    """The file of a policy that trusts one log and asks for no witness."""
    return "".join(f"log {log.key}\n" for log in policy.logs).encode() + b"quorum none\n"
