"""Questions, passphrases, lists; what a person types and what she is shown."""

import io
from pathlib import Path
from unittest import mock

import pytest
import typer

from ledger.cli.exits import ExitCode, exit_code
from ledger.cli.passphrase import Passphrases
from ledger.cli.screen import Screen, counted
from ledger.errors import LedgerError, NotAcceptedError
from ledger.records.entry import build_statement, sign_entry
from tests.cli.world import PASSPHRASE, Terminal, opentally


def every(cls: type[LedgerError]) -> list[type[LedgerError]]:
    return [cls, *(inner for sub in cls.__subclasses__() for inner in every(sub))]


def test_every_error_has_an_exit_code() -> None:
    for cls in every(LedgerError)[1:]:
        error = cls.__new__(cls)
        error.rule = cls.default_rule
        assert exit_code(error) in ExitCode
    assert exit_code(NotAcceptedError("", rule="round-closed")) == ExitCode.DOES_NOT_HOLD
    assert exit_code(NotAcceptedError("", rule="several-rounds")) == ExitCode.BAD_INPUT


def test_a_question_takes_no_for_no(capsys: pytest.CaptureFixture[str]) -> None:
    screen = Screen(json_output=False)
    for answer in ("n\n", "\n"):
        with mock.patch("sys.stdin", Terminal(answer)), pytest.raises(typer.Exit) as left:
            screen.confirm("Really?", yes=False)
        assert left.value.exit_code == ExitCode.BAD_INPUT
    assert "Nothing was done" in capsys.readouterr().err
    screen.confirm("Really?", yes=True)


def test_ctrl_c_at_a_question_is_130(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> str:
        raise typer.Abort

    desk = tmp_path / "desk"
    monkeypatch.setattr("typer.prompt", interrupted)
    assert opentally("key", "new", "mine", desk=desk, typed="").code == 130
    assert opentally("key", "list", "--json", desk=desk).json["keys"] == []
    opentally("key", "new", "mine", "--no-passphrase", desk=desk)
    draft = tmp_path / "draft.json"
    draft.write_bytes(sign_entry(build_statement("clock", "test.example", {"time": 60}), "clock", []))
    monkeypatch.setattr("typer.confirm", interrupted)
    before = draft.read_bytes()
    assert opentally("key", "sign", draft, "--key", "mine", desk=desk, typed="").code == 130
    assert draft.read_bytes() == before


def test_a_passphrase_is_asked_for_once_and_confirmed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENTALLY_PASSPHRASE", raising=False)
    asked: list[object] = []

    def prompt(text: str, **options: object) -> str:
        asked.append((text, options.get("confirmation_prompt", False), options["hide_input"]))
        return PASSPHRASE

    monkeypatch.setattr("typer.prompt", prompt)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    passphrases = Passphrases(Screen(json_output=True))
    assert passphrases.for_new_file("key a") == PASSPHRASE
    assert passphrases.for_old_file("key b") == PASSPHRASE
    assert asked == [("New passphrase for key a", True, True)]
    assert PASSPHRASE not in repr(passphrases)


def test_without_a_terminal_or_a_wish_there_is_no_passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENTALLY_PASSPHRASE", raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with pytest.raises(NotAcceptedError, match="OPENTALLY_PASSPHRASE") as refused:
        Passphrases(Screen(json_output=True)).for_new_file("key a")
    assert refused.value.rule == "no-passphrase"


def test_an_encrypted_key_signs_with_its_passphrase_only(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    assert opentally("key", "new", "mine", desk=desk, OPENTALLY_PASSPHRASE=PASSPHRASE).code == 0
    assert opentally("key", "list", "--json", desk=desk).json["keys"][0]["encrypted"] is True
    # Names that look like markup are shown as they are.
    ran = opentally("key", "list", desk=desk)
    assert "mine" in ran.out


def test_numbers_for_people() -> None:
    assert [counted(n, "entry", "entries") for n in (0, 1, 2)] == ["0 entries", "1 entry", "2 entries"]
