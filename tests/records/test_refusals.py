"""Each fault is refused by exactly its rule, by the class of error that the table gives, in one plain sentence."""

import pytest

from ledger.errors import LedgerError
from ledger.records.rule_names import RULES
from tests.records.faults import FAULTS, TWINS


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_fault(name):
    rule, make = FAULTS[name]
    world, raw = make()
    before = list(world.view.rows())
    with pytest.raises(LedgerError) as caught:
        world.judge(raw)
    assert caught.value.rule == rule
    assert isinstance(caught.value, RULES[rule].error)
    assert str(caught.value)
    assert "\n" not in str(caught.value)
    assert list(world.view.rows()) == before


@pytest.mark.parametrize("name", TWINS)
def test_the_ledger_that_differs_from_a_fault_in_that_point_only_holds(name):
    world, raw = TWINS[name]()
    world.accept(raw)


def test_every_rule_has_a_fault():
    assert {rule for rule, _ in FAULTS.values()} == set(RULES)
