"""Every error is told as a problem document with the status that the table gives it."""

import msgspec
import pytest

from api.answers import Problem
from api.problems import INTERNAL_PROBLEM, STATUS_BY_CLASS, problem, problem_response, status_of
from ledger import errors
from ledger.errors import (
    ConflictError,
    InvalidSignature,
    LedgerError,
    MalformedError,
    NotAcceptedError,
    UnavailableError,
)
from ledger.records.rule_names import RULES, refusal


def classes(cls: type[LedgerError]) -> list[type[LedgerError]]:
    return [cls, *(below for child in cls.__subclasses__() for below in classes(child))]


def test_every_class_of_error_has_a_status_in_the_table_or_one_above_it_has() -> None:
    own = [cls for cls in classes(LedgerError) if cls.__module__ == errors.__name__]
    assert len(own) > 10
    for cls in own:
        assert any(above in STATUS_BY_CLASS for above in cls.__mro__[:-2] if above is not LedgerError) or (
            cls is LedgerError
        )


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (MalformedError("x"), 400),
        (errors.VerificationError("x"), 422),
        (InvalidSignature("x"), 403),
        (errors.InvalidRangeProof("x"), 422),
        (errors.InvalidOpening("x"), 422),
        (NotAcceptedError("x"), 403),
        (refusal("unknown-round", "x"), 403),
        (errors.NotFoundError("x"), 404),
        (ConflictError("x", current_size=3), 409),
        (UnavailableError("x"), 503),
        (errors.FatalLogError("x"), 503),
        (errors.MisbehaviourError("x", evidence=()), 502),
        (LedgerError("x"), 500),
        (MalformedError("x", rule="too-long"), 413),
        (UnavailableError("x", rule="slow-request"), 408),
        (UnavailableError("x", rule="too-many-requests"), 429),
    ],
)
def test_status(error: LedgerError, status: int) -> None:
    assert status_of(error) == status


@pytest.mark.parametrize("rule", RULES)
def test_the_problem_of_every_rule_is_what_the_document_promises(rule: str) -> None:
    value = problem(refusal(rule, "one sentence"))
    assert msgspec.convert(value, Problem, strict=True).type == f"urn:opentally:problem:{rule}"
    assert 400 <= value["status"] < 500


def test_a_conflict_says_the_size_and_an_outage_when_to_try_again() -> None:
    assert problem(ConflictError("x", current_size=3))["size"] == 3
    answer = problem_response(UnavailableError("x", retry_after=7))
    assert answer.headers["retry-after"] == "7"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.media_type == "application/problem+json"


def test_a_bug_of_ours_is_a_problem_too() -> None:
    assert msgspec.json.decode(INTERNAL_PROBLEM, type=Problem).status == 500
