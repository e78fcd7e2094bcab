"""Errors cross a process border whole, and each class has a rule of its own."""

import inspect
import pickle
import re

import pytest

from ledger import errors
from ledger.errors import ConflictError, FatalLogError, InvalidOpening, LedgerError, MisbehaviourError, UnavailableError

CLASSES = [each for _, each in inspect.getmembers(errors, inspect.isclass) if each.__module__ == "ledger.errors"]
ARGUMENTS = {
    ConflictError: {"current_size": 7},
    UnavailableError: {"retry_after": 9},
    MisbehaviourError: {"evidence": (b"a", b"b")},
}


@pytest.mark.parametrize("cls", CLASSES)
@pytest.mark.parametrize("rule", [None, "round-closed"])
def test_an_error_crosses_a_process_border_whole(cls, rule):
    error = cls("one sentence", rule=rule, **ARGUMENTS.get(cls, {}))
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is cls
    assert str(again) == "one sentence"
    assert again.args == error.args
    assert vars(again) == vars(error)
    assert again.rule == (rule or cls.default_rule)
    assert isinstance(again, LedgerError)


@pytest.mark.parametrize("cls", CLASSES)
def test_rules_are_kebab_case_and_every_class_has_its_own(cls):
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", cls.default_rule)
    assert sum(other.default_rule == cls.default_rule for other in CLASSES) == 1
    assert cls.__doc__


def test_the_attributes():
    assert ConflictError("x", current_size=7).current_size == 7
    assert UnavailableError("x").retry_after == 1
    assert MisbehaviourError("x", evidence=(b"a",)).evidence == (b"a",)


def test_what_is_caught_with_what():
    assert issubclass(errors.MalformedError, ValueError)
    assert issubclass(InvalidOpening, errors.VerificationError)
    assert not issubclass(FatalLogError, errors.VerificationError)
    assert not any(issubclass(each, AssertionError) for each in CLASSES)
