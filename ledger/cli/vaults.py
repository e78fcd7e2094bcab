"""The vault of one ledger on this desk, opened with the passphrase it has, made where there is none yet."""

import secrets

from ledger.clerk.vault import Vault
from ledger.cli.remote import Remote
from ledger.errors import NotAcceptedError


def open_vault(there: Remote) -> Vault:
    """The desk's openings for this ledger.

    Raises:
        NotAcceptedError: the passphrase is wrong, or nobody is there to be asked for one.
        MalformedError: the vault is damaged.
    """
    path = there.folder / "vault"
    desk = there.desk
    if not path.exists():
        passphrase = desk.passphrases.for_new_file("the vault, which holds what each household asked for")
        return Vault.create(path, origin=there.origin, passphrase=passphrase, randbytes=secrets.token_bytes)
    try:
        vault = Vault.open(path, origin=there.origin, passphrase=None)
    except NotAcceptedError as error:
        if error.rule != "passphrase-needed":
            raise
        vault = Vault.open(path, origin=there.origin, passphrase=desk.passphrases.for_old_file("the vault"))
    if vault.set_aside:
        desk.screen.warn(
            f"the vault's last write was cut off by a crash; {vault.set_aside} bytes were set aside beside it. Nothing "
            "had been posted from them."
        )
    return vault
