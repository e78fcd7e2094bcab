"""Every command explains itself with an example, quickly; what reports does so in JSON too."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
import typer.main
from typer.core import TyperGroup

from ledger.cli.main import app

REPORTING_NOTHING = {"serve", "demo"}
"""One prints a single line until it is stopped; the other is shown by its own module."""

COMMANDS = (
    "init serve key council roster round import claim withdraw close total rollup request resource decision "
    "challenge mandate erratum post receipt verify audit trace"
)


def commands() -> Iterator[tuple[str, object]]:
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            for inner, leaf in command.commands.items():
                yield f"{name} {inner}", leaf
        else:
            yield name, command


def test_all_commands_are_there() -> None:
    names = {name.split(" ")[0] for name, _ in commands()}
    assert {*COMMANDS.split(" "), "fsck", "export", "backup", "demo"} == names


@pytest.mark.parametrize(("name", "command"), tuple(commands()), ids=[name for name, _ in commands()])
def test_a_command_has_an_example_and_json(name: str, command: typer.core.TyperCommand) -> None:
    if name != "demo":
        assert f"Example: opentally {name}" in (command.help or "")
    options = {option for parameter in command.params for option in parameter.opts}
    assert ("--json" in options) == (name not in REPORTING_NOTHING)


def test_help_waits_for_nothing_heavy() -> None:
    program = (
        "import sys\n"
        "from ledger.cli.main import app\n"
        "heavy = ('sqlalchemy', 'alembic', 'fastapi', 'httpx2', 'py_arkworks_bls12381', 'jinja2', 'cryptography')\n"
        "print([name for name in heavy if name in sys.modules])\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout == "[]\n"
