"""Rates and places are bounded for each address, memory of addresses too, and addresses are not kept in clear."""

import pytest

from api.limits import Addresses, Buckets, Budget, Gate
from api.settings import Rate
from ledger.errors import MalformedError, UnavailableError


class Time:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_pseudonym_hides_the_address_and_lasts_as_long_as_the_process() -> None:
    one, other = Addresses(lambda n: b"1" * n), Addresses(lambda n: b"2" * n)
    assert one.pseudonym("192.0.2.1") == one.pseudonym("192.0.2.1")
    assert one.pseudonym("192.0.2.1") != one.pseudonym("192.0.2.2")
    assert one.pseudonym("192.0.2.1") != other.pseudonym("192.0.2.1")
    assert one.pseudonym("2001:db8::1") == one.pseudonym("2001:db8::ffff")  # one holder has the whole /64
    assert one.pseudonym("2001:db8::1") != one.pseudonym("2001:db8:0:1::1")
    assert one.pseudonym("::ffff:192.0.2.1") == one.pseudonym("192.0.2.1")
    assert one.pseudonym("testclient") != one.pseudonym("")


def test_a_bucket_gives_its_burst_then_its_rate_and_says_when() -> None:
    time = Time()
    buckets = Buckets(Rate(burst=10, per_second=2), time)
    buckets.take(b"a", 10)
    with pytest.raises(UnavailableError) as refused:
        buckets.take(b"a", 5)
    assert (refused.value.rule, refused.value.retry_after) == ("too-many-requests", 3)
    buckets.take(b"b", 10)  # another address is not held up
    time.now += 2.5
    buckets.take(b"a", 5)
    with pytest.raises(UnavailableError):
        buckets.take(b"a", 1)


def test_more_than_a_burst_at_once_empties_the_bucket_instead_of_waiting_for_ever() -> None:
    buckets = Buckets(Rate(burst=10, per_second=2), Time())
    buckets.take(b"a", 1_000)
    with pytest.raises(UnavailableError):
        buckets.take(b"a", 1)


def test_a_full_bucket_is_forgotten() -> None:
    time = Time()
    buckets = Buckets(Rate(burst=10, per_second=2), time)
    buckets.take(b"a", 1)
    time.now += 4.9
    buckets.take(b"b", 1)
    assert len(buckets) == 2
    time.now += 0.2
    buckets.take(b"b", 1)
    assert len(buckets) == 1


def test_no_more_addresses_are_held_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.limits._MAX_ADDRESSES", 3)
    buckets = Buckets(Rate(burst=10, per_second=2), Time())
    for number in range(10):
        buckets.take(bytes([number]), 10)
    assert len(buckets) == 3


def test_no_rate_is_no_limit() -> None:
    buckets = Buckets(None, Time())
    for _ in range(100):
        buckets.take(b"a", 10**6)
    assert len(buckets) == 0


@pytest.mark.parametrize(("burst", "per_second"), [(0, 0), (1, 2), (601, 1), (10, 0)])
def test_a_rate_that_would_remember_addresses_for_long_is_refused(burst: int, per_second: int) -> None:
    with pytest.raises(MalformedError):
        Rate(burst, per_second)


def test_a_gate_turns_away_who_finds_no_place_and_gives_places_back() -> None:
    gate = Gate(1)
    with gate.place(), pytest.raises(UnavailableError) as refused, gate.place():
        pass
    assert refused.value.rule == "overloaded"
    with gate.place():
        assert gate.taken == 1
    assert gate.taken == 0


def test_a_budget_is_shared_and_no_address_takes_more_than_a_quarter() -> None:
    budget = Budget(100)
    with budget.share(b"a") as first, budget.share(b"a") as second:
        first.add(20)
        with pytest.raises(UnavailableError):
            second.add(6)
        second.add(5)
        shares = [budget.share(bytes([number])) for number in range(3)]
        for share in shares:
            share.__enter__().add(25)
        with budget.share(b"z") as late, pytest.raises(UnavailableError) as refused:
            late.add(1)
        assert refused.value.rule == "overloaded"
        for share in shares:
            share.__exit__(None, None, None)
        assert budget.held == 25
    assert budget.held == 0
    with budget.share(b"a") as again:
        again.add(25)
