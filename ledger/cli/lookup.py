"""Finding councils and rounds by the names people use; what counts is then read from entries, by leaf hash."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from ledger.clerk.claims import Seat
from ledger.clerk.round_sheet import RoundSheet, round_sheet
from ledger.cli.remote import Remote
from ledger.encoding import decode_base64
from ledger.errors import MalformedError, NotAcceptedError, NotFoundError
from ledger.records.kinds.council import Council
from ledger.records.kinds.round import Round
from ledger.signing import PublicKey, SigningKey, parse_public_key

_PAGE: Final = 1_000


@dataclass(frozen=True, slots=True)
class KnownCouncil:
    """A council as the server's view has it; ``key`` is empty once it has been revoked."""

    leaf: bytes
    index: int
    name: str
    type: str
    key: PublicKey


@dataclass(frozen=True, slots=True)
class KnownRound:
    """A round in the server's list."""

    leaf: bytes
    index: int
    council: bytes
    period: str
    round_no: int
    opens: int
    closes: int
    rows: int
    state: str


def councils(there: Remote) -> tuple[KnownCouncil, ...]:
    """All councils, in the order of their registration."""
    found = [_council(view) for view in _pages(there, "v1/councils", "councils")]
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
        mine = {file.public for file in there.desk.keys().values()}
        fitting = [council for council in known if council.key in mine]
        what = "whose key is on this desk"
    else:
        leaf = _leaf(text)
        fitting = [council for council in known if council.leaf == leaf or council.name == text]
        what = f"called {text}"
    if not fitting:
        raise NotFoundError(f"the ledger has no council {what}; see opentally council list", rule="unknown-council")
    if len(fitting) > 1:
        raise NotAcceptedError(
            f"the ledger has {len(fitting)} councils {what}; name one by --council and its leaf hash",
            rule="several-councils",
        )
    (council,) = fitting
    body = there.entry(council.leaf).body
    if not isinstance(body, Council) or body.name != council.name:
        raise MalformedError("the server's list of councils does not agree with the log", rule="unexpected-answer")
    return council


def council_of(there: Remote, leaf: bytes) -> KnownCouncil:
    """The council of this leaf hash, with its present key as the server's view has it."""
    return _council(there.view(f"v1/councils/{leaf.hex()}"))


def signing_key(there: Remote, council: KnownCouncil, name: str | None) -> SigningKey:
    """The council's present key from this desk, or the one that was named.

    Raises:
        NotFoundError: this desk does not hold it.
    """
    if name is not None:
        return there.desk.open_key(name)
    return there.desk.open_key_of(council.key, council.name)


def rounds(there: Remote, council: bytes | None) -> tuple[KnownRound, ...]:
    """All rounds, or those of one council, in the order of the log."""
    found = [
        KnownRound(
            leaf=decode_base64(view["leaf"], length=32, what="leaf"),
            index=view["index"],
            council=decode_base64(view["council"], length=32, what="council"),
            period=view["period"],
            round_no=view["round_no"],
            opens=view["opens"],
            closes=view["closes"],
            rows=view["rows"],
            state=view["state"],
        )
        for view in _pages(there, "v1/rounds", "rounds", council="" if council is None else council.hex())
    ]
    return tuple(sorted(found, key=lambda known: known.index))


def find_round(there: Remote, text: str | None, council: str | None = None) -> RoundSheet:
    """The round of this leaf hash or period, with its rows, every entry of it hashed.

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
            raise NotAcceptedError(
                f"there are {len(fitting)} rounds {what}; name one by its leaf hash", rule="several-rounds"
            )
        leaf = fitting[0].leaf
    record = there.entry(leaf)
    if not isinstance(record.body, Round):
        raise NotFoundError("the entry of this leaf hash is not a round", rule="unknown-round")
    return round_sheet(record, [there.entry(roster) for roster in record.body.rosters])


def round_view(there: Remote, leaf: bytes) -> dict[str, Any]:
    """How far a round has come, as the server tells it."""
    view: dict[str, Any] = there.view(f"v1/rounds/{leaf.hex()}")
    return view


def seats(there: Remote, sheet: RoundSheet) -> dict[int, Seat]:
    """What every row has said so far, as the server tells it; the rules refuse a claim that rests on a lie here."""
    found = {}
    start: int | None = 0
    while start is not None:
        page = there.view(f"v1/rounds/{sheet.leaf.hex()}/rows", start=start, limit=_PAGE)
        for view in page["rows"]:
            if view["seq"]:
                found[view["row"]] = _seat(view)
        start = page["next"]
    return found


def seat(there: Remote, sheet: RoundSheet, row: int) -> Seat:
    """What one row has said so far."""
    return _seat(there.view(f"v1/rounds/{sheet.leaf.hex()}/rows/{row}")["row"])


def live_claims(there: Remote, sheet: RoundSheet) -> tuple[bytes, ...]:
    """The leaf hashes of the round's live claims in index order, as the server tells it."""
    view = there.view(f"v1/rounds/{sheet.leaf.hex()}/set")
    return tuple(decode_base64(leaf, length=32, what="claim") for leaf in view["claims"])


def name_of_round(sheet: RoundSheet) -> str:
    """The round as people call it."""
    return f"{sheet.body.period}#{sheet.body.round_no}"


def _seat(view: dict[str, Any]) -> Seat:
    claim = view["claim"]
    return Seat(view["seq"], None if claim is None else decode_base64(claim, length=32, what="claim"))


def _council(view: dict[str, Any]) -> KnownCouncil:
    key = view["key"]
    return KnownCouncil(
        leaf=decode_base64(view["leaf"], length=32, what="leaf"),
        index=view["index"],
        name=view["name"],
        type=view["type"],
        key=PublicKey(b"") if key is None else parse_public_key(decode_base64(key, length=32, what="key")),
    )


def _pages(there: Remote, path: str, field: str, **chosen: str) -> Iterator[dict[str, Any]]:
    """Every item of a list that the server gives in pages."""
    after = ""
    while True:
        page = there.view(path, after=after, limit=_PAGE, **chosen)
        yield from page[field]
        if page["next"] is None:
            return
        after = page["next"]


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


def parse_leaf(text: str) -> bytes:
    """The leaf hash that the text spells, in base64 or hex.

    Raises:
        MalformedError: it spells none.
    """
    leaf = _leaf(text)
    if leaf is None:
        raise MalformedError("a leaf hash is 44 characters of base64 or 64 of hex", rule="bad-leaf")
    return leaf
