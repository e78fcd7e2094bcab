"""Following a log: what a reader who believed one checkpoint says of another."""

from collections.abc import Sequence
from typing import Any

from ledger.encoding import encode_base64
from ledger.merkle.hashing import EMPTY_ROOT, leaf_hash
from ledger.merkle.tree import root_of
from ledger.tlog.key import KeyType, VerifierKey
from vectors.example import LOG_VKEY, ORIGIN, POLICY, key
from vectors.notes import ONE_OF_ONE, cosignature, head, signature

Case = dict[str, Any]
LEAVES = tuple(leaf_hash(f"entry {i}".encode()) for i in range(300))
TEN = LEAVES[:10]
OTHER = (*LEAVES[:6], leaf_hash(b"another entry"), *LEAVES[7:])
STRANGE = "other.example"


def note(leaves: Sequence[bytes], *, by: str = "log", origin: str = ORIGIN) -> str:
    """The signed checkpoint over these leaf hashes."""
    text = head(len(leaves), root_of(leaves) if leaves else EMPTY_ROOT, origin=origin)
    return f"{text}\n{signature(text, name=origin, by=by)}"


def document() -> dict[str, Any]:
    """Growth, standstill, every contradiction; what is said of checkpoints that do not open; tiles of another tree."""
    cases = [*_holding(), *_lied(), *_not_opened(), *_served()]
    return {"spec": "log.md section 5", "leaves": [leaf.hex() for leaf in LEAVES], "cases": cases}


def _holding() -> list[Case]:
    witnessed = note(LEAVES[:11])
    witnessed += cosignature(witnessed.rpartition("\n\n")[0] + "\n", 1)
    return [
        _case("the_same_checkpoint", None, TEN, TEN),
        _case("from_0_to_0", None, (), ()),
        _case("from_0_to_10", None, (), TEN),
        _case("from_10_to_11", None, TEN, LEAVES[:11]),
        _case("from_10_to_256", None, TEN, LEAVES[:256]),
        _case("from_10_to_300", None, TEN, LEAVES[:300]),
        _case("from_256_to_257", None, LEAVES[:256], LEAVES[:257]),
        _case("from_259_to_299", None, LEAVES[:259], LEAVES[:299]),
        _case("believed_before_the_policy_asked_for_a_witness", None, TEN, LEAVES[:11], ONE_OF_ONE, shown=witnessed),
    ]


def _lied() -> list[Case]:
    return [
        _case("one_entry_less", "rollback", TEN, LEAVES[:9]),
        _case("back_to_nothing", "rollback", TEN, ()),
        _case("smaller_and_another_tree", "rollback", LEAVES[:300], OTHER[:20]),
        _case("same_size_another_tree", "split-view", TEN, OTHER[:10]),
        _case("larger_and_another_tree", "split-view", TEN, OTHER[:11]),
        _case("larger_and_another_tree_over_tiles", "split-view", LEAVES[:299], OTHER),
        _case("last_entry_changed_while_growing", "split-view", LEAVES[:7], OTHER[:8]),
    ]


def _not_opened() -> list[Case]:
    """Step 1: who follows a log is told whose fault it is."""
    eleven = LEAVES[:11]
    second = VerifierKey(ORIGIN, KeyType.ED25519, key("log 2").public)
    elsewhere = VerifierKey(STRANGE, KeyType.ED25519, key("log 2").public)
    two_keys, two_logs = (f"log {LOG_VKEY}\nlog {each}\nquorum none\n" for each in (second, elsewhere))
    text, strange = head(11, root_of(eleven)), head(11, root_of(eleven), origin=STRANGE)
    mine, flipped = signature(text), signature(head(12, root_of(eleven)))
    by_stranger, of_elsewhere = signature(text, by="stranger"), signature(text, name=STRANGE, by="log 2")
    after_a_line, bare = f"\n{text}\n{mine}", f"{STRANGE}\n"

    def case(name: str, rule: str, shown: str, policy: str = POLICY) -> Case:
        return _case(name, rule, TEN, eleven, policy, shown=shown)

    return [
        case("signed_by_another_key_of_the_policy", "wrong-key", f"{text}\n{signature(text, by='log 2')}", two_keys),
        case("of_another_log_of_the_policy", "wrong-key", note(eleven, by="log 2", origin=STRANGE), two_logs),
        case("signed_by_nobody_who_is_known", "wrong-key", f"{text}\n{by_stranger}"),
        case("signed_under_another_name", "wrong-key", f"{text}\n{signature(text, name=STRANGE)}"),
        case("signed_by_a_witness_alone", "wrong-key", f"{text}\n{cosignature(text, 1)}", ONE_OF_ONE),
        case("signed_by_the_other_log_of_the_policy", "wrong-key", f"{text}\n{of_elsewhere}", two_logs),
        case("of_a_log_the_policy_does_not_know", "wrong-origin", note(eleven, by="log 2", origin=STRANGE)),
        case("of_an_unknown_log_signed_by_this_one", "wrong-origin", f"{strange}\n{signature(strange)}"),
        case("of_an_unknown_log_cosigned", "wrong-origin", f"{strange}\n{cosignature(strange, 1)}", ONE_OF_ONE),
        case("origin_in_capitals", "wrong-origin", note(eleven, by="stranger", origin=ORIGIN.upper())),
        case("empty_line_in_front_signed_by_nobody", "wrong-origin", f"\n{text}\n{by_stranger}"),
        case("empty_line_in_front", "invalid-signature", after_a_line),
        case("signature_of_another_text", "invalid-signature", f"{text}\n{flipped}"),
        case("of_an_unknown_log_and_badly_signed", "invalid-signature", f"{strange}\n{mine}"),
        case("no_witness", "no-quorum", f"{text}\n{mine}", ONE_OF_ONE),
        case("no_signature", "malformed", f"{text}\n"),
        case("of_an_unknown_log_and_no_checkpoint", "malformed", f"{bare}\n{signature(bare)}"),
    ]


def _served() -> list[Case]:
    """Steps 4 and 5: the tiles that are served, and which of the two is convicted."""
    edge, full = "tile/0/001.p/44", "tile/0/000"
    mine, theirs = (b"".join(tree[:256]) for tree in (LEAVES, OTHER))

    def case(name: str, rule: str | None, path: str, raw: bytes, *, old: int = 10) -> Case:
        served = {path: encode_base64(raw)}
        return {**_case(name, rule, LEAVES[:old], LEAVES[:300]), "served": served}

    right = b"".join(LEAVES[256:300])
    return [
        case("full_tile_changed", "wrong-tile", full, theirs),
        case("edge_tile_changed", "wrong-tile", edge, right[:-1] + bytes([right[-1] ^ 1])),
        case("full_tile_one_hash_short", "malformed", full, mine[:-32]),
        case("edge_tile_one_hash_long", "malformed", edge, right + bytes(32)),
        case("a_tile_changed_that_is_not_needed", None, full, theirs, old=256),
    ]


def _case(
    name: str,
    rule: str | None,
    old: Sequence[bytes],
    new: Sequence[bytes],
    policy: str = POLICY,
    *,
    shown: str | None = None,
) -> Case:
    changes = {str(i): leaf.hex() for i, leaf in enumerate(new) if leaf != LEAVES[i]}
    return {
        "name": name,
        "rule": rule,
        "policy": policy,
        "believed": encode_base64(note(old).encode()),
        "shown": encode_base64((note(new) if shown is None else shown).encode()),
        "shown_size": len(new),
        "shown_changes": changes,
    }
