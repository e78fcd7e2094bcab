"""Total receipts of the worked ledger, good and with one fault."""

import json
from typing import Any

from ledger.encoding import canonical_json, encode_base64
from ledger.merkle.hashing import leaf_hash
from ledger.merkle.tree import path_of
from ledger.tlog.proof import TlogProof
from vectors.example import OPENS, POLICY, entry, example, key
from vectors.subjects.checkpoints import ONE_OF_ONE
from vectors.subjects.following import note
from vectors.subjects.worked import total_receipt

Case = dict[str, Any]


def document() -> dict[str, Any]:
    """Good ones, bad ones."""
    return {"spec": "receipts.md section 2", "cases": [*_good(), *_changed(), *_relogged()]}


def _case(name: str, rule: str | None, file: bytes, claim: bytes | None = None, policy: str = POLICY) -> Case:
    mine = None if claim is None else encode_base64(claim)
    return {"name": name, "rule": rule, "policy": policy, "file": encode_base64(file), "claim_entry": mine}


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
    return [
        _case("something_after_it", "not-json", file + b"x"),
        _case("line_feed_after_it", "not-canonical", file + b"\n"),
        _case("an_array", "malformed", b"[" + file + b"]"),
        _case("nested_16_deep", "too-deep", changed(path=_nested(15))),
        _case("version_2", "unknown-version", changed(v=2)),
        _case("of_another_kind", "unknown-version", changed(kind="receipt")),
        _case("no_kind", "unknown-version", without("kind")),
        _case("unknown_field", "malformed", changed(note="")),
        *(
            _case(f"no_{field}", "malformed", without(field))
            for field in ("claim", "close", "path", "position", "size")
        ),
        _case("claim_of_31_bytes", "malformed", changed(claim=encode_base64(bytes(31)))),
        _case("claim_in_other_base64", "malformed", changed(claim=value["claim"][:-2] + "d=")),
        _case("path_of_31_bytes", "malformed", changed(path=[encode_base64(bytes(31))])),
        _case("position_a_string", "malformed", changed(position="0")),
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
        _case("entry_of_the_other_row", "wrong-claim", file, ledger.entries[6]),
        _case("entry_that_is_no_claim", "wrong-claim", file, ledger.entries[4]),
        _case("entry_that_is_not_canonical", "not-canonical", file, claim + b"\n"),
        _case("close_is_the_total", "malformed", changed(close=value["total"])),
        _case("total_is_the_close", "malformed", changed(total=value["close"])),
        _case("close_at_another_index", inclusion, changed(close=flipped)),
        _case("close_changed", inclusion, changed(close={**value["close"], "entry": bad_sum})),
        _case("no_witness", "no-quorum", file, None, ONE_OF_ONE),
    ]


def _nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth - 1):
        value = [value]
    return value


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
        raws = [first.encode(), second.encode()]
        order = raws[::-1] if swapped else raws
        leaves = [leaf_hash(raw) for raw in order]
        logged = []
        for raw in raws:
            index = order.index(raw)
            proof = TlogProof(index, path_of(leaves, index), note(leaves).encode()).encode()
            logged.append({"entry": raw.decode(), "receipt": proof.decode()})
        return _case(name, rule, canonical_json({**value, "close": logged[0], "total": logged[1]}))

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


def _with_field(body: dict[str, Any]) -> str:
    return entry("total", {**body, "note": ""}, key("council")).decode()
