"""How a case of each published file of test vectors is judged: nothing comes out, or a refusal."""

import json
from base64 import b64decode
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from pathlib import Path

from . import canonical, claim, ed25519, generators, merkle, prover, totals
from .audit import audit, first_fault
from .claim import Allowance, Shape
from .curve import P, R, clear_cofactor, combine
from .encoding import read_point, read_scalar, write_point
from .entries import read_entry
from .following import follow
from .notes import read_verifier_key
from .policies import open_checkpoint, read_policy
from .receipts import verify_receipt, verify_total_receipt
from .refusal import RefusedError, require
from .rules import judge
from .state import State
from .tiles import Tree, published, read_name
from .transcript import Transcript, session, varlen

FOLDER = Path(__file__).parents[2] / "vectors"
JUDGES: dict[str, Callable[[dict, dict], None]] = {}


@cache
def load(subject: str) -> dict:
    return json.loads((FOLDER / f"{subject}.json").read_text(encoding="utf-8"))


def judges(subject: str) -> Callable:
    def register(function: Callable[[dict, dict], None]) -> Callable[[dict, dict], None]:
        JUDGES[subject] = function
        return function

    return register


def all_hex(items: list[str]) -> list[bytes]:
    return [bytes.fromhex(item) for item in items]


@judges("points")
def judge_point(case: dict, _: dict) -> None:
    point = read_point(bytes.fromhex(case["point"]))
    if case["rule"] is None:
        assert write_point(clear_cofactor(point)).hex() == case["cleared"]
        in_g1 = combine([(R - 1, point)]) == (point[0], P - point[1])
        assert in_g1 is case["in_g1"]


@judges("scalars")
def judge_scalar(case: dict, _: dict) -> None:
    assert read_scalar(bytes.fromhex(case["scalar"])) == int(case.get("value", -1))


@judges("keys")
def judge_key(case: dict, _: dict) -> None:
    require(ed25519.is_public_key(bytes.fromhex(case["key"])), "malformed")


@judges("signatures")
def judge_signature(case: dict, _: dict) -> None:
    parts = [bytes.fromhex(case[name]) for name in ("key", "signature", "message")]
    require(ed25519.verify(*parts), "invalid-signature")


@judges("canonical_json")
def judge_document(case: dict, _: dict) -> None:
    canonical.read(b64decode(case["document"]), case["limit"])


@judges("generators")
def judge_generator(case: dict, file: dict) -> None:
    assert (file["tag"], file["digest"]) == (generators.DST.decode(), generators.DIGEST.hex())
    point = generators.G if case["label"] is None else generators.hash_to_curve(case["label"])
    assert write_point(point).hex() == case["point"]


@judges("transcripts")
def judge_transcript(case: dict, _: dict) -> None:
    tag = case["tag"].encode()
    assert session(tag).hex() == case["session"]
    transcript = Transcript(tag)
    for step in case["steps"]:
        before = len(transcript.state)
        if "append" in step:
            message = bytes.fromhex(step["message"])
            transcript.append(step["append"], message)
            assert transcript.state[before:] == varlen(step["append"].encode()) + varlen(message)
        else:
            value = transcript.challenge(step["challenge"])
            assert value == int(step["value"], 16)
            assert int.from_bytes(bytes.fromhex(step["squeezes"]), "little") % R == value
        assert transcript.state[before:].hex() == step["absorbs"]


@judges("claims")
def judge_claim(case: dict, _: dict) -> None:
    shape = Shape(tuple(case["widths"]), tuple(case["prices"]), case["slack_width"])
    said = case["allowance"]
    allowance = Allowance(commitment=bytes.fromhex(said)) if isinstance(said, str) else Allowance(said)
    context, C, proof = bytes.fromhex(case["context"]), bytes.fromhex(case["commitment"]), b64decode(case["proof"])
    claim.verify(shape, allowance, context, C, proof)
    if case["rule"] is None:
        drawn = claim.draw(shape, allowance, context, C, claim.read_proof(shape, proof))
        expected = case["challenges"]
        assert {letter: f"{getattr(drawn, letter):064x}" for letter in "yzxw"} | {
            "u": [f"{u:064x}" for u in drawn.u]
        } == expected
        assert f"{claim.delta(shape, drawn.y, drawn.z):064x}" == case["delta"]
    if "made_from" in case and shape.N == 8:
        made = case["made_from"]
        amount, blinding = made.get("amount", said) or 0, int(made.get("blinding", "0"), 16)
        secrets = prover.Secrets(
            bytes.fromhex(made["seed"]), bytes.fromhex(made["core"]), context, tuple(made["quantities"])
        )
        assert prover.prove(shape, allowance, amount, blinding, secrets).proof == proof


@judges("allowances")
def judge_allowances(case: dict, _: dict) -> None:
    totals.open_roster(all_hex(case["commitments"]), case["sum"], bytes.fromhex(case["blinding"]))


@judges("closes")
def judge_close(case: dict, _: dict) -> None:
    live = [
        totals.LiveClaim(index, bytes.fromhex(made["leaf"]), bytes.fromhex(made["commitment"]))
        for index, made in enumerate(case["claims"])
    ]
    require(case["count"] == len(live), "wrong-count")
    require(bytes.fromhex(case["sum"]) == totals.closing_sum(live), "wrong-sum")
    require(bytes.fromhex(case["set"]) == totals.closing_set(live), "wrong-set")


@judges("totals")
def judge_total(case: dict, _: dict) -> None:
    totals.open_total(bytes.fromhex(case["sum"]), case["totals"], bytes.fromhex(case["blinding"]))


@judges("trees")
def judge_path(case: dict, file: dict) -> None:
    leaves = [merkle.leaf_hash(data) for data in all_hex(file["leaves"])]
    path = all_hex(case["path"])
    if case["proves"] == "inclusion":
        leaf, root = bytes.fromhex(case["leaf"]), bytes.fromhex(case["root"])
        require(merkle.includes(leaf, case["index"], case["size"], path, root), "invalid-inclusion-proof")
        if case["rule"] is None:
            assert root == merkle.root(leaves[: case["size"]])
            assert path == merkle.path(case["index"], leaves[: case["size"]])
    else:
        roots = bytes.fromhex(case["root1"]), bytes.fromhex(case["root2"])
        require(merkle.consistent(case["size1"], case["size2"], *roots, path), "invalid-consistency-proof")
        if case["rule"] is None:
            assert roots == (merkle.root(leaves[: case["size1"]]), merkle.root(leaves[: case["size2"]]))


@judges("verifier_keys")
def judge_verifier_key(case: dict, _: dict) -> None:
    key = read_verifier_key(case["vkey"])
    if case["rule"] is None:
        found = (key.name, key.key_id.hex(), key.type, key.key.hex())
        assert found == (case["key_name"], case["key_id"], case["type"], case["key"])


@judges("policies")
def judge_policy(case: dict, _: dict) -> None:
    policy = read_policy(b64decode(case["policy"]) + b"\n" * case.get("then_line_feeds", 0))
    if case["rule"] is None:
        assert (len(policy.logs), len(policy.witnesses)) == (case["logs"], case["witnesses"])
        groups = [(octets(name), group.threshold, len(group.members)) for name, group in policy.groups.items()]
        assert groups == [(group["name"], group["k"], group["members"]) for group in case["groups"]]
        assert case["quorum"] == (None if policy.quorum is None else octets(policy.quorum))


def octets(name: str) -> str:
    return name.encode("utf-8", "surrogateescape").hex()


@judges("checkpoints")
def judge_checkpoint(case: dict, _: dict) -> None:
    note = b64decode(case["note"]) + b"\n" * case.get("then_line_feeds", 0)
    opened = open_checkpoint(note, read_policy(case["policy"].encode()))
    if case["rule"] is None:
        head = opened.checkpoint
        found = {"origin": head.origin, "size": head.size, "root": head.root.hex(), "log_key": opened.log.key.hex()}
        assert found | {name: case[name] for name in found if name in case} == found


@judges("following")
def judge_following(case: dict, file: dict) -> None:
    policy = read_policy(case["policy"].encode())
    leaves = all_hex(file["leaves"][: case["shown_size"]])
    for index, changed in case["shown_changes"].items():
        leaves[int(index)] = bytes.fromhex(changed)
    served = {path: b64decode(text) for path, text in case.get("served", {}).items()}
    follow(b64decode(case["believed"]), b64decode(case["shown"]), policy, published(leaves) | served)


def files_of(case: dict, file: dict) -> dict[str, bytes]:
    return {path: b64decode(file["files"][place]) for path, place in case["files"].items()}


@judges("tile_paths")
def judge_tile_path(case: dict, _: dict) -> None:
    found = read_name(case["path"])
    assert found == (case["level"], case["n"], case["width"])


@judges("tiles")
def judge_tiles(case: dict, file: dict) -> None:
    files = files_of(case, file)
    head = open_checkpoint(files["checkpoint"], read_policy(file["policy"].encode())).checkpoint
    try:
        rule, index = first_fault(Tree(files, head.size, head.root))
    except RefusedError as refused:
        rule, index = refused.rule, None
    assert index == case.get("index")
    require(rule is None, rule)


@judges("audits")
def judge_audit(case: dict, file: dict) -> None:
    policy = None if case["policy"] is None else read_policy(case["policy"].encode())
    found = audit(files_of(case, file), policy)
    assert (found.verdict, found.index) == (case["verdict"], case.get("index"))
    require(found.rule is None, found.rule)


@judges("receipts")
def judge_receipt(case: dict, _: dict) -> None:
    policy = read_policy(case["policy"].encode())
    entry = b64decode(case["entry"]) + b" " * case.get("then_spaces", 0)
    receipt = b64decode(case["receipt"]) + b"\n" * case.get("then_line_feeds", 0)
    shown = verify_receipt(entry, receipt, policy)
    if case["rule"] is None:
        assert (shown.index, shown.opened.checkpoint.size) == (case["index"], case["size"])


@judges("total_receipts")
def judge_total_receipt(case: dict, _: dict) -> None:
    own = None if case["claim_entry"] is None else b64decode(case["claim_entry"])
    file = b64decode(case["file"]) + b" " * case.get("then_spaces", 0)
    verify_total_receipt(file, read_policy(case["policy"].encode()), own)


@judges("entries")
def judge_entry(case: dict, _: dict) -> None:
    raw = b64decode(case["entry"]) + b" " * case.get("then_spaces", 0)
    entry = read_entry(raw, case["origin"])
    if case["rule"] is None:
        assert (entry.kind, entry.leaf.hex()) == (case["kind"], case["leaf"])


@cache
def before(origin: str, entries: tuple[int, ...]) -> State:
    """The state after these entries, which hold; shared by all ledgers that begin with them."""
    if not entries:
        return State()
    state = deepcopy(before(origin, entries[:-1]))
    judge(state, b64decode(load("ledgers")["entries"][entries[-1]]), len(entries) - 1, origin)
    return state


@judges("ledgers")
def judge_ledger(case: dict, file: dict) -> None:
    count = case.get("index", len(case["entries"]))
    state = deepcopy(before(case["origin"], tuple(case["entries"][:count])))
    if case["rule"] is not None:
        judge(state, b64decode(file["entries"][case["entries"][count]]), count, case["origin"])
