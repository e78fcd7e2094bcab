"""Checks in batches: each entry gets its own verdict, whatever company it is checked in, here or in another process."""

import os
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.crypto.batch import SumCheck
from ledger.errors import InvalidOpening, InvalidRangeProof, InvalidSignature, MalformedError
from ledger.records.entry import parse_entry
from ledger.rules.checks import Owed, SignatureCheck, run_checks, settle
from ledger.rules.engine import owed
from tests.records.builders import ORIGIN, key, small_world

WORLD, ROUND = small_world()
RECORDS = [parse_entry(WORLD.claim_entry(ROUND, row), origin=ORIGIN) for row in range(3)]
TRUE = [owed(WORLD.view, record) for record in RECORDS]


def damaged(one: Owed, what: str) -> Owed:
    (check,) = one.checks
    if what == "signature":
        first = one.signatures[0]
        bad = SignatureCheck(first.key, first.message + b"\0", first.signature)
        return Owed((bad, *one.signatures[1:]), one.checks)
    if what == "signature and proof":
        return Owed(damaged(one, "signature").signatures, damaged(one, "proof").checks)
    if what == "proof":
        return Owed(one.signatures, (type(check)(check.shape, None, bytes(32), check.commitment, check.proof),))
    if what == "length":
        return Owed(one.signatures, (type(check)(check.shape, None, check.context, check.commitment, b"x"),))
    if what == "opening":
        return Owed(one.signatures, (check, SumCheck((check.commitment,), (1, 1), "quantities", bytes(32))))
    return one


EXPECTED = {
    "nothing": None,
    "signature": InvalidSignature,
    "signature and proof": InvalidSignature,
    "proof": InvalidRangeProof,
    "length": MalformedError,
    "opening": InvalidOpening,
}


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(sorted(EXPECTED))), max_size=6))
def test_each_entry_has_its_own_verdict(batch):
    debts = [damaged(TRUE[row], what) for row, what in batch]
    verdicts = run_checks(pickle.loads(pickle.dumps(debts)), randbytes=os.urandom)
    for verdict, (_, what) in zip(pickle.loads(pickle.dumps(verdicts)), batch, strict=True):
        assert verdict is None if EXPECTED[what] is None else type(verdict) is EXPECTED[what]


def test_an_entrys_first_failure_is_told():
    (check,) = TRUE[0].checks
    wrong = SumCheck((check.commitment,), (1, 1), "quantities", bytes(32))
    malformed = SumCheck((check.commitment,), (1, 1), "quantities", b"\xff" * 32)
    for checks, error in (((wrong, malformed), InvalidOpening), ((malformed, wrong), MalformedError)):
        (verdict,) = run_checks([Owed((), checks)], randbytes=os.urandom)
        assert type(verdict) is error


def test_every_signature_of_an_entry_is_verified():
    signed = TRUE[0].signatures
    assert len(signed) == 2
    for position in range(2):
        signatures = list(signed)
        signatures[position] = SignatureCheck(key("other").public, signed[position].message, signed[position].signature)
        (verdict,) = run_checks([Owed(tuple(signatures), ())], randbytes=os.urandom)
        assert type(verdict) is InvalidSignature


def test_settling_gives_the_record_or_its_error():
    error = InvalidSignature("a signature does not verify under the key it names")
    assert settle(RECORDS[:2], [None, error]) == [RECORDS[0], error]
    with pytest.raises(ValueError):
        settle(RECORDS[:2], [None])


def test_no_entries_owe_nothing():
    assert run_checks([], randbytes=os.urandom) == ()
