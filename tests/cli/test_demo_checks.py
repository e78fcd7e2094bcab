"""The chapter on checks and balances runs on a real server, and each of its refusals is by the rule that it names."""

import json
import subprocess
import sys
from pathlib import Path


def test_the_whole_chapter(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "ledger.cli",
        "demo",
        "--checks",
        "--once",
        "--json",
        "--keep",
        str(tmp_path / "kept"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout)
    assert shown["audit"] == "holds"
    assert [refusal["rule"] for refusal in shown["refusals"]] == [
        "outside-mandate",
        "mandate-ended",
        "wrong-key",
        "missing-signature",
        "revoked-key",
        "under-minimum",
        "differencing",
    ]
    assert (tmp_path / "kept" / "report.html").is_file()
    assert (tmp_path / "kept" / "policy").is_file()
