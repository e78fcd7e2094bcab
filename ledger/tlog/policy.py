"""Policies (C2SP tlog-policy): which logs are accepted, and how many of which witnesses must have cosigned."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ledger.encoding import parse_decimal
from ledger.errors import InvalidSignature, MalformedError, NotAcceptedError
from ledger.tlog.checkpoint import Checkpoint
from ledger.tlog.key import KeyType, VerifierKey
from ledger.tlog.note import NoteSignature, open_note

MAX_POLICY_BYTES: Final = 128 * 1024
"""The longest policy file that is read; refused before any work is done."""

MAX_ITEMS: Final = 64
"""The most logs, the most witnesses and the most groups of a policy; C2SP asks for 32."""

_NO_WITNESS: Final = b"none"


@dataclass(frozen=True, slots=True)
class Log:
    """A log whose checkpoints are accepted; the key's name is its origin."""

    key: VerifierKey
    url: bytes | None = None


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness whose cosignatures count; ``name`` has a meaning inside the policy only and is opaque bytes."""

    name: bytes
    key: VerifierKey
    url: bytes | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Witnesses and groups of which ``threshold`` must have witnessed a checkpoint for the group to have done so."""

    name: bytes
    threshold: int
    members: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """What makes a checkpoint valid: any one of the logs has signed it, and the quorum has witnessed it.

    Attributes:
        logs: the accepted logs; none where the log is known from elsewhere.
        witnesses: the known witnesses.
        groups: groups, each after its members.
        quorum: the name of the witness or group that must have witnessed, or None for the rule ``quorum none``.
    """

    logs: tuple[Log, ...]
    witnesses: tuple[Witness, ...] = ()
    groups: tuple[Group, ...] = ()
    quorum: bytes | None = None

    def __post_init__(self) -> None:
        """Refuse what C2SP tlog-policy forbids.

        Raises:
            MalformedError: a limit, a doubled key or name, an undefined name, a threshold out of range.
        """
        for items, what in ((self.logs, "logs"), (self.witnesses, "witnesses"), (self.groups, "groups")):
            if len(items) > MAX_ITEMS:
                raise MalformedError(f"a policy has {len(items)} {what}; at most {MAX_ITEMS} are allowed")
        for keys, kind in (([log.key for log in self.logs], KeyType.ED25519), (self._keys(), KeyType.COSIGNATURE)):
            if any(key.type is not kind for key in keys):
                raise MalformedError(f"a key of a policy is not of the type 0x{kind:02x} that its use needs")
            if len({key.public for key in keys}) != len(keys):
                raise MalformedError("a policy names the same public key twice", rule="duplicate-key")
        defined = {_NO_WITNESS}
        free = set[bytes]()  # defined and not yet the member of a group
        named: tuple[Witness | Group, ...] = (*self.witnesses, *self.groups)
        for item in named:
            if item.name in defined:
                raise MalformedError("a policy defines a name twice, or defines 'none'", rule="duplicate-name")
            if isinstance(item, Group):
                if not 1 <= item.threshold <= len(item.members):
                    raise MalformedError("a group's threshold is not between 1 and the number of its members")
                for member in item.members:
                    if member not in free:
                        raise MalformedError("a member of a group is not defined before it, or is one already")
                    free.remove(member)
            defined.add(item.name)
            free.add(item.name)
        if self.quorum is not None and (self.quorum == _NO_WITNESS or self.quorum not in defined):
            raise MalformedError("a policy's quorum is not defined")

    def _keys(self) -> list[VerifierKey]:
        return [witness.key for witness in self.witnesses]

    @classmethod
    def parse(cls, raw: bytes) -> "Policy":
        """The policy that a file spells.

        Raises:
            MalformedError: not exactly what C2SP tlog-policy allows; the message names the line.
        """
        if len(raw) > MAX_POLICY_BYTES:
            raise MalformedError(f"a policy has more than {MAX_POLICY_BYTES} bytes", rule="too-long")
        if any((octet < 0x20 and octet not in b"\t\n") or octet == 0x7F for octet in raw):
            raise MalformedError("a policy holds a control character other than tab and newline")
        if raw and not raw.endswith(b"\n"):
            raise MalformedError("the last line of a policy does not end with a newline")
        reader = _Lines()
        for number, line in enumerate(raw.split(b"\n"), start=1):
            words = [word for word in line.replace(b"\t", b" ").split(b" ") if word]
            if not words or words[0].startswith(b"#"):
                continue
            try:
                reader.read(words)
            except MalformedError as exc:
                raise MalformedError(f"line {number} of the policy: {exc}", rule=exc.rule) from exc
        return reader.policy()

    def witnessed(self, names: Iterable[bytes]) -> bool:
        """Whether cosignatures of the witnesses with these names meet the quorum."""
        reached = set(names)
        for group in self.groups:  # each after its members, so one pass is enough
            if sum(member in reached for member in group.members) >= group.threshold:
                reached.add(group.name)
        return self.quorum is None or self.quorum in reached


@dataclass(frozen=True, slots=True)
class WitnessedCheckpoint:
    """A checkpoint that a policy has let through, and who stands behind it; made by :func:`open_witnessed` alone.

    Attributes:
        checkpoint: the head of the tree.
        log: the key of the log that signed it.
        cosignatures: the policy's name of each witness that cosigned, with the time at which it says it did.
    """

    checkpoint: Checkpoint
    log: VerifierKey
    cosignatures: tuple[tuple[bytes, int], ...]


def open_witnessed(policy: Policy, raw: bytes) -> WitnessedCheckpoint:
    """The checkpoint in a note, signed by one of the policy's logs and witnessed by its quorum.

    Raises:
        MalformedError: not a checkpoint.
        InvalidSignature: none of the logs has signed it under its origin, or a known key's signature does not verify.
        NotAcceptedError: the quorum has not witnessed it; rule ``no-quorum``.
    """
    logs = [log.key for log in policy.logs]
    note = open_note(raw, [*logs, *(witness.key for witness in policy.witnesses)])
    checkpoint = Checkpoint.parse(note.text)
    signed = {signature.key: signature for signature in note.signatures}
    log = next((key for key in logs if key in signed and key.name == checkpoint.origin), None)
    if log is None:
        raise InvalidSignature("no log of the policy has signed the checkpoint under its origin", rule="unsigned")
    times = tuple((each.name, _time(signed[each.key])) for each in policy.witnesses if each.key in signed)
    if not policy.witnessed(name for name, _ in times):
        raise NotAcceptedError("too few of the policy's witnesses have cosigned the checkpoint", rule="no-quorum")
    return WitnessedCheckpoint(checkpoint, log, times)


def _time(signature: NoteSignature) -> int:
    if signature.time is None:
        raise AssertionError("bad math in open_witnessed: a cosignature without a time")
    return signature.time


class _Lines:
    """Collects the lines of a policy file in their order."""

    def __init__(self) -> None:
        self._logs: list[Log] = []
        self._witnesses: list[Witness] = []
        self._groups: list[Group] = []
        self._quorum: list[bytes] = []
        self._above: set[bytes] = set()

    def read(self, words: list[bytes]) -> None:
        """Take one line that is neither empty nor a comment."""
        match words:
            case [b"log", vkey, *url] if len(url) <= 1:
                self._logs.append(Log(_parse_vkey(vkey), *url))
            case [b"witness", name, vkey, *url] if len(url) <= 1:
                self._above.add(name)
                self._witnesses.append(Witness(name, _parse_vkey(vkey), *url))
            case [b"group", name, threshold, *members] if members:
                self._require(members)
                self._above.add(name)
                self._groups.append(Group(name, _parse_threshold(threshold, len(members)), tuple(members)))
            case [b"quorum", name]:
                if self._quorum:
                    raise MalformedError("a second quorum")
                if name != _NO_WITNESS:
                    self._require([name])
                self._quorum.append(name)
            case _:
                raise MalformedError("not a log, witness, group or quorum with what belongs to it")

    def _require(self, names: list[bytes]) -> None:
        if not self._above.issuperset(names):
            raise MalformedError("a name is not defined on a line above")

    def policy(self) -> Policy:
        """What the lines say together."""
        if not self._quorum:
            raise MalformedError("a policy has no quorum line")
        quorum = None if self._quorum == [_NO_WITNESS] else self._quorum[0]
        return Policy(tuple(self._logs), tuple(self._witnesses), tuple(self._groups), quorum)


def _parse_vkey(word: bytes) -> VerifierKey:
    try:
        return VerifierKey.parse(word.decode())
    except UnicodeDecodeError as exc:
        raise MalformedError("a verifier key is not UTF-8") from exc


def _parse_threshold(word: bytes, members: int) -> int:
    if word == b"any":
        return 1
    if word == b"all":
        return members
    return parse_decimal(word.decode("latin-1"), limit=members, what="a group's threshold")
