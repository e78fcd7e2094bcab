"""What a claim is bound to: the context and the core, byte for byte; and what the rules hand to the verifier."""

import json
from hashlib import sha256

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from ledger.crypto.batch import ClaimCheck
from ledger.crypto.generators import GENERATORS_DIGEST
from ledger.crypto.prover import HiddenAllowance
from ledger.crypto.shape import Shape
from ledger.encoding import encode_base64
from ledger.errors import MalformedError, NotAcceptedError
from ledger.records.claiming import make_claim
from ledger.records.entry import parse_entry
from ledger.records.kinds.claim import ClaimTerms, claim_context, claim_core
from ledger.rules.engine import owed
from tests.records.builders import ORIGIN, key, seed, small_world

TERMS = ClaimTerms(ORIGIN, bytes(32), 1, Shape(widths=(3, 2), prices=(1, 2), slack_width=None), None)
SAID = {"key": key("Ada").public, "seq": 1, "superseded": None}


@pytest.mark.parametrize("rule", ["none", "public", "hidden"])
def test_the_context_is_the_written_one(rule):
    """Built again from the received bytes alone, as docs/spec/claim.md §7 says, with another library."""
    world, rnd = small_world(rule)
    for row in range(2):
        world.claim(rnd, row)
        raw = world.claim_entry(rnd, row, (2, 1))
        statement = json.loads(raw)["statement"]
        proof = statement["body"].pop("proof")
        message = {
            "M": 2 if rule == "none" else 3,
            "N": 8,
            "generators": encode_base64(GENERATORS_DIGEST),
            "m": 2,
            "round": encode_base64(rnd.leaf),
            "statement": statement,
            "suite": "OT1",
            "widths": [3, 2] if rule == "none" else [3, 2, 3],
        }
        allowance = rnd.seats[row].allowance
        if rule == "public":
            message["allowance"] = 7
        if rule == "hidden":
            message["allowance"] = encode_base64(allowance)
        context = sha256(b"opentally/v1/context\0" + rfc8785.dumps(message)).digest()
        record = parse_entry(raw, origin=ORIGIN)
        assert owed(world.view, record).checks == (
            ClaimCheck(
                shape=rnd.body.shape(),
                allowance=allowance,
                context=context,
                commitment=record.body.commitment,
                proof=record.body.proof,
            ),
        )
        assert encode_base64(record.body.proof) == proof
        del statement["body"]["commitment"]
        core = sha256(b"opentally/v1/core\0" + rfc8785.dumps(message)).digest()
        body = record.body
        terms = ClaimTerms(ORIGIN, rnd.leaf, row, rnd.body.shape(), allowance)
        assert claim_core(terms, key=body.key, seq=body.seq, superseded=body.superseded) == core


@given(st.integers(0, 6))
def test_everything_that_is_said_changes_the_context(which):
    other = [
        (ClaimTerms("example.org/other", bytes(32), 1, TERMS.shape, None), SAID),
        (ClaimTerms(ORIGIN, b"\1" * 32, 1, TERMS.shape, None), SAID),
        (ClaimTerms(ORIGIN, bytes(32), 2, TERMS.shape, None), SAID),
        (ClaimTerms(ORIGIN, bytes(32), 1, Shape((2, 3), (1, 2), None), None), SAID),
        (TERMS, {**SAID, "key": key("Bea").public}),
        (TERMS, {**SAID, "seq": 2}),
        (TERMS, {**SAID, "superseded": bytes(32)}),
    ][which]
    point = bytes(96)
    assert claim_context(TERMS, **SAID, commitment=point) != claim_context(other[0], **other[1], commitment=point)
    assert claim_core(TERMS, **SAID) != claim_core(other[0], **other[1])


def test_no_allowance_zero_and_none_left_are_three_things():
    zero = Shape((3, 2), (1, 2), 0)
    contexts = {
        claim_context(ClaimTerms(ORIGIN, bytes(32), 1, shape, allowance), **SAID, commitment=bytes(96))
        for shape, allowance in ((TERMS.shape, None), (zero, 0), (zero, 1), (Shape((3, 2), (1, 2), 1), 0))
    }
    assert len(contexts) == 4


def test_a_claim_is_made_again_byte_for_byte():
    first = make_claim(TERMS, (7, 3), **SAID, seed=seed(1))
    assert first == make_claim(TERMS, (7, 3), **SAID, seed=seed(1))
    assert first[0] != make_claim(TERMS, (7, 3), **SAID, seed=seed(2))[0]


def test_a_false_claim_is_not_made_and_its_value_not_told():
    with pytest.raises(NotAcceptedError) as caught:
        make_claim(TERMS, (8, 0), **SAID, seed=seed(1))
    assert caught.value.rule == "out-of-range"
    terms = ClaimTerms(ORIGIN, bytes(32), 1, Shape((3, 2), (1, 2), 3), 5)
    with pytest.raises(NotAcceptedError) as caught:
        make_claim(terms, (4, 1), **SAID, seed=seed(1))
    assert caught.value.rule == "over-allowance"


def test_a_hidden_allowance_is_opened_by_its_own_opening_only():
    mine = HiddenAllowance(7, 1, bytes(96))
    with pytest.raises(MalformedError, match="opening"):
        make_claim(ClaimTerms(ORIGIN, bytes(32), 1, Shape((3,), (1,), 3), b"\1" * 96), (1,), **SAID, seed=seed(1))
    with pytest.raises(MalformedError, match="opening"):
        make_claim(
            ClaimTerms(ORIGIN, bytes(32), 1, Shape((3,), (1,), 3), b"\1" * 96),
            (1,),
            **SAID,
            seed=seed(1),
            hidden=mine,
        )
    with pytest.raises(MalformedError, match="not hidden"):
        make_claim(TERMS, (1, 1), **SAID, seed=seed(1), hidden=mine)
