"""A new kind is one new file: it is found, parsed, owed and stepped without a line elsewhere."""

import importlib
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from ledger.records import kinds, registry
from ledger.records.registry import KINDS


def test_the_kinds_are_the_files():
    files = {path.stem for path in Path(kinds.__file__).parent.glob("*.py")} - {"__init__"}
    assert set(KINDS) == files


def test_the_kinds_are_those_of_the_specification():
    folder = Path(__file__).resolve().parents[2] / "docs" / "spec"
    pages = [(folder / name).read_text("utf-8") for name in ("entries.md", "checks.md", "federation.md")]
    told = re.findall(r"^## \d+\. `(\w+)`$", "".join(pages), re.MULTILINE)
    assert sorted(KINDS) == sorted(told)


def test_a_kind_of_another_name_than_its_file_is_a_bug(tmp_path, monkeypatch):
    (tmp_path / "laws_elsewhere").mkdir()
    (tmp_path / "laws_elsewhere" / "ballot.py").write_text("from ledger.records.kinds.clock import KIND as KIND\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(registry, "kinds", importlib.import_module("laws_elsewhere"))
    with pytest.raises(AssertionError, match=r"bad math in the registry: ballot\.py holds the kind clock"):
        registry._discover()


def test_one_new_file_is_a_new_kind(tmp_path):
    (tmp_path / "note.py").write_text(
        textwrap.dedent(
            '''
            """``note``: a council says something."""

            from ledger.records.fields import Body, LeafHash, Text
            from ledger.records.kind import Kind, nothing_owed, nothing_to_check
            from ledger.records.councils import require_council


            class Note(Body, frozen=True, kw_only=True):
                council: LeafHash
                text: Text


            def _step(view, record, index):
                require_council(view, record, record.body.council)
                return ()


            KIND = Kind("note", Note, nothing_to_check, nothing_owed, _step)
            '''
        ),
        "utf-8",
    )
    script = f"""
import ledger.records.kinds as kinds
kinds.__path__.append({str(tmp_path)!r})
from tests.records.builders import World, raw_entry
from ledger.encoding import encode_base64
world = World().found()
council = world.council()
world.accept(raw_entry("note", {{"council": encode_base64(council.leaf), "text": "hello"}}, council.key))
print(len(world.entries))
"""
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout == "4\n"
