"""Total receipts of the worked ledger, good and with one fault."""

import functools
import json
from collections.abc import Callable, Sequence
from typing import Any

from ledger.encoding import canonical_json, encode_base64
from ledger.merkle.hashing import leaf_hash
from ledger.merkle.tree import path_of
from ledger.tlog.key import KeyType, VerifierKey
from ledger.tlog.proof import TlogProof
from vectors.example import LOG_VKEY, OPENS, ORIGIN, POLICY, entry, example, key
from vectors.notes import ONE_OF_ONE
from vectors.subjects.following import note
from vectors.subjects.worked import total_receipt

Case = dict[str, Any]
Note = Callable[[Sequence[bytes]], str]
"""Signs the tree over these leaf hashes."""


def document() -> dict[str, Any]:
    """Good ones, bad ones."""
    return {"spec": "receipts.md section 2", "cases": [*_good(), *_changed(), *_relogged(), *_two_logs()]}


def _case(
    name: str, rule: str | None, file: bytes, claim: bytes | None = None, policy: str = POLICY, **more: Any
) -> Case:
    mine = None if claim is None else encode_base64(claim)
    return {"name": name, "rule": rule, "policy": policy, "file": encode_base64(file), "claim_entry": mine, **more}


def _good() -> list[Case]:
    ledger = example()
    files = {row: total_receipt(ledger, row) for row in (0, 1)}
    cases = [_case(f"of_row_{row}", None, file, ledger.entries[5 + row]) for row, file in files.items()]
    return [*cases, *(_case(f"of_row_{row}_without_the_claim", None, file) for row, file in files.items())]


def _changed() -> list[Case]:
    """One field of the file changed, or its spelling."""
    ledger = example()
    file = total_receipt(ledger, 0)
    value: dict[str, Any] = json.loads(file)
    claim = ledger.entries[5]

    def changed(**changes: Any) -> bytes:
        return canonical_json({**value, **changes})

    def without(field: str) -> bytes:
        return canonical_json({name: item for name, item in value.items() if name != field})

    other_leaf = encode_base64(leaf_hash(ledger.entries[6]))
    flipped = {"entry": value["close"]["entry"], "receipt": value["close"]["receipt"].replace("index 8", "index 7")}
    bad_sum = _resigned(8, "sum", value["close"]["entry"])
    inclusion = "invalid-inclusion-proof"
    elsewhere = _claim_in(ORIGIN, claim, round=encode_base64(bytes(32)))
    return [
        _case("something_after_it", "not-json", file + b"x"),
        _case("line_feed_after_it", "not-canonical", file + b"\n"),
        _case("an_array", "malformed", b"[" + file + b"]"),
        _case("nested_16_deep", "too-deep", changed(path=[]).replace(b'"path":[]', b'"path":' + b"[" * 15 + b"]" * 15)),
        _case("version_2", "unknown-version", changed(v=2)),
        _case("version_true", "unknown-version", changed(v=True)),
        _case("version_a_text", "unknown-version", changed(v="1")),
        _case("no_version", "unknown-version", without("v")),
        _case("of_another_kind", "unknown-version", changed(kind="receipt")),
        _case("kind_a_list", "unknown-version", changed(kind=["total-receipt"])),
        _case("no_kind", "unknown-version", without("kind")),
        _case("unknown_field", "malformed", changed(note="")),
        *(
            _case(f"no_{field}", "malformed", without(field))
            for field in ("claim", "close", "path", "position", "size", "total")
        ),
        _case("claim_of_31_bytes", "malformed", changed(claim=encode_base64(bytes(31)))),
        _case("claim_in_other_base64", "malformed", changed(claim=value["claim"][:-2] + "d=")),
        _case("path_of_31_bytes", "malformed", changed(path=[encode_base64(bytes(31))])),
        _case("position_a_string", "malformed", changed(position="0")),
        _case("position_false", "malformed", changed(position=False)),
        _case("size_a_string", "malformed", changed(size="2")),
        _case("size_true", "malformed", changed(size=True)),
        _case("claim_a_number", "malformed", changed(claim=0)),
        _case("path_a_string", "malformed", changed(path=value["path"][0])),
        _case("path_of_numbers", "malformed", changed(path=[0])),
        _case("close_a_string", "malformed", changed(close=value["close"]["entry"])),
        _case("close_without_its_receipt", "malformed", changed(close={"entry": value["close"]["entry"]})),
        _case("receipt_of_the_total_a_list", "malformed", changed(total={**value["total"], "receipt": []})),
        _case("close_with_a_field_more", "malformed", changed(close={**value["close"], "index": 8})),
        _case("claim_of_the_other_row", inclusion, changed(claim=other_leaf)),
        _case("position_of_the_other_row", inclusion, changed(position=1)),
        _case("position_out_of_the_set", inclusion, changed(position=2)),
        _case("position_negative", inclusion, changed(position=-1)),
        _case("path_empty", inclusion, changed(path=[])),
        _case("path_one_long", inclusion, changed(path=value["path"] * 2)),
        _case("path_of_another_set", inclusion, changed(path=[encode_base64(bytes(32))])),
        _case("path_of_18_hashes", "wrong-count", changed(path=value["path"] * 18)),
        _case("size_one_more", "wrong-count", changed(size=3)),
        _case("size_one_less", "wrong-count", changed(size=1)),
        _case("path_of_17_hashes", inclusion, changed(path=value["path"] * 17)),
        _case("entry_of_another_ledger", "wrong-ledger", file, _claim_in("other.example", claim)),
        _case(
            "entry_that_is_not_the_claim_s_kind", "wrong-round", _about(changed, ledger.entries[4]), ledger.entries[4]
        ),
        _case("entry_of_another_round", "wrong-round", _about(changed, elsewhere), elsewhere),
        _case("one_byte_too_long", "too-long", file, then_spaces=1_048_577 - len(file)),
        _case("as_long_as_may_be", "not-canonical", file, then_spaces=1_048_576 - len(file)),
        _case("entry_of_the_other_row", "wrong-claim", file, ledger.entries[6]),
        _case("entry_that_is_no_claim", "wrong-claim", file, ledger.entries[4]),
        _case("entry_that_is_not_canonical", "not-canonical", file, claim + b"\n"),
        _case("close_is_the_total", "malformed", changed(close=value["total"])),
        _case("total_is_the_close", "malformed", changed(total=value["close"])),
        _case("close_at_another_index", inclusion, changed(close=flipped)),
        _case("close_changed", inclusion, changed(close={**value["close"], "entry": bad_sum})),
        _case("no_witness", "no-quorum", file, None, ONE_OF_ONE),
    ]


def _claim_in(origin: str, claim: bytes, **changes: Any) -> bytes:
    """Her claim as it would stand in another place; only its form is judged."""
    body = json.loads(claim)["statement"]["body"]
    return entry("claim", {**body, **changes}, key("council"), origin=origin)


def _about(changed: Callable[..., bytes], raw: bytes) -> bytes:
    """The file about this entry."""
    return changed(claim=encode_base64(leaf_hash(raw)))


def _resigned(index: int, field: str, text: str, value: Any = "") -> str:
    """The entry with another value of one field, signed again."""
    statement = json.loads(text)["statement"]
    if index not in {8, 9}:
        raise AssertionError("bad math in a total receipt: only close and total are signed again")
    return entry(statement["kind"], {**statement["body"], field: value}, key("council")).decode()


def _relogged() -> list[Case]:
    """Other closes and totals, in a log that has signed them: an audit would find the fault in the ledger first."""
    ledger = example()
    value: dict[str, Any] = json.loads(total_receipt(ledger, 0))
    close, total = value["close"]["entry"], value["total"]["entry"]
    statement = json.loads(total)["statement"]["body"]
    unreduced = encode_base64(b"\xff" * 32)
    other_round = encode_base64(bytes(32))

    def case(name: str, rule: str, first: str, second: str, *, swapped: bool = False) -> Case:
        return _case(name, rule, relogged(value, first, second, swapped=swapped))

    forged = total.replace('"unclaimed":0', '"unclaimed":1')
    later = entry("clock", {"time": OPENS}, key("log")).decode()
    opening = "invalid-opening"
    return [
        case("total_before_the_close", "not-closed", close, total, swapped=True),
        case("total_of_another_round", "wrong-round", close, _resigned(9, "round", total, other_round)),
        case("close_of_another_round", "wrong-round", _resigned(8, "round", close, other_round), total),
        case("amount_one_more", opening, close, _resigned(9, "totals", total, [5, 3])),
        case("amounts_exchanged", opening, close, _resigned(9, "totals", total, [3, 4])),
        case("amount_missing", opening, close, _resigned(9, "totals", total, [4])),
        case("blinding_of_zero", opening, close, _resigned(9, "blinding", total, encode_base64(bytes(32)))),
        case("blinding_not_reduced", "malformed", close, _resigned(9, "blinding", total, unreduced)),
        case("sum_of_the_identity", opening, _resigned(8, "sum", close, ""), total),
        case("sum_off_the_curve", "malformed", _resigned(8, "sum", close, encode_base64(bytes(96))), total),
        case("set_of_nothing", "invalid-inclusion-proof", _resigned(8, "set", close, other_round), total),
        case("count_one_more", "wrong-count", _resigned(8, "count", close, 3), total),
        case("total_not_signed", "invalid-signature", close, forged),
        case("total_that_is_a_clock", "malformed", close, later),
        case("total_with_a_field_more", "unknown-field", close, _with_field(statement)),
    ]


def relogged(
    value: dict[str, Any],
    close: str,
    total: str,
    *,
    swapped: bool = False,
    notes: tuple[Note, Note] = (note, note),
) -> bytes:
    """The file with these two entries, alone in a log; what signs the tree of each receipt."""
    raws = [close.encode(), total.encode()]
    order = raws[::-1] if swapped else raws
    leaves = [leaf_hash(raw) for raw in order]
    logged = []
    for raw, signed in zip(raws, notes, strict=True):
        index = order.index(raw)
        proof = TlogProof(index, path_of(leaves, index), signed(leaves).encode()).encode()
        logged.append({"entry": raw.decode(), "receipt": proof.decode()})
    return canonical_json({**value, "close": logged[0], "total": logged[1]})


def _two_logs() -> list[Case]:
    """Two keys of one log's name in the policy: places under one are not places under the other."""
    value: dict[str, Any] = json.loads(total_receipt(example(), 0))
    close, total = value["close"]["entry"], value["total"]["entry"]
    elsewhere = VerifierKey("other.example", KeyType.ED25519, key("log 2").public)
    second = VerifierKey(ORIGIN, KeyType.ED25519, key("log 2").public)
    policy = f"log {LOG_VKEY}\nlog {second}\nquorum none\n"
    turned = f"log {second}\nlog {LOG_VKEY}\nquorum none\n"
    two_names = f"log {LOG_VKEY}\nlog {elsewhere}\nquorum none\n"
    other = functools.partial(note, by="log 2")
    foreign = functools.partial(note, by="log 2", origin="other.example")
    moved = json.loads(total)["statement"]["body"]
    of_elsewhere = entry("total", moved, key("council"), origin="other.example").decode()

    def by_both(leaves: Sequence[bytes]) -> str:
        return note(leaves) + other(leaves).rpartition("\n\n")[2]

    def case(name: str, rule: str | None, trusted: str, notes: tuple[Note, Note], second: str = total) -> Case:
        return _case(name, rule, relogged(value, close, second, notes=notes), None, trusted)

    return [
        case("of_the_second_log_of_two", None, policy, (other, other)),
        case("close_signed_by_two_logs", None, policy, (by_both, note)),
        case("close_and_total_in_logs_of_two_keys", "wrong-log-key", policy, (note, other)),
        case("close_signed_by_two_logs_and_total_by_the_second", "wrong-log-key", policy, (by_both, other)),
        case("close_signed_by_two_logs_of_which_the_other_is_first", "wrong-log-key", turned, (by_both, note)),
        case("close_and_total_of_two_ledgers", "wrong-round", two_names, (note, foreign), of_elsewhere),
    ]


def _with_field(body: dict[str, Any]) -> str:
    return entry("total", {**body, "note": ""}, key("council")).decode()
