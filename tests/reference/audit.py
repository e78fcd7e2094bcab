"""The audit of a whole ledger from its files, remembering nothing (docs/spec/audit.md sections 1 and 2)."""

from collections.abc import Iterator
from dataclasses import dataclass

from .encoding import base64_read
from .entries import read_entry
from .merkle import leaf_hash
from .notes import LOG_TYPE, Checkpoint, VerifierKey, read_checkpoint, read_note
from .policies import Policy, open_followed, trusting
from .refusal import RefusedError, require
from .rules import judge
from .state import State
from .tiles import WIDTH, Files, Tree, read_bundle


@dataclass(frozen=True)
class Finding:
    """The verdict, or None for bad input; the rule and the index, where there is one."""

    verdict: str | None
    rule: str | None = None
    index: int | None = None


def read_all(tree: Tree) -> Iterator[bytes | str]:
    """Step 4: the entries in order, or the rule by which the next one is not there."""
    for number in range(-(-tree.size // WIDTH)):
        try:
            leaves = tree.tile(0, number)
        except RefusedError as refused:
            yield refused.rule
            return
        entries, exact = read_bundle(tree.files, number, tree.size)
        for raw, leaf in zip(entries, leaves, strict=False):
            yield raw if leaf_hash(raw) == leaf else "entry-not-in-tree"
        if not exact:
            yield "bad-bundle"
            return


def first_fault(tree: Tree) -> tuple[str | None, int | None]:
    """The rule and the index of the first entry that is not as the tree has it, of opaque entries."""
    for index, read in enumerate(read_all(tree)):
        if isinstance(read, str):
            return read, index if index < tree.size else None
    return None, None


def audit(files: Files, policy: Policy | None) -> Finding:
    """Steps 1 to 6."""
    try:
        trusted = _asserted(files) if policy is None else policy
        opened = open_followed(files["checkpoint"], trusted)
        tree = Tree(files, opened.checkpoint.size, opened.checkpoint.root)
    except RefusedError as refused:
        if refused.rule == "wrong-origin":
            return Finding("does-not-hold", "wrong-ledger") if policy is None else Finding(None, "wrong-origin")
        return Finding("does-not-hold", refused.rule)
    state = State()
    for index, read in enumerate(read_all(tree)):
        if isinstance(read, str):
            return Finding("does-not-hold", read, index if index < tree.size else None)
        try:
            entry = judge(state, read, index, opened.log.name)
            require(index > 0 or base64_read(entry.body["log_key"]) == opened.log.key, "wrong-log-key")
        except RefusedError as refused:
            return Finding("does-not-hold", refused.rule, index)
    return Finding("holds")


def _asserted(files: Files) -> Policy:
    """Step 2 without a policy: what entry 0 says of itself."""
    size = _unverified(files["checkpoint"]).size
    require(size > 0, "no-ledger")
    entries, exact = read_bundle(files, 0, size)
    require(exact, "bad-bundle")
    entry = read_entry(entries[0], None)
    require(entry.kind == "ledger", "no-ledger")
    return trusting(VerifierKey(entry.ledger, LOG_TYPE, base64_read(entry.body["log_key"])))


def _unverified(raw: bytes) -> Checkpoint:
    return read_checkpoint(read_note(raw).text)
