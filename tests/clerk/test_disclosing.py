"""What is told beforehand is what the rules refuse afterwards, over random histories; and it names whom it is about."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.clerk.disclosing import who_stands_alone
from ledger.errors import NotAcceptedError
from ledger.records.openings import Opening, claims_occasion, open_set
from ledger.records.rounds import live_members, round_of

from .small_federation import PERIOD, SmallFederation

REFS = tuple("abcdef")


def total_of(valley, leaf):
    return Opening(claims_occasion(PERIOD), (leaf,), (round_of(valley.view, leaf).council,))


def opened(valley, opening):
    """Whether the rules let the opening through; then it is in the facts."""
    valley.size += 1
    try:
        valley.view.apply(open_set(valley.view, opening, None, valley.size, live_members))
    except NotAcceptedError as refusal:
        return refusal.rule != "differencing"
    return True


sets = st.frozensets(st.sampled_from(REFS), min_size=1)
histories = st.lists(
    st.lists(st.tuples(st.integers(0, 2), sets), min_size=1, max_size=3, unique_by=lambda part: part[0]),
    min_size=2,
    max_size=5,
)


@given(history=histories, minima=st.lists(st.integers(2, 5), min_size=3, max_size=3))
@settings(max_examples=60, deadline=None)
def test_what_the_rules_refuse_is_told_before_and_nothing_else(history, minima):
    valley = SmallFederation(floor=2)
    councils = [valley.council(f"Council {n}", valley.valley) for n in range(3)]
    for number, parts in enumerate(history, 1):
        rounds = [
            valley.round(councils[n], REFS, claiming=claiming, round_no=number, minimum=minima[n])
            for n, claiming in parts
        ]
        opening = Opening(claims_occasion(PERIOD), tuple(rounds), tuple(councils[n] for n, _ in parts))
        alone = who_stands_alone(valley.view, opening)
        assert opened(valley, opening) == (alone is None)
        if alone is not None and alone.count:
            assert 0 < alone.count < alone.minimum
            assert len(alone.members) == alone.count
            assert alone.earlier or alone.count == sum(len(claiming) for _, claiming in parts)


def test_who_stands_alone_is_named_for_the_clerk_and_not_in_the_sentence():
    valley = SmallFederation()
    river = valley.council("Riverside", valley.valley)
    first = valley.round(river, REFS)
    assert opened(valley, total_of(valley, first))
    at = valley.size
    second = valley.round(river, REFS, claiming=REFS[:-1], round_no=2)
    alone = who_stands_alone(valley.view, total_of(valley, second))
    assert (alone.count, alone.minimum, alone.members) == (1, 3, ((river, "f"),))
    assert [index for index, _ in alone.earlier] == [at]
    assert alone.sentence() == (
        f"together with the rollup of Riverside (entry no. {at}), everybody could compute what one member alone asked "
        "for; 3 are the least"
    )


def test_it_is_linked_through_councils_and_not_beyond():
    valley = SmallFederation()
    river, hill, lake = (valley.council(name, valley.valley) for name in ("Riverside", "Hillside", "Lakeside"))
    big, small = valley.round(river, REFS), valley.round(hill, ("x", "y"), minimum=3)
    together = Opening(claims_occasion(PERIOD), (big, small), (river, hill))
    assert opened(valley, together)
    alone = who_stands_alone(valley.view, total_of(valley, big))
    assert alone.members == ((hill, "x"), (hill, "y"))
    assert "what 2 members alone asked for" in alone.sentence()
    assert "Riverside, Hillside" in alone.sentence()
    assert who_stands_alone(valley.view, total_of(valley, valley.round(lake, REFS))) is None
    other = Opening(claims_occasion("another period"), (big,), (river,))
    assert who_stands_alone(valley.view, other) is None


def test_a_greater_minimum_that_was_promised_before_is_told():
    valley = SmallFederation()
    river = valley.council("Riverside", valley.valley)
    assert opened(valley, total_of(valley, valley.round(river, (*REFS, "g", "h", "i"), minimum=5)))
    fewer = valley.round(river, REFS[:4], round_no=2)
    alone = who_stands_alone(valley.view, total_of(valley, fewer))
    assert alone.earlier == ()
    assert alone.sentence() == (
        "it shows what 4 members alone asked for; by what was promised with an earlier opening, 5 are the least"
    )
    others = valley.round(river, tuple("vwxy"), round_no=3)  # to whom nothing was promised then
    assert who_stands_alone(valley.view, total_of(valley, others)) is None


def test_the_same_set_again_gives_nothing_away():
    valley = SmallFederation()
    river = valley.council("Riverside", valley.valley)
    for number in (1, 2):
        leaf = valley.round(river, REFS, round_no=number)
        assert who_stands_alone(valley.view, total_of(valley, leaf)) is None
        assert opened(valley, total_of(valley, leaf))
