from __future__ import annotations

import pytest

from core import throttle
from core.throttle import Rate, Throttle, network


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_passes_and_then_one_call_in_its_time() -> None:
    clock = Clock()
    limit = Throttle(Rate(burst=3, per_second=0.5), clock)
    assert [limit.wait("a") for _ in range(4)] == [0.0, 0.0, 0.0, 2.0]
    clock.now = 2.0
    assert [limit.wait("a"), limit.wait("a")] == [0.0, 2.0]


def test_several_calls_pass_together_or_not_at_all() -> None:
    limit = Throttle(Rate(burst=3, per_second=0.5), Clock())
    assert [limit.wait("a", 2), limit.wait("a", 2), limit.wait("a", 1)] == [0.0, 2.0, 0.0]


def test_whoever_is_not_remembered_may_begin_with_less_than_the_burst() -> None:
    limit = Throttle(Rate(burst=3, per_second=0.5), Clock())
    assert [limit.wait("a", first=1), limit.wait("a", first=3)] == [0.0, 2.0]


def test_one_caller_does_not_slow_another() -> None:
    limit = Throttle(Rate(burst=1, per_second=1), Clock())
    assert [limit.wait("a"), limit.wait("b")] == [0.0, 0.0]


def test_callers_beyond_number_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "MAX_REMEMBERED", 10)
    limit = Throttle(Rate(burst=1, per_second=1), Clock())
    for number in range(100):
        limit.wait(str(number))
    assert len(limit._buckets) == 10


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("testclient", "", True),
    ],
)
def test_a_network_is_an_address_or_the_64_of_a_customer(one: str, other: str, same: bool) -> None:
    assert (network(one) == network(other)) is same
