"""The table of rule names holds what the code raises, no more and no less."""

import ast
import re
from pathlib import Path

import pytest

import ledger
from ledger.errors import LedgerError, NotAcceptedError
from ledger.records.rule_names import RULES, NotYet, refusal

ROOT = Path(ledger.__file__).parent
FROM_BELOW = {
    "malformed",
    "too-long",
    "too-deep",
    "not-json",
    "not-canonical",
    "invalid-signature",
    "invalid-range-proof",
}
"""Raised by what records and rules are built on (encoding, signing, crypto); the rest only here."""


def raised_here() -> set[str]:
    names = set()
    for path in (*ROOT.glob("records/**/*.py"), *ROOT.glob("rules/**/*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                if node.func.id == "refusal":
                    assert isinstance(node.args[0], ast.Constant), f"{path}: the rule is not written out"
                    names.add(node.args[0].value)
                else:
                    assert not any(word.arg == "rule" for word in node.keywords), f"{path}: a rule beside the table"
    return names


def test_the_table_is_what_the_code_raises():
    assert raised_here() | FROM_BELOW | {"invalid-opening"} == set(RULES)


def test_names_are_kebab_case_and_sentences_are_sentences():
    for name, rule in RULES.items():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
        assert re.fullmatch(r"[A-Z][^\n]*\.", rule.sentence)
        assert issubclass(rule.error, LedgerError)


def test_a_refusal_is_of_its_class():
    error = refusal("unknown-round", "round is not the leaf hash of a round entry")
    assert isinstance(error, NotYet)
    assert isinstance(error, NotAcceptedError)
    assert error.rule == "unknown-round"
    with pytest.raises(KeyError):
        refusal("no-such-rule", "…")
