"""Finding councils and rounds by the names people use; what counts is then read from entries, by leaf hash."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.answers import CouncilList, CouncilView, OneRow, RoundLine, RoundList, RoundView, RowList, SetView
from ledger.clerk.claims import Seat
from ledger.clerk.round_sheet import RoundSheet, round_sheet
from ledger.cli.pages import MOST_TOLD, PAGE, further, pages
from ledger.cli.powers import held_mandates, require_mandate
from ledger.cli.remote import Remote, unexpected
from ledger.encoding import decode_base64, encode_base64
from ledger.errors import MalformedError, NotAcceptedError, NotFoundError
from ledger.merkle.hashing import leaf_hash
from ledger.records.kinds.council import Council
from ledger.records.kinds.round import Round
from ledger.records.kinds.total import Total
from ledger.records.rule_names import refusal
from ledger.signing import PublicKey, SigningKey, parse_public_key
from ledger.tlog.proof import verify_tlog_proof


@dataclass(frozen=True, slots=True)
class KnownCouncil:
    """A council as the server's view has it; ``key`` is empty once it has been revoked, ``parent`` its federation."""

    leaf: bytes
    index: int
    name: str
    type: str
    key: PublicKey
    parent: bytes | None


def councils(there: Remote) -> tuple[KnownCouncil, ...]:
    """All councils, in the order of their registration."""
    found = [_council(view) for page in pages(there, "v1/councils", CouncilList) for view in page.councils]
    return tuple(sorted(found, key=lambda council: council.index))


def find_council(there: Remote, text: str | None) -> KnownCouncil:
    """The council of this name or leaf hash; without one, the only council whose present key is on this desk.

    The entry itself is fetched, so that name and leaf hash belong together whatever the server's list says.

    Raises:
        NotFoundError: there is none.
        NotAcceptedError: there are several.
    """
    known = councils(there)
    if text is None:
        fitting = _own(there, known)
        what = "whose key is on this desk"
    else:
        leaf = _leaf(text)
        fitting = [council for council in known if council.leaf == leaf or council.name == text]
        what = f"called {text}"
    if not fitting:
        raise NotFoundError(f"the ledger has no council {what}; see opentally council list", rule="unknown-council")
    if len(fitting) > 1:
        raise NotAcceptedError(
            f"the ledger has {len(fitting)} councils {what}; name one by its leaf hash: {_candidates(fitting)}",
            rule="several-councils",
        )
    (council,) = fitting
    body = there.entry(council.leaf).body
    if not isinstance(body, Council) or body.name != council.name:
        raise MalformedError("the server's list of councils does not agree with the log", rule="unexpected-answer")
    return council


def _candidates(fitting: Sequence[KnownCouncil]) -> str:
    """The councils among which a person is to choose, so that she can copy the leaf hash of one."""
    named = ", ".join(f"{one.name} (no. {one.index}) {encode_base64(one.leaf)}" for one in fitting[:MOST_TOLD])
    return named if len(fitting) <= MOST_TOLD else f"{named}, and {len(fitting) - MOST_TOLD} more"


def _own(there: Remote, known: Sequence[KnownCouncil]) -> list[KnownCouncil]:
    """Those whose present key is on this desk (a founding key is no council's); without any, those by a mandate."""
    mine = {file.public for file in there.desk.keys().values()}
    own = [council for council in known if council.key in mine]
    return own if own or not mine else [council for council in known if held_mandates(there, council.leaf)]


def council_of(there: Remote, leaf: bytes) -> KnownCouncil:
    """The council of this leaf hash, with its present key as the server's view has it."""
    return _council(there.view(f"v1/councils/{leaf.hex()}", CouncilView))


def signing_key(there: Remote, council: KnownCouncil, name: str | None, *, kind: str) -> SigningKey:
    """The key of this desk that acts for the council in entries of this kind.

    The one that was named, which may be a mandate's; else the council's own; else that of a mandate for this kind.

    Raises:
        NotFoundError: this desk holds none.
        NotAcceptedError: ``mandate-ended``, ``outside-mandate``; ``revoked-key``.
    """
    if name is not None:
        require_mandate(there, council.leaf, there.desk.describe_key(name).public, kind)
        return there.desk.open_key(name)
    if there.desk.name_of(council.key) is None:
        held = held_mandates(there, council.leaf)
        for mandate in sorted(held, key=lambda one: one.state != "in-effect" or kind not in one.kinds)[:1]:
            key = PublicKey(mandate.key)
            require_mandate(there, council.leaf, key, kind)
            return there.desk.open_key_of(key, f"the mandate “{mandate.role}”")
    return own_key(there, council, None)


def own_key(there: Remote, council: KnownCouncil, name: str | None) -> SigningKey:
    """The council's own key, where no mandate reaches so far: the one that was named, or the present one.

    Raises:
        NotFoundError: this desk does not hold it.
        NotAcceptedError: ``revoked-key``, the council has none.
    """
    if name is not None:
        return there.desk.open_key(name)
    if not council.key:
        raise refusal(
            "revoked-key",
            f"{council.name} has no key: revoked, it comes back by opentally key recover; recalled, it does not",
        )
    return there.desk.open_key_of(council.key, council.name)


def rounds(there: Remote, council: bytes | None) -> tuple[RoundLine, ...]:
    """All rounds, or those of one council, in the order of the log."""
    chosen = "" if council is None else council.hex()
    found = [line for page in pages(there, "v1/rounds", RoundList, council=chosen) for line in page.rounds]
    return tuple(sorted(found, key=lambda line: line.index))


def find_round(there: Remote, text: str | None, council: str | None = None) -> RoundSheet:
    """The round of this leaf hash or period, with its rows, every entry of it hashed.

    Councils choose the names of their periods alone, so where several rounds have the name, those of the councils whose
    present keys are on this desk go first.

    Args:
        there: the ledger.
        text: a leaf hash, a period, or a period with ``#`` and the number; None if the council has one unfinished.
        council: narrows the search.

    Raises:
        NotFoundError, NotAcceptedError: none, or several.
    """
    leaf = None if text is None else _leaf(text)
    if leaf is None:
        whose = None if council is None and text is not None else find_council(there, council).leaf
        known = rounds(there, whose)
        if text is None:
            fitting = [one for one in known if one.state != "totalled"]
            what = "that is not finished"
        else:
            fitting = [one for one in known if text in {one.period, f"{one.period}#{one.round_no}"}]
            what = f"called {text}"
        if not fitting:
            raise NotFoundError(f"there is no round {what}; see opentally round list", rule="unknown-round")
        if len(fitting) > 1:
            own = {known.leaf for known in _own(there, councils(there))}
            fitting = [one for one in fitting if one.council in own] or fitting
        if len(fitting) > 1:
            raise NotAcceptedError(
                f"there are {len(fitting)} rounds {what}; name one by its leaf hash, as opentally round list shows it",
                rule="several-rounds",
            )
        leaf = fitting[0].leaf
    record = there.entry(leaf)
    if not isinstance(record.body, Round):
        raise NotFoundError("the entry of this leaf hash is not a round", rule="unknown-round")
    return round_sheet(record, [there.entry(roster) for roster in record.body.rosters])


def round_view(there: Remote, leaf: bytes) -> RoundView:
    """How far a round has come, as the server tells it."""
    return there.view(f"v1/rounds/{leaf.hex()}", RoundView)


def total_of(there: Remote, view: RoundView) -> Total | None:
    """The round's total, if the server says that there is one; its entry is fetched and hashed."""
    if view.total is None:
        return None
    body = there.entry(view.total.leaf).body
    if not isinstance(body, Total) or body.round != view.leaf:
        raise unexpected("v1/rounds")
    return body


def seats(there: Remote, sheet: RoundSheet) -> dict[int, Seat]:
    """What every row has said so far, as the server tells it; the rules refuse a claim that rests on a lie here."""
    found: dict[int, Seat] = {}
    start = 0
    while True:
        page = there.view(f"v1/rounds/{sheet.leaf.hex()}/rows", RowList, start=start, limit=PAGE)
        found |= {view.row: Seat(view.seq, view.claim) for view in page.rows if view.seq}
        if page.next is None:
            return found
        start = further(page.next, start)


def seat(there: Remote, sheet: RoundSheet, row: int) -> Seat:
    """What one row has said so far."""
    view = there.view(f"v1/rounds/{sheet.leaf.hex()}/rows/{row}", OneRow).row
    return Seat(view.seq, view.claim)


def live_claims(there: Remote, sheet: RoundSheet) -> tuple[bytes, ...]:
    """The leaf hashes of the round's live claims in index order, as the server tells it."""
    return there.view(f"v1/rounds/{sheet.leaf.hex()}/set", SetView).claims


def name_of_round(sheet: RoundSheet) -> str:
    """The round as people call it."""
    return f"{sheet.body.period}#{sheet.body.round_no}"


def _council(view: CouncilView) -> KnownCouncil:
    key = PublicKey(b"") if view.key is None else parse_public_key(view.key)
    return KnownCouncil(view.leaf, view.index, view.name, view.type, key, view.parent)


def _leaf(text: str) -> bytes | None:
    """The leaf hash that the text spells, in base64 or hex; None if it spells none."""
    try:
        return decode_base64(text, length=32, what="leaf")
    except MalformedError:
        pass
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        return None
    return raw if len(raw) == 32 and raw.hex() == text else None


def entry_number(text: str) -> int | None:
    """The index of an entry that the text spells; None if it spells none, but perhaps a leaf hash."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def find_leaf(there: Remote, text: str) -> bytes:
    """The leaf hash that the text spells, or that of the entry with this number, shown to be there in the signed tree.

    Raises:
        MalformedError: it spells neither.
        NotFoundError: there is no entry of this number.
        VerificationError: another entry was served than the one that the tree holds there.
    """
    index = entry_number(text)
    if index is None:
        return parse_leaf(text)
    raw, receipt = there.logged(index)
    leaf = leaf_hash(raw)
    verify_tlog_proof(receipt, leaf, there.policy)
    return leaf


def parse_leaf(text: str) -> bytes:
    """The leaf hash that the text spells, in base64 or hex.

    Raises:
        MalformedError: it spells none.
    """
    leaf = _leaf(text)
    if leaf is None:
        raise MalformedError("a leaf hash is 44 characters of base64 or 64 of hex", rule="bad-leaf")
    return leaf
