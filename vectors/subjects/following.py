"""Following a log: what a reader who believed one checkpoint says of another."""

from collections.abc import Sequence
from typing import Any

from ledger.encoding import encode_base64
from ledger.merkle.hashing import EMPTY_ROOT, leaf_hash
from ledger.merkle.tree import root_of
from ledger.tlog.key import KeyType, VerifierKey
from vectors.example import LOG_VKEY, ORIGIN, POLICY, key
from vectors.subjects.checkpoints import head, signature

Case = dict[str, Any]
LEAVES = tuple(leaf_hash(f"entry {i}".encode()) for i in range(300))


def note(leaves: Sequence[bytes], *, by: str = "log", origin: str = ORIGIN) -> str:
    """The signed checkpoint over these leaf hashes."""
    text = head(len(leaves), root_of(leaves) if leaves else EMPTY_ROOT, origin=origin)
    return f"{text}\n{signature(text, name=origin, by=by)}"


def document() -> dict[str, Any]:
    """Growth, standstill, and every contradiction."""
    ten = LEAVES[:10]
    other = (*LEAVES[:6], leaf_hash(b"another entry"), *LEAVES[7:])
    second = VerifierKey(ORIGIN, KeyType.ED25519, key("log 2").public)
    two_keys = f"log {LOG_VKEY}\nlog {second}\nquorum none\n"
    elsewhere = VerifierKey("other.example", KeyType.ED25519, key("log 2").public)
    two_logs = f"log {LOG_VKEY}\nlog {elsewhere}\nquorum none\n"
    cases = [
        _case("the_same_checkpoint", None, ten, ten),
        _case("from_0_to_10", None, (), ten),
        _case("from_10_to_11", None, ten, LEAVES[:11]),
        _case("from_10_to_256", None, ten, LEAVES[:256]),
        _case("from_10_to_300", None, ten, LEAVES[:300]),
        _case("from_256_to_257", None, LEAVES[:256], LEAVES[:257]),
        _case("from_259_to_299", None, LEAVES[:259], LEAVES[:299]),
        _case("one_entry_less", "rollback", ten, LEAVES[:9]),
        _case("back_to_nothing", "rollback", ten, ()),
        _case("smaller_and_another_tree", "rollback", LEAVES[:300], other[:20]),
        _case("same_size_another_tree", "split-view", ten, other[:10]),
        _case("larger_and_another_tree", "split-view", ten, other[:11]),
        _case("larger_and_another_tree_over_tiles", "split-view", LEAVES[:299], other),
        _case("last_entry_changed_while_growing", "split-view", LEAVES[:7], other[:8]),
        _case("signed_by_another_key_of_the_policy", "wrong-key", ten, LEAVES[:11], by="log 2", policy=two_keys),
        _case(
            "of_another_log_of_the_policy",
            "wrong-key",
            ten,
            LEAVES[:11],
            by="log 2",
            policy=two_logs,
            origin="other.example",
        ),
    ]
    return {"spec": "log.md section 5", "leaves": [leaf.hex() for leaf in LEAVES], "cases": cases}


def _case(
    name: str,
    rule: str | None,
    old: Sequence[bytes],
    new: Sequence[bytes],
    *,
    by: str = "log",
    policy: str = POLICY,
    origin: str = ORIGIN,
) -> Case:
    changes = {str(i): leaf.hex() for i, leaf in enumerate(new) if leaf != LEAVES[i]}
    return {
        "name": name,
        "rule": rule,
        "policy": policy,
        "believed": encode_base64(note(old).encode()),
        "shown": encode_base64(note(new, by=by, origin=origin).encode()),
        "shown_size": len(new),
        "shown_changes": changes,
    }
