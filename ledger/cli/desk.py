"""A desk: one person's own folder of keys, openings, unsent entries, and what she knows of each ledger she uses.

::

    keys/NAME.key                 signing keys
    current                       the ledger named last
    ledgers/<origin and digest>/  address, policy, last checkpoint, vault, outbox, receipts
"""

import contextlib
import hashlib
import os
import re
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ledger.clerk.files import read_owner_only, replace_owner_only
from ledger.clerk.keyfile import KeyFile, describe_key, read_key, write_key
from ledger.cli.passphrase import Passphrases
from ledger.cli.screen import Screen
from ledger.encoding import decode_base64, encode_base64
from ledger.errors import MalformedError, NotAcceptedError, NotFoundError
from ledger.signing import PublicKey, SigningKey, parse_public_key

if TYPE_CHECKING:
    from ledger.tlog.policy import Policy

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_LINE_LIMIT: Final = 4096


class Desk:
    """The folder, and the passphrases of one command."""

    def __init__(self, folder: Path, screen: Screen, *, no_passphrase: bool = False) -> None:
        self.folder = folder.expanduser()
        self.screen = screen
        self.passphrases = Passphrases(screen, none_wanted=no_passphrase)

    # keys

    def key_path(self, name: str) -> Path:
        """Where the key called ``name`` lies or would lie.

        Raises:
            MalformedError: the name is not of letters, digits, dots, dashes and underscores, up to 64.
        """
        if _NAME.fullmatch(name) is None:
            raise MalformedError(
                "the name of a key has 1 to 64 letters, digits, dots, dashes or underscores, a letter or digit first",
                rule="bad-name",
            )
        return self.folder / "keys" / f"{name}.key"

    def new_key(self, name: str) -> KeyFile:
        """A fresh key under ``name``, never in place of another one."""
        path = self.key_path(name)
        if path.exists():  # asked again when the file is made; here so that no passphrase is asked for nothing
            raise NotAcceptedError(f"the desk has a key {name} already; choose another name", rule="file-exists")
        private_folder(path.parent)
        passphrase = self.passphrases.for_new_file(f"key {name}")
        key = SigningKey.generate(secrets.token_bytes)
        return write_key(path, key, passphrase=passphrase, randbytes=secrets.token_bytes)

    def keys(self) -> dict[str, KeyFile]:
        """Every key of the desk by name, unopened."""
        files = sorted((self.folder / "keys").glob("*.key"))
        return {path.name.removesuffix(".key"): describe_key(path) for path in files}

    def describe_key(self, name: str) -> KeyFile:
        """What the key file called ``name`` says of itself, unopened.

        Raises:
            NotFoundError: the desk has no such key; it says which it has.
        """
        path = self.key_path(name)
        if not path.exists():
            known = ", ".join(self.keys()) or "none"
            raise NotFoundError(f"the desk has no key {name}; it has {known}", rule="no-such-key")
        return describe_key(path)

    def open_key(self, name: str) -> SigningKey:
        """The secret key called ``name``; asks for its passphrase where it has one."""
        passphrase = self.passphrases.for_old_file(f"key {name}") if self.describe_key(name).encrypted else None
        return read_key(self.key_path(name), passphrase=passphrase)

    def name_of(self, public: PublicKey) -> str | None:
        """The name under which the desk holds the secret of ``public``, if it does."""
        return next((name for name, file in self.keys().items() if file.public == public), None)

    def open_key_of(self, public: PublicKey, whose: str) -> SigningKey:
        """The secret of ``public``.

        Raises:
            NotFoundError: it is on another desk.
        """
        name = self.name_of(public)
        if name is None:
            raise NotFoundError(
                f"this desk does not hold the key of {whose} ({encode_base64(public)})", rule="no-such-key"
            )
        return self.open_key(name)

    def public_key(self, text: str) -> PublicKey:
        """A public key given by the name it has on this desk, or in base64."""
        if _NAME.fullmatch(text) is not None and self.key_path(text).exists():
            return describe_key(self.key_path(text)).public
        try:
            return parse_public_key(decode_base64(text, length=32, what="the key"))
        except MalformedError as exc:
            raise MalformedError(
                f"{text} is neither the name of a key on this desk nor a public key in base64", rule="no-such-key"
            ) from exc

    # ledgers

    def ledger_path(self, origin: str) -> Path:
        """The desk's own folder for the ledger of this origin, there or not."""
        plain = re.sub(r"[^A-Za-z0-9-]+", "_", origin)[:40]
        return self.folder / "ledgers" / f"{plain}-{hashlib.sha256(origin.encode()).hexdigest()[:8]}"

    def ledger_folder(self, origin: str) -> Path:
        """The desk's own folder for the ledger of this origin, made if need be."""
        return private_folder(self.ledger_path(origin))

    def current_ledger(self) -> str | None:
        """The address of the ledger named last."""
        with contextlib.suppress(NotFoundError):
            return read_owner_only(self.folder / "current", limit=_LINE_LIMIT).decode().removesuffix("\n")
        return None

    def remember_ledger(self, url: str) -> None:
        """Take ``url`` where no ledger is named from now on."""
        if self.current_ledger() != url:
            private_folder(self.folder)
            replace_owner_only(self.folder / "current", f"{url}\n".encode())


def private_folder(path: Path) -> Path:
    """The folder at ``path``, made with owner-only permissions where it is missing."""
    try:
        for folder in (*reversed(path.parents), path):
            if not folder.exists():
                folder.mkdir(mode=0o700)
    except FileExistsError:
        # Another process made it in this moment, or a file is in the way; the next line tells which.
        pass
    if not path.is_dir():
        raise MalformedError(f"{path} is a file; a folder is needed there", rule="not-a-folder")
    return path


def read_text(path: Path, what: str, *, limit: int = 1024 * 1024) -> str:
    """The UTF-8 text of a file that a person named.

    Raises:
        NotFoundError: there is no such file.
        MalformedError: a folder, longer than ``limit``, or not UTF-8.
    """
    try:
        return read_bytes(path, what, limit=limit).decode()
    except UnicodeDecodeError as exc:
        raise MalformedError(f"{what} {path} is not UTF-8 text", rule="not-utf-8") from exc


def read_bytes(path: Path, what: str, *, limit: int = 1024 * 1024) -> bytes:
    """The bytes of a file that a person named; raises as :func:`read_text`, and OSError where the disk refuses."""
    try:
        with path.open("rb") as stream:
            raw = stream.read(limit + 1)
    except FileNotFoundError as exc:
        raise NotFoundError(f"there is no {what} {path}", rule="no-such-file") from exc
    except IsADirectoryError as exc:
        raise MalformedError(f"{path} is a folder; {what} must be a file", rule="not-a-file") from exc
    if len(raw) > limit:
        raise MalformedError(f"{what} {path} is longer than {limit} bytes", rule="too-long")
    return raw


def read_policy(path: Path) -> "Policy":
    """The policy in a file that a person named; raises as :func:`read_bytes`, and MalformedError where it is none."""
    from ledger.tlog.policy import MAX_POLICY_BYTES, Policy

    return Policy.parse(read_bytes(path, "policy", limit=MAX_POLICY_BYTES))


def write_public(path: Path, raw: bytes) -> bool:
    """Write a file that is meant to be handed on; False when exactly these bytes stand there already.

    Raises:
        NotAcceptedError: something else stands under this name; it is left as it is.
    """
    if path.exists():
        if path.is_file() and path.read_bytes() == raw:
            return False
        raise NotAcceptedError(f"{path} is there already and is left as it is; choose another name", rule="file-exists")
    _write_new(path, raw, mode=0o666)
    return True


def write_sealed(path: Path, raw: bytes) -> None:
    """Write a file for one person's eyes, owner-only though it is encrypted; also where links are unknown (a stick).

    Raises:
        NotAcceptedError: something stands under this name; it is left as it is.
    """
    try:
        _write_new(path, raw, mode=0o600)
    except FileExistsError as exc:
        raise NotAcceptedError(f"{path} is there already and is left as it is", rule="file-exists") from exc


def _write_new(path: Path, raw: bytes, *, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as stream:
        stream.write(raw)
