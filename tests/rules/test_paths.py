"""The server accepts nothing that an audit refuses and refuses nothing else: shown by running both."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import LedgerError
from ledger.records.registry import KINDS
from ledger.records.rule_names import RULES
from tests.records.builders import judge, whole_world
from tests.records.faults import FAULTS, TWINS
from tests.records.whole import WHOLE
from tests.rules.histories import ACTIONS, Historian
from tests.rules.paths import Server, check_paths

BYTE = st.integers(0, 255)
LIE = st.integers(0, 11).map(lambda n: n if n <= 5 else 0)
BATCHES = st.lists(
    st.lists(st.tuples(st.sampled_from(ACTIONS), st.tuples(BYTE, BYTE, BYTE, LIE)), min_size=1, max_size=5),
    min_size=1,
    max_size=25,
)


@settings(max_examples=40, deadline=None)
@given(BATCHES)
def test_random_histories_without_proofs(batches):
    historian = Historian(Server(proofs=False))
    for batch in batches:
        historian.post(batch)
    check_paths(historian.server)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_long_history_meets_every_kind_and_most_rules(number):
    """Holds the generator above to account: a history that is refused as a whole would show nothing."""
    dice = random.Random(number)
    historian = Historian(Server(proofs=False))
    for _ in range(1500):
        batch = [
            (dice.choice(ACTIONS), (*(dice.randrange(256) for _ in range(3)), max(0, dice.randrange(-8, 6))))
            for _ in range(dice.randrange(1, 6))
        ]
        historian.post(batch)
    check_paths(historian.server)
    accepted = historian.accepted_kinds()
    assert accepted.keys() == KINDS.keys()
    assert {kind for kind, times in accepted.items() if times < 5} == {"ledger"}, accepted
    met = {rule for _, _, rule in historian.server.refused}
    assert len(met) >= 50, sorted(set(RULES) - met)


@pytest.mark.parametrize("name", [name for name, (rule, _) in sorted(FAULTS.items()) if rule != "too-many-rows"])
def test_each_fault_is_refused_on_both_paths(name):
    rule, make = FAULTS[name]
    world, raw = make()
    server = Server(proofs=world.proofs)
    for entry in world.entries:
        server.post([entry])
    assert server.log == world.entries
    server.post([raw])
    assert [refused for _, _, refused in server.refused] == [rule]
    check_paths(server)


@pytest.mark.parametrize("name", TWINS)
def test_each_twin_of_a_fault_is_accepted_on_both_paths(name):
    world, raw = TWINS[name]()
    server = Server(proofs=world.proofs)
    for entry in (*world.entries, raw):
        server.post([entry])
    assert server.log == [*world.entries, raw]
    check_paths(server)


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("size", [1, 3, 100])
def test_whole_histories_on_both_paths(name, size):
    """In larger batches some of it comes before its time; then the two must agree on that."""
    entries = WHOLE[name]().entries
    server = Server()
    for batch in (entries[:1], entries[1:2], *(entries[at : at + size] for at in range(2, len(entries), size))):
        server.post(batch)
    assert size > 1 or server.log == entries
    check_paths(server)


WORLDS = {rule: whole_world(rule)[0].entries for rule in ("none", "public", "hidden")}


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(sorted(WORLDS)), st.randoms(use_true_random=False))
def test_real_claims_in_any_order_and_company(rule, dice):
    """Whole rounds with their proofs, posted out of order, in batches, twice, and with single bits turned."""
    entries = WORLDS[rule]
    posted = [(index + dice.choice((0, 0, 0, -2, 3)), raw) for index, raw in enumerate(entries[2:])]
    for index, raw in enumerate(entries):
        if dice.random() < 0.3:
            damaged = bytearray(raw)
            damaged[dice.randrange(len(raw))] ^= 1 << dice.randrange(7)
            posted.append((index, bytes(damaged)))
    posted.sort()
    server = Server()
    server.post(entries[:1])
    server.post(entries[1:2])
    while posted:
        size = dice.randrange(1, 8)
        server.post([raw for _, raw in posted[:size]])
        posted = posted[size:]
    server.post(entries)  # whatever was refused for being early finds its place now, or does not
    check_paths(server)


@pytest.mark.parametrize("rule", sorted(WORLDS))
def test_every_entry_of_a_true_history_matters(rule):
    """Left out of the log, any entry but a last one takes a later one with it."""
    entries = WORLDS[rule]
    for missing in range(len(entries) - 1):
        server = Server()
        shortened = entries[:missing] + entries[missing + 1 :]
        if missing == 0:
            with pytest.raises(LedgerError) as caught:
                judge(server.view, shortened[0], 0)
            assert caught.value.rule == "no-ledger"
            continue
        for entry in shortened:
            server.post([entry])
        check_paths(server)
        if entries[missing].find(b'"kind":"clock"') < 0:
            assert len(server.log) < len(shortened), missing
