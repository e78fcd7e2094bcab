"""Signed notes, checkpoints, verifier keys, policies and receipts."""

import base64

from fuzz.seeds import LOG, ORIGIN, POLICY, key, small
from fuzz.target import JUDGED, Broken, Prepared, Target, same
from ledger.errors import MalformedError
from ledger.merkle.hashing import leaf_hash
from ledger.merkle.tree import path_of, root_of
from ledger.tlog.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from ledger.tlog.key import KeyType, VerifierKey
from ledger.tlog.note import cosign_note, open_note, sign_note
from ledger.tlog.policy import Policy, open_witnessed
from ledger.tlog.proof import TlogProof, verify_tlog_proof

LOG_KEY = VerifierKey(ORIGIN, KeyType.ED25519, LOG.public)
WITNESSES = tuple(VerifierKey(f"w{i}.example", KeyType.COSIGNATURE, key(f"witness {i}").public) for i in range(3))

POLICIES = (
    f"log {LOG_KEY}\nquorum none\n".encode(),
    (
        f"# who is trusted\n\nlog {LOG_KEY} https://fuzz.example.org/ledger\n"
        + "".join(f"witness w{i} {vkey} https://w{i}.example/\n" for i, vkey in enumerate(WITNESSES))
        + "group few any w0 w1\ngroup\tmost  2   few w2\nquorum most\n"
    ).encode(),
    f"log {LOG_KEY}\nwitness a {WITNESSES[0]}\nwitness b {WITNESSES[2]}\ngroup g all a b\nquorum g\n".encode(),
)


def leaves() -> list[bytes]:
    """The leaf hashes of a small ledger."""
    return [leaf_hash(entry) for entry in small().entries]


def checkpoint(*extensions: str) -> Checkpoint:
    """Its checkpoint."""
    return Checkpoint(ORIGIN, len(leaves()), root_of(leaves()), extensions)


def notes() -> tuple[bytes, ...]:
    """Checkpoints signed by the log alone, by two witnesses too, with a line of a stranger, with an extension."""
    note = sign_checkpoint(checkpoint(), LOG)
    witnessed = note
    for i in (0, 2):
        witnessed = cosign_note(witnessed, f"w{i}.example", key(f"witness {i}"), time=1_800_000_000 + i)
    strange = cosign_note(note, "someone.example", key("stranger"), time=2**63 - 1)
    return note, witnessed, strange, sign_checkpoint(checkpoint("an extension", "another"), LOG)


def _note() -> Prepared:
    verifiers = (LOG_KEY, *WITNESSES)

    def read(raw: bytes) -> None:
        note = open_note(raw, verifiers)
        if not raw.startswith(note.text.encode() + b"\n") or not note.signatures:
            raise Broken("the text of a note is not what stands in it")
        signatures = raw[len(note.text.encode()) + 1 :].split(b"\n")[:-1]
        for encoded in (line.rpartition(b" ")[2] for line in signatures):
            same(base64.b64encode(base64.b64decode(encoded)), encoded)
        open_checkpoint(raw, LOG_KEY)

    other = sign_note("any text\n\nwith — empty\nlines\n", ORIGIN, LOG)
    seeds = notes()

    def read_any(raw: bytes) -> None:
        if raw == other:
            open_note(raw, verifiers)
        else:
            read(raw)

    return Prepared((*seeds, other), read_any, refusals=JUDGED, words=tuple(seeds[1].split(b"\n")))


def _resigned() -> Prepared:
    """The text is broken before the log signs it: what a log that means harm can do."""

    def read(raw: bytes) -> None:
        try:
            text = raw.decode()
        except UnicodeDecodeError as exc:
            raise MalformedError("no text, and so nothing that a log could sign") from exc
        note = sign_note(text, ORIGIN, LOG)
        same(str(open_checkpoint(note, LOG_KEY)).encode(), raw)

    return Prepared((str(checkpoint()).encode(), str(checkpoint("extension")).encode()), read, refusals=JUDGED)


def _vkey() -> Prepared:
    def read(raw: bytes) -> None:
        try:
            text = raw.decode()
        except UnicodeDecodeError as exc:
            raise MalformedError("no text") from exc
        same(str(VerifierKey.parse(text)).encode(), raw)

    return Prepared(tuple(str(vkey).encode() for vkey in (LOG_KEY, *WITNESSES)), read)


def _policy() -> Prepared:
    _, witnessed, *_ = notes()

    def read(raw: bytes) -> None:
        policy = Policy.parse(raw)
        if policy.logs == POLICY.logs:
            open_witnessed(policy, witnessed)

    words = (b"log", b"witness", b"group", b"quorum", b"none", b"any", b"all", b"w0", b"w1", b"w2", b"few", b"most")
    return Prepared(POLICIES, read, refusals=JUDGED, words=(*words, *(str(vkey).encode() for vkey in WITNESSES)))


def _receipt() -> Prepared:
    tree = leaves()
    receipts = tuple(
        TlogProof(index, path_of(tree, index), note, extra).encode()
        for index, note, extra in zip(
            (0, 6, len(tree) - 1, 6), notes(), (None, b"extra data", None, bytes(200)), strict=True
        )
    )

    def read(raw: bytes) -> None:
        proof = TlogProof.parse(raw)
        same(proof.encode(), raw)
        if proof.index < len(tree):
            index, found = verify_tlog_proof(raw, tree[proof.index], POLICY)
            if (index, found.size, found.root) != (proof.index, len(tree), root_of(tree)):
                raise Broken("a receipt shows another place or another tree than the one signed")

    return Prepared(receipts, read, refusals=JUDGED, words=(b"extra ", b"index ", b"c2sp.org/tlog-proof@v1\n"))


TARGETS: tuple[Target, ...] = (
    Target("signed note", 50_000, _note),
    Target("checkpoint, signed anew", 50_000, _resigned),
    Target("verifier key", 50_000, _vkey),
    Target("policy", 50_000, _policy),
    Target("receipt", 60_000, _receipt),
)
