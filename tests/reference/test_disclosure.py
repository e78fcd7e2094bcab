"""Openings are refused exactly as docs/spec/disclosure.md sections 2 and 3 say."""

import random
from collections.abc import Iterable
from fractions import Fraction
from itertools import chain, combinations

import pytest

from . import disclosure
from .disclosure import Opening, groups_of, is_idle, is_refused, rank, what_is_left
from .history import History, hidden_roster
from .refusal import RefusedError


def opening(minimum: int, **members: str | range) -> Opening:
    """An opening about members of councils, each with one letter or number, who were all promised the same."""
    return Opening({(council, str(ref)): minimum for council, refs in members.items() for ref in refs})


def joined(*openings: Opening) -> Opening:
    """One about all of theirs."""
    return Opening({member: promise for each in openings for member, promise in each.promises.items()})


def by_definition(new: Opening, earlier: list[Opening]) -> bool:
    """Section 2 over members, with no cells: all sets of members, and all members in them, are tried.

    Some v is zero outside of a set if new is a combination of the earlier ones there. It is not zero for m if it is
    none once m is outside too; and no earlier combination is not zero for m if there are as many of them without m.
    """
    minimum = disclosure.minima([new, *earlier])
    members = sorted(minimum)
    vectors = [[Fraction(member in o.promises) for member in members] for o in earlier]
    mine = [Fraction(member in new.promises) for member in members]

    def had(few: Iterable[int]) -> tuple[bool, int]:
        """Whether some v is zero outside of these; and how many earlier combinations are, as a dimension."""
        outside = [k for k in range(len(members)) if k not in few]
        old = [[vector[k] for k in outside] for vector in vectors]
        return rank([*old, [mine[k] for k in outside]]) == rank(old), rank(vectors) - rank(old)

    for few in chain.from_iterable(combinations(range(len(members)), size) for size in range(1, len(members) + 1)):
        for m in few:
            if len(few) < minimum[members[m]]:
                (there, known), (without, known_without) = had(few), had([k for k in few if k != m])
                if there and not without and known == known_without:
                    return True
    return False


def test_the_first_example() -> None:
    total_of_a = opening(10, A=range(12))
    both = opening(10, A=range(12), B=range(4))
    assert is_refused(both, [total_of_a])
    assert not is_refused(both, [])
    assert is_refused(total_of_a, [both])
    assert not is_refused(opening(10, B=range(4), C=range(7)), [total_of_a])


def test_the_second_example() -> None:
    first, second = opening(10, A=range(12)), opening(10, A=range(11))
    assert is_refused(second, [first])
    assert not is_refused(opening(10, A=range(11), C=range(11)), [first])


def test_the_third_example() -> None:
    b = opening(10, B=range(12))
    assert not is_refused(b, [joined(opening(50, A=range(60)), b)])
    assert is_refused(b, [joined(opening(50, A=range(45)), b)])


def test_the_fourth_example() -> None:
    ten, fifty = opening(10, A=range(10)), opening(40, A=range(50))
    assert not is_refused(fifty, [ten])
    rollup = joined(ten, opening(10, B=range(15)))
    assert not is_refused(rollup, [ten, fifty])
    assert is_refused(rollup, [fifty])


def test_what_follows_from_earlier_ones_is_not_refused_and_is_idle() -> None:
    first, second = opening(3, A=range(3)), opening(3, B=range(3))
    both = joined(first, second)
    for new, earlier in ((first, [first]), (both, [first, second]), (second, [first, both])):
        assert not is_refused(new, earlier)
        assert is_idle(new, earlier)
    assert not is_idle(both, [first])
    assert not is_idle(first, [])


def test_what_follows_and_promises_more_is_not_idle() -> None:
    first, more = opening(3, A=range(6)), opening(4, A=range(6))
    assert not is_refused(more, [first])
    assert not is_idle(more, [first])
    assert is_idle(first, [more])
    third = opening(3, A=range(3))
    assert not is_refused(third, [first])
    assert is_refused(third, [first, more])


def test_it_is_not_asked_again_what_was_known() -> None:
    known = [opening(2, A=range(4)), opening(2, A=range(2))]
    assert not is_refused(known[1], known[:1])
    more = opening(6, A=range(4), B=range(6))
    assert not is_refused(more, known)
    assert not is_refused(more, [*known, more])


def test_combinations_of_more_than_two() -> None:
    triangle = [opening(3, A="ab", B="cd"), opening(3, B="cd", C="ef")]
    assert not is_refused(triangle[1], triangle[:1])
    assert is_refused(opening(3, A="ab", C="ef"), triangle)
    assert not is_refused(opening(2, A="ab", C="ef"), [opening(2, A="ab", B="cd"), opening(2, B="cd", C="ef")])


def paired(pairs: int) -> tuple[dict, list[Opening]]:
    """5 members of each X that are in O, and 9 of each Y with them in an earlier opening: no combination is small."""
    earlier = [opening(10, **{f"X{number}": range(5), f"Y{number}": range(9)}) for number in range(pairs)]
    return {f"X{number}": range(5) for number in range(pairs)}, earlier


def test_many_small_cells_are_no_harm_where_they_are_not_tied() -> None:
    for pairs in (6, 7, 20):
        ours, earlier = paired(pairs)
        assert not is_refused(opening(10, **ours), earlier)
        assert is_refused(opening(10, X0=range(4), X1=range(5)), earlier)


def chained(count: int) -> list[Opening]:
    """Small cells, and openings of each two neighbours: all are tied."""
    return [opening(10, **{f"C{number}": range(5), f"C{number + 1}": range(5)}) for number in range(count - 1)]


def test_more_than_twelve_tied_cells_count_as_nobody() -> None:
    *earlier, last = chained(13)
    assert not is_refused(last, earlier)
    *earlier, last = chained(14)
    assert is_refused(last, earlier)
    assert not is_refused(joined(last, opening(10, Z=range(10))), earlier)
    assert not is_refused(last, [*earlier, last])
    assert not is_refused(joined(last, earlier[0]), [*earlier, last])


def test_more_than_512_small_cells_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, earlier = paired(3)
    monkeypatch.setattr(disclosure, "MOST_SMALL_CELLS", 6)
    assert not is_refused(opening(10, **ours), earlier)
    monkeypatch.setattr(disclosure, "MOST_SMALL_CELLS", 5)
    assert is_refused(opening(10, **ours), earlier)


def test_groups_are_those_of_all_circuits() -> None:
    """By definition: the least sets that a combination is about, those that have a cell in common taken together."""
    rng = random.Random(3)
    for _ in range(150):
        count, some = rng.randint(1, 6), rng.randint(0, 4)
        known = [[Fraction(rng.choice((0, 0, 1, 1, -1))) for _ in range(count)] for _ in range(some)]
        circuits: list[set[int]] = []
        for few in disclosure.subsets(range(count)):
            outside = [[vector[cell] for cell in range(count) if cell not in few] for vector in known]
            if not any(circuit <= few for circuit in circuits) and rank(outside) < rank(known):
                circuits.append(few)
        groups = [{cell} for cell in range(count)]
        for circuit in circuits:
            tied = [group for group in groups if group & circuit]
            groups = [group for group in groups if group not in tied] + [set().union(*tied)]
        assert sorted(groups_of(range(count), known)) == sorted(map(sorted, groups))


def test_cells_are_those_of_what_is_left() -> None:
    *earlier, last = chained(14)
    assert is_refused(last, earlier)
    assert not is_refused(joined(last, opening(10, Z=range(10))), earlier)
    assert not is_refused(last, [*earlier[:6], joined(earlier[6], opening(10, V=range(10))), *earlier[7:]])


def blocks(mask: int) -> dict[str, range]:
    """Ten members of each council whose bit is set."""
    return {f"B{bit}": range(10) for bit in range(8) if mask >> bit & 1}


def test_more_than_128_earlier_ones_that_have_a_part_are_refused_if_a_cell_is_small() -> None:
    ours, earlier = paired(2)
    mine = opening(10, **ours, **blocks(1))
    for count, refused in ((126, False), (127, True)):
        more = [opening(10, **blocks(mask)) for mask in range(255, 255 - count, -1)]
        assert is_refused(mine, [*earlier, *more]) is refused
        assert not is_refused(opening(10, Q=range(10), **ours, **blocks(1)), [*earlier, *more])
        assert not is_refused(more[0], [*earlier, *more])
    many = [opening(10, **blocks(mask)) for mask in range(255, 125, -1)]
    assert not is_refused(opening(10, **blocks(1)), many)
    assert not is_idle(opening(10, **blocks(1)), many)
    assert is_idle(opening(10, **blocks(1)), many[2:])


def test_leaving_out_goes_on_until_nothing_is_alone() -> None:
    chain = [opening(3, **{f"C{number}": range(3), f"C{number + 1}": range(3)}) for number in range(5)]
    first = opening(3, C0="0")
    assert what_is_left(first, chain) == [first]
    assert what_is_left(opening(3, C0=range(3)), chain) == []
    beside = [opening(3, D="ab"), opening(3, D="bc"), opening(3, C0="0", E="a")]
    assert what_is_left(first, [*beside, *chain]) == [first, beside[2]]


def test_the_greatest_minimum_is_looked_at_anew_eight_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a ladder of openings each is held by the minimum of the one before it, until this is left out."""
    ladder = [opening(90 - 10 * k, **{f"D{k}": range(90 - 10 * k)}) for k in range(7)]
    steps = [joined(step, opening(2, **{f"S{k}": "ab", f"S{k + 1}": "ab"})) for k, step in enumerate(ladder)]
    first = opening(2, S7="ab", Q="a")
    assert what_is_left(first, steps) == []
    monkeypatch.setattr(disclosure, "MOST_TURNS", 3)
    assert what_is_left(first, steps) == [first, *steps[3:]]


def test_it_is_the_definition_over_members() -> None:
    rng = random.Random(7)
    verdicts = []
    for _ in range(300):
        earlier: list[Opening] = []
        for _ in range(rng.randint(1, 5)):
            some = {council: rng.sample("abc", rng.randint(1, 3)) for council in rng.sample("AB", rng.randint(1, 2))}
            promised = {(council, ref): rng.randint(1, 4) for council, refs in some.items() for ref in refs}
            new = Opening(promised)
            verdicts.append(is_refused(new, earlier))
            assert verdicts[-1] == by_definition(new, earlier), (new, earlier)
            if not verdicts[-1] or rng.random() < 0.2:
                earlier.append(new)
    assert 0.2 < sum(verdicts) / len(verdicts) < 0.8


def test_rank() -> None:
    def of(*rows: list[int]) -> int:
        return rank([list(map(Fraction, row)) for row in rows])

    assert of() == of([], []) == of([0, 0]) == 0
    assert of([0, 1], [0, 2], [1, 0]) == 2
    assert of([1, 1, 0], [0, 1, 1], [1, 0, 1]) == 3
    assert of([1, 1, 0], [0, 1, 1], [1, 0, -1]) == 2


def test_totals_of_one_period() -> None:
    h = History()
    h.begin()
    a = h.council("a")
    roster = h.roster(a, "a", *"uvwxyz")
    made = []
    for number, (count, period) in enumerate([(4, "March"), (3, "March"), (3, "April"), (2, "March")], start=1):
        made.append(h.round(a, "a", roster, number=number, period=period))
        for row in range(count):
            h.claim(made[-1], row, "a", row)
        h.add("close", h.close_body(made[-1]), "a")
    h.add("total", h.total_body(made[0]), "a")
    assert h.rule("total", h.total_body(made[1]), "a") == "differencing"
    assert h.rule("total", h.total_body(made[2]), "a") is None
    h.add("total", h.total_body(made[3]), "a")
    assert h.rule("total", h.total_body(made[1]), "a") == "differencing"


def test_hidden_rosters() -> None:
    h = History()
    h.begin(floor=3)
    a, b = h.council("a"), h.council("b")
    assert h.rule("roster", hidden_roster(a, *"uv"), "a") == "below-floor"
    h.add("roster", hidden_roster(a, *"uvwxyz"), "a")
    fewer = hidden_roster(a, *"uvwx", mark="again")
    assert h.rule("roster", fewer, "a") == "differencing"
    assert h.rule("roster", hidden_roster(a, *"uvw", mark="again"), "a") is None
    assert h.rule("roster", hidden_roster(a, *"uvwxyz", mark="again"), "a") is None
    assert h.rule("roster", fewer | {"period": "March"}, "a") is None
    assert h.rule("roster", hidden_roster(b, *"uvwx", mark="again"), "b") is None
    assert h.rule("roster", hidden_roster(b, *"uvwxy"), "b") == "reused-commitment"
    h.add("roster", fewer | {"period": "March"}, "a")
    none = {"allowance": "none", "council": a, "period": "March", "rows": [{"ref": "u"}]}
    assert h.rule("roster", none, "a") == "bad-field"


def test_a_refused_opening_leaves_nothing() -> None:
    h = History()
    h.begin()
    with pytest.raises(RefusedError, match="unknown-round"):
        h.add("rollup", h.rollup_body(h.council("a", type="federation"), rounds=["A" * 43 + "="]), "a")
    assert h.state.openings == {}
