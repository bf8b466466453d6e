"""Values: round trips and arithmetic, for any value."""

import tracemalloc
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quart_app.errors import ValueRefused
from quart_app.values.calendar import (
    MinuteOfDay,
    Period,
    cover,
    from_day,
    local_time,
    month_of,
    month_period,
    moved_by_weeks,
    parse_day,
    parse_month,
    to_day,
)
from quart_app.values.decimals import all_unscaled, plain_digits, scaled, unscaled
from quart_app.values.identifiers import new_receipt_id
from quart_app.values.instant import Instant, format_instant, parse_instant, to_instant
from quart_app.values.money import Currency
from quart_app.values.quantity import format_quantity, parse_quantity
from quart_app.values.rounding import half_up, spread
from quart_app.values.text import parse_gtin

MINOR = st.integers(0, 10**12 - 1)
DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31)).map(to_day)
CURRENCIES = st.sampled_from([Currency(code) for code in ("RUB", "JPY", "KWD", "CLF")])


@given(CURRENCIES, MINOR)
def test_money_round_trips(currency: Currency, minor: int) -> None:
    assert currency.parse(currency.format(minor)) == minor


@given(CURRENCIES, st.integers(-(10**15), 10**15))
def test_money_is_written_with_all_its_digits(currency: Currency, minor: int) -> None:
    text = currency.format(minor)
    assert Decimal(text).scaleb(currency.places) == minor
    assert len(text.partition(".")[2]) == currency.places


@given(st.integers(1, 10**12 - 1))
def test_quantity_round_trips_without_trailing_zeros(milli: int) -> None:
    text = format_quantity(milli)
    assert parse_quantity(text) == milli
    assert "." not in text or text[-1] not in "0."


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1.234", "money_precision"),
        ("1.500", "money_precision"),
        ("-1", "money_malformed"),
        ("+1", "money_malformed"),
        ("1e2", "money_malformed"),
        ("1_000", "money_malformed"),
        (" 1", "money_malformed"),
        ("1,5", "money_malformed"),
        (".5", "money_malformed"),
        ("5.", "money_malformed"),
        ("", "money_malformed"),
        ("NaN", "money_malformed"),
        ("Infinity", "money_malformed"),
        ("\u0661\u0662", "money_malformed"),
        ("10000000000.00", "money_too_large"),
        ("9" * 5_000, "money_too_large"),
    ],
)
def test_what_is_no_money_says_why(text: str, code: str) -> None:
    with pytest.raises(ValueRefused) as refused:
        Currency("RUB").parse(text)
    assert refused.value.code == code


def test_a_number_is_read_from_its_digits() -> None:
    assert Currency("RUB").parse(plain_digits("1.0E7")) == 1_000_000_000
    assert Currency("RUB").parse(plain_digits("1.25e1")) == 1_250
    assert scaled(plain_digits("0.1"), 2, "money") == 10
    with pytest.raises(ValueRefused):
        Currency("RUB").parse(plain_digits("1e999999999"))


@given(st.lists(st.none() | st.integers(-(10**15), 10**15)), st.integers(0, 4))
def test_many_amounts_are_written_like_one(values: list[int | None], places: int) -> None:
    each = [None if value is None else unscaled(value, places) for value in values]
    assert all_unscaled(values, places) == each
    digits = Decimal(10) ** -places
    assert [None if text is None else Decimal(text) for text in each] == [
        None if value is None else value * digits for value in values
    ]


@given(st.integers(0, 10**15), st.integers(1, 10**6))
def test_half_up_is_commercial_rounding(numerator: int, denominator: int) -> None:
    exact = (Decimal(numerator) / Decimal(denominator)).quantize(Decimal(1), ROUND_HALF_UP)
    assert half_up(numerator, denominator) == exact
    assert half_up(-numerator, denominator) == -exact


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=60), st.data())
def test_spreading_adds_up_and_takes_from_no_line_more_than_it_has(
    weights: list[int], data: st.DataObject
) -> None:
    total = data.draw(st.integers(0, sum(weights)))
    shares = spread(total, weights)
    assert sum(shares) == total
    assert all(0 <= share <= weight for share, weight in zip(shares, weights, strict=True))
    whole = sum(weights)
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share * whole - total * weight) < whole or whole == 0


def test_spreading_gives_what_is_left_to_the_largest_remainder_the_earlier_first() -> None:
    assert spread(10, [1, 1, 1]) == [4, 3, 3]
    assert spread(1_000, [12_990, 18_200]) == [416, 584]


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 12, 30)), st.integers(-14 * 60, 14 * 60))
def test_an_instant_is_the_same_at_any_offset(naive: datetime, offset_min: int) -> None:
    moment = naive.replace(tzinfo=UTC)
    instant = to_instant(moment)
    text = format_instant(instant, offset_min * 60)
    if 2000 <= int(text[:4]) <= 2100:
        assert parse_instant(text) == instant


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-21T10:15:00",
        "2026-11-21",
        "2026-11-21T10:15+03:00",
        "2026-02-30T10:15:00Z",
        "2026-11-21T24:15:00Z",
        "2026-11-21T10:15:60Z",
        "1999-12-31T23:59:59Z",
        "2101-01-01T00:00:00Z",
        "20261121T101500Z",
        "2026-11-21T10:15:00+0300",
        "now",
    ],
)
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(ValueRefused):
        parse_instant(text)


@given(DAYS, DAYS)
def test_a_cover_is_exactly_its_period(one: int, other: int) -> None:
    period = Period(min(one, other), max(one, other))
    covered = cover(period)
    days: dict[int, int] = {}
    for part, sign in ((covered.head, covered.head_sign), (covered.tail, covered.tail_sign)):
        for day in range(part.first, part.last + 1):
            days[day] = days.get(day, 0) + sign
    if covered.first_month <= covered.last_month:
        first = to_day(date(covered.first_month // 100, covered.first_month % 100, 1))
        last_of = to_day(date(covered.last_month // 100, covered.last_month % 100, 1))
        for day in range(first, month_period(last_of).last + 1):
            days[day] = days.get(day, 0) + 1
    assert {day for day, times in days.items() if times} == set(
        range(period.first, period.last + 1)
    )
    assert set(days.values()) <= {0, 1}
    read = covered.head.last - covered.head.first + covered.tail.last - covered.tail.first + 2
    assert read <= 32


def test_a_whole_month_is_covered_by_its_one_total() -> None:
    covered = cover(month_period(to_day(date(2026, 2, 14))))
    assert (covered.first_month, covered.last_month) == (202602, 202602)
    assert covered.head.first > covered.head.last
    assert covered.tail.first > covered.tail.last


@given(DAYS)
def test_days_and_months_round_trip(day: int) -> None:
    assert from_day(parse_day(from_day(day).isoformat())) == from_day(day)
    assert parse_month(from_day(day).isoformat()[:7]) == month_of(day)


@pytest.mark.parametrize(
    ("instant", "zone", "day_start", "business_date"),
    [
        # A month's last minute, by the store's clock and not by the till's or the server's.
        ("2026-10-31T23:59:59+03:00", "Europe/Moscow", 0, "2026-10-31"),
        ("2026-10-31T20:59:59Z", "Europe/Moscow", 0, "2026-10-31"),
        ("2026-10-31T21:00:00Z", "Europe/Moscow", 0, "2026-11-01"),
        ("2026-10-31T23:59:59+03:00", "Asia/Vladivostok", 0, "2026-11-01"),
        ("2026-10-31T23:59:59.999999Z", "America/New_York", 0, "2026-10-31"),
        # The night a summer time ends has two half past one; the one it begins has none.
        ("2017-11-05T01:30:00-04:00", "America/New_York", 0, "2017-11-05"),
        ("2017-11-05T01:30:00-05:00", "America/New_York", 0, "2017-11-05"),
        ("2017-11-05T04:30:00Z", "America/New_York", 0, "2017-11-05"),
        ("2017-11-06T04:30:00Z", "America/New_York", 0, "2017-11-05"),
        ("2026-03-29T00:59:59Z", "Europe/Berlin", 0, "2026-03-29"),
        # A day that starts at four: a bar's sale at three is of the day before.
        ("2026-11-21T03:59:59+03:00", "Europe/Moscow", 240, "2026-11-20"),
        ("2026-11-21T04:00:00+03:00", "Europe/Moscow", 240, "2026-11-21"),
    ],
)
def test_the_business_date_is_the_stores(
    instant: str, zone: str, day_start: int, business_date: str
) -> None:
    local = local_time(parse_instant(instant), ZoneInfo(zone), MinuteOfDay(day_start))
    assert local.business_date == parse_day(business_date)


def test_weeks_keep_the_weekday_and_the_time_of_day_over_a_summer_time() -> None:
    zone = ZoneInfo("America/New_York")
    moved = moved_by_weeks(parse_instant("2017-10-31T23:30:00-04:00"), zone, 2)
    assert moved == parse_instant("2017-11-14T23:30:00-05:00")


def test_receipt_ids_grow_with_time_and_differ() -> None:
    now = parse_instant("2026-11-21T10:15:00Z")
    ids = [new_receipt_id(now) for _ in range(100)]
    later = new_receipt_id(Instant(now + 1_000))
    assert len(set(ids)) == 100
    assert all(one < later for one in ids)
    assert later[14] == "7"
    assert later[19] in "89ab"


@pytest.mark.parametrize("text", ["4006381333931", "96385074", "036000291452", "00012345600012"])
def test_a_barcode_with_its_check_digit_is_taken(text: str) -> None:
    assert parse_gtin(text) == text


@pytest.mark.parametrize("text", ["4006381333930", "123", "40063813339X1", ""])
def test_a_barcode_without_is_not(text: str) -> None:
    with pytest.raises(ValueRefused):
        parse_gtin(text)


@given(st.timedeltas(timedelta(0), timedelta(days=36_000)))
def test_instants_keep_microseconds(since: timedelta) -> None:
    moment = datetime(2000, 1, 1, tzinfo=UTC) + since
    assert to_instant(moment).utc() == moment


@pytest.mark.parametrize(
    "text",
    [
        # A valid instant but for its length: what is read is remembered by its text.
        f"2026-11-21T10:15:00.{'1' * 100_000}Z",
        f"2026-11-21T10:15:00{'x' * 100_000}",
    ],
)
def test_nothing_long_is_remembered_of_an_instant(text: str) -> None:
    tracemalloc.start()
    try:
        for i in range(50):
            with pytest.raises(ValueRefused):
                parse_instant(f"{text}{i}" if i else text)
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 1_000_000
