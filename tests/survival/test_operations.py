"""Every drill of docs/operations.md names a test, and the test is there."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def test_every_test_that_operations_name_exists() -> None:
    named = NAMED.findall((ROOT / "docs" / "operations.md").read_text())
    assert len(named) > 15
    for file, name in named:
        tree = ast.parse((ROOT / file).read_text())
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, f"{file}::{name}"


def test_every_test_of_this_folder_that_is_a_drill_is_named() -> None:
    text = (ROOT / "docs" / "operations.md").read_text()
    for file in ("test_world.py", "test_drills.py", "test_move.py", "test_kill.py"):
        tree = ast.parse((ROOT / "tests" / "survival" / file).read_text())
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and "bad_" not in node.name:
                assert f"tests/survival/{file}::{node.name}`" in text, node.name
