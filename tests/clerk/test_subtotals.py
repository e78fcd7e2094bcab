"""A sub-total in a file: for one reader, as long for any amounts, and true or not by its round's close."""

import secrets

import pytest

from ledger.clerk.sealed_documents import recipient_of
from ledger.clerk.sealing import seal
from ledger.clerk.subtotals import SubTotal, add_up, open_sub_total, seal_sub_total, sub_total
from ledger.crypto.backend import ORDER, SCALAR_BYTES
from ledger.crypto.batch import BatchFailure, verify_batch
from ledger.crypto.group import sum_points
from ledger.encoding import canonical_json, encode_base64
from ledger.errors import LedgerError, MalformedError, NotAcceptedError
from ledger.records.rounds import CLOSES
from ledger.signing import SigningKey

from .small_federation import ORIGIN, SmallFederation

KEY = SigningKey(b"k" * 32)
RANDOM = secrets.token_bytes
PART = sub_total(ORIGIN, b"r" * 32, (21360451, 7), b"\x01" * SCALAR_BYTES)


def sealed(part):
    return seal_sub_total(part, to=KEY.public, randbytes=RANDOM)


def test_what_is_handed_over_is_read():
    raw = sealed(PART)
    assert open_sub_total(raw, key=KEY, name="x") == PART
    assert recipient_of(raw, name="x") == KEY.public
    assert PART.totals == (21360451, 7)
    assert b"21360451" not in raw


def test_a_file_is_as_long_for_any_amounts():
    most = sub_total(ORIGIN, b"\xff" * 32, (2**53 - 1, 2**53 - 1), (ORDER - 1).to_bytes(SCALAR_BYTES, "big"))
    least = sub_total(ORIGIN, bytes(32), (0, 0), bytes(SCALAR_BYTES))
    assert len(sealed(most)) == len(sealed(least)) == len(sealed(PART))


def test_no_repr_shows_amounts():
    assert "21360451" not in f"{PART!r}{PART}{[PART]}"
    assert repr(PART.amounts)[2:-1] not in f"{PART!r}"


def test_nobody_else_reads_it_and_as_nothing_else():
    with pytest.raises(NotAcceptedError) as caught:
        open_sub_total(sealed(PART), key=SigningKey(b"o" * 32), name="x")
    assert caught.value.rule == "wrong-recipient"
    invitation = seal(canonical_json(PART.to_json()), to=KEY.public, label="invitation", randbytes=RANDOM)
    with pytest.raises(NotAcceptedError, match="x is not a sub-total"):
        open_sub_total(invitation, key=KEY, name="x")


@pytest.mark.parametrize(
    "change",
    [
        {"amounts": ""},
        {"amounts": encode_base64(bytes(7))},
        {"amounts": encode_base64(bytes(17))},
        {"amounts": encode_base64(bytes(65 * 8))},
        {"blinding": encode_base64(bytes(31))},
        {"round": 3},
        {"more": "x"},
    ],
)
def test_another_document_is_none(change):
    raw = seal(canonical_json(PART.to_json() | change), to=KEY.public, label="sub-total", randbytes=RANDOM)
    with pytest.raises(MalformedError):
        open_sub_total(raw, key=KEY, name="x")


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"to":3}', b'{"to":"AAAA"}', b"\xff" * 99])
def test_bytes_that_are_no_file_of_ours(raw):
    for read in (lambda: recipient_of(raw, name="x"), lambda: open_sub_total(raw, key=KEY, name="x")):
        with pytest.raises(LedgerError):
            read()


def test_it_opens_its_own_round_s_sum_and_no_other():
    valley = SmallFederation()
    councils = [valley.council(name, valley.valley) for name in ("Riverside", "Hillside")]
    parts = [valley.closed(council, ("a", "b", "c")) for council in councils]
    sums = [valley.view.get(CLOSES, part.round).sum for part in parts]

    def holds(check):
        try:
            verify_batch([check], randbytes=RANDOM)
        except BatchFailure:
            return False
        return True

    assert holds(parts[0].opens(sums[0]))
    assert not holds(parts[0].opens(sums[1]))
    assert not holds(parts[0].opens(b""))
    more = sub_total(ORIGIN, parts[0].round, (parts[0].totals[0] + 1, parts[0].totals[1]), parts[0].blinding)
    assert not holds(more.opens(sums[0]))
    together = add_up(parts)
    assert together.quantities == tuple(map(sum, zip(*(part.totals for part in parts), strict=True)))
    as_one = SubTotal(
        amounts=b"".join(amount.to_bytes(8, "big") for amount in together.quantities),
        blinding=together.blinding.to_bytes(SCALAR_BYTES, "big"),
        ledger=ORIGIN,
        round=bytes(32),
    )
    assert holds(as_one.opens(sum_points(sums)))
