"""Which period another one is compared with, and what the comparison says."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quart_app.reports.comparing import changes, earlier
from quart_app.reports.models import Question
from quart_app.reports.parameters import steps
from quart_app.reports.periods import period_of
from quart_app.values.calendar import Day, Month, Period, from_day, month_period, to_day
from tests.service import Service, receipt

DAYS = st.integers(to_day(date(2001, 1, 1)), to_day(date(2099, 12, 31)))
BASES: Any = st.sampled_from(["previous", "year"])


def day(text: str) -> int:
    return to_day(date.fromisoformat(text))


def compared(question: Question, today: str, basis: Any) -> str:
    period = period_of(question, day(today))
    found = earlier(question, period, basis, day(today))
    return f"{Day(found.first)} {Day(found.last)}"


@pytest.mark.parametrize(
    ("today", "asked", "previous", "year"),
    [
        # Still running: up to the same day.
        ("2026-11-21", {}, "2026-10-01 2026-10-21", "2025-11-01 2025-11-21"),
        ("2026-11-21", {"month": 202611}, "2026-10-01 2026-10-21", "2025-11-01 2025-11-21"),
        ("2026-11-21", {"period": "this-month"}, "2026-10-01 2026-10-21", "2025-11-01 2025-11-21"),
        ("2026-03-31", {"period": "this-month"}, "2026-02-01 2026-02-28", "2025-03-01 2025-03-31"),
        ("2028-03-31", {"period": "this-month"}, "2028-02-01 2028-02-29", "2027-03-01 2027-03-31"),
        ("2026-11-30", {"month": 202611}, "2026-10-01 2026-10-30", "2025-11-01 2025-11-30"),
        ("2026-11-18", {"period": "this-week"}, "2026-11-09 2026-11-11", "2025-11-16 2025-11-18"),
        ("2028-02-29", {"period": "this-year"}, "2027-01-01 2027-02-28", "2027-01-01 2027-02-28"),
        ("2026-11-21", {"period": "today"}, "2026-11-20 2026-11-20", "2025-11-21 2025-11-21"),
        # At its end: whole.
        ("2026-11-21", {"month": 202610}, "2026-09-01 2026-09-30", "2025-10-01 2025-10-31"),
        ("2026-11-21", {"month": 202603}, "2026-02-01 2026-02-28", "2025-03-01 2025-03-31"),
        ("2026-11-21", {"month": 202801}, "2027-12-01 2027-12-31", "2027-01-01 2027-01-31"),
        ("2026-11-21", {"period": "yesterday"}, "2026-11-19 2026-11-19", "2025-11-20 2025-11-20"),
        ("2026-11-21", {"period": "last-week"}, "2026-11-02 2026-11-08", "2025-11-09 2025-11-15"),
        ("2026-11-01", {"period": "last-month"}, "2026-09-01 2026-09-30", "2025-10-01 2025-10-31"),
        # From and to: as many days just before.
        (
            "2026-11-21",
            {"first": "2026-10-05", "last": "2026-10-11"},
            "2026-09-28 2026-10-04",
            "2025-10-05 2025-10-11",
        ),
        (
            "2026-11-21",
            {"first": "2026-11-01", "last": "2026-11-30"},
            "2026-10-02 2026-10-22",
            "2025-11-01 2025-11-21",
        ),
        (
            "2028-03-05",
            {"first": "2028-02-29", "last": "2028-02-29"},
            "2028-02-28 2028-02-28",
            "2027-02-28 2027-02-28",
        ),
    ],
)
def test_the_period_before(today: str, asked: Any, previous: str, year: str) -> None:
    asked = dict(asked)
    for name, read in (("first", day), ("last", day), ("month", Month)):
        if name in asked:
            kind: Any = Month if read is Month else Day
            asked[name] = kind(read(asked[name]))
    question = Question(**asked)
    assert compared(question, today, "previous") == previous
    assert compared(question, today, "year") == year


@given(DAYS, st.integers(0, 800), DAYS, BASES)
def test_ranges_are_compared_with_as_many_days(
    first: int, length: int, today: int, basis: Any
) -> None:
    question = Question(first=Day(first), last=Day(first + length))
    period = period_of(question, today)
    found = earlier(question, period, basis, today)
    until = today if first <= today <= period.last else period.last
    assert found.last < period.first or basis == "year"
    if basis == "previous":
        assert found.last - found.first == until - first
        assert period.first - found.first == length + 1
    else:
        for now, before in ((first, found.first), (until, found.last)):
            at, then = from_day(now), from_day(before)
            assert then.year == at.year - 1
            assert (then.month, then.day) in ((at.month, at.day), (2, 28))


@given(DAYS, DAYS)
def test_months_are_compared_with_the_month_before(of: int, today: int) -> None:
    whole = month_period(of)
    question = Question(month=Month(from_day(of).year * 100 + from_day(of).month))
    found = earlier(question, period_of(question, today), "previous", today)
    before = month_period(whole.first - 1)
    assert found.first == before.first
    running = whole.first <= today <= whole.last
    expected = min(before.last, before.first + today - whole.first) if running else before.last
    assert found.last == expected


@given(DAYS, st.integers(0, 500), st.sampled_from(["day", "week", "month"]))
def test_steps_are_every_day_of_the_period_once(first: int, length: int, by: Any) -> None:
    found = steps(Period(first, first + length), by)
    days = [day for _, start, end in found for day in range(start, end + 1)]
    assert days == list(range(first, first + length + 1))
    for name, start, _ in found:
        assert name <= start
        at = from_day(name)
        assert by == "day" or (at.weekday() == 0 if by == "week" else at.day == 1)


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (150, 100, (100, 50, 5_000)),
        (100, 150, (150, -50, -3_333)),
        (5, 0, (0, 5, None)),
        (0, 0, (0, 0, None)),
        (2, 3, (3, -1, -3_333)),
        (8, 3, (3, 5, 16_667)),
        (50, -100, (-100, 150, 15_000)),
        (5, None, (None, None, None)),
    ],
)
def test_changes(now: int, before: int | None, expected: Any) -> None:
    assert changes(now, before) == expected


def test_a_report_beside_the_month_before(service: Service) -> None:
    for name, on, store_id, amount in (
        ("a", "2026-09-05", 1, "100.00"),
        ("b", "2026-10-31", 1, "150.00"),
        ("c", "2026-10-01", 2, "30.00"),
    ):
        line = {"product_id": 1, "quantity": "1", "amount": amount}
        sent = receipt(name, occurred_at=f"{on}T12:00:00+03:00", store_id=store_id, lines=[line])
        service.post("/sales", sent).raise_for_status()
    report = service.report("top-stores", month="2026-10", compare="previous")
    assert report["compared_with"] == {"from": "2026-09-01", "to": "2026-09-30"}
    first, second = report["rows"]
    assert (first["id"], first["revenue"], first["revenue_before"]) == (1, "150.00", "100.00")
    assert (first["revenue_change"], first["revenue_change_percent"]) == ("50.00", "50.00")
    assert (second["revenue_before"], second["revenue_change_percent"]) == ("0.00", None)
    assert report["totals"]["revenue_change_percent"] == "80.00"
    assert report["totals"]["receipts_before"] == 1
    days = service.report("timeline", month="2026-10", compare="previous")["rows"]
    # The fifth day goes with the fifth, and the thirty-first with none.
    assert (days[4]["date"], days[4]["revenue_before"]) == ("2026-10-05", "100.00")
    assert (days[30]["revenue"], days[30]["revenue_before"]) == ("150.00", None)
    products = service.report("top-products", month="2026-10", compare="previous")["rows"]
    assert (products[0]["quantity"], products[0]["quantity_before"]) == ("2", "1")
    year = service.report("summary", month="2026-10", compare="year")
    assert year["rows"][0]["revenue_change_percent"] is None
