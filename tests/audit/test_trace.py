"""A decision is followed down to every source and to what was said against it; what does not hold is not followed."""

from pathlib import Path
from secrets import token_bytes

import msgspec
import pytest

from ledger.audit import AuditReport
from ledger.audit.following import follow
from ledger.audit.trace import Node
from ledger.client.source import FolderSource
from ledger.crypto.commit import add_openings
from ledger.crypto.group import format_scalar
from ledger.errors import NotFoundError
from ledger.records.kinds.challenge import Challenge
from ledger.records.kinds.consent import Consent
from ledger.records.kinds.erratum import Erratum
from ledger.records.kinds.mandate import Mandate
from ledger.records.kinds.outcome import Outcome
from ledger.records.kinds.reply import Reply
from ledger.records.kinds.request import Request, RequestAmount
from ledger.records.kinds.rollup import Rollup
from ledger.records.kinds.use import Use
from tests.audit.ledgers import audit_folder, decision_body, resource_body
from tests.client.publisher import log_policy, publish
from tests.records.builders import START, CouncilHandle, RoundHandle, World, key


def rollup_of(world: World, federation: CouncilHandle, *rounds: RoundHandle, **changes: object) -> Rollup:
    opening = add_openings([seat.opening for each in rounds for seat in each.seats if seat.opening is not None])
    values = {
        "blinding": format_scalar(opening.blinding),
        "count": sum(len(each.seats) for each in rounds),
        "defaults": (),
        "federation": federation.leaf,
        "missing": (),
        "period": "2027",
        "requested": ("0", "0"),
        "requests": 0,
        "round_no": 1,
        "rounds": tuple(each.leaf for each in rounds),
        "totals": tuple(map(str, opening.quantities)),
    }
    return Rollup(**{**values, **changes})


class Valley:
    """A federation of two councils: a rollup, a ceiling that is doubted, a decision that adopts both."""

    def __init__(self) -> None:
        world = self.world = World().found()
        valley = world.council("Valley", type="federation")
        one, two = world.council("Riverside", valley), world.council("Hillside", valley)
        world.add(
            "request",
            Request(
                amounts=(RequestAmount(code="flour", quantity=25, scale=0, unit="kg"),),
                council=one.leaf,
                period="2027",
                purpose="the school",
                type="collective",
            ),
            one.key,
        )
        rounds = [world.round(each, world.roster(each, [None] * 2), early_close=True) for each in (one, two)]
        for each in rounds:
            for row in range(2):
                world.claim(each, row, (row + 1, 1))
            world.close(each)
        body = rollup_of(world, valley, *rounds, requests=1, requested=("25", "0"))
        self.rollup = world.add("rollup", body, valley.key)
        ceiling = world.add("resource", resource_body(two.leaf, type="ceiling", evidence=None), two.key)
        world.add("consent", Consent(about=ceiling.leaf, council=one.leaf, verdict="against"), one.key)
        use = Use(claim=ceiling.leaf, council=one.leaf, from_=START - 60, method="meter", quantity=120_051, until=START)
        world.add("use", use, one.key)
        challenge = world.add("challenge", Challenge(about=ceiling.leaf, council=one.leaf, ground="evidence"), one.key)
        reply = Reply(answer="explains", challenge=challenge.leaf, council=two.leaf, text="it was an estimate")
        world.add("reply", reply, two.key)
        self.decision = world.add("decision", decision_body(valley.leaf, (self.rollup.leaf, ceiling.leaf)), valley.key)
        self.challenge = challenge
        world.add(
            "outcome",
            Outcome(challenge=challenge.leaf, council=valley.leaf, outcome="upheld", rule="the valley's"),
            valley.key,
        )
        self.valley, self.one, self.rounds = valley, one, rounds


@pytest.fixture(scope="module")
def valley() -> Valley:
    return Valley()


def followed(world: World, entry: int | bytes, folder: Path) -> tuple[AuditReport, Node | None]:
    publish(world.entries, folder / "log")
    return follow(
        FolderSource(folder / "log"),
        entry,
        policy=log_policy(),
        state=folder / "state",
        workers=1,
        progress=lambda _done, _size: None,
        randbytes=token_bytes,
    )


def tree(world: World, entry: int | bytes, folder: Path) -> Node:
    report, node = followed(world, entry, folder)
    assert report.verdict == "holds", report.finding
    assert node is not None
    return node


def below(node: Node) -> list[tuple[str, str]]:
    return [(child.relation, child.kind) for child in node.children]


def test_a_decision_leads_to_every_source(valley: Valley, tmp_path: Path) -> None:
    root = tree(valley.world, valley.decision.leaf, tmp_path)
    assert (root.kind, root.word) == ("decision", "asserted")
    assert "open challenges when adopted: 1" in root.marks
    assert below(root) == [("adopts", "rollup"), ("adopts", "resource")]
    rollup, ceiling = root.children
    assert rollup.word == "proved"
    assert [(each.name, each.written) for each in rollup.figures] == [
        ("Flour", "6 kg"),
        ("Beans", "4 kg"),
        ("in the open: Flour", "25 kg"),
        ("in the open: Beans", "0 kg"),
    ]
    assert below(rollup) == [("adds the sum of", "close")] * 2 + [("counts in the open", "request")]
    close = rollup.children[0]
    assert (close.word, below(close)) == ("proved", [("closes", "round")])
    assert below(close.children[0]) == [("asks the members of", "roster")]
    assert below(ceiling) == [("consent", "consent"), ("use", "use"), ("challenge", "challenge")]
    assert {"above", "unevidenced"} <= set(ceiling.marks)
    assert [(each.name, each.written) for each in ceiling.figures] == [
        ("quantity", "1,200.50 m³"),
        ("measured", "1,200.51 m³"),
    ]
    challenge = ceiling.children[2]
    assert below(challenge) == [("reply", "reply"), ("outcome", "outcome")]
    assert challenge.marks == ("decided",)


def test_an_objection_leads_to_what_it_is_about(valley: Valley, tmp_path: Path) -> None:
    root = tree(valley.world, valley.challenge.leaf, tmp_path)
    assert below(root)[0] == ("is about", "resource")
    assert [child.kind for child in root.children[0].children] == ["consent", "use", "challenge"]
    assert root.children[0].children[2].repeated


def test_an_entry_stands_once_with_what_is_below_it(valley: Valley, tmp_path: Path) -> None:
    world = World(entries=list(valley.world.entries), view=valley.world.view, time=valley.world.time)
    body = decision_body(valley.valley.leaf, (valley.decision.leaf, valley.rollup.leaf))
    world.entries.append(valley_entry := _signed(world, "decision", body))
    root = tree(world, len(world.entries) - 1, tmp_path)
    assert valley_entry
    assert root.children[0].children[0].children
    assert root.children[1].repeated
    assert not root.children[1].children


def _signed(world: World, kind: str, body: object) -> bytes:
    from tests.records.builders import make_entry

    return make_entry(kind, body, key("Valley"), origin=world.origin)


def test_who_signed_under_which_mandate_is_shown_and_followed(tmp_path: Path) -> None:
    world = World().found()
    council = world.council()
    decided = world.add("decision", decision_body(council.leaf, (council.leaf,)), council.key)
    mandate = Mandate(
        council=council.leaf,
        decision=decided.leaf,
        key=key("holder").public,
        kinds=("resource",),
        role="Clerk",
        until=START + 3600,
    )
    index = len(world.entries)
    world.add("mandate", mandate, key("holder"), council.key)
    claim = world.add("resource", resource_body(council.leaf), key("holder"))
    root = tree(world, claim.leaf, tmp_path)
    assert root.signed_by == (f"Riverside, under the mandate of entry {index}",)
    assert below(root) == [("was signed under", "mandate")]
    assert below(root.children[0]) == [("was given by", "decision")]


def test_a_withdrawn_total_is_marked(valley: Valley, tmp_path: Path) -> None:
    world = World(entries=list(valley.world.entries), view=valley.world.view)
    body = Erratum(about=valley.rollup.leaf, council=valley.valley.leaf, effect="withdrawn", reason="wrong file")
    world.entries.append(_signed(world, "erratum", body))
    root = tree(world, valley.rollup.leaf, tmp_path)
    assert root.marks == ("withdrawn",)
    assert ("erratum", "erratum") in below(root)


def test_a_claim_leads_nowhere(valley: Valley, tmp_path: Path) -> None:
    claim = next(at for at, raw in enumerate(valley.world.entries) if b'"kind":"claim"' in raw)
    for entry in (claim, 10_000, bytes(32)):
        with pytest.raises(NotFoundError):
            tree(valley.world, entry, tmp_path / str(entry)[:8])


def test_what_does_not_hold_is_not_followed(valley: Valley, tmp_path: Path) -> None:
    forged = rollup_of(
        valley.world, valley.valley, *valley.rounds, requests=0, requested=("0", "0"), totals=("7", "4"), round_no=1
    )
    world = World(entries=[*valley.world.entries, _signed(valley.world, "rollup", forged)])
    report, node = followed(world, valley.decision.leaf, tmp_path)
    assert (report.verdict, node) == ("does-not-hold", None)
    assert report.finding is not None
    assert report.finding.rule == "invalid-opening"


def test_the_tree_is_json_and_back(valley: Valley, tmp_path: Path) -> None:
    root = tree(valley.world, valley.decision.leaf, tmp_path)
    assert msgspec.json.decode(msgspec.json.encode(root), type=Node) == root


def test_the_audit_is_kept_for_the_next_trace(valley: Valley, tmp_path: Path) -> None:
    tree(valley.world, valley.decision.leaf, tmp_path)
    again = audit_folder(tmp_path / "log", policy=log_policy(), state=tmp_path / "state")
    assert again.work.entries_now == 0
