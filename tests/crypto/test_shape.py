"""Every limit of a round's shape, one fault each."""

import pytest

from ledger.crypto.shape import Shape, check_allowance, layout
from ledger.errors import MalformedError

BAD = {
    "bad_no_category": ((), (), 4),
    "bad_65_categories": ((1,) * 65, (1,) * 65, 4),
    "bad_price_missing": ((4, 4), (1,), 4),
    "bad_price_too_many": ((4,), (1, 1), 4),
    "bad_width_zero": ((4, 0), (1, 1), 4),
    "bad_width_33": ((33,), (1,), 4),
    "bad_width_negative": ((-1,), (1,), 4),
    "bad_width_bool": ((True,), (1,), 4),
    "bad_width_float": ((4.0,), (1,), 4),
    "bad_price_negative": ((4,), (-1,), 4),
    "bad_price_2_32": ((4,), (2**32,), 4),
    "bad_slack_negative": ((4,), (1,), -1),
    "bad_slack_49": ((4,), (1,), 49),
    "bad_all_widths_1025": ((32,) * 31 + (31,), (1,) * 32, 2),
}


@pytest.mark.parametrize("name", BAD)
def test_a_shape_outside_its_limits_is_refused(name):
    with pytest.raises(MalformedError):
        Shape(*BAD[name])


def test_shapes_at_their_limits_are_taken():
    assert Shape((32,) * 32, (2**32 - 1,) * 32, None).N == 1024
    assert Shape((1,) * 64, (0,) * 64, 48).N == 128
    assert Shape((32,) * 31 + (31,), (1,) * 32, 1).N == 1024
    assert Shape((1,), (0,), None).N == 8
    assert Shape((8,), (0,), None).N == 8
    assert Shape((8,), (0,), 0).N == 8
    assert Shape((8,), (0,), 1).N == 16


def test_positions_follow_each_other_without_gap():
    shape = Shape((5, 7), (2, 9), 11)
    assert layout(shape).starts == (0, 5, 12)
    assert shape.widths_with_slack == (5, 7, 11)
    assert (shape.m, shape.M, shape.N, shape.rounds) == (2, 3, 32, 2)
    assert (layout(shape).widest, int(layout(shape).maxima[2])) == (11, 2047)
    assert Shape((5,), (2,), None).M == 1
    assert Shape((5,), (2,), 0).M == 2


@pytest.mark.parametrize(
    ("slack", "allowance"), [(4, None), (None, 5), (None, bytes(96)), (4, -1), (4, 2**53), (4, True)]
)
def test_an_allowance_that_does_not_fit_the_shape_is_refused(slack, allowance):
    with pytest.raises(MalformedError):
        check_allowance(Shape((4,), (1,), slack), allowance)
