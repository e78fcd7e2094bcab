"""Whom a reader trusts, and opening a checkpoint (docs/spec/log.md section 4, C2SP tlog-policy)."""

import re
from collections.abc import Collection
from dataclasses import dataclass

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


def read_policy(raw: bytes) -> Policy:
    """A tlog-policy file within the limits of section 4."""
    require(len(raw) <= MAX_POLICY, "too-long")
    require(all(byte in b"\t\n" or 0x20 <= byte != 0x7F for byte in raw), "malformed")
    require(raw.endswith(b"\n"), "malformed")
    logs: list[VerifierKey] = []
    witnesses: dict[str, VerifierKey] = {}
    groups: dict[str, Group] = {}
    grouped: set[str] = set()
    quorums: list[str] = []
    for line in raw.decode("utf-8", "surrogateescape").split("\n")[:-1]:
        words = re.findall(r"[^ \t]+", line)
        if not words or words[0].startswith("#"):
            continue
        keyword, known = words[0], witnesses.keys() | groups.keys()
        if keyword == "log":
            require(len(words) in (2, 3), "malformed")
            logs.append(_key(words[1], LOG_TYPE, logs))
        elif keyword == "witness":
            require(len(words) in (3, 4) and words[1] not in known and words[1] != "none", "malformed")
            witnesses[words[1]] = _key(words[2], WITNESS_TYPE, witnesses.values())
        elif keyword == "group":
            require(len(words) >= 4 and words[1] not in known and words[1] != "none", "malformed")
            members = words[3:]
            require(all(member in known and member not in grouped for member in members), "malformed")
            require(len(set(members)) == len(members), "malformed")
            grouped |= set(members)
            groups[words[1]] = Group(_threshold(words[2], len(members)), tuple(members))
        else:
            require(keyword == "quorum" and len(words) == 2, "malformed")
            require(words[1] == "none" or words[1] in known, "malformed")
            quorums.append(words[1])
    require(len(quorums) == 1 and max(len(logs), len(witnesses), len(groups)) <= MAX_EACH, "malformed")
    return Policy(tuple(logs), witnesses, groups, None if quorums[0] == "none" else quorums[0])


def _key(text: str, signature_type: int, others: Collection[VerifierKey]) -> VerifierKey:
    try:
        key = read_verifier_key(text)
    except UnicodeEncodeError:
        raise RefusedError("malformed") from None
    require(key.type == signature_type and all(key.key != other.key for other in others), "malformed")
    return key


def _threshold(word: str, members: int) -> int:
    if word in ("all", "any"):
        return members if word == "all" else 1
    require(re.fullmatch(r"[1-9][0-9]{0,8}", word) is not None and int(word) <= members, "malformed")
    return int(word)


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


def open_checkpoint(raw: bytes, policy: Policy, *, one_log: bool = True) -> Opened:
    """The six steps of section 4; who follows one log is told more in step 5."""
    note = read_note(raw)
    by_log: list[VerifierKey] = []
    seen: set[str] = set()
    for line in note.signatures:
        for key in policy.logs:
            if (key.name, key.key_id) == (line.name, line.key_id):
                require(_holds(key, line, note), "invalid-signature")
                by_log.append(key)
        for name, key in policy.witnesses.items():
            if (key.name, key.key_id) == (line.name, line.key_id):
                require(_holds(key, line, note), "invalid-signature")
                seen.add(name)
    require(bool(by_log or seen), "unsigned")
    checkpoint = read_checkpoint(note.text)
    log = next((key for key in by_log if key.name == checkpoint.origin), None)
    if log is None:
        if not one_log:
            raise RefusedError("unsigned")
        named = any(key.name == checkpoint.origin for key in policy.logs)
        raise RefusedError("wrong-key" if named else "wrong-origin")
    require(policy.met_by(seen, policy.quorum), "no-quorum")
    return Opened(checkpoint, log)
