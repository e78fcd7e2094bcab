"""The desk's vault: remembered from its first day on, and never silently another one."""

import secrets
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from ledger.clerk import files
from ledger.clerk.vault import Vault
from ledger.cli.desk import Desk
from ledger.cli.remote import Remote
from ledger.cli.screen import Screen
from ledger.cli.vaults import open_vault
from ledger.errors import LedgerError, MalformedError
from tests.cli.world import ORIGIN, PASSPHRASE


def there(folder: Path, *, no_passphrase: bool = False) -> Remote:
    """A ledger's folder on a desk, as one command sees it."""
    desk = Desk(folder, Screen(json_output=False), no_passphrase=no_passphrase)
    return cast("Remote", SimpleNamespace(folder=folder, desk=desk, origin=ORIGIN))


def put(folder: Path, passphrase: str | None) -> None:
    """Somebody puts another vault there."""
    (folder / "vault").unlink(missing_ok=True)
    Vault.create(folder / "vault", origin=ORIGIN, passphrase=passphrase, randbytes=secrets.token_bytes, cost=2)


def refused(folder: Path, rule: str, *, no_passphrase: bool = False) -> str:
    before = {path: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(LedgerError) as caught:
        open_vault(there(folder, no_passphrase=no_passphrase))
    assert caught.value.rule == rule
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
    return str(caught.value)


@pytest.fixture
def encrypted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A desk whose vault has a passphrase, which every command knows."""
    monkeypatch.setenv("OPENTALLY_PASSPHRASE", PASSPHRASE)
    open_vault(there(tmp_path))
    return tmp_path


@pytest.fixture
def plain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A desk whose vault has none, by wish."""
    monkeypatch.delenv("OPENTALLY_PASSPHRASE", raising=False)
    open_vault(there(tmp_path, no_passphrase=True))
    return tmp_path


def test_a_vault_without_a_passphrase_in_the_place_of_one_with_it_is_refused(encrypted: Path) -> None:
    open_vault(there(encrypted))
    put(encrypted, None)
    assert "from a copy" in refused(encrypted, "other-vault")
    refused(encrypted, "other-vault", no_passphrase=True)


@pytest.mark.parametrize("kind", ["encrypted", "plain"])
def test_a_vault_that_is_gone_is_missed_and_not_made_anew(kind: str, request: pytest.FixtureRequest) -> None:
    folder: Path = request.getfixturevalue(kind)
    (folder / "vault").unlink()
    assert "restore it" in refused(folder, "vault-missing", no_passphrase=True)
    assert not (folder / "vault").exists()
    (folder / "vault.known").unlink()  # the way that the message names
    open_vault(there(folder, no_passphrase=True))


def test_a_vault_left_unencrypted_opens_though_keys_have_a_passphrase(
    plain: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENTALLY_PASSPHRASE", PASSPHRASE)
    open_vault(there(plain))
    assert (plain / "vault.known").read_bytes() == b"unencrypted\n"
    put(plain, "somebody else's")
    assert "delete vault.known" in refused(plain, "other-vault")


def test_an_encrypted_vault_from_elsewhere_is_taken_with_its_passphrase(encrypted: Path) -> None:
    (encrypted / "vault.known").unlink()
    open_vault(there(encrypted))
    assert (encrypted / "vault.known").read_bytes() == b"encrypted\n"
    put(encrypted, None)
    refused(encrypted, "other-vault")


def test_an_unencrypted_vault_from_elsewhere_is_taken_only_by_wish(
    plain: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (plain / "vault.known").unlink()
    assert "--no-passphrase" in refused(plain, "not-encrypted")
    capsys.readouterr()
    open_vault(there(plain, no_passphrase=True))
    assert "not encrypted" in capsys.readouterr().err
    open_vault(there(plain))


@pytest.mark.parametrize("text", [b"", b"encrypted", b"Encrypted\n", b"encrypted\nmore", b"\xff"])
def test_what_the_desk_remembers_is_read_strictly(plain: Path, text: bytes) -> None:
    files.replace_owner_only(plain / "vault.known", text)
    with pytest.raises(MalformedError):
        open_vault(there(plain))


def test_a_torn_write_is_told_aloud(plain: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raw = (plain / "vault").read_bytes()
    files.replace_owner_only(plain / "vault", raw + b"torn")
    open_vault(there(plain))
    told = capsys.readouterr().err
    assert "warning" in told
    assert "4 bytes were set aside" in told
    assert "vault.torn-" in told
    open_vault(there(plain))
    assert capsys.readouterr().err == ""
