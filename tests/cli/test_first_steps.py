"""The page of first steps is followed as it stands."""

import re
import shlex
from pathlib import Path

from tests.cli.world import done, opentally, serving

PAGE = Path(__file__).parents[2] / "docs" / "first-steps.md"
ADDRESS = "http://127.0.0.1:8080"


def test_every_command_of_the_page_does_what_it_says(tmp_path: Path) -> None:
    blocks = re.findall(r"^```\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    commands = [line.removeprefix("opentally ") for block in blocks for line in block.splitlines()]
    assert len(commands) > 20
    found, serve, *others = commands
    assert (found.split()[0], serve.split()[0]) == ("init", "serve")
    entries: dict[str, str] = {}

    def run(command: str, url: str = "") -> str:
        words = [word.replace("./server", f"{tmp_path}/server").replace(ADDRESS, url) for word in shlex.split(command)]
        words = [entries.get(word, word) for word in words]
        words = [f"{tmp_path}/{word}" if word.endswith(".html") else word for word in words]
        return done(opentally(*words, desk=tmp_path / "desk", OPENTALLY_PASSPHRASE="correct horse")).out

    run(found)
    with serving(tmp_path / "server") as url:
        for command in others:
            said = run(command, url)
            number = re.search(r"It is entry no\. (\d+)", said)
            for start, name in (
                ("decision adopt", "DECISION"),
                ("mandate give", "MANDATE"),
                ("mandate recall", "RECALL"),
            ):
                if command.startswith(start):
                    assert number is not None, said
                    entries[name] = number[1]
            if command.startswith("mandate show"):
                assert "took effect" in said
    assert entries.keys() == {"DECISION", "MANDATE", "RECALL"}
    assert "ended: recalled" in (tmp_path / "report.html").read_text(encoding="utf-8")
