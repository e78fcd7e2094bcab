"""The clerk's openings and members' secrets of one ledger: on the disk before anything is posted that rests on them.

One append-only file, mode 0600, a record a line. The first line is a header in canonical JSON; every other line is the
base64 of a record: in the clear SHA-256 (first 16 bytes) ‖ record, under a passphrase nonce ‖ ChaCha20-Poly1305. Both
are bound to the header and to the number of the line, so that lines cannot be swapped or moved unseen.

A write that was cut off by a crash leaves bad lines at the end, from which nothing was posted: they are set aside in a
file beside the vault and cut away. A bad line before a good one is damage, and the vault refuses to open. A lock
beside the file keeps a write in progress from looking like one that was cut off.

Security: nothing here has a repr of what it holds. :meth:`Vault.erase` writes the file anew without the erased records;
a disk may keep old blocks for a while, so that a vault should have a passphrase.
"""

import hashlib
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from typing_extensions import override

from ledger.clerk.files import (
    Stand,
    append_durably,
    create_owner_only,
    files_beside,
    read_owner_only,
    remove_file,
    replace_owner_only,
    require_stand,
    stand_of,
    unfinished_copies,
)
from ledger.clerk.lock import locked
from ledger.clerk.passphrase import SCRYPT_COST, Stretching, wrong_passphrase
from ledger.clerk.vault_lines import Frame, Header, open_line, seal_line
from ledger.clerk.vault_records import (
    AllowanceOpening,
    ClaimOpening,
    MemberSecret,
    VaultRecord,
    decode_record,
    encode_record,
    member_place,
    place_of,
)
from ledger.crypto.commit import Opening, add_openings
from ledger.errors import MalformedError, NotAcceptedError, NotFoundError
from ledger.signing import RandBytes

MAX_VAULT_BYTES: Final = 1 << 31


class Vault:
    """The openings of one ledger's claims and hidden allowances, by the commitments they open; members' secrets.

    Two processes may open one vault; the second to write is refused and must open it anew.
    """

    def __init__(
        self,
        path: Path,
        header: bytes,
        frame: Frame,
        records: Iterable[VaultRecord],
        *,
        set_aside: int,
        lines: int,
        stand: Stand,
    ) -> None:
        """Use :meth:`create` or :meth:`open`."""
        self._path, self._header, self._frame = path, header, frame
        self._records: dict[bytes, VaultRecord] = {place_of(record): record for record in records}
        self._lines = lines
        self._stand = stand
        self.set_aside = set_aside
        """How many bytes of a write cut off by a crash were set aside when the vault was opened."""

    @override
    def __repr__(self) -> str:
        return f"Vault({self._path.name}, {len(self._records)} records)"

    @classmethod
    def create(
        cls, path: Path, *, origin: str, passphrase: str | None, randbytes: RandBytes, cost: int = SCRYPT_COST
    ) -> "Vault":
        """A new, empty vault for the ledger ``origin``; the caller warns where there is no passphrase.

        Raises:
            NotAcceptedError: ``file-exists``, ``empty-passphrase``.
            UnavailableError: the disk refused.
        """
        header = Header(origin, None if passphrase is None else Stretching(cost, randbytes(16)))
        frame = header.frame(passphrase, path.name)
        # An empty record that is never looked up: it tells a wrong passphrase from a torn write for ever after.
        line = header.line()
        content = line + b"\n" + seal_line(frame, b"", line, 0, randbytes)
        with locked(path):
            create_owner_only(path, content)
            return cls(path, line, frame, (), set_aside=0, lines=1, stand=stand_of(path))

    @classmethod
    def open(cls, path: Path, *, origin: str, passphrase: str | None) -> "Vault":
        """The vault in a file; what a crash left half-written is set aside, and ``set_aside`` says how much.

        Raises:
            NotFoundError: there is none.
            NotAcceptedError: ``file-open-to-others``, ``wrong-passphrase``, ``passphrase-needed``, ``wrong-ledger``;
                ``not-encrypted``, a passphrase was given and the vault has none: it may have been put in the place of
                one that has; ``file-in-use``.
            MalformedError: ``vault-damaged``, ``unknown-version``, ``too-long``.
        """
        stand_of(path)  # a lock beside nothing would be left behind
        with locked(path):  # what is cut off below is then no write in progress
            return cls._open(path, origin, passphrase)

    @classmethod
    def _open(cls, path: Path, origin: str, passphrase: str | None) -> "Vault":
        stand = stand_of(path)
        raw = read_owner_only(path, limit=MAX_VAULT_BYTES)
        first, _, rest = raw.partition(b"\n")
        header = Header.parse(first, path.name)
        if header.origin != origin:
            raise NotAcceptedError(f"{path.name} belongs to another ledger", rule="wrong-ledger")
        frame = header.frame(passphrase, path.name)
        opened = [open_line(frame, line, first, number) for number, line in enumerate(rest.split(b"\n")[:-1])]
        if not opened or opened[0] is None:  # the line that create wrote and fsynced with the header
            if header.kdf is not None:
                raise wrong_passphrase(path.name)
            raise _damaged(path.name, 2)
        good = opened.index(None) if None in opened else len(opened)
        if any(record is not None for record in opened[good:]):
            raise _damaged(path.name, good + 2)
        records = [decode_record(record) for record in opened[1:good] if record is not None]
        kept = len(first) + 1 + sum(len(line) + 1 for line in rest.split(b"\n")[:good])
        torn = raw[kept:]
        if torn:
            aside = path.with_name(f"{path.name}.torn-{hashlib.sha256(torn).hexdigest()[:12]}")
            if not aside.exists():
                create_owner_only(aside, torn)
            require_stand(path, stand)
            replace_owner_only(path, raw[:kept])
            stand = stand_of(path)
        return cls(path, first, frame, records, set_aside=len(torn), lines=good, stand=stand)

    def add(self, records: Iterable[VaultRecord], *, randbytes: RandBytes) -> None:
        """The records are in the vault, and on the disk, when this returns; only then may anything be posted.

        Raises:
            NotAcceptedError: ``reused-commitment``, another opening of this commitment is there: never overwritten;
                ``other-secret``, another secret of this member is, and it is not one that was made here and gives way
                to the one that came with her; ``file-in-use``, another process has written the vault since it was
                opened.
            UnavailableError: the disk refused; the vault must be opened anew before it is used again.
        """
        fresh: dict[bytes, VaultRecord] = {}
        for record in records:
            place = place_of(record)
            known = fresh.get(place, self._records.get(place))
            if known is None or _gives_way(known, record):
                fresh[place] = record
            elif known != record:
                raise _other(record)
        sealed = (
            seal_line(self._frame, encode_record(record), self._header, self._lines + position, randbytes)
            for position, record in enumerate(fresh.values())
        )
        content = b"".join(sealed)
        with locked(self._path):
            self._stand = append_durably(self._path, content, stand=self._stand)
        self._lines += len(fresh)
        self._records |= fresh

    def claim(self, commitment: bytes) -> ClaimOpening:
        """The opening of a claim's commitment.

        Raises:
            NotFoundError: ``no-opening``.
        """
        record = self._records.get(commitment)
        if not isinstance(record, ClaimOpening):
            raise NotFoundError("the vault holds no opening of this claim", rule="no-opening")
        return record

    def allowance(self, commitment: bytes) -> AllowanceOpening:
        """The opening of a hidden allowance's commitment C_E.

        Raises:
            NotFoundError: ``no-opening``.
        """
        record = self._records.get(commitment)
        if not isinstance(record, AllowanceOpening):
            raise NotFoundError("the vault holds no opening of this allowance", rule="no-opening")
        return record

    def member_secret(self, council: bytes, ref: str) -> MemberSecret | None:
        """The secret of the council's member, or None before she has one here."""
        record = self._records.get(member_place(council, ref))
        return record if isinstance(record, MemberSecret) else None

    def member_secrets(self) -> tuple[MemberSecret, ...]:
        """All members' secrets, of every council whose clerk keeps this vault."""
        return tuple(record for record in self._records.values() if isinstance(record, MemberSecret))

    def sum_claims(self, commitments: Iterable[bytes]) -> Opening:
        """The opening of the sum of exactly these live claims.

        Raises:
            NotFoundError: ``no-opening``, with how many are missing.
            MalformedError: there are none, or one is named twice.
        """
        wanted = tuple(commitments)
        if len(set(wanted)) != len(wanted):
            raise MalformedError("a commitment is named twice", rule="reused-commitment")
        missing = sum(not isinstance(self._records.get(commitment), ClaimOpening) for commitment in wanted)
        if missing:
            raise NotFoundError(
                f"the vault lacks the openings of {missing} of {len(wanted)} live claims, so their total cannot be "
                "opened",
                rule="no-opening",
            )
        return add_openings(self.claim(commitment).opening for commitment in wanted)

    def erase(self, chosen: Callable[[VaultRecord], bool], *, randbytes: RandBytes) -> int:
        """How many openings were destroyed; their commitments then say nothing, for ever.

        The rest is sealed anew: a record's line number is part of its seal. What was ever set aside, and what a crash
        left of an earlier rewriting, goes too, chosen or not, since nobody can tell what it holds: look at it before.

        Raises:
            NotAcceptedError: ``file-in-use``, another process has written the vault since it was opened: what it wrote
                is not known here and would be lost. Nothing was erased.
            UnavailableError: the disk refused; open the vault anew and erase again.
        """
        kept = [record for record in self._records.values() if not chosen(record)]
        erased = len(self._records) - len(kept)
        torn = re.escape(f"{self._path.name}.torn-") + "[0-9a-f]{12}"
        with locked(self._path):
            require_stand(self._path, self._stand)
            if erased:
                lines = [b"", *map(encode_record, kept)]
                sealed = [seal_line(self._frame, line, self._header, n, randbytes) for n, line in enumerate(lines)]
                replace_owner_only(self._path, self._header + b"\n" + b"".join(sealed))
                self._lines = len(lines)
                self._stand = stand_of(self._path)
                self._records = {place_of(record): record for record in kept}
            for left in (*files_beside(self._path, torn), *unfinished_copies(self._path)):
                remove_file(left)
        return erased


def _gives_way(known: VaultRecord, record: VaultRecord) -> bool:
    """Whether the new record takes the place of the known one: a secret made here, before the member's own came."""
    return isinstance(known, MemberSecret) and isinstance(record, MemberSecret) and record.moved and not known.moved


def _other(record: VaultRecord) -> NotAcceptedError:
    if isinstance(record, MemberSecret):
        return NotAcceptedError(f"the vault holds another secret of {record.ref}", rule="other-secret")
    return NotAcceptedError("the vault holds another opening of this commitment", rule="reused-commitment")


def _damaged(name: str, line: int) -> MalformedError:
    return MalformedError(
        f"{name} is damaged in line {line}, before lines that are whole; restore it from a copy", rule="vault-damaged"
    )
