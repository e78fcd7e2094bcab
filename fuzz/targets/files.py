"""Files of secrets and of entries on their way: key files, vaults, sealed boxes, invitations, outboxes."""

import itertools
import json
from pathlib import Path

from fuzz.seeds import MEMBER, ORIGIN, hidden_allowance, secret, small
from fuzz.target import JUDGED, Broken, Prepared, Target, same
from fuzz.targets.scratch import put, scratch
from ledger.clerk.invitations import Invitation, open_invitation, seal_invitation
from ledger.clerk.keyfile import describe_key, read_key, write_key
from ledger.clerk.outbox import Letter, Outbox
from ledger.clerk.sealing import open_sealed, seal
from ledger.clerk.vault import Vault
from ledger.clerk.vault_records import AllowanceOpening, ClaimOpening, VaultRecord, decode_record, encode_record
from ledger.client.poster import Declined, Posted, PostResult
from ledger.errors import MalformedError
from ledger.merkle.hashing import leaf_hash
from ledger.records.kinds.claim import Claim
from ledger.signing import RandBytes

PASSPHRASE = "correct horse"  # noqa: S105 - of files that exist for a moment


def counted() -> RandBytes:
    """Bytes that look random and are the same in each run."""
    numbers = itertools.count()
    return lambda size: b"".join(secret("random", next(numbers)) for _ in range(size // 32 + 1))[:size]


def _affordable(raw: bytes) -> bool:
    """Whether the passphrase is worth stretching: a file may ask for up to a second of it, and that is no fault."""
    try:
        kdf = json.loads(raw.split(b"\n", 1)[0])["kdf"]
        return not isinstance(kdf["cost"], int) or kdf["cost"] <= 1024 or kdf["cost"] > 2**20
    except (ValueError, TypeError, KeyError, RecursionError):
        return True


def _key_file() -> Prepared:
    folder = scratch("keys")
    seeds = []
    for name, passphrase in (("clear", None), ("boxed", PASSPHRASE)):
        write_key(folder / name, MEMBER, passphrase=passphrase, randbytes=counted(), cost=4)
        seeds.append((folder / name).read_bytes())
    path = folder / "key"

    def read(raw: bytes) -> None:
        put(path, raw)
        described = describe_key(path)
        if _affordable(raw):
            key = read_key(path, passphrase=PASSPHRASE)
            if key.public != described.public:
                raise Broken("a key file describes another key than it holds")
            if raw not in seeds and key.public == MEMBER.public and described.encrypted:
                raise Broken("an encrypted key file was changed unseen")

    return Prepared(tuple(seeds), read, refusals=JUDGED)


def openings() -> tuple[VaultRecord, ...]:
    """What a vault remembers."""
    ledger = small("hidden")
    body = ledger.record("replacement").body
    if not isinstance(body, Claim):
        raise AssertionError("bad math in the seeds: the replacement is no claim")  # noqa: TRY004
    claim = ClaimOpening(body.round, body.row, body.seq, body.commitment, ledger.openings[0], secret("seed"))
    hers = ClaimOpening(body.round, 1, 1, body.commitment[:95] + b"\0", ledger.openings[1], None)
    allowance = hidden_allowance(0)
    return claim, hers, AllowanceOpening("m0", allowance.commitment, allowance.amount, allowance.blinding)


def _record() -> Prepared:
    def read(raw: bytes) -> None:
        same(encode_record(decode_record(raw)), raw)

    return Prepared(tuple(map(encode_record, openings())), read)


def _vault() -> Prepared:
    folder = scratch("vault")
    seeds = []
    for name, passphrase in (("clear", None), ("boxed", PASSPHRASE)):
        vault = Vault.create(folder / name, origin=ORIGIN, passphrase=passphrase, randbytes=counted(), cost=4)
        vault.add(openings(), randbytes=counted())
        seeds.append((folder / name).read_bytes())
        (folder / name).unlink()
    path = folder / "vault"

    def read(raw: bytes) -> None:
        for left in folder.iterdir():
            left.unlink()
        if not _affordable(raw):
            raise MalformedError("asks for a second of work, which it may")
        put(path, raw)
        passphrase = PASSPHRASE if b'"kdf"' in raw.split(b"\n", 1)[0] else None
        vault = Vault.open(path, origin=ORIGIN, passphrase=passphrase)
        kept = path.read_bytes()
        if not raw.startswith(kept) or vault.set_aside != len(raw) - len(kept):
            raise Broken("a vault was changed by opening it")
        vault.add(openings(), randbytes=counted())
        again = Vault.open(path, origin=ORIGIN, passphrase=passphrase)
        first = openings()[0]
        if again.set_aside or not isinstance(first, ClaimOpening) or again.claim(first.commitment) != first:
            raise Broken("a vault does not hold what was put in")

    return Prepared(tuple(seeds), read, refusals=JUDGED)


def _sealed() -> Prepared:
    good = seal(b"a short letter", to=MEMBER.public, label="invitation", randbytes=counted())

    def read(raw: bytes) -> None:
        if open_sealed(raw, key=MEMBER, label="invitation") != b"a short letter" or raw != good:
            raise Broken("a sealed file was changed unseen")

    return Prepared((good,), read, refusals=JUDGED)


def _invitation() -> Prepared:
    """The plain text is broken before it is sealed: what a clerk who means harm can do."""
    allowance = openings()[2]
    if not isinstance(allowance, AllowanceOpening):
        raise AssertionError("bad math in the seeds: no allowance")  # noqa: TRY004
    invitation = Invitation(ORIGIN, secret("roster"), allowance)
    plain = open_sealed(
        seal_invitation(invitation, to=MEMBER.public, randbytes=counted()), key=MEMBER, label="invitation"
    )

    def read(raw: bytes) -> None:
        found = open_invitation(seal(raw, to=MEMBER.public, label="invitation", randbytes=counted()), key=MEMBER)
        again = seal_invitation(found, to=MEMBER.public, randbytes=counted())
        same(open_sealed(again, key=MEMBER, label="invitation"), raw)

    return Prepared((plain,), read, refusals=JUDGED)


def _results(letters: tuple[Letter, ...]) -> tuple[PostResult, ...]:
    return (
        Posted(7, leaf_hash(letters[0].raw), b"a receipt\n", new=True),
        Declined(403, "round-closed", "Round closed", "the round is closed"),
        Posted(9, leaf_hash(letters[2].raw), b"another\n", new=False),
    )


def _outbox_files(folder: Path) -> tuple[bytes, bytes]:
    letters = tuple(Letter(f"row {i} · é", small().entries[i]) for i in range(3))
    box = Outbox.create(folder / "box", letters)
    results = iter(_results(letters))
    box.run(lambda raws: [next(results) for _ in raws])
    return (folder / "box.job").read_bytes(), (folder / "box.sent").read_bytes()


def _outbox_job() -> Prepared:
    folder = scratch("job")
    job, _ = _outbox_files(folder)
    empty = folder / "none"
    Outbox.create(empty, ())

    def read(raw: bytes) -> None:
        put(folder / "box.job", raw)
        put(folder / "box.sent", b"")
        box = Outbox.open(folder / "box")
        letters: list[Letter] = []
        box.run(lambda raws: [Declined(403, "x", "X", f"{len(entry)}") for entry in raws])
        letters += [sent.letter for sent in Outbox.open(folder / "box").results()]
        put(folder / "again.sent", b"")
        (folder / "again.job").unlink(missing_ok=True)
        Outbox.create(folder / "again", letters)
        same((folder / "again.job").read_bytes(), raw)

    return Prepared((job, (folder / "none.job").read_bytes()), read, refusals=JUDGED)


def _outbox_sent() -> Prepared:
    folder = scratch("sent")
    _, sent = _outbox_files(folder)

    def read(raw: bytes) -> None:
        put(folder / "box.sent", raw)
        box = Outbox.open(folder / "box")
        kept = (folder / "box.sent").read_bytes()
        if not raw.startswith(kept):
            raise Broken("results were changed by opening them")
        for one in box.results():
            _check_types(one.result)
            if isinstance(one.result, Posted) and one.result.leaf != leaf_hash(one.letter.raw):
                raise Broken("a result of an outbox is about another letter")

    return Prepared((sent, b""), read, refusals=JUDGED)


def _check_types(result: PostResult) -> None:
    promised: dict[str, type] = {"index": int, "leaf": bytes, "receipt": bytes, "new": bool}
    if isinstance(result, Declined):
        promised = {"status": int, "rule": str, "title": str, "detail": str}
    if any(type(getattr(result, name)) is not kind for name, kind in promised.items()):
        raise Broken("a result of an outbox has a field of another type than it says")


TARGETS: tuple[Target, ...] = (
    Target("key file", 15_000, _key_file),
    Target("opening in a vault", 40_000, _record),
    Target("vault", 8_000, _vault),
    Target("sealed box", 20_000, _sealed),
    Target("invitation", 10_000, _invitation),
    Target("outbox, its letters", 8_000, _outbox_job),
    Target("outbox, its results", 10_000, _outbox_sent),
)
