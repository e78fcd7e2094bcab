"""Whole small histories of every allowance rule are accepted."""

import pytest

from ledger.records.kinds.total import TOTALS
from tests.records.builders import whole_world


@pytest.mark.parametrize("rule", ["none", "public", "hidden"])
def test_a_round_from_ledger_to_total(rule):
    world, rnd = whole_world(rule)
    assert world.view.get(TOTALS, rnd.leaf).totals == (6, 4)
