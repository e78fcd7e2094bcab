"""A whole round as its clerk and a member make it, taken by the real rules."""

import pickle
import secrets
from dataclasses import replace

import pytest

from ledger.clerk.claims import ClaimDraft, Seat, make_claims, make_withdrawal, proving_pool
from ledger.clerk.invitations import Invitation, open_invitation, seal_invitation
from ledger.clerk.member_claims import claim_as_member, countersign
from ledger.clerk.orders import Member, Order
from ledger.clerk.rosters import make_rosters
from ledger.clerk.round_sheet import round_sheet
from ledger.clerk.sealing import open_sealed, seal
from ledger.clerk.totals import LiveClaim, draft_total
from ledger.clerk.vault import Vault
from ledger.clerk.vault_records import AllowanceOpening, encode_record
from ledger.crypto.commit import Opening
from ledger.encoding import encode_base64
from ledger.errors import InvalidOpening, InvalidSignature, LedgerError, NotAcceptedError, NotFoundError
from ledger.records.entry import parse_entry
from ledger.records.rounds import SEATS
from ledger.signing import SigningKey

from .small_ledger import COUNCIL, ORIGIN, SmallLedger

MEMBER = SigningKey(b"m" * 32)
RANDOM = secrets.token_bytes


class Scene:
    """Four rows with an allowance of 200 each, of which the last claims with her own key."""

    def __init__(self, folder, rule="hidden"):
        self.ledger = SmallLedger()
        self.vault = Vault.create(folder / "vault", origin=ORIGIN, passphrase=None, randbytes=RANDOM)
        allowance = None if rule == "none" else 200
        rows = [Member(f"h{number}", None, allowance) for number in range(3)] + [Member("h3", MEMBER.public, allowance)]
        rosters = make_rosters(
            rows,
            origin=ORIGIN,
            council=self.ledger.council,
            rule=rule,
            cohort_floor=3,
            key=COUNCIL,
            vault=self.vault,
            randbytes=RANDOM,
        )
        leaves = [self.ledger.take(raw) for raw in rosters]
        body = {
            "allowance": {"rule": rule} | ({} if rule == "none" else {"slack_width": 8}),
            "catalogue": [
                {"code": code, "name": code, "price": 1, "scale": 0, "unit": "piece", "width": 6}
                for code in ("eggs", "flour")
            ],
            "closes": 2000,
            "council": encode_base64(self.ledger.council),
            "custody": "clerk",
            "early_close": True,
            "minimum": 3,
            "opens": 1000,
            "period": "W1",
            "rosters": [encode_base64(leaf) for leaf in leaves],
            "round_no": 1,
        }
        from ledger.records.entry import build_statement, sign_entry

        raw = sign_entry(build_statement("round", ORIGIN, body), "round", (COUNCIL,))
        self.ledger.take(raw)
        self.sheet = round_sheet(
            parse_entry(raw, origin=ORIGIN), [parse_entry(roster, origin=ORIGIN) for roster in rosters]
        )

    def make(self, orders, seats=None, **changes):
        arguments = {"key": COUNCIL, "vault": self.vault, "randbytes": RANDOM, "workers": 0} | changes
        return make_claims(self.sheet, orders, seats or {}, **arguments)

    def live(self):
        return [
            LiveClaim(int.from_bytes(key[32:], "big"), seat.commitment)
            for key, seat in self.ledger.view.scan(SEATS, self.sheet.leaf)
            if seat.claim
        ]


def order(number, *quantities):
    return Order(f"h{number}", (number + 2,), quantities, None)


@pytest.fixture
def scene(tmp_path):
    return Scene(tmp_path)


def test_a_round_from_claims_to_total(scene, tmp_path):
    assert scene.sheet.expected(scene.vault)["h0"].allowance == 200
    assert scene.sheet.expected(scene.vault)["h3"].claims_herself
    seen = []
    first = scene.make([order(0, 5, 6), order(1, 50, 1)], progress=lambda done, of: seen.append((done, of)))
    assert seen == [(1, 2), (2, 2)]
    assert [(claim.ref, claim.row, claim.seq) for claim in first] == [("h0", 0, 1), ("h1", 1, 1)]
    leaves = [scene.ledger.take(claim.raw) for claim in first]
    assert leaves == [claim.leaf for claim in first]

    # Row 0 replaces its claim, row 1 withdraws and claims again, row 2 claims late.
    (replaced,) = scene.make([order(0, 7, 6)], {0: Seat(1, first[0].leaf)})
    scene.ledger.take(replaced.raw)
    scene.ledger.take(make_withdrawal(scene.sheet, 1, first[1].leaf, key=COUNCIL))
    again = scene.make([order(1, 8, 0), order(2, 9, 0)], {1: Seat(1)})
    assert [claim.seq for claim in again] == [2, 1]
    for claim in again:
        scene.ledger.take(claim.raw)

    # The member of row 3 opens her invitation and claims with her own key; the clerk countersigns.
    hidden = scene.vault.allowance(scene.sheet.rows[3].commitment)
    invitation = seal_invitation(Invitation(ORIGIN, b"r" * 32, hidden), to=MEMBER.public, randbytes=RANDOM)
    opened = open_invitation(invitation, key=MEMBER)
    mine = Vault.create(tmp_path / "mine", origin=ORIGIN, passphrase=None, randbytes=RANDOM)
    handed = claim_as_member(
        scene.sheet,
        3,
        (1, 2),
        Seat(),
        hidden=opened.hidden_allowance(),
        key=MEMBER,
        council=COUNCIL.public,
        vault=mine,
        randbytes=RANDOM,
    )
    with pytest.raises(NotAcceptedError):  # the council's signature is missing
        scene.ledger.take(handed.claim.raw)
    signed = countersign(
        scene.sheet, handed.claim.raw, handed.sealed_opening, key=COUNCIL, vault=scene.vault, randbytes=RANDOM
    )
    scene.ledger.take(signed.raw)
    commitment = parse_entry(signed.raw, origin=ORIGIN).body.commitment
    assert mine.claim(commitment).seed is not None
    assert scene.vault.claim(commitment).seed is None
    assert b"seed" not in open_sealed(handed.sealed_opening, key=COUNCIL, label="opening")

    scene.ledger.close(scene.sheet.leaf, 4)
    draft = draft_total(scene.sheet, scene.live(), scene.vault, randbytes=RANDOM)
    assert dict(draft.preview.totals) == {"eggs": 7 + 8 + 9 + 1, "flour": 6 + 2}
    assert draft.preview.dominated == ("flour",)  # 6 of 8
    assert draft.preview.prominent == ("eggs",)  # 9 of 25
    assert (draft.preview.count, draft.preview.unclaimed, draft.preview.allowances) == (4, 0, 800)
    assert draft.preview.enough
    assert draft.preview.gives_away
    assert not draft.preview.allowances_asserted
    scene.ledger.say("total", draft.body(), COUNCIL)


def test_claims_are_proved_in_other_processes_too(tmp_path):
    scene = Scene(tmp_path, "none")
    seen = []
    with proving_pool(2) as pool:
        claims = scene.make([order(0, 1, 2), order(1, 3, 4)], workers=pool, progress=lambda *done: seen.append(done))
        with pytest.raises(NotAcceptedError) as caught:  # a refusal crosses the border whole
            scene.make([order(2, 64, 0)], workers=pool)
    assert caught.value.rule == "out-of-range"
    claims += scene.make([order(2, 5, 6)], workers=1)
    for claim in claims:
        scene.ledger.take(claim.raw)
    assert seen == [(1, 2), (2, 2)]
    assert scene.sheet.expected(scene.vault)["h0"].allowance is None


def test_a_public_allowance(tmp_path):
    scene = Scene(tmp_path, "public")
    assert scene.sheet.expected(scene.vault)["h1"].allowance == 200
    scene.ledger.take(scene.make([order(0, 63, 63)])[0].raw)


def test_openings_are_in_the_vault_before_anything_can_be_sent(scene, tmp_path):
    (claim,) = scene.make([order(0, 5, 6)])
    body = parse_entry(claim.raw, origin=ORIGIN).body
    kept = Vault.open(tmp_path / "vault", origin=ORIGIN, passphrase=None).claim(body.commitment)
    assert kept.opening.quantities == (5, 6)
    assert (kept.row, kept.seq, kept.round_leaf) == (0, 1, scene.sheet.leaf)

    class FullDisk:
        allowance = scene.vault.allowance

        def add(self, records, *, randbytes):
            assert list(records)
            raise NotAcceptedError("disk")

    with pytest.raises(NotAcceptedError, match="disk"):
        scene.make([order(0, 5, 6)], vault=FullDisk())


def test_every_claim_has_a_seed_of_its_own(scene):
    claims = [scene.make([order(0, 5, 6)])[0] for _ in range(2)]
    bodies = [parse_entry(claim.raw, origin=ORIGIN).body for claim in claims]
    assert bodies[0].commitment != bodies[1].commitment
    assert scene.vault.claim(bodies[0].commitment).seed != scene.vault.claim(bodies[1].commitment).seed


@pytest.mark.parametrize(
    ("orders", "rule"),
    [
        ([order(0, 64, 0)], "out-of-range"),
        ([order(3, 1, 1)], "member-claims-herself"),
        ([order(9, 1, 1)], "unknown-member"),
        ([order(0, 1, 1), order(0, 1, 1)], "duplicate-member"),
    ],
)
def test_what_cannot_be_claimed_is_refused_before_anything_is_kept(scene, orders, rule):
    before = repr(scene.vault)
    with pytest.raises(LedgerError) as caught:
        scene.make(orders)
    assert caught.value.rule == rule
    assert "64" not in str(caught.value)
    assert repr(scene.vault) == before


def test_a_claim_over_the_allowance_is_not_proved(tmp_path):
    scene = Scene(tmp_path)
    poor = AllowanceOpening("h0", scene.sheet.rows[0].commitment, 10, 5)

    class Lying:
        def allowance(self, _commitment):
            return poor

    with pytest.raises(LedgerError):
        scene.make([order(0, 9, 9)], vault=Lying())


def test_drafts_show_no_secret_and_travel(scene):
    draft = ClaimDraft(scene.sheet.terms(0), COUNCIL.public, Seat(), (41, 42), None, b"\x55" * 32)
    assert "41" not in repr(draft).replace(repr(draft.terms), "").replace(repr(draft.key), "")
    assert repr(b"\x55" * 32) not in repr(draft)
    assert pickle.loads(pickle.dumps(draft)) == draft


def test_only_the_row_s_own_key_withdraws(scene):
    with pytest.raises(NotAcceptedError) as caught:
        make_withdrawal(scene.sheet, 3, b"x" * 32, key=COUNCIL)
    assert caught.value.rule == "wrong-key"
    make_withdrawal(scene.sheet, 3, b"x" * 32, key=MEMBER)
    with pytest.raises(NotFoundError):
        make_withdrawal(scene.sheet, 4, b"x" * 32, key=COUNCIL)


def handed_claim(scene, folder, row=3, key=MEMBER, quantities=(1, 2)):
    hidden = scene.vault.allowance(scene.sheet.rows[row].commitment)
    return claim_as_member(
        scene.sheet,
        row,
        quantities,
        Seat(),
        hidden=Invitation(ORIGIN, b"", hidden).hidden_allowance(),
        key=key,
        council=COUNCIL.public,
        vault=Vault.create(folder / "mine", origin=ORIGIN, passphrase=None, randbytes=RANDOM),
        randbytes=RANDOM,
    )


def test_an_opening_that_does_not_open_is_not_countersigned(scene, tmp_path):
    handed = handed_claim(scene, tmp_path)
    commitment = parse_entry(handed.claim.raw, origin=ORIGIN).body.commitment
    right = Vault.open(tmp_path / "mine", origin=ORIGIN, passphrase=None).claim(commitment)

    def sign(opening, raw=handed.claim.raw):
        sealed = seal(encode_record(opening), to=COUNCIL.public, label="opening", randbytes=RANDOM)
        return countersign(scene.sheet, raw, sealed, key=COUNCIL, vault=scene.vault, randbytes=RANDOM)

    before = repr(scene.vault)
    with pytest.raises(InvalidOpening):
        sign(replace(right, opening=Opening((2, 1), right.opening.blinding)))
    with pytest.raises(InvalidOpening):
        sign(replace(right, opening=Opening((1, 2), right.opening.blinding - 1)))
    with pytest.raises(NotAcceptedError):
        sign(replace(right, opening=Opening((64, 2), right.opening.blinding)))
    for other in (replace(right, seq=2), replace(right, commitment=b"x" * 96), replace(right, row=2)):
        with pytest.raises(NotAcceptedError) as caught:
            sign(other)
        assert caught.value.rule == "wrong-opening"
    assert repr(scene.vault) == before
    sign(right)


def test_only_the_member_s_own_claim_of_this_round_is_countersigned(scene, tmp_path):
    handed = handed_claim(scene, tmp_path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    def sign(raw):
        return countersign(scene.sheet, raw, handed.sealed_opening, key=COUNCIL, vault=scene.vault, randbytes=RANDOM)

    sig = parse_entry(handed.claim.raw, origin=ORIGIN).signatures[0]
    forged = handed.claim.raw.replace(encode_base64(sig).encode(), encode_base64(sig[:1] + bytes(63)).encode())
    with pytest.raises(InvalidSignature):
        sign(forged)
    signed = sign(handed.claim.raw)
    with pytest.raises(NotAcceptedError) as caught:
        sign(signed.raw)
    assert caught.value.rule == "extra-signature"
    with pytest.raises(NotAcceptedError) as caught:
        sign(scene.make([order(0, 1, 1)])[0].raw)
    assert caught.value.rule == "wrong-key"
    with pytest.raises(LedgerError):
        sign(make_withdrawal(scene.sheet, 3, b"x" * 32, key=MEMBER))
    with pytest.raises(NotAcceptedError):
        handed_claim(scene, elsewhere, row=0)


def test_an_invitation_whose_allowance_does_not_open_is_refused(scene):
    hidden = scene.vault.allowance(scene.sheet.rows[3].commitment)
    wrong = AllowanceOpening(hidden.ref, hidden.commitment, hidden.amount + 1, hidden.blinding)
    raw = seal_invitation(Invitation(ORIGIN, b"r" * 32, wrong), to=MEMBER.public, randbytes=RANDOM)
    with pytest.raises(InvalidOpening):
        open_invitation(raw, key=MEMBER)
    assert "200" not in repr(Invitation(ORIGIN, b"r" * 32, hidden))


def test_the_length_of_a_sealed_file_says_nothing_of_what_is_in_it(scene, tmp_path):
    hidden = scene.vault.allowance(scene.sheet.rows[3].commitment)
    invitations = {
        len(
            seal_invitation(
                Invitation(ORIGIN, b"r" * 32, replace(hidden, amount=amount)), to=MEMBER.public, randbytes=RANDOM
            )
        )
        for amount in (0, 5, 50_000, 2**53 - 1)
    }
    assert len(invitations) == 1
    openings = set()
    for number, quantities in enumerate([(0, 0), (9, 10), (63, 63)]):
        (tmp_path / str(number)).mkdir()
        openings.add(len(handed_claim(scene, tmp_path / str(number), quantities=quantities).sealed_opening))
    assert len(openings) == 1


def test_a_total_under_the_minimum_is_not_drafted_into_an_entry(scene):
    for claim in scene.make([order(0, 0, 63), order(1, 0, 63)]):
        scene.ledger.take(claim.raw)
    draft = draft_total(scene.sheet, scene.live(), scene.vault, randbytes=RANDOM)
    assert not draft.preview.enough
    assert draft.preview.unanimous == ("eggs", "flour")  # nothing, and the most there can be
    assert draft.preview.dominated == ()
    assert draft.preview.unclaimed == 2
    assert draft.preview.allowances_asserted
    assert "126" not in repr(draft)
    with pytest.raises(NotAcceptedError) as caught:
        draft.body()
    assert caught.value.rule == "under-minimum"
    with pytest.raises(NotAcceptedError):
        draft_total(scene.sheet, [], scene.vault, randbytes=RANDOM)


def test_a_total_needs_every_live_opening_and_the_right_ones(scene, tmp_path):
    for claim in scene.make([order(0, 1, 2), order(1, 3, 4), order(2, 5, 6)]):
        scene.ledger.take(claim.raw)
    live = scene.live()
    fresh = Vault.create(tmp_path / "fresh", origin=ORIGIN, passphrase=None, randbytes=RANDOM)
    with pytest.raises(NotFoundError, match="3 of 3"):
        draft_total(scene.sheet, live, fresh, randbytes=RANDOM)
    for claim in live:
        kept = scene.vault.claim(claim.commitment)
        wrong = replace(kept, opening=Opening(tuple(q + 1 for q in kept.opening.quantities), kept.opening.blinding))
        fresh.add((wrong,), randbytes=RANDOM)
    with pytest.raises(InvalidOpening):
        draft_total(scene.sheet, live, fresh, randbytes=RANDOM)


def test_a_sheet_takes_the_round_s_own_rosters_only(scene):
    (roster,) = make_rosters(
        [Member(f"x{n}", None, 5) for n in range(3)],
        origin=ORIGIN,
        council=scene.ledger.council,
        rule="hidden",
        cohort_floor=3,
        key=COUNCIL,
        vault=scene.vault,
        randbytes=RANDOM,
    )
    from ledger.records.kind import Record

    record = Record(b"", scene.sheet.leaf, ORIGIN, "round", scene.sheet.body, b"", (), ())
    with pytest.raises(NotAcceptedError) as caught:
        round_sheet(record, [parse_entry(roster, origin=ORIGIN)])
    assert caught.value.rule == "wrong-roster"
