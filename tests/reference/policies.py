"""Whom a reader trusts, and opening a checkpoint (docs/spec/log.md section 4, C2SP tlog-policy)."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from .ed25519 import verify
from .notes import (
    LOG_TYPE,
    MAX_SIZE,
    WITNESS_TYPE,
    Checkpoint,
    Note,
    NoteSignature,
    VerifierKey,
    read_checkpoint,
    read_note,
    read_verifier_key,
)
from .refusal import RefusedError, require

MAX_POLICY = 131_072
MAX_EACH = 64


@dataclass(frozen=True)
class Group:
    """At least `threshold` of these members."""

    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Policy:
    """Logs, witnesses and groups by name, and the name of the quorum, or None."""

    logs: tuple[VerifierKey, ...]
    witnesses: dict[str, VerifierKey]
    groups: dict[str, Group]
    quorum: str | None

    def met_by(self, seen: Collection[str], name: str | None) -> bool:
        """Whether a witness or group of this name has witnessed, given the witnesses that have."""
        if name is None:
            return True
        if name in self.witnesses:
            return name in seen
        group = self.groups[name]
        return sum(self.met_by(seen, member) for member in group.members) >= group.threshold


def trusting(key: VerifierKey) -> Policy:
    """The policy that trusts one log and no witness."""
    return Policy((key,), {}, {}, None)


@dataclass(frozen=True)
class _Lines:
    """What the lines of a policy say, in their order; names may stand twice."""

    logs: list[VerifierKey] = field(default_factory=list)
    witnesses: list[tuple[str, VerifierKey]] = field(default_factory=list)
    groups: list[tuple[str, Group]] = field(default_factory=list)
    quorums: list[str] = field(default_factory=list)

    def above(self) -> set[str]:
        """Names that are defined so far."""
        return {name for name, _ in self.witnesses} | {name for name, _ in self.groups}


def read_policy(raw: bytes) -> Policy:
    """The eight steps of "Reading a policy". Octets that are not UTF-8 stay apart as lone surrogates."""
    require(len(raw) <= MAX_POLICY, "too-long")
    require(all(byte in b"\t\n" or 0x20 <= byte != 0x7F for byte in raw), "malformed")
    require(raw.endswith(b"\n"), "malformed")
    lines = _Lines()
    for line in raw.decode("utf-8", "surrogateescape").split("\n")[:-1]:
        words = re.findall(r"[^ \t]+", line)
        if words and not words[0].startswith("#"):
            _read_line(words, lines)
    require(bool(lines.quorums), "malformed")
    require(max(len(lines.logs), len(lines.witnesses), len(lines.groups)) <= MAX_EACH, "malformed")
    _check_keys(lines.logs, LOG_TYPE)
    _check_keys([key for _, key in lines.witnesses], WITNESS_TYPE)
    _check_names(lines)
    quorum = lines.quorums[0]
    return Policy(tuple(lines.logs), dict(lines.witnesses), dict(lines.groups), None if quorum == "none" else quorum)


def _read_line(words: list[str], lines: _Lines) -> None:
    """Step 4."""
    match words:
        case ["log", vkey] | ["log", vkey, _]:
            lines.logs.append(_key(vkey))
        case ["witness", name, vkey] | ["witness", name, vkey, _]:
            lines.witnesses.append((name, _key(vkey)))
        case ["group", name, k, _, *_]:
            members = tuple(words[3:])
            require(lines.above().issuperset(members), "malformed")
            lines.groups.append((name, Group(_threshold(k, len(members)), members)))
        case ["quorum", name]:
            require(name == "none" or name in lines.above(), "malformed")
            require(not lines.quorums, "malformed")
            lines.quorums.append(name)
        case _:
            raise RefusedError("malformed")


def _key(text: str) -> VerifierKey:
    require(all(not "\ud800" <= character <= "\udfff" for character in text), "malformed")
    return read_verifier_key(text)


def _threshold(word: str, members: int) -> int:
    if word in ("all", "any"):
        return members if word == "all" else 1
    require(re.fullmatch(r"0|[1-9][0-9]*", word) is not None, "malformed")
    require(len(word) <= len(str(members)) and int(word) <= members, "malformed")
    return int(word)


def _check_keys(keys: list[VerifierKey], signature_type: int) -> None:
    """Step 7."""
    require(all(key.type == signature_type for key in keys), "malformed")
    require(len({key.key for key in keys}) == len(keys), "duplicate-key")


def _check_names(lines: _Lines) -> None:
    """Step 8."""
    before = {"none"}
    listed: set[str] = set()
    for name, item in [*lines.witnesses, *lines.groups]:
        require(name not in before, "duplicate-name")
        before.add(name)
        if isinstance(item, Group):
            require(item.threshold >= 1, "malformed")
            for member in item.members:
                require(member not in listed, "malformed")
                listed.add(member)


@dataclass(frozen=True)
class Opened:
    """A checkpoint that opened, and the log key that signed it."""

    checkpoint: Checkpoint
    log: VerifierKey


def _holds(key: VerifierKey, line: NoteSignature, note: Note) -> bool:
    text = note.text.encode()
    if key.type == LOG_TYPE:
        return verify(key.key, line.signature, text)
    time = int.from_bytes(line.signature[:8], "big")
    signed = f"cosignature/v1\ntime {time}\n".encode() + text
    return time <= MAX_SIZE and verify(key.key, line.signature[8:], signed)


def open_checkpoint(raw: bytes, policy: Policy) -> Opened:
    """The six steps of "Opening a checkpoint under a policy"."""
    keys = [*policy.logs, *policy.witnesses.values()]
    require(len({(key.name, key.key_id) for key in keys}) == len(keys), "malformed")
    note = read_note(raw)
    by_log: set[VerifierKey] = set()
    seen: set[str] = set()
    for line in note.signatures:
        for key in policy.logs:
            if (key.name, key.key_id) == (line.name, line.key_id):
                require(_holds(key, line, note), "invalid-signature")
                by_log.add(key)
        for name, key in policy.witnesses.items():
            if (key.name, key.key_id) == (line.name, line.key_id):
                require(_holds(key, line, note), "invalid-signature")
                seen.add(name)
    require(bool(by_log or seen), "unsigned")
    checkpoint = read_checkpoint(note.text)
    log = next((key for key in policy.logs if key in by_log and key.name == checkpoint.origin), None)
    if log is None:
        raise RefusedError("unsigned")
    require(policy.met_by(seen, policy.quorum), "no-quorum")
    return Opened(checkpoint, log)


def open_followed(raw: bytes, policy: Policy) -> Opened:
    """The same for who follows a log: told more where the steps say `unsigned`."""
    try:
        return open_checkpoint(raw, policy)
    except RefusedError as refused:
        if refused.rule != "unsigned":
            raise
    first = raw.split(b"\n")[0]
    named = any(key.name.encode() == first for key in policy.logs)
    raise RefusedError("wrong-key" if named else "wrong-origin")
