"""The vault of one ledger on this desk: remembered once it was made, so that another one in its place is noticed.

A file beside the ledger's policy says that there is a vault, and whether it is encrypted. Without it, whoever takes the
vault away, or puts one without a passphrase there, would find the next openings in the clear.
"""

import secrets
from pathlib import Path
from typing import Final

from ledger.clerk.files import read_owner_only, replace_owner_only
from ledger.clerk.vault import Vault
from ledger.cli.remote import Remote
from ledger.errors import MalformedError, NotAcceptedError, NotFoundError

VAULT: Final = "vault"
KNOWN: Final = "vault.known"
"""Holds one of the two lines below, from the vault's first day on."""

_ENCRYPTED: Final = b"encrypted\n"
_UNENCRYPTED: Final = b"unencrypted\n"


def open_vault(there: Remote) -> Vault:
    """The desk's openings for this ledger; an empty vault where the desk never had one.

    Raises:
        NotAcceptedError: the passphrase is wrong, or nobody is there to be asked for one; ``other-vault``, the
            vault is not of the kind that this desk remembers; ``not-encrypted``, it remembers none, and this one has no
            passphrase.
        NotFoundError: ``vault-missing``, this desk had one.
        MalformedError: the vault is damaged, or what the desk remembers of it.
    """
    path, known = there.folder / VAULT, there.folder / KNOWN
    encrypted = _remembered(known)
    if encrypted is None:
        vault, encrypted = _first_met(there, path) if path.exists() else _made(there, path)
        replace_owner_only(known, _ENCRYPTED if encrypted else _UNENCRYPTED)
    else:
        vault = _met_again(there, path, encrypted=encrypted)
    if vault.set_aside:
        there.desk.screen.warn(
            f"the end of the vault was unreadable, as after a crash; {vault.set_aside} bytes were set aside in a file "
            f"{path.name}.torn-… in {there.folder}. Nothing is posted before its opening is whole on the disk, so "
            "nothing should be missing; if there was no crash, keep that file and restore the vault from a copy."
        )
    return vault


def _made(there: Remote, path: Path) -> tuple[Vault, bool]:
    """A new vault, and whether it is encrypted."""
    passphrase = there.desk.passphrases.for_new_file("the vault of what each household asked for")
    vault = Vault.create(path, origin=there.origin, passphrase=passphrase, randbytes=secrets.token_bytes)
    return vault, passphrase is not None


def _first_met(there: Remote, path: Path) -> tuple[Vault, bool]:
    """A vault that the desk does not remember: one brought from elsewhere, or made just before a crash.

    An unencrypted one is taken only from a person who says that she wants it so.
    """
    passphrases = there.desk.passphrases
    try:
        vault = Vault.open(path, origin=there.origin, passphrase=None)
    except NotAcceptedError as error:
        if error.rule != "passphrase-needed":
            raise
        return Vault.open(path, origin=there.origin, passphrase=passphrases.for_old_file("the vault")), True
    if not passphrases.none_wanted:
        raise NotAcceptedError(
            f"{there.folder} holds a vault that this desk does not remember and that is not encrypted; if you put it "
            "there, give --no-passphrase once, with opentally import, roster add or claim",
            rule="not-encrypted",
        )
    there.desk.screen.warn("the vault is not encrypted: whoever can read the file can use it.")
    return vault, False


def _met_again(there: Remote, path: Path, *, encrypted: bool) -> Vault:
    """The vault that the desk remembers."""
    if not path.exists():
        raise NotFoundError(
            f"the vault is missing from {there.folder}, where this desk had one; restore it from a copy, since its "
            f"openings exist nowhere else, or delete {KNOWN} there to begin an empty one",
            rule="vault-missing",
        )
    passphrase = there.desk.passphrases.for_old_file("the vault") if encrypted else None
    try:
        return Vault.open(path, origin=there.origin, passphrase=passphrase)
    except NotAcceptedError as error:
        if error.rule not in {"not-encrypted", "passphrase-needed"}:
            raise
        found, known = ("not encrypted", "one that is") if encrypted else ("encrypted", "one that is not")
        raise NotAcceptedError(
            f"the vault in {there.folder} is {found}, and this desk remembers {known}; restore that one from a copy, "
            f"or, if you put this one there, delete {KNOWN} beside it",
            rule="other-vault",
        ) from error


def _remembered(known: Path) -> bool | None:
    """Whether the desk's vault is encrypted; None if it never had one."""
    try:
        line = read_owner_only(known, limit=len(_UNENCRYPTED))
    except NotFoundError:
        return None
    if line not in {_ENCRYPTED, _UNENCRYPTED}:
        raise MalformedError(f"{known} does not say whether the vault is encrypted", rule="bad-field")
    return line == _ENCRYPTED
