"""The product agrees with every published vector of trees, notes, policies, files, audits and receipts."""

import secrets

from typing_extensions import override

from ledger.audit.engine import audit
from ledger.client.reader import LedgerReader
from ledger.client.receipts import verify_receipt
from ledger.client.source import Source
from ledger.client.total_receipt import verify_total_receipt
from ledger.client.trusted import TrustedLog
from ledger.errors import LedgerError, NotFoundError
from ledger.merkle.proof import verify_consistency, verify_inclusion
from ledger.merkle.tiles import TilePath, tiles_for_size
from ledger.merkle.tree import root_of
from ledger.tlog.key import VerifierKey
from ledger.tlog.policy import Policy, open_witnessed
from tests.published import cases, differing, load, raw


def test_trees():
    def act(case):
        path = [bytes.fromhex(node) for node in case["path"]]
        if case["proves"] == "inclusion":
            leaf, root = bytes.fromhex(case["leaf"]), bytes.fromhex(case["root"])
            verify_inclusion(leaf, case["index"], case["size"], path, root)
        else:
            roots = (bytes.fromhex(case["root1"]), bytes.fromhex(case["root2"]))
            verify_consistency(case["size1"], case["size2"], path, *roots)

    assert not differing("trees", act)


def test_verifier_keys():
    assert not differing("verifier_keys", lambda case: VerifierKey.parse(case["vkey"]))
    for case in cases("verifier_keys"):
        if case["rule"] is None:
            key = VerifierKey.parse(case["vkey"])
            assert (key.name, key.key_id.hex(), int(key.type), key.public.hex()) == (
                *(case["key_name"], case["key_id"], case["type"]),
                case["key"],
            )


def policy_of(case):
    return Policy.parse(case["policy"].encode())


def test_policies():
    def act(case):
        policy = Policy.parse(raw(case["policy"]) + b"\n" * case.get("then_line_feeds", 0))
        groups = [{"name": g.name.hex(), "k": g.threshold, "members": len(g.members)} for g in policy.groups]
        quorum = None if policy.quorum is None else policy.quorum.hex()
        found = {"logs": len(policy.logs), "witnesses": len(policy.witnesses), "groups": groups, "quorum": quorum}
        assert found == {name: case[name] for name in found}

    assert not differing("policies", act)


def test_checkpoints():
    def act(case):
        opened = open_witnessed(policy_of(case), raw(case["note"]) + b"\n" * case.get("then_line_feeds", 0))
        found = {name: getattr(opened.checkpoint, name) for name in ("origin", "size")}
        found |= {"root": opened.checkpoint.root.hex(), "log_key": opened.log.public.hex()}
        assert found | {name: case[name] for name in found if name in case} == found

    assert not differing("checkpoints", act)


def test_following():
    common = [bytes.fromhex(leaf) for leaf in load("following")["leaves"]]

    def act(case):
        leaves = common[: case["shown_size"]]
        for index, leaf in case["shown_changes"].items():
            leaves[int(index)] = bytes.fromhex(leaf)
        trusted = TrustedLog(policy_of(case), raw(case["believed"]))
        head = trusted.propose(raw(case["shown"]))
        served = {path: raw(text) for path, text in case.get("served", {}).items()}
        trusted.accept(head, {path: served.get(str(path), tile(leaves, path)) for path in trusted.needed(head)})

    def tile(leaves, path):
        assert path in set(tiles_for_size(len(leaves)))
        level = leaves
        for _ in range(int(path.level)):
            level = [root_of(level[at : at + 256]) for at in range(0, len(level) - 255, 256)]
        return b"".join(level[256 * path.n : 256 * path.n + path.width])

    assert not differing("following", act)


class Served(Source):
    """The files of a case."""

    def __init__(self, subject, case):
        pool = load(subject)["files"]
        self._files = {path: raw(pool[place]) for path, place in case["files"].items()}

    @property
    @override
    def name(self):
        return "vectors"

    @override
    def get(self, path):
        if path not in self._files:
            raise NotFoundError(path)
        return self._files[path]


def test_tile_paths():
    def act(case):
        path = TilePath.parse(case["path"])
        assert (path.level, path.n, path.width) == (case["level"], case["n"], case["width"])
        assert str(path) == case["path"]

    assert not differing("tile_paths", act)


def test_tiles():
    policy = Policy.parse(load("tiles")["policy"].encode())
    for case in cases("tiles"):
        reader = LedgerReader(Served("tiles", case), TrustedLog(policy))
        found, seen, size = (None, None), None, None
        try:
            size = reader.update().size
            seen = 0
            for entry in reader.entries(0, size):
                assert entry.index == seen
                seen += 1
        except LedgerError as refused:
            found = (refused.rule, None if seen == size else seen)
        assert found == (case["rule"], case.get("index")), case["name"]


def test_audits():
    for case in cases("audits"):
        policy = None if case["policy"] is None else policy_of(case)
        try:
            report = audit(
                Served("audits", case),
                policy=policy,
                state=None,
                workers=1,
                progress=lambda _, __: None,
                randbytes=secrets.token_bytes,
            )
        except LedgerError as refused:
            found = (None, refused.rule, None)
        else:
            finding = report.finding
            found = (report.verdict, finding and finding.rule, finding and finding.index)
        assert found == (case["verdict"], case["rule"], case.get("index")), case["name"]


def test_receipts():
    def act(case):
        entry = raw(case["entry"]) + b" " * case.get("then_spaces", 0)
        receipt = raw(case["receipt"]) + b"\n" * case.get("then_line_feeds", 0)
        finding = verify_receipt(entry, receipt, policy_of(case))
        assert (finding.index, finding.size) == (case["index"], case["size"])

    assert not differing("receipts", act)


def test_total_receipts():
    def act(case):
        mine = case["claim_entry"]
        verify_total_receipt(
            raw(case["file"]) + b" " * case.get("then_spaces", 0),
            policy_of(case),
            claim_entry=None if mine is None else raw(mine),
            randbytes=secrets.token_bytes,
        )

    assert not differing("total_receipts", act)
