"""The digest says what the reports say, of a day that is over."""

import re
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from quart_app.digest.service import due_day
from quart_app.values.calendar import Day, parse_day
from quart_app.values.instant import parse_instant
from tests.people import enter
from tests.service import Service, serving


@pytest.fixture(scope="module")
def two_months(real_months: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    database = tmp_path_factory.mktemp("digest") / "sales.db"
    database.write_bytes(real_months.read_bytes())
    with serving(database) as service:
        yield enter(service)


@pytest.mark.parametrize("day", ["2017-10-14", "2017-11-04", "2017-11-23"])
def test_its_figures_are_those_of_the_reports(two_months: Service, day: str) -> None:
    def money(figure: str) -> str:
        return f"₽{float(figure):,.2f}"

    period = {"from": day, "to": day}
    digest = two_months.get("/digest", params={"day": day}).json()
    week_ago = parse_day(day) - 7
    before = two_months.report("summary", **{"from": str(Day(week_ago)), "to": str(Day(week_ago))})
    summary = two_months.report("summary", **period)["rows"][0]
    assert f"Revenue: {money(summary['revenue'])} (" in digest["text"]
    assert f"Receipts: {summary['receipts']:,} (" in digest["text"]
    assert f"Average receipt: {money(summary['average_receipt'])} (" in digest["text"]
    of_week = float(before["rows"][0]["revenue"])
    percent = 100 * (float(summary["revenue"]) - of_week) / of_week
    assert re.search(
        rf"\({abs(percent):.0f}% {'more' if percent > 0 else 'less'}\)", digest["text"]
    )
    for row in two_months.report("stores", **period)["rows"][:3]:
        assert money(row["revenue"]) in digest["text"]
    for row in two_months.report("top-products", by="revenue", **period)["rows"][:5]:
        assert f"{row['name']}: {money(row['revenue'])}" in digest["text"]
        assert money(row["revenue"]) in digest["html"]


@pytest.mark.parametrize(
    ("now", "day_start", "at", "due"),
    [
        ("2026-11-21T06:59:59+03:00", "00:00", "07:00", "2026-11-19"),
        ("2026-11-21T07:00:00+03:00", "00:00", "07:00", "2026-11-20"),
        ("2026-11-21T23:59:00+03:00", "00:00", "07:00", "2026-11-20"),
        ("2026-11-22T00:10:00+03:00", "00:00", "07:00", "2026-11-20"),
        # A business day that ends at four: its digest waits for that, and for its own hour.
        ("2026-11-21T03:30:00+03:00", "04:00", "03:00", "2026-11-19"),
        ("2026-11-21T04:00:00+03:00", "04:00", "03:00", "2026-11-20"),
        ("2026-11-21T02:00:00+03:00", "04:00", "07:00", "2026-11-19"),
    ],
)
def test_a_day_is_due_when_it_is_over_and_its_hour_has_come(
    now: str, day_start: str, at: str, due: str
) -> None:
    def minutes(text: str) -> int:
        return int(text[:2]) * 60 + int(text[3:])

    found = due_day(parse_instant(now), ZoneInfo("Europe/Moscow"), minutes(day_start), minutes(at))
    assert found == parse_day(due)
