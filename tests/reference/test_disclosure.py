"""Openings are refused exactly as docs/spec/disclosure.md sections 2 and 3 say."""

import random
from fractions import Fraction
from itertools import chain, combinations

import pytest

from .disclosure import Opening, is_refused, linked, rank, what_is_left
from .history import History, hidden_roster
from .refusal import RefusedError


def opening(minimum: int, **members: str | range) -> Opening:
    """An opening about members of councils, each with one letter or number."""
    listed = frozenset((council, str(ref)) for council, refs in members.items() for ref in refs)
    return Opening(frozenset(members), listed, minimum)


def by_definition(new: Opening, earlier: list[Opening]) -> bool:
    """Section 2 over members, with no cells: all sets of fewer than n members are tried."""
    old = linked(new, earlier)
    n = max(o.minimum for o in (new, *old))
    members = sorted(new.members.union(*(o.members for o in old)))
    vectors = [[Fraction(member in o.members) for member in members] for o in old]
    mine = [Fraction(member in new.members) for member in members]
    if rank([*vectors, mine]) == rank(vectors):
        return False
    for few in chain.from_iterable(combinations(range(len(members)), size) for size in range(1, n)):
        outside = [[v[k] for k in range(len(members)) if k not in few] for v in (*vectors, mine)]
        if rank(outside) == rank(outside[:-1]):
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


def test_what_follows_from_earlier_ones_is_not_refused() -> None:
    first, second = opening(3, A=range(3)), opening(3, B=range(3))
    both = opening(3, A=range(3), B=range(3))
    assert not is_refused(first, [first])
    assert not is_refused(both, [first, second])
    assert not is_refused(second, [first, both])


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


def test_links_lead_on() -> None:
    a, b, c = opening(2, A="ab"), opening(2, A="ab", B="cd"), opening(9, C="efghijklm")
    joined = opening(2, B="cd", C="efghijklm")
    assert linked(a, [b, c]) == [b]
    assert linked(a, [b, c, joined]) == [b, c, joined]


def test_the_greatest_minimum_of_those_linked_is_asked_of_all() -> None:
    rolled = opening(50, A=range(12), C=range(60))
    assert is_refused(opening(10, A=range(12)), [rolled])
    assert not is_refused(rolled, [opening(10, A=range(12))])


def paired(pairs: int) -> tuple[dict, list[Opening]]:
    """5 members of each X that are in O, and 9 of each Y with them in an earlier opening: no combination is small."""
    earlier = [opening(10, **{f"X{number}": range(5), f"Y{number}": range(9)}) for number in range(pairs)]
    return {f"X{number}": range(5) for number in range(pairs)}, earlier


def test_more_than_twelve_small_cells_are_refused() -> None:
    ours, earlier = paired(6)
    assert not is_refused(opening(10, **ours), earlier)
    assert is_refused(opening(10, **ours, Z=range(5)), earlier)
    ours, earlier = paired(7)
    assert is_refused(opening(10, **ours), earlier)
    many = [opening(10, **{f"X{number}": range(5)}) for number in range(20)]
    assert not is_refused(opening(10, **{f"X{number}": range(5) for number in range(20)}), many)


def test_many_small_cells_do_no_harm_where_no_combination_is_zero_on_the_others() -> None:
    ours, earlier = paired(7)
    ring = [opening(10, **{a: range(10), b: range(10)}) for a, b in ("BC", "CD", "DE", "EB")]
    assert not is_refused(opening(10, **ours, B=range(10)), [*earlier, *ring])
    assert is_refused(opening(10, **ours, B=range(10), C=range(10)), [*earlier, *ring])


def test_cells_are_those_of_what_is_left() -> None:
    ours, earlier = paired(7)
    assert not is_refused(opening(10, **ours, Z=range(10)), earlier)
    assert not is_refused(opening(10, **ours), [*earlier[:2], *(widened(e) for e in earlier[2:])])
    lone = [opening(10, X0=range(5), **{f"W{number}": range(10)}) for number in range(13)]
    ours, earlier = paired(2)
    assert not is_refused(opening(10, **ours), [*earlier, *lone])


def widened(e: Opening) -> Opening:
    """With ten members more of its own, of a council of its own."""
    name = min(e.councils)
    more = opening(10, **{f"V{name}": range(10)})
    return Opening(e.councils | more.councils, e.members | more.members, 10)


def blocks(mask: int) -> dict[str, range]:
    """Ten members of each council whose bit is set."""
    return {f"B{bit}": range(10) for bit in range(8) if mask >> bit & 1}


def test_more_than_128_earlier_ones_that_have_a_part_are_refused() -> None:
    ours, earlier = paired(2)
    mine = opening(10, **ours, **blocks(1))
    for count, refused in ((126, False), (127, True)):
        more = [opening(10, **blocks(mask)) for mask in range(255, 255 - count, -1)]
        assert is_refused(mine, [*earlier, *more]) is refused
        assert not is_refused(opening(10, Q=range(10), **ours, **blocks(1)), [*earlier, *more])
        assert not is_refused(more[0], [*earlier, *more])


def test_leaving_out_goes_on_until_nothing_is_alone() -> None:
    chain = [opening(3, **{f"C{number}": range(3), f"C{number + 1}": range(3)}) for number in range(5)]
    first = opening(3, C0="0")
    assert what_is_left(first, chain, 3) == [first]
    assert what_is_left(opening(3, C0=range(3)), chain, 3) == []
    beside = [opening(3, D="ab"), opening(3, D="bc"), opening(3, C0="0", E="a")]
    assert what_is_left(first, [*beside, *chain], 3) == [first, beside[2]]


def test_it_is_the_definition_over_members() -> None:
    rng = random.Random(7)
    verdicts = []
    for _ in range(400):
        earlier: list[Opening] = []
        for _ in range(rng.randint(1, 5)):
            members = {
                council: rng.sample("abcd", rng.randint(1, 4)) for council in rng.sample("AB", rng.randint(1, 2))
            }
            new = opening(rng.randint(2, 3), **members)
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
