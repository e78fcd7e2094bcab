"""The batch: many checks read, weighed afresh, decided by one sum; and, if that fails, exactly the bad ones named."""

from collections.abc import Iterator, Mapping, Sequence

from py_arkworks_bls12381 import Scalar

from ledger.crypto.accumulator import WEIGHT_BYTES, Accumulator
from ledger.crypto.backend import SCALAR_BYTES, Backend
from ledger.crypto.backends import default_backend
from ledger.crypto.opening_check import SumCheck, SumEquation
from ledger.crypto.verifier import ClaimCheck, ClaimEquations
from ledger.errors import LedgerError, MalformedError, VerificationError
from ledger.signing import RandBytes

__all__ = ["BatchFailure", "ClaimCheck", "SumCheck", "verify_batch"]

Entry = tuple[int, ClaimEquations | SumEquation]


class BatchFailure(VerificationError):  # noqa: N818 - named like its siblings in ledger/errors.py
    """Some checks of a batch do not hold.

    Attributes:
        failures: for each bad position, and no other, what is wrong there.
    """

    default_rule = "batch-failure"

    def __init__(self, failures: Mapping[int, LedgerError]) -> None:
        super().__init__(f"{len(failures)} of the checks do not hold")
        self.failures = dict(failures)


def verify_batch(
    checks: Sequence[ClaimCheck | SumCheck], *, randbytes: RandBytes, backend: Backend | None = None
) -> None:
    """Every check holds.

    What cannot be read is set aside first. The rest is decided by one sum under weights of 128 bits, one an equation,
    drawn after all bytes are read; where it fails, halves are tried under fresh weights down to single checks. One bad
    check among n costs about 2·log2(n) sums of shrinking size.

    Args:
        checks: claims and sums of any shapes, in any order; none is also fine.
        randbytes: must be unpredictable to whoever made the checks (``secrets.token_bytes``).
        backend: the library of the group, for reading points and for the sum.

    Raises:
        BatchFailure: names exactly the bad positions: ``MalformedError`` where something is not in canonical form,
            ``InvalidRangeProof`` or ``InvalidOpening`` where an equation does not hold.
    """
    backend = backend or default_backend()
    failures = dict[int, LedgerError]()
    entries = list[Entry]()
    for position, check in enumerate(checks):
        try:
            entries.append((position, check.read(backend)))
        except (MalformedError, VerificationError) as refusal:
            failures[position] = refusal
    for position, equations in _failing(entries, randbytes, backend):
        failures[position] = equations.failure()
    if failures:
        raise BatchFailure(dict(sorted(failures.items())))


def _failing(entries: list[Entry], randbytes: RandBytes, backend: Backend) -> Iterator[Entry]:
    if not entries or _holds(entries, randbytes, backend):
        return
    if len(entries) == 1:
        yield entries[0]
        return
    middle = len(entries) // 2
    yield from _failing(entries[:middle], randbytes, backend)
    yield from _failing(entries[middle:], randbytes, backend)


def _holds(entries: list[Entry], randbytes: RandBytes, backend: Backend) -> bool:
    total = Accumulator()
    weights = iter(_draw_weights(sum(equations.count for _, equations in entries), randbytes))
    for _, equations in entries:
        equations.add_to(total, tuple(next(weights) for _ in range(equations.count)))
    return total.holds(backend)


def _draw_weights(count: int, randbytes: RandBytes) -> list[Scalar]:
    """Weights below 2^128, none of them zero: a source of zeroes must not let everything through."""
    drawn = randbytes(count * WEIGHT_BYTES)
    if len(drawn) != count * WEIGHT_BYTES:
        raise AssertionError("bad math in the weights: the source of randomness gave another length")
    pad = bytes(SCALAR_BYTES - WEIGHT_BYTES)
    weights = [Scalar.from_be_bytes(pad + drawn[i : i + WEIGHT_BYTES]) for i in range(0, len(drawn), WEIGHT_BYTES)]
    if any(weight.is_zero() for weight in weights):
        raise AssertionError("bad math in the weights: the source of randomness gave zeroes")
    return weights
