"""A receipt and a total receipt show what they say and no more; changed or misapplied, they are refused."""

from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_bytes

import msgspec
import pytest

from ledger.client.reader import LedgerReader
from ledger.client.receipts import verify_receipt
from ledger.client.source import FolderSource
from ledger.client.total_receipt import (
    MAX_TOTAL_RECEIPT_BYTES,
    LoggedEntry,
    TotalReceipt,
    _check_opening,
    make_total_receipt,
    verify_total_receipt,
)
from ledger.client.trusted import TrustedLog
from ledger.encoding import canonical_json, parse_canonical_json
from ledger.errors import (
    InvalidInclusionProof,
    InvalidOpening,
    InvalidSignature,
    LedgerError,
    MalformedError,
    NotAcceptedError,
    NotFoundError,
    VerificationError,
)
from ledger.records.entry import parse_entry
from ledger.records.kinds.close import Close
from ledger.records.kinds.total import Total
from ledger.tlog.policy import Policy
from tests.client.publisher import log_policy, publish
from tests.records.builders import ORIGIN, RoundHandle, World, key, make_entry, small_world

ROWS = 5


@dataclass
class Told:
    """A finished round, what its entries are called, and the receipts of all of them."""

    world: World
    rnd: RoundHandle
    claims: list[int]
    dead: int
    close: int
    total: int
    receipts: list[bytes]

    def logged(self, index: int) -> LoggedEntry:
        return LoggedEntry(self.world.entries[index], self.receipts[index])

    def leaf(self, index: int) -> bytes:
        return parse_entry(self.world.entries[index], origin=ORIGIN).leaf

    def receipt_of(self, index: int) -> TotalReceipt:
        live = [self.leaf(claim) for claim in self.claims]
        return make_total_receipt(self.leaf(index), live, self.logged(self.close), self.logged(self.total))


def receipts(entries: list[bytes], folder: Path) -> list[bytes]:
    reader = LedgerReader(FolderSource(publish(entries, folder)), TrustedLog(log_policy()))
    reader.update()
    return [reader.receipt(index) for index in range(len(entries))]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    world, rnd = small_world("hidden", rows=ROWS)
    dead = len(world.entries)
    world.claim(rnd, 0, (1, 1))
    first = len(world.entries)
    for row in range(1, ROWS):
        world.claim(rnd, row, (row % 3, 1))
    world.claim(rnd, 0, (2, 1))
    claims = list(range(first, len(world.entries)))
    world.close(rnd)
    world.total(rnd)
    size = len(world.entries)
    folder = tmp_path_factory.mktemp("told")
    return Told(world, rnd, claims, dead, size - 2, size - 1, receipts(world.entries, folder))


def test_a_receipt_shows_the_entry_its_place_and_what_is_left_open(told: Told):
    index = told.claims[0]
    found = verify_receipt(told.world.entries[index], told.receipts[index], log_policy())
    assert (found.index, found.size, found.record.kind) == (index, len(told.world.entries), "claim")
    assert f"no. {index} of the ledger {ORIGIN}" in " ".join(found.shows())
    assert "total receipt" in " ".join(found.leaves_open())
    assert "audit" in " ".join(found.leaves_open())
    assert "no witness" in " ".join(found.leaves_open())


def test_every_flipped_byte_of_a_receipt_is_refused_or_shows_the_very_same(told: Told):
    index = told.claims[0]
    entry, receipt = told.world.entries[index], told.receipts[index]
    for at in range(len(receipt)):
        flipped = receipt[:at] + bytes([receipt[at] ^ 1]) + receipt[at + 1 :]
        try:
            found = verify_receipt(entry, flipped, log_policy())
        except LedgerError:
            continue
        assert (found.index, found.size) == (index, len(told.world.entries))


@pytest.mark.parametrize("keep", [0, 30, 200, -1, -40])
def test_a_truncated_receipt_is_refused(told: Told, keep: int):
    index = told.claims[0]
    with pytest.raises((MalformedError, VerificationError)):
        verify_receipt(told.world.entries[index], told.receipts[index][:keep], log_policy())


def test_a_receipt_of_another_entry_shows_nothing(told: Told):
    with pytest.raises(InvalidInclusionProof):
        verify_receipt(told.world.entries[told.claims[0]], told.receipts[told.claims[1]], log_policy())


def test_a_receipt_under_another_key_shows_nothing(told: Told):
    with pytest.raises(InvalidSignature):
        verify_receipt(told.world.entries[0], told.receipts[0], log_policy("thief"))


def test_a_logged_entry_whose_own_signature_is_false_or_of_another_ledger_is_refused(told: Told, tmp_path: Path):
    entry = told.world.entries[told.claims[0]]
    at = entry.index(b'"sig":"') + 10
    forged = entry[:at] + (b"B" if entry[at : at + 1] == b"A" else b"A") + entry[at + 1 :]
    foreign = make_entry("clock", {"time": 60}, origin="example.org/other")
    one, two = receipts([forged, foreign], tmp_path)
    with pytest.raises(InvalidSignature):
        verify_receipt(forged, one, log_policy())
    with pytest.raises(NotAcceptedError) as caught:
        verify_receipt(foreign, two, log_policy())
    assert caught.value.rule == "wrong-ledger"


@pytest.mark.parametrize("position", range(ROWS))
def test_a_total_receipt_shows_that_she_is_in_the_set_whose_sum_was_opened(told: Told, position: int):
    index = told.claims[position]
    raw = told.receipt_of(index).encode()
    found = verify_total_receipt(raw, log_policy(), claim_entry=told.world.entries[index], randbytes=token_bytes)
    assert (found.position, found.count) == (position, ROWS)
    assert found.totals == told.world.total_body(told.rnd).totals
    assert f"number {position + 1} of the {ROWS} claims" in found.shows()[0]
    assert "sum of exactly that set" in found.leaves_open()[0]


def test_a_replaced_claim_has_no_total_receipt(told: Told):
    with pytest.raises(NotFoundError) as caught:
        told.receipt_of(told.dead)
    assert caught.value.rule == "not-in-set"


def verify_changed(told: Told, **changes: object) -> None:
    raw = replace(told.receipt_of(told.claims[1]), **changes).encode()
    verify_total_receipt(raw, log_policy(), claim_entry=None, randbytes=token_bytes)


def test_a_claim_that_is_not_in_the_set_cannot_be_shown_to_be(told: Told):
    with pytest.raises(InvalidInclusionProof):
        verify_changed(told, claim=told.leaf(told.dead))
    with pytest.raises(InvalidInclusionProof):
        verify_changed(told, position=2)
    with pytest.raises(InvalidInclusionProof):
        verify_changed(told, position=-1)
    with pytest.raises(InvalidInclusionProof):
        verify_changed(told, path=())
    with pytest.raises(InvalidInclusionProof) as caught:
        verify_changed(told, size=ROWS - 1)
    assert caught.value.rule == "wrong-count"


def test_the_file_must_be_about_her_own_entry(told: Told):
    raw = told.receipt_of(told.claims[1]).encode()
    with pytest.raises(VerificationError) as caught:
        verify_total_receipt(raw, log_policy(), claim_entry=told.world.entries[told.claims[2]], randbytes=token_bytes)
    assert caught.value.rule == "wrong-claim"


def test_close_and_total_must_be_what_they_are_called_and_in_the_log(told: Told):
    with pytest.raises(MalformedError):
        verify_changed(told, close=told.logged(told.total))
    with pytest.raises(InvalidInclusionProof):
        verify_changed(told, total=LoggedEntry(told.world.entries[told.total], told.receipts[told.close]))


def refused_with_logged(told: Told, tmp_path: Path, close: bytes, total: bytes, *, turned: bool = False) -> LedgerError:
    """What is said of a total receipt whose close and total a lying council and a lying log have both signed."""
    entries = [*told.world.entries[: told.close], *((total, close) if turned else (close, total))]
    papers = receipts(entries, tmp_path)
    first, second = (told.close + 1, told.close) if turned else (told.close, told.total)
    with pytest.raises(LedgerError) as caught:
        verify_changed(told, close=LoggedEntry(close, papers[first]), total=LoggedEntry(total, papers[second]))
    return caught.value


def test_a_total_that_does_not_open_the_signed_sum_is_refused(told: Told, tmp_path: Path):
    body = told.world.total_body(told.rnd)
    wrong = make_entry("total", told.world.total_body(told.rnd, totals=(body.totals[0] + 1, body.totals[1])))
    error = refused_with_logged(told, tmp_path, told.world.entries[told.close], wrong)
    assert isinstance(error, InvalidOpening)


def test_close_and_total_must_be_in_the_log_of_one_key(told: Told, tmp_path: Path):
    # Two logs of one name, both trusted: an index in the one says nothing of a place in the other.
    reader = LedgerReader(
        FolderSource(publish(told.world.entries, tmp_path, signer=key("Other"))), TrustedLog(log_policy("Other"))
    )
    reader.update()
    close = LoggedEntry(told.world.entries[told.close], reader.receipt(told.close))
    both = Policy((*log_policy().logs, *log_policy("Other").logs))
    changed = replace(told.receipt_of(told.claims[0]), close=close).encode()
    with pytest.raises(VerificationError) as caught:
        verify_total_receipt(changed, both, claim_entry=None, randbytes=token_bytes)
    assert caught.value.rule == "wrong-log-key"


def test_commitments_that_cancel_open_to_nothing_here_as_in_the_rules():
    close = Close(count=2, round=bytes(32), set=bytes(32), sum=b"")
    total = Total(blinding=bytes(32), round=bytes(32), totals=(0, 0), unclaimed=0)
    _check_opening(close, total, token_bytes)
    with pytest.raises(InvalidOpening):
        _check_opening(close, msgspec.structs.replace(total, totals=(0, 1)), token_bytes)


def test_a_total_of_another_round_or_before_the_close_is_refused(told: Told, tmp_path: Path):
    other = make_entry("total", told.world.total_body(told.rnd, round=bytes(32)))
    close, total = told.world.entries[told.close : told.close + 2]
    assert refused_with_logged(told, tmp_path / "a", close, other).rule == "wrong-round"
    assert refused_with_logged(told, tmp_path / "b", close, total, turned=True).rule == "not-closed"


def test_a_total_receipt_has_one_spelling_and_a_version(told: Told):
    raw = told.receipt_of(told.claims[0]).encode()
    assert TotalReceipt.parse(raw).encode() == raw
    value = parse_canonical_json(raw, what="x", limit=MAX_TOTAL_RECEIPT_BYTES)
    for changed in (
        value | {"v": 2},
        value | {"v": True},
        value | {"kind": "receipt"},
        value | {"position": "0"},
        value | {"close": value["close"] | {"more": 1}},
        value | {"claim": "AAAA"},
        value | {"path": ["="]},
        {name: item for name, item in value.items() if name != "path"},
        value | {"extra": 1},
    ):
        with pytest.raises(MalformedError):
            TotalReceipt.parse(canonical_json(changed))
    for spelled in (raw + b"\n", b" " + raw, raw[:-1], b"[]", raw + bytes(MAX_TOTAL_RECEIPT_BYTES)):
        with pytest.raises(MalformedError):
            TotalReceipt.parse(spelled)
