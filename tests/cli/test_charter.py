"""What a ledger says of challenges in entry 0, and what it may not say."""

import json
from pathlib import Path

import pytest

from tests.cli.test_bad_input import refused
from tests.cli.world import ORIGIN, done, found_world, opentally, serving


def charter(folder: Path) -> dict[str, int]:
    """The challenge rule in entry 0 of the ledger in this folder."""
    with serving(folder / "server") as url:
        out = folder / "entry-0"
        done(opentally("receipt", "get", 0, "--out", out, desk=folder / "desk", OPENTALLY_LEDGER=url))
    rule: dict[str, int] = json.loads((out / "entry.json").read_text())["statement"]["body"]["challenges"]
    return rule


@pytest.mark.slow
def test_entry_0_always_says_how_often_and_how_soon(tmp_path: Path) -> None:
    for name, options, expected in (
        ("plain", (), {"limit": 3, "reply": 14 * 86_400}),
        ("own", ("--challenge-limit", 5, "--challenge-reply", "36h"), {"limit": 5, "reply": 36 * 3_600}),
    ):
        (tmp_path / name).mkdir()
        found_world(tmp_path / name, *options)
        assert charter(tmp_path / name) == expected


@pytest.mark.parametrize(
    ("options", "rule"),
    [
        (("--challenge-reply", "14"), "bad-time"),
        (("--challenge-reply", "two weeks"), "bad-time"),
        (("--challenge-reply", "0d"), "bad-time"),
        (("--challenge-reply", "1.5h"), "bad-time"),
        (("--challenge-reply", "366d"), "bad-field"),
        (("--challenge-limit", 0), "bad-field"),
        (("--challenge-limit", 1001), "bad-field"),
    ],
    ids=lambda value: str(value[1]) if isinstance(value, tuple) else value,
)
def test_what_entry_0_cannot_say(tmp_path: Path, options: tuple[object, ...], rule: str) -> None:
    folder = tmp_path / "server"
    refused(opentally("init", folder, "--origin", ORIGIN, *options, "--no-passphrase", desk=tmp_path / "desk"), 2, rule)
    assert not folder.exists()
