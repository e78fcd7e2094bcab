"""Everything worked in docs/spec comes out again."""

import base64
import re
from dataclasses import replace
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from . import claim, ed25519, generators, merkle, prover, published, totals
from .claim import Allowance, Shape
from .curve import R, combine
from .encoding import base64_encode, read_point, write_point
from .entries import read_entry
from .notes import read_verifier_key
from .policies import open_checkpoint, read_policy, trusting
from .receipts import read_total_receipt, verify_receipt, verify_total_receipt
from .refusal import RefusedError
from .rules import Verdict, replay
from .transcript import TAG, session

ORIGIN = "example.com/coop"
SPEC = published.PAGE.parent
ENTRIES = published.entries()
CHECKPOINT = published.blocks("The tree")[1].encode()
VKEY = published.blocks("The tree")[2].strip()
RECEIPT = published.blocks("Receipt of entry 5")[0].encode()
TOTAL_RECEIPT = published.blocks("Total receipt of entry 5")[0].rstrip("\n").encode()


def seed(name: str) -> bytes:
    return sha256(f"opentally/v1/example/{name}".encode()).digest()


def in_code(file: str) -> str:
    """All blocks of code of a file, with the line breaks of long values taken out."""
    found = re.findall(r"^```\n(.*?)^```$", (SPEC / file).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return re.sub(r"\n +(?=[0-9a-f]{96}\n)", "", "".join(found))


@pytest.fixture(scope="module")
def replayed() -> Verdict:
    return replay(ENTRIES, ORIGIN)


def test_keys_come_from_their_seeds() -> None:
    keys = published.key_pairs()
    assert sorted(keys) == ["council", "founder", "log", "member"]
    for name, (secret, key) in keys.items():
        assert seed(name).hex() == secret
        public = Ed25519PrivateKey.from_private_bytes(seed(name)).public_key().public_bytes_raw()
        assert base64_encode(public) == key
        assert ed25519.is_public_key(public)


def test_ed25519_agrees_with_another_implementation() -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed("member"))
    public = key.public_key().public_bytes_raw()
    for message in (b"", b"one", bytes(1000)):
        signature = key.sign(message)
        assert ed25519.verify(public, signature, message)
        assert not ed25519.verify(public, signature, message + b"\x00")
        s = int.from_bytes(signature[32:], "little") + ed25519.L
        assert not ed25519.verify(public, signature[:32] + s.to_bytes(32, "little"), message)


def test_entries_have_their_lengths_and_leaf_hashes() -> None:
    assert len(ENTRIES) == 10
    for raw, (length, leaf, name) in zip(ENTRIES, published.entry_facts(), strict=True):
        entry = read_entry(raw, ORIGIN)
        assert (len(raw), entry.leaf.hex(), entry.name) == (length, leaf, name)


def test_generators_have_their_digest() -> None:
    assert generators.digest() == generators.DIGEST
    text = in_code("generators.md")
    named = {"H": generators.H(), "U": generators.U(), "K_0": generators.K(0), "K_63": generators.K(63)}
    named |= {"GG_0": generators.GG(0), "GG_1023": generators.GG(1023)}
    named |= {"HH_0": generators.HH(0), "HH_1023": generators.HH(1023)}
    for name, point in named.items():
        assert f"\n{name} " in "\n" + text
        assert re.search(rf"^{name} +{write_point(point).hex()}$", text, re.MULTILINE)
    assert write_point(generators.G).hex() in in_code("encoding.md").replace("\n", "")


def test_the_session_is_as_published() -> None:
    assert f"session   {session(TAG).hex()}" in in_code("transcript.md")


def test_the_ledger_holds(replayed: Verdict) -> None:
    assert replayed.holds
    assert list(replayed.state.entries) == [base64_encode(merkle.leaf_hash(raw)) for raw in ENTRIES]
    assert replay(ENTRIES).holds


def test_a_missing_entry_is_missed() -> None:
    verdict = replay([raw for index, raw in enumerate(ENTRIES) if index != 3], ORIGIN)
    assert (verdict.index, verdict.rule) == (3, "unknown-roster")


@pytest.mark.parametrize(("index", "row", "quantities"), [(5, 0, (1, 2)), (6, 1, (3, 1))])
def test_a_claim_of_the_ledger(replayed: Verdict, index: int, row: int, quantities: tuple[int, ...]) -> None:
    said = published.blocks(f"Entry {index}")
    page = published.values(said[2])
    entry = read_entry(ENTRIES[index], ORIGIN)
    name = entry.body["round"]
    terms = replayed.state.rounds[name]
    allowance = terms.rows[row].allowance
    core_message = claim.message(terms.shape, allowance, name, entry.statement, core=True)
    message = claim.message(terms.shape, allowance, name, entry.statement)
    assert [core_message.decode(), message.decode()] == [block.rstrip("\n") for block in said[:2]]
    core, context = claim.core_of(core_message), claim.context_of(message)
    assert (core.hex(), context.hex()) == (page["core"], page["context"])

    C, proof = base64.b64decode(entry.body["commitment"]), base64.b64decode(entry.body["proof"])
    assert C.hex() == page["C"]
    assert f"SHA-256 {sha256(proof).hexdigest()}" == page["proof"]
    fields = claim.read_proof(terms.shape, proof)
    challenges = claim.draw(terms.shape, allowance, context, C, fields)
    for letter in "yzxw":
        assert f"{getattr(challenges, letter):064x}" == page[letter]
    assert f"{claim.delta(terms.shape, challenges.y, challenges.z):064x}" == page["δ"]

    secrets = prover.Secrets(seed(f"claim/{row}"), core, context, quantities)
    assert f"{secrets.of('b'):064x}" == page["b"]
    assert prover.commit(quantities, secrets.of("b")) == C
    assert prover.prove(terms.shape, allowance, allowance.amount, 0, secrets).proof == proof


def claim_more(name: str) -> tuple[Shape, tuple[int, ...], int, int]:
    """Shape, quantities, E and r_E of one of the two claims more."""
    if name == "none":
        return Shape((9, 3), (1, 2), None), (300, 5), 0, 0
    blinding = int.from_bytes(seed("blinding/hidden"), "big") % R
    return Shape((4, 4), (3, 1), 10), (7, 9), 50, blinding


@pytest.mark.parametrize("name", ["none", "hidden"])
def test_a_claim_more(name: str) -> None:
    said = published.blocks(f"`{name}`")
    page = published.values(said[0])
    shape, quantities, amount, blinding = claim_more(name)
    allowance = Allowance()
    if name == "hidden":
        C_E = write_point(combine([(amount, generators.G), (blinding, generators.H())]))
        assert (f"{blinding:064x}", C_E.hex()) == (page["r_E"], page["C_E"])
        allowance = Allowance(commitment=C_E)
    core, context = seed(f"core/{name}"), seed(f"context/{name}")
    assert (core.hex(), context.hex()) == (page["core"], page["context"])

    C, proof = bytes.fromhex(page["C"]), base64.b64decode(said[1])
    assert f"SHA-256 {sha256(proof).hexdigest()}" == page["proof"]
    claim.verify(shape, allowance, context, C, proof)
    challenges = claim.draw(shape, allowance, context, C, claim.read_proof(shape, proof))
    for letter in "yzxw":
        assert f"{getattr(challenges, letter):064x}" == page[letter]
    assert [f"{u:064x}" for u in challenges.u] == [page[key] for key in page if key.startswith("u_")]

    secrets = prover.Secrets(seed(f"claim/{name}"), core, context, quantities)
    assert f"{secrets.of('b'):064x}" == page["b"]
    assert prover.commit(quantities, secrets.of("b")) == C
    assert prover.prove(shape, allowance, amount, blinding, secrets).proof == proof

    moved = replace(shape, prices=(shape.prices[0] + 1, *shape.prices[1:]))
    with pytest.raises(RefusedError, match="invalid-range-proof"):
        claim.verify(moved, allowance, context, C, proof)


def test_close_and_total(replayed: Verdict) -> None:
    page = published.values(published.blocks("Close and total")[0])
    (name,) = replayed.state.rounds
    live = replayed.state.live(name)
    assert [merkle.leaf_hash(made.leaf).hex() for made in live] == [page["leaf 0"], page["leaf 1"]]
    assert totals.closing_set(live).hex() == page["set"]
    assert totals.closing_sum(live).hex() == page["sum"]
    amounts = [int(amount) for amount in page["totals"].split(", ")]
    totals.open_total(bytes.fromhex(page["sum"]), amounts, bytes.fromhex(page["R"]))
    assert read_point(bytes.fromhex(page["sum"])) is not None


def test_the_tree_and_the_checkpoint() -> None:
    bundle = b"".join(len(raw).to_bytes(2, "big") + raw for raw in ENTRIES)
    assert bundle.startswith(bytes.fromhex("01d3"))
    root = merkle.root([merkle.leaf_hash(raw) for raw in ENTRIES])
    assert root.hex() == published.values(published.blocks("The tree")[0])["root"]
    vkey = read_verifier_key(VKEY)
    assert (vkey.name, base64_encode(vkey.key)) == (ORIGIN, published.key_pairs()["log"][1])
    opened = open_checkpoint(CHECKPOINT, trusting(vkey))
    assert (opened.checkpoint.origin, opened.checkpoint.size, opened.checkpoint.root) == (ORIGIN, 10, root)
    assert read_policy(f"log {VKEY}\nquorum none\n".encode()) == trusting(vkey)


def test_the_receipt_of_entry_5() -> None:
    policy = trusting(read_verifier_key(VKEY))
    shown = verify_receipt(ENTRIES[5], RECEIPT, policy)
    assert (shown.index, shown.entry.kind, shown.opened.checkpoint.size) == (5, "claim", 10)
    with pytest.raises(RefusedError, match="invalid-inclusion-proof"):
        verify_receipt(ENTRIES[6], RECEIPT, policy)


def test_the_total_receipt_of_entry_5() -> None:
    text = published.sections()["Total receipt of entry 5"]
    assert f"{len(TOTAL_RECEIPT):,} bytes, SHA-256 `{sha256(TOTAL_RECEIPT).hexdigest()}`" in text
    policy = trusting(read_verifier_key(VKEY))
    for own in (None, ENTRIES[5]):
        verify_total_receipt(TOTAL_RECEIPT, policy, own)
    with pytest.raises(RefusedError, match="wrong-claim"):
        verify_total_receipt(TOTAL_RECEIPT, policy, ENTRIES[6])
    assert base64_encode(read_total_receipt(TOTAL_RECEIPT).path[0]) in in_code("receipts.md")


def test_paths_and_consistency_of_small_trees() -> None:
    leaves = [merkle.leaf_hash(bytes([number])) for number in range(20)]
    for size in range(1, 21):
        top = merkle.root(leaves[:size])
        for index in range(size):
            hashes = merkle.path(index, leaves[:size])
            assert merkle.includes(leaves[index], index, size, hashes, top)
            assert not merkle.includes(leaves[index], index, size, [*hashes, top], top)
            assert not merkle.includes(leaves[index], index, size, hashes[:-1], top) or not hashes
