"""Audits of the worked ledger's files, with and without a policy: the verdict, the rule, the index."""

from collections.abc import Sequence
from typing import Any

from ledger.merkle.hashing import leaf_hash
from ledger.merkle.tree import root_of
from ledger.tlog.key import KeyType, VerifierKey
from vectors.example import LOG_VKEY, OPENS, ORIGIN, POLICY, entry, example, key, ledger_body
from vectors.notes import ONE_OF_ONE, cosignature, head
from vectors.subjects.following import note
from vectors.subjects.tiles import Files, Pool, published

Case = dict[str, Any]
Fault = tuple[str, str, int | None]
UNTRUE = "does-not-hold"
OTHER_ORIGIN = "other.example"


def document() -> dict[str, Any]:
    """Ledgers that hold; who is trusted, and why not; faults of files and entries in order."""
    pool = Pool()
    cases = [*_holding(pool), *_asserted(pool), *_given(pool), *_in_order(pool)]
    return {"spec": "audit.md sections 1 and 2", "files": pool.encoded(), "cases": cases}


def _case(pool: Pool, name: str, files: Files, fault: Fault | None = None, policy: str | None = POLICY) -> Case:
    verdict, rule, index = fault or ("holds", None, None)
    said = {"policy": policy, "verdict": None if verdict == "bad input" else verdict}
    return {"name": name, "rule": rule, **said, **({"index": index} if fault else {}), "files": pool.places(files)}


def _signed(entries: Sequence[bytes], *, by: str = "log", origin: str = ORIGIN) -> Files:
    """The files of these entries, their checkpoint signed by this key under this name."""
    return published(entries, note([leaf_hash(raw) for raw in entries], by=by, origin=origin))


def _founding(*, log: str = "log", origin: str = ORIGIN) -> bytes:
    return entry("ledger", ledger_body(key(log)), key("founder"), origin=origin)


def _holding(pool: Pool) -> list[Case]:
    entries = example().entries
    text = head(3, root_of(example().leaves[:3]))
    witnessed = note(example().leaves[:3]) + cosignature(text, 1)
    return [
        _case(pool, "worked", _signed(entries)),
        _case(pool, "worked_without_a_policy", _signed(entries), policy=None),
        _case(pool, "entry_0_alone_without_a_policy", _signed(entries[:1]), policy=None),
        _case(pool, "no_entry_yet", _signed(())),
        _case(pool, "with_a_witness", published(entries[:3], witnessed), policy=ONE_OF_ONE),
    ]


def _asserted(pool: Pool) -> list[Case]:
    """Without a policy: steps 2 and 3."""
    entries = example().entries[:3]
    files, bundle = _signed(entries), "tile/entries/000.p/3"
    clock = entry("clock", {"time": OPENS}, key("log"))
    faults: dict[str, tuple[str, Files]] = {
        "asserted_size_0": ("no-ledger", _signed(())),
        "asserted_entry_0_a_clock": ("no-ledger", _signed([clock])),
        "asserted_entry_0_not_canonical": ("not-canonical", _signed([entries[0] + b"\n"])),
        "asserted_bundle_cut_off": ("bad-bundle", {**files, bundle: files[bundle][:-1]}),
        "asserted_checkpoint_without_a_root": ("malformed", {**files, "checkpoint": f"{ORIGIN}\n3\n".encode()}),
        "asserted_log_key_of_nobody_who_signed": ("wrong-key", _signed([_founding(log="log 2"), *entries[1:]])),
        "asserted_of_another_ledger": ("wrong-ledger", _signed([_founding(origin=OTHER_ORIGIN), *entries[1:]])),
        "asserted_and_the_edge_changed": ("wrong-tile", {**files, "tile/0/000.p/3": bytes(96)}),
    }
    return [_case(pool, name, each, (UNTRUE, rule, None), None) for name, (rule, each) in faults.items()]


def _given(pool: Pool) -> list[Case]:
    """With a policy: step 3, and entry 0 in step 5."""
    entries = example().entries[:3]
    files = _signed(entries)
    elsewhere = f"log {VerifierKey(OTHER_ORIGIN, KeyType.ED25519, key('log').public)}\nquorum none\n"
    changed_key = f"log {VerifierKey(ORIGIN, KeyType.ED25519, key('log 2').public)}\nquorum none\n"
    both = f"log {LOG_VKEY}\n{changed_key}"
    resized = files["checkpoint"].replace(b"\n3\n", b"\n2\n")
    clock = entry("clock", {"time": OPENS}, key("log"))
    renamed = [_founding(origin=OTHER_ORIGIN), *entries[1:]]
    return [
        _case(pool, "policy_of_another_ledger", files, ("bad input", "wrong-origin", None), elsewhere),
        _case(pool, "policy_of_no_log", files, ("bad input", "wrong-origin", None), "quorum none\n"),
        _case(pool, "policy_of_another_key", files, (UNTRUE, "wrong-key", None), changed_key),
        _case(pool, "policy_that_asks_for_a_witness", files, (UNTRUE, "no-quorum", None), ONE_OF_ONE),
        _case(pool, "checkpoint_changed", {**files, "checkpoint": resized}, (UNTRUE, "invalid-signature", None)),
        _case(pool, "checkpoint_cut_off", {**files, "checkpoint": resized[:-1]}, (UNTRUE, "malformed", None)),
        _case(
            pool,
            "log_key_of_another_log_of_the_policy",
            _signed(entries, by="log 2"),
            (UNTRUE, "wrong-log-key", 0),
            both,
        ),
        _case(pool, "log_key_of_nobody", _signed([_founding(log="stranger")]), (UNTRUE, "wrong-log-key", 0)),
        _case(pool, "entry_0_a_clock", _signed([clock]), (UNTRUE, "no-ledger", 0)),
        _case(pool, "entry_0_of_another_ledger", _signed(renamed), (UNTRUE, "wrong-ledger", 0)),
        _case(pool, "entry_0_refused_and_of_another_key", _signed([_unsigned()]), (UNTRUE, "missing-signature", 0)),
    ]


def _unsigned() -> bytes:
    """A `ledger` entry that names another log key and that nobody has signed."""
    return entry("ledger", ledger_body(key("stranger")))


def _in_order(pool: Pool) -> list[Case]:
    """Several faults: the lowest index, and at one index the first step."""
    entries = example().entries[:5]
    again = [*entries[:3], entries[1], entries[4]]  # entry 3 stands there twice; entry 4 has lost its roster
    good, files = _signed(entries), _signed(again)
    bundle, tile = "tile/entries/000.p/5", "tile/0/000.p/5"
    ends = [sum(len(raw) + 2 for raw in again[:n]) for n in range(6)]
    raw = files[bundle]

    def with_byte(at: int) -> bytes:
        return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]

    faults: dict[str, tuple[str, int | None, Files]] = {
        "entry_twice": ("duplicate-entry", 3, files),
        "entry_changed_before_one_that_is_refused": ("entry-not-in-tree", 2, {**files, bundle: with_byte(ends[2] + 9)}),
        "entry_changed_after_one_that_is_refused": ("duplicate-entry", 3, {**files, bundle: with_byte(ends[4] + 9)}),
        "entry_changed_that_is_refused_too": ("entry-not-in-tree", 3, {**files, bundle: with_byte(ends[3] + 9)}),
        "bundle_cut_off_after_an_entry_that_is_refused": ("duplicate-entry", 3, {**files, bundle: raw[:-1]}),
        "bundle_cut_off_before_an_entry_that_is_refused": ("bad-bundle", 2, {**files, bundle: raw[: ends[3] - 1]}),
        "bundle_too_long_after_good_entries": ("bad-bundle", None, {**good, bundle: good[bundle] + b"\0"}),
        "tile_changed_under_an_entry_that_is_refused": ("wrong-tile", None, {**files, tile: bytes(160)}),
        "entry_too_many_in_the_log": ("not-json", 5, _signed([*entries, b""])),
    }
    return [_case(pool, name, each, (UNTRUE, rule, index)) for name, (rule, index, each) in faults.items()]
