"""A desk, a server in a process of its own, and the commands run in this one, as a person or a script would."""

import contextlib
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from typing_extensions import override

from ledger.cli import main as command_line

OPENTALLY = Path(sys.executable).parent / "opentally"
ORIGIN = "test.example/co-op"
PASSPHRASE = "correct horse"


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Terminal(io.StringIO):
    """Standard input of a person who types these lines."""

    @override
    def isatty(self) -> bool:
        return True


def opentally(*arguments: object, desk: Path | None = None, typed: str | None = None, **environment: str) -> Ran:
    """Run one command in this process."""
    out, err = io.StringIO(), io.StringIO()
    given = {key: value for key, value in os.environ.items() if not key.startswith("OPENTALLY_")} | environment
    if desk is not None:
        given["OPENTALLY_DESK"] = str(desk)
    argv = ["opentally", *map(str, arguments)]
    stdin = io.StringIO() if typed is None else Terminal(typed)
    with (
        mock.patch.object(sys, "argv", argv),
        mock.patch.object(sys, "stdin", stdin),
        mock.patch.dict(os.environ, given, clear=True),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            command_line.main()
        except SystemExit as left:
            code = left.code if isinstance(left.code, int) else 0 if left.code is None else 1
        else:
            code = 0
    assert "Traceback" not in err.getvalue()
    return Ran(code, out.getvalue(), err.getvalue())


def done(ran: Ran) -> Ran:
    """The command must have gone well."""
    assert ran.code == 0, f"{ran.code}: {ran.out}{ran.err}"
    return ran


@contextlib.contextmanager
def serving(folder: Path, *options: str) -> Iterator[str]:
    """The URL of a real server over this folder; it must stop with 0 at SIGTERM."""
    with (folder.parent / "serve.err").open("ab") as log:
        process = subprocess.Popen(
            [OPENTALLY, "serve", folder, "--port", "0", "--workers", "1", *options], stdout=subprocess.PIPE, stderr=log
        )
        try:
            assert process.stdout is not None
            line = process.stdout.readline().decode()
            found = re.fullmatch(r"listening on (http://127\.0\.0\.1:\d+)\n", line)
            assert found is not None, f"{line!r}: {(folder.parent / 'serve.err').read_text()}"
            yield found[1]
        finally:
            process.send_signal(signal.SIGTERM)
            code = process.wait(30)
            assert process.stdout is not None
            process.stdout.close()
    assert code == 0, (folder.parent / "serve.err").read_text()


class World:
    """One ledger with a council on one desk; files of the council's clerk beside it."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.url = url
        self.desk = folder / "desk"
        self.rounds = 0

    def run(self, *arguments: object, desk: Path | None = None, typed: str | None = None, **environment: str) -> Ran:
        """Run a command against this ledger."""
        environment.setdefault("OPENTALLY_LEDGER", self.url)
        return opentally(*arguments, desk=desk or self.desk, typed=typed, **environment)

    def do(self, *arguments: object, desk: Path | None = None, **environment: str) -> Ran:
        """Run a command that must go well."""
        return done(self.run(*arguments, desk=desk, **environment))

    def write(self, name: str, text: str) -> Path:
        """A file of the clerk's."""
        path = self.folder / name
        path.write_text(text)
        return path

    def council(self, name: str, *more: object) -> str:
        """Register a council whose key has its name; give back its leaf hash."""
        self.do("key", "new", name, "--no-passphrase")
        leaf: str = self.do(
            "council", "register", name, "--key", name, "--approve-with", "founder", "--json", *more
        ).json["leaf"]
        return leaf

    def round_file(self, *, rule: str = "none", minimum: int = 2, width: int = 8, **times: int) -> Path:
        """A round of two categories that is open now."""
        self.rounds += 1
        now = int(time.time())
        lines = [
            "version = 1",
            f'period = "2026-W{self.rounds:02d}"',
            "round_no = 1",
            f"opens = {times.get('opens', now - 60)}",
            f"closes = {times.get('closes', now + 3600)}",
            f"minimum = {minimum}",
            "early_close = true",
        ]
        if rule != "none":
            lines += ["[allowance]", f'rule = "{rule}"', "slack_width = 16"]
        for code in ("food", "fuel"):
            lines += ["[[category]]", f'code = "{code}"', f'name = "{code.title()}"', 'unit = "kg"', "scale = 1"]
            lines += ["price = 1", f"width = {width}"]
        return self.write(f"round-{self.rounds}.toml", "\n".join(lines) + "\n")

    def open_round(self, council: str, **terms: Any) -> str:
        """Open a round; give back its leaf hash."""
        file = self.round_file(**terms)
        leaf: str = self.do("round", "open", file, "--council", council, "--yes", "--json").json["leaf"]
        return leaf


MAPPING = """\
version = 1
form = "wide"
[member]
column = "member"
[amount]
unit = "kg"
scale = 1
[category]
food = "food"
fuel = "fuel"
"""


def found_world(folder: Path, *more: object) -> None:
    """A server folder and a desk that holds the founding key."""
    done(
        opentally(
            *("init", folder / "server", "--origin", ORIGIN, "--clock-period", 1, "--cohort-floor", 2, *more),
            "--no-passphrase",
            desk=folder / "desk",
        )
    )
