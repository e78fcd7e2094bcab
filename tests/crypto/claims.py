"""Claims made for tests, from counted seeds, so that each run makes the same ones."""

import functools
import hashlib
import secrets
from dataclasses import replace

from ledger.crypto.batch import BatchFailure, ClaimCheck, verify_batch
from ledger.crypto.commit import commit, commit_allowance
from ledger.crypto.prover import HiddenAllowance, prove
from ledger.crypto.shape import Shape
from ledger.errors import LedgerError

SMALL = Shape((4,), (3,), 4)  # N = 8, no halving
MIDDLE = Shape((5, 7), (2, 9), 11)  # N = 32, two halvings
PLAIN = Shape((3, 3), (0, 0), None)  # N = 8, no allowance

TORSION = bytes(48) + (2).to_bytes(48, "big")  # (0, 2) has order 3


def seed(number):
    return hashlib.sha256(b"seed %d" % number).digest()


def make(shape, quantities, allowance=None, *, number=0, context=None, prove=prove):
    """A valid check; ``allowance`` None, E, or a HiddenAllowance."""
    core = hashlib.sha256(b"core %d" % number).digest()
    commitment, opening = commit(shape, quantities, seed=seed(number), core=core)
    if context is None:
        context = hashlib.sha256(b"context %d" % number + commitment).digest()
    proof = prove(shape, opening, allowance=allowance, context=context, seed=seed(number), commitment=commitment)
    public = allowance.commitment if isinstance(allowance, HiddenAllowance) else allowance
    return ClaimCheck(shape, public, context, commitment, proof)


def hidden(amount, blinding=0xB11D):
    return HiddenAllowance(amount, blinding, commit_allowance(amount, blinding))


@functools.cache
def small():
    return make(SMALL, (2,), 10, number=1)


@functools.cache
def middle():
    return make(MIDDLE, (3, 100), 1000, number=2)


@functools.cache
def middle_hidden():
    return make(MIDDLE, (31, 127), hidden(1300), number=3)


@functools.cache
def plain():
    return make(PLAIN, (0, 7), number=4)


def failures(checks, backend=None, randbytes=secrets.token_bytes) -> dict[int, LedgerError]:
    """What the batch refuses, by position."""
    try:
        verify_batch(checks, randbytes=randbytes, backend=backend)
    except BatchFailure as failure:
        return failure.failures
    return {}


def verdict(check, backend=None) -> LedgerError | None:
    """What the batch of this one check says."""
    return failures([check], backend).get(0)


def with_proof(check, proof):
    return replace(check, proof=proof)
