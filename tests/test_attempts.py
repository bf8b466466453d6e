"""Wrong keys by address: a minute at a time, for as many addresses as there is room."""

import pytest

from quart_app.access.attempts import ATTEMPTS, Attempts
from quart_app.errors import TooManyAttempts
from quart_app.values.instant import Instant


class Clock:
    """Stands still unless it is moved."""

    def __init__(self) -> None:
        self.at = 1_700_000_000_000_000

    def now(self) -> Instant:
        return Instant(self.at)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def attempts(clock: Clock) -> Attempts:
    return Attempts(clock)


def too_many(attempts: Attempts, address: str, count: int = 1) -> bool:
    try:
        for _ in range(count):
            attempts.count(address, "keys")
    except TooManyAttempts:
        return True
    return False


def test_the_minute_passes(attempts: Attempts, clock: Clock) -> None:
    assert not too_many(attempts, "192.0.2.1", ATTEMPTS)
    clock.at += 20_500_000
    with pytest.raises(TooManyAttempts) as refused:
        attempts.count("192.0.2.1", "keys")
    assert refused.value.retry_after_s == 40
    clock.at += 39_500_000
    assert not too_many(attempts, "192.0.2.1", ATTEMPTS)
    assert (attempts.wrong, attempts.refused) == (2 * ATTEMPTS + 1, 1)


def test_who_has_one_address_has_those_around_it(attempts: Attempts) -> None:
    for i in range(ATTEMPTS):
        assert not too_many(attempts, f"2001:db8::{i + 1}")
    assert too_many(attempts, "2001:db8::ffff:1:2%eth0")
    assert not too_many(attempts, "2001:db8:0:1::1")
    # The same network for all of IPv4, as a socket for both has it, would be another thing.
    assert not too_many(attempts, "::ffff:192.0.2.1", ATTEMPTS)
    assert not too_many(attempts, "::ffff:192.0.2.2")
    assert too_many(attempts, "192.0.2.1")


def test_memory_is_bounded(attempts: Attempts) -> None:
    for i in range(25_000):
        attempts.count(f"198.18.{i // 250}.{i % 250}", "keys")
    assert len(attempts._windows) == 10_000
    assert attempts.wrong == 25_000
