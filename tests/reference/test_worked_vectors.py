"""Every value of vectors/worked.json, the ledger of docs/spec/worked.md with all values in between."""

import json
from base64 import b64decode
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from . import canonical, claim, merkle, prover, published, totals
from .curve import R, clear_cofactor, combine
from .encoding import base64_encode, write_point
from .entries import read_entry
from .judges import judge_transcript
from .notes import read_verifier_key
from .policies import open_checkpoint, read_policy
from .receipts import verify_receipt, verify_total_receipt
from .rules import Verdict, replay

FILE = json.loads((Path(__file__).parents[2] / "vectors" / "worked.json").read_text(encoding="utf-8"))
CASES = {case["name"]: case for case in FILE["cases"]}
ENTRIES = [b64decode(CASES[f"entry_{index}"]["entry"]) for index in range(10)]
ORIGIN = FILE["origin"]
POLICY = read_policy(CASES["files"]["policy"].encode())


def spelled(value: object) -> object:
    """A point, a number or a list of numbers as hex, as the file has them."""
    if isinstance(value, list):
        return [f"{number % R:064x}" for number in value]
    return f"{value % R:064x}" if isinstance(value, int) else write_point(value).hex()


@pytest.fixture(scope="module")
def replayed() -> Verdict:
    return replay(ENTRIES, ORIGIN)


def test_all_steps_are_known() -> None:
    known = [f"key_{name}" for name in published.key_pairs()] + [f"entry_{index}" for index in range(10)]
    known += ["claim_5", "claim_6", "close", "total", "tree", "files", "total_receipt_5", "total_receipt_6"]
    assert sorted(CASES) == sorted(known + [f"receipt_{index}" for index in range(10)])
    assert all(case["rule"] is None for case in CASES.values())


def test_the_file_and_the_page_have_the_same_entries(replayed: Verdict) -> None:
    assert published.entries() == ENTRIES
    assert replayed.holds


def test_keys() -> None:
    for name, (seed, public) in published.key_pairs().items():
        case = CASES[f"key_{name}"]
        assert sha256(case["hashed"].encode()).hexdigest() == case["seed"] == seed
        key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed)).public_key().public_bytes_raw()
        assert (key.hex(), base64_encode(key)) == (case["public"], public)


def test_entries() -> None:
    for index, raw in enumerate(ENTRIES):
        case, entry = CASES[f"entry_{index}"], read_entry(raw, ORIGIN)
        assert (case["index"], case["kind"], case["length"]) == (index, entry.kind, len(raw))
        assert case["leaf"] == entry.leaf.hex()
        assert case["statement"] == canonical.write(entry.statement).decode()
        assert case["signed_message"] == f"opentally/v1/{entry.kind}\0{case['statement']}"


@pytest.mark.parametrize("index", [5, 6])
def test_a_claim(replayed: Verdict, index: int) -> None:
    case, entry = CASES[f"claim_{index}"], read_entry(ENTRIES[index], ORIGIN)
    terms = replayed.state.rounds[entry.body["round"]]
    shape, allowance = terms.shape, terms.rows[entry.body["row"]].allowance
    assert (case["index"], case["m"], case["M"], case["N"]) == (index, shape.m, len(shape.all_widths), shape.N)
    assert (case["widths"], case["prices"]) == (list(shape.all_widths), list(shape.prices))
    assert case["E"] == allowance.amount
    slack = case["E"] - sum(price * q for price, q in zip(shape.prices, case["q"], strict=True))
    assert [int(v) for v in case["v"]] == [*case["q"], slack]

    core_message = claim.message(shape, allowance, entry.body["round"], entry.statement, core=True)
    message = claim.message(shape, allowance, entry.body["round"], entry.statement)
    assert (case["core_message"], case["context_message"]) == (core_message.decode(), message.decode())
    core, context = claim.core_of(core_message), claim.context_of(message)
    assert (case["core"], case["context"]) == (core.hex(), context.hex())

    C, raw = b64decode(entry.body["commitment"]), b64decode(entry.body["proof"])
    assert (case["C"], b64decode(case["proof"])) == (C.hex(), raw)
    assert case["proof_sha256"] == sha256(raw).hexdigest()
    proof = claim.read_proof(shape, raw)
    drawn = claim.draw(shape, allowance, context, C, proof)
    judge_transcript(case["transcript"], {})
    assert case["challenges"] == {letter: spelled(getattr(drawn, letter)) for letter in "yzxw"} | {"u": []}
    assert case["delta"] == spelled(claim.delta(shape, drawn.y, drawn.z))
    assert case["lambda"] == spelled(claim.lambdas(shape, drawn.z))
    assert case["w_i"] == spelled(claim.position_weights(shape, drawn.z))
    assert case["c_i"] == spelled(claim.folding(shape, drawn.u))
    for said, equation in zip(
        case["equations_times_h_eff"],
        claim.equations(shape, allowance, claim.read_point(C), proof, drawn),
        strict=True,
    ):
        assert said["left"] == spelled(clear_cofactor(combine(equation.left)))
        assert said["right"] == spelled(clear_cofactor(combine(equation.right)))

    secrets = prover.Secrets(bytes.fromhex(case["seed"]), core, context, tuple(case["q"]))
    assert case["b"] == spelled(secrets.of("b"))
    made = prover.prove(shape, allowance, case["E"], 0, secrets)
    assert made.proof == raw
    assert {name: case[name] for name in made.values} == {name: spelled(v) for name, v in made.values.items()}


def test_close_and_total(replayed: Verdict) -> None:
    live = replayed.state.live(read_entry(ENTRIES[8], ORIGIN).body["round"])
    close, total = CASES["close"], CASES["total"]
    assert close["commitments"] == [made.C.hex() for made in live]
    assert close["leaf_data"] == [made.leaf.hex() for made in live]
    assert close["leaf_hashes"] == [merkle.leaf_hash(made.leaf).hex() for made in live]
    assert close["sum"] == totals.closing_sum(live).hex()
    assert close["set"] == totals.closing_set(live).hex()
    assert total["R"] == spelled(sum(int(blinding, 16) for blinding in total["blindings"]))
    totals.open_total(bytes.fromhex(close["sum"]), total["totals"], bytes.fromhex(total["R"]))


def test_the_tree_and_the_files() -> None:
    leaves = [merkle.leaf_hash(raw) for raw in ENTRIES]
    tree, files = CASES["tree"], CASES["files"]
    for level, hashes in enumerate(tree["levels"]):
        spans = [leaves[at : at + 2**level] for at in range(0, len(leaves), 2**level)]
        assert hashes == [merkle.root(span).hex() for span in spans]
    assert tree["root"] == merkle.root(leaves).hex()
    assert b64decode(files["tile/0/000.p/10"]) == b"".join(leaves)
    bundle = b"".join(len(raw).to_bytes(2, "big") + raw for raw in ENTRIES)
    assert b64decode(files["tile/entries/000.p/10"]) == bundle
    assert read_verifier_key(files["log"]).key_id.hex() == files["key_id"]
    assert open_checkpoint(b64decode(files["checkpoint"]), POLICY).checkpoint.root.hex() == tree["root"]


def test_receipts() -> None:
    for index, raw in enumerate(ENTRIES):
        assert verify_receipt(raw, b64decode(CASES[f"receipt_{index}"]["receipt"]), POLICY).index == index
    for index in (5, 6):
        verify_total_receipt(b64decode(CASES[f"total_receipt_{index}"]["file"]), POLICY, ENTRIES[index])
