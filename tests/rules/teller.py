"""Who tells a random history: knows all secret keys, looks at what stands in the log, and chooses among it."""

from dataclasses import dataclass, field
from typing import Any

from ledger.records.councils import COUNCIL_INDICES, COUNCILS, MANDATES
from ledger.records.facts import CLOCK, KEYS, ONE, ClockFact, founding_keys
from ledger.records.kinds.ledger import ChallengeRule
from ledger.signing import SigningKey
from tests.records.bodies import FOUNDER, LOG, START, CouncilHandle, body_of, key, raw_entry
from tests.records.builders import World
from tests.rules.paths import Server

Dice = tuple[int, int, int, int]
"""What an action draws: three choices, and a lie (0 to 5; 0 is none)."""

POOL = 700
"""Keys that a history may register; each is registered once, for ever."""


@dataclass
class Teller:
    """Makes entries against the server's state. An action gives None where nothing is there to act upon."""

    server: Server
    keys: dict[bytes, SigningKey] = field(default_factory=dict)
    posted: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name in (LOG, FOUNDER, *(f"k{i}" for i in range(POOL))):
            self.keys[key(name).public] = key(name)
        rule = ChallengeRule(limit=3, reply=600)
        self.server.post(World(proofs=False).found(challenges=rule).entries)

    def post(self, actions: list[tuple[str, Dice]]) -> None:
        """One batch: all its entries are made before any of them is judged."""
        batch = [raw for name, dice in actions if (raw := getattr(self, name)(*dice)) is not None]
        self.posted += batch
        self.server.post(batch)

    def said(self, kind: str, who: CouncilHandle | SigningKey, *signers: SigningKey, **said: Any) -> bytes:
        """An entry of this kind, in which nobody signs twice."""
        first = who.key if isinstance(who, CouncilHandle) else who
        keys = {each.public: each for each in said.pop("signed", (first, *signers))}
        return raw_entry(kind, body_of(kind, who, said), *keys.values())

    # What stands in the log, and a choice among it.

    def pick(self, found: list[Any], choice: int) -> Any:
        return found[choice % len(found)] if found else None

    def among(self, space: Any, choice: int) -> Any:
        return self.pick(list(self.server.view.scan(space)), choice)

    def late(self, space: Any, choice: int) -> Any:
        """One of those noted last, or of all, in the order of their indices."""
        found = sorted(self.server.view.scan(space), key=lambda item: item[1].index)
        return self.pick(found[-4:] if choice % 3 else found, choice)

    def time(self) -> int:
        return (self.server.view.get(CLOCK, ONE) or ClockFact(START)).time

    def world(self) -> World:
        return World(proofs=False, entries=self.server.log, view=self.server.view)

    # Who signs.

    def fresh(self, choice: int, lie: int = 0) -> SigningKey:
        """A key that is not registered; with the lie 4, one that may be."""
        if lie == 4:
            return key(f"k{choice % 40}")
        free = (key(f"k{(choice * 7 + i) % POOL}") for i in range(POOL))
        return next(one for one in free if self.server.view.get(KEYS, one.public) is None)

    def founder(self) -> SigningKey:
        return self.keys[min(founding_keys(self.server.view))]

    def signer_of(self, council: bytes, lie: int) -> SigningKey:
        """The council's own key; another one for the lie 1, or where it has none."""
        fact = self.server.view.get(COUNCILS, council)
        if lie == 1 or fact is None or not fact.key:
            return key(f"k{council[0] % 40}")
        return self.keys[fact.key]

    def acting(self, council: bytes, choice: int, lie: int) -> CouncilHandle:
        """The council, acting by its own key, or now and then by a mandate's, whether that may or not."""
        held = [each for each, fact in self.server.view.scan(MANDATES) if fact.council == council]
        if held and choice % 4 == 0:
            return CouncilHandle(council, self.keys[self.pick(held, choice // 4)])
        return CouncilHandle(council, self.signer_of(council, lie))

    def some_council(self, choice: int, lie: int, *types: str) -> CouncilHandle | None:
        """A council, of one of these types where some are named and lie is not 5."""
        found = [
            (leaf, fact)
            for leaf, fact in self.server.view.scan(COUNCILS)
            if lie == 5 or not types or fact.type in types
        ]
        chosen = self.pick([item for item in found if item[1].key] or found, choice)
        return None if chosen is None else self.acting(chosen[0], choice, lie)

    def by_index(self, index: int) -> bytes | None:
        """The council that was registered at this index."""
        fact = self.server.view.get(COUNCIL_INDICES, index.to_bytes(8, "big")) if index >= 0 else None
        return None if fact is None else fact.leaf
