"""The product agrees with every published vector: verdict, rule and results; and each file can be made again."""

import secrets
from hashlib import sha256

import pytest

from ledger.crypto.backends import default_backend
from ledger.crypto.batch import BatchFailure, ClaimCheck, SumCheck, verify_batch
from ledger.crypto.commit import commit
from ledger.crypto.generators import DOMAIN_TAG, GENERATORS_DIGEST
from ledger.crypto.group import parse_point, parse_scalar, sum_points
from ledger.crypto.prover import HiddenAllowance, prove
from ledger.crypto.shape import Shape
from ledger.crypto.transcript import Transcript, derive_session_id
from ledger.encoding import parse_canonical_json
from ledger.errors import LedgerError
from ledger.merkle.hashing import leaf_hash
from ledger.merkle.tree import root_of
from ledger.records.entry import parse_entry
from ledger.records.rule_names import refusal
from ledger.rules.memory import MemoryView
from ledger.signing import parse_public_key, verify
from tests.published import FOLDER, ROOT, cases, differing, load, raw
from tests.records.builders import judge
from tests.records.faults import FAULTS
from vectors.make import SUBJECTS, render


def batch(checks):
    """The rule for each check of one batch."""
    try:
        verify_batch(checks, randbytes=secrets.token_bytes)
    except BatchFailure as failure:
        return [failure.failures[i].rule if i in failure.failures else None for i in range(len(checks))]
    return [None] * len(checks)


# ---- the files


def test_every_file_is_of_a_subject_and_named_in_the_readme():
    files = {file.stem for file in FOLDER.glob("*.json")}
    assert files == set(SUBJECTS)
    readme = (FOLDER / "README.md").read_text()
    assert all(f"### {name}.json\n" in readme for name in files)
    assert sum(file.stat().st_size for file in FOLDER.glob("*.json")) < 9 * 1024 * 1024 // 2


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_file_is_made_again_byte_for_byte(subject):
    assert render(subject) == (FOLDER / f"{subject}.json").read_bytes(), f"run: python -m vectors.make {subject}"


@pytest.mark.parametrize("subject", SUBJECTS)
def test_names_are_unique_and_rules_are_those_of_the_specification(subject):
    names = [case["name"] for case in cases(subject)]
    assert len(set(names)) == len(names)
    audit = (ROOT / "docs" / "spec" / "audit.md").read_text()
    rules = {case["rule"] for case in cases(subject)} - {None}
    assert all(f"| `{rule}` |" in audit for rule in rules)


def test_the_cases_refuse_by_every_rule_of_entries():
    refused = {case["rule"] for case in [*cases("ledgers"), *cases("entries")]} - {None}
    assert refused == {rule for rule, _ in FAULTS.values()} - {"too-many-rows"}


# ---- encoding


def test_points():
    assert not differing("points", lambda case: parse_point(bytes.fromhex(case["point"])))
    for case in cases("points"):
        if case["rule"] is None:
            point = bytes.fromhex(case["point"])
            assert default_backend().clear_cofactor(point).hex() == case["cleared"]


def test_scalars():
    assert not differing("scalars", lambda case: parse_scalar(bytes.fromhex(case["scalar"])))
    for case in cases("scalars"):
        if case["rule"] is None:
            assert int(parse_scalar(bytes.fromhex(case["scalar"]))) == int(case["value"])


def test_keys():
    assert not differing("keys", lambda case: parse_public_key(bytes.fromhex(case["key"])))


def test_signatures():
    def act(case):
        key, message, signature = (bytes.fromhex(case[name]) for name in ("key", "message", "signature"))
        verify(parse_public_key(key), message, signature)

    assert not differing("signatures", act)


def test_canonical_json():
    def act(case):
        parse_canonical_json(raw(case["document"]), what="it", limit=case["limit"])

    assert not differing("canonical_json", act)


def test_generators():
    document = load("generators")
    assert document["digest"] == GENERATORS_DIGEST.hex()
    assert document["tag"].encode() == DOMAIN_TAG
    for case in document["cases"]:
        if case["label"] is not None:
            assert default_backend().hash_to_curve(case["label"].encode(), DOMAIN_TAG).hex() == case["point"]


# ---- transcripts and claims


@pytest.mark.parametrize("case", cases("transcripts"), ids=lambda case: case["name"])
def test_transcript(case):
    assert derive_session_id(case["tag"].encode()).hex() == case["session"]
    transcript = Transcript(case["tag"].encode())
    for step in case["steps"]:
        if "append" in step:
            transcript.append(step["append"].encode(), bytes.fromhex(step["message"]))
        else:
            assert transcript.challenge(step["challenge"].encode()).to_be_bytes().hex() == step["value"]


def shape_of(case):
    return Shape(tuple(case["widths"]), tuple(case["prices"]), case["slack_width"])


def claim_check(case):
    allowance = case["allowance"]
    return ClaimCheck(
        shape=shape_of(case),
        allowance=bytes.fromhex(allowance) if isinstance(allowance, str) else allowance,
        context=bytes.fromhex(case["context"]),
        commitment=bytes.fromhex(case["commitment"]),
        proof=raw(case["proof"]),
    )


def test_claims_in_one_batch():
    rules = batch([claim_check(case) for case in cases("claims")])
    assert [(case["name"], rule) for case, rule in zip(cases("claims"), rules, strict=True)] == [
        (case["name"], case["rule"]) for case in cases("claims")
    ]


def test_claims_alone():
    for case in cases("claims"):
        assert batch([claim_check(case)]) == [case["rule"]], case["name"]


@pytest.mark.parametrize("case", [case for case in cases("claims") if "challenges" in case], ids=lambda c: c["name"])
def test_the_challenges_of_a_good_claim(case):
    equations = claim_check(case).read(default_backend())
    expected = case["challenges"]
    found = {name: getattr(equations, name).to_be_bytes().hex() for name in "zxw"}
    found["y"] = equations.y_inverse.inverse().to_be_bytes().hex()
    found["u"] = [u.to_be_bytes().hex() for u in equations.us]
    assert found == expected


@pytest.mark.parametrize("case", [case for case in cases("claims") if "made_from" in case], ids=lambda c: c["name"])
def test_a_good_claim_is_made_again_byte_for_byte(case):
    made, shape = case["made_from"], shape_of(case)
    quantities, seed = tuple(made["quantities"]), bytes.fromhex(made["seed"])
    commitment, opening = commit(shape, quantities, seed=seed, core=bytes.fromhex(made["core"]))
    assert commitment.hex() == case["commitment"]
    allowance = case["allowance"]
    if isinstance(allowance, str):
        allowance = HiddenAllowance(made["amount"], int(made["blinding"], 16), bytes.fromhex(allowance))
    context = bytes.fromhex(case["context"])
    proof = prove(shape, opening, allowance=allowance, context=context, seed=seed, commitment=commitment)
    assert proof == raw(case["proof"])


# ---- openings and closes


def openings(subject, basis):
    for case in cases(subject):
        blinding = bytes.fromhex(case["blinding"])
        if basis == "allowance":
            points, amounts = tuple(map(bytes.fromhex, case["commitments"])), (case["sum"],)
        else:
            points, amounts = tuple(filter(None, [bytes.fromhex(case["sum"])])), tuple(case["totals"])
        yield case, SumCheck(points, amounts, basis, blinding)


@pytest.mark.parametrize(("subject", "basis"), [("allowances", "allowance"), ("totals", "quantities")])
def test_openings(subject, basis):
    rows = list(openings(subject, basis))
    expected = [case["rule"] for case, _ in rows]
    assert batch([check for _, check in rows]) == expected
    assert [batch([check])[0] for _, check in rows] == expected


def test_closes():
    def act(case):
        leaves = [bytes.fromhex(claim["leaf"]) for claim in case["claims"]]
        if case["count"] != len(leaves):
            raise refusal("wrong-count", "")
        if case["sum"] != sum_points(bytes.fromhex(claim["commitment"]) for claim in case["claims"]).hex():
            raise refusal("wrong-sum", "")
        if case["set"] != root_of([leaf_hash(leaf) for leaf in leaves]).hex():
            raise refusal("wrong-set", "")

    assert not differing("closes", act)


# ---- entries and ledgers


def test_entries():
    def act(case):
        record = parse_entry(raw(case["entry"]) + b" " * case.get("then_spaces", 0), origin=case["origin"])
        assert (record.kind, record.leaf.hex()) == (case["kind"], case["leaf"])

    assert not differing("entries", act)


def test_ledgers():
    document = load("ledgers")
    pool = [raw(entry) for entry in document["entries"]]
    assert len(set(pool)) == len(pool)
    for case in document["cases"]:
        view, verdict = MemoryView(), (None, None)
        for index, place in enumerate(case["entries"]):
            try:
                view.apply(judge(view, pool[place], index, origin=case["origin"]))
            except LedgerError as refused:
                verdict = (index, refused.rule)
                break
        assert verdict == (case.get("index"), case["rule"]), case["name"]


def test_the_worked_ledger_is_that_of_the_page():
    page = (ROOT / "docs" / "spec" / "worked.md").read_text()
    joined = "".join(page.split())
    steps = {case["name"]: case for case in cases("worked")}
    for name, step in steps.items():
        if name.startswith("key_"):
            assert sha256(step["hashed"].encode()).hexdigest() == step["seed"]
            assert step["seed"] in page
        if name.startswith("entry_"):
            assert raw(step["entry"]).decode() in page
            assert step["signed_message"].endswith("\0" + step["statement"])
        if name.startswith("claim_"):
            assert all(step[field] in joined for field in ("core", "context", "b", "C", "delta", "proof_sha256"))
            assert all(step["challenges"][field] in joined for field in "yzxw")
            assert sha256(b"opentally/v1/core\0" + step["core_message"].encode()).hexdigest() == step["core"]
            assert sha256(b"opentally/v1/context\0" + step["context_message"].encode()).hexdigest() == step["context"]
            assert all(each["left"] == each["right"] for each in step["equations_times_h_eff"])
    assert steps["close"]["set"] in page
    assert steps["close"]["sum"] in joined
    assert steps["total"]["R"] in page
    assert steps["tree"]["root"] in page
    assert raw(steps["files"]["checkpoint"]).decode() in page
    assert raw(steps["receipt_5"]["receipt"]).decode() in page
    assert raw(steps["total_receipt_5"]["file"]).decode() in page
