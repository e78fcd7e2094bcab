"""The worked ledger: every value on the way, from keys to total receipts."""

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from ledger.client.total_receipt import LoggedEntry, make_total_receipt
from ledger.encoding import encode_base64
from ledger.merkle.hashing import leaf_hash, node_hash
from vectors.claimed import Claim, named
from vectors.equations import both_sides, fold_factors
from vectors.example import ALLOWANCES, FIRST_CLAIM, LOG_VKEY, ORIGIN, POLICY, Example, WorkedClaim, example, key
from vectors.proving import hexed

KEYS = ("log", "founder", "council", "member")


def worked_claims() -> dict[int, Claim]:
    """Its claims by their index."""
    return {FIRST_CLAIM + row: each.claim for row, each in enumerate(example().claims)}


def document() -> dict[str, Any]:
    """Keys, entries, claims, close and total, tree, files, receipts."""
    ledger = example()
    steps = [*_keys(), *_entries(ledger), *_claims(ledger), *_closing(ledger), *_tree(ledger), *_receipts(ledger)]
    return {"spec": "worked.md", "origin": ORIGIN, "cases": steps}


def total_receipt(ledger: Example, row: int) -> bytes:
    """The total receipt of a row's claim."""
    live = [leaf_hash(each.entry) for each in ledger.claims]
    close, total = (LoggedEntry(ledger.entries[i], ledger.receipt(i)) for i in (8, 9))
    return make_total_receipt(live[row], live, close, total).encode()


def _keys() -> Iterator[dict[str, Any]]:
    for name in KEYS:
        yield {
            "name": f"key_{name}",
            "rule": None,
            "hashed": f"opentally/v1/example/{name}",
            "seed": named(name).hex(),
            "public": key(name).public.hex(),
        }


def _entries(ledger: Example) -> Iterator[dict[str, Any]]:
    for index, raw in enumerate(ledger.entries):
        value = json.loads(raw)
        statement = raw[raw.index(b'"statement":') + len(b'"statement":') : -1].decode()
        yield {
            "name": f"entry_{index}",
            "rule": None,
            "index": index,
            "kind": value["statement"]["kind"],
            "statement": statement,
            "signed_message": f"opentally/v1/{value['statement']['kind']}\0{statement}",
            "entry": encode_base64(raw),
            "length": len(raw),
            "leaf": leaf_hash(raw).hex(),
        }


def _claims(ledger: Example) -> Iterator[dict[str, Any]]:
    for row, worked in enumerate(ledger.claims):
        yield _claim(row, worked)


def _claim(row: int, worked: WorkedClaim) -> dict[str, Any]:
    claim, made = worked.claim, worked.claim.made()
    shape, order, values = claim.shape, claim.order, dict(made.values)
    sides = both_sides(shape, claim.allowance, claim.commitment, made)
    if any(left != right for left, right in sides):
        raise AssertionError("bad math in the worked ledger: an equation does not hold")
    claimed = [str(v) for v in values.pop("values")]
    values["a_k"], values["b_k"] = values.pop("a"), values.pop("b")
    return {
        "name": f"claim_{FIRST_CLAIM + row}",
        "rule": None,
        "index": FIRST_CLAIM + row,
        "m": shape.m,
        "M": shape.M,
        "N": shape.N,
        "widths": list(shape.widths_with_slack),
        "prices": list(shape.prices),
        "E": ALLOWANCES[row],
        "q": list(order.quantities),
        "v": claimed,
        "seed": order.seed.hex(),
        "core_message": worked.core_message.decode(),
        "core": claim.core.hex(),
        "b": hexed(order.blinding),
        "C": claim.commitment.hex(),
        "context_message": worked.context_message.decode(),
        "context": claim.context.hex(),
        "transcript": made.sponge.document(),
        "challenges": made.challenges,
        **{name: hexed(value) for name, value in values.items()},
        "c_i": hexed(fold_factors(shape.N, [int(u, 16) for u in made.challenges["u"]])),
        "proof": encode_base64(made.proof),
        "proof_sha256": sha256(made.proof).hexdigest(),
        "equations_times_h_eff": [{"left": left.hex(), "right": right.hex()} for left, right in sides],
    }


def _closing(ledger: Example) -> Iterator[dict[str, Any]]:
    live = [leaf_hash(each.entry) for each in ledger.claims]
    yield {
        "name": "close",
        "rule": None,
        "commitments": [each.claim.commitment.hex() for each in ledger.claims],
        "sum": ledger.sum.hex(),
        "leaf_data": [leaf.hex() for leaf in live],
        "leaf_hashes": [leaf_hash(leaf).hex() for leaf in live],
        "set": ledger.set.hex(),
    }
    yield {
        "name": "total",
        "rule": None,
        "blindings": [hexed(each.claim.order.blinding) for each in ledger.claims],
        "R": hexed(ledger.blinding),
        "totals": [4, 3],
    }


def _tree(ledger: Example) -> Iterator[dict[str, Any]]:
    level, levels = ledger.leaves, list[list[str]]()
    while True:
        levels.append([node.hex() for node in level])
        if len(level) == 1:
            break
        left_over = level[-1:] if len(level) % 2 else []
        level = [node_hash(*level[i : i + 2]) for i in range(0, len(level) - 1, 2)] + left_over
    yield {"name": "tree", "rule": None, "levels": levels, "root": levels[-1][0]}
    bundle = b"".join(len(raw).to_bytes(2, "big") + raw for raw in ledger.entries)
    tile = b"".join(ledger.leaves)
    yield {
        "name": "files",
        "rule": None,
        "log": str(LOG_VKEY),
        "key_id": LOG_VKEY.key_id.hex(),
        "policy": POLICY,
        "checkpoint": encode_base64(ledger.checkpoint),
        "tile/0/000.p/10": encode_base64(tile),
        "tile/entries/000.p/10": encode_base64(bundle),
    }


def _receipts(ledger: Example) -> Iterator[dict[str, Any]]:
    for index in range(len(ledger.entries)):
        yield {"name": f"receipt_{index}", "rule": None, "receipt": encode_base64(ledger.receipt(index))}
    for row in range(len(ledger.claims)):
        file = encode_base64(total_receipt(ledger, row))
        yield {"name": f"total_receipt_{FIRST_CLAIM + row}", "rule": None, "file": file}
