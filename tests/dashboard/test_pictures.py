"""The pictures above the tables of reports: as exact as the API, at every report that has one."""

import gzip
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from quart_app.reports.registry import REPORTS
from tests.dashboard.pictured import CHECKS, figure_of, noon_zone, with_trade
from tests.dashboard.today import local_now
from tests.people import enter, seen
from tests.service import Service, serving

MOST_BYTES = 300_000


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("pictures") / "s.db", timezone=noon_zone()) as running:
        yield with_trade(running)


def last_days(days: int) -> dict[str, str]:
    today = local_now().date()
    return {"from": str(today - timedelta(days=days)), "to": str(today)}


@pytest.mark.parametrize(("days", "compare"), [(10, ""), (30, "previous")])
@pytest.mark.parametrize("name", list(CHECKS))
def test_a_picture_says_what_the_api_says(
    service: Service, name: str, days: int, compare: str
) -> None:
    asked = last_days(days) | ({"compare": compare} if compare else {})
    found = figure_of(service, name, **asked)
    assert found is not None
    CHECKS[name](found, service.report(name, **asked))


@pytest.mark.parametrize("name", list(REPORTS))
def test_where_nothing_was_sold_there_is_no_picture(service: Service, name: str) -> None:
    assert figure_of(service, name, **{"from": "2020-01-01", "to": "2020-01-31"}) is None
    if name not in CHECKS:
        assert figure_of(service, name, **last_days(30)) is None


def test_a_day_of_returns_alone(service: Service) -> None:
    day = str(local_now().date() - timedelta(days=3))
    asked = {"from": day, "to": day}
    for name in ("summary", "timeline", "hours", "stores", "products", "promotions"):
        found = figure_of(service, name, **asked)
        assert found is not None
        CHECKS[name](found, service.report(name, **asked))
    # There is no share of less than nothing.
    assert figure_of(service, "abc", **asked) is None


def test_the_largest_are_shown_only_where_they_are_known(service: Service) -> None:
    asked = last_days(30)
    for sort in ("revenue", "-revenue", "receipts"):
        found = figure_of(service, "stores", sort=sort, **asked)
        assert found is not None
        CHECKS["stores"](found, service.report("stores", **asked))
    assert figure_of(service, "stores", sort="revenue", limit="1", **asked) is None
    # How the products share the whole is known in any order.
    found = figure_of(service, "abc", sort="revenue", limit="1", **asked)
    assert found is not None
    CHECKS["abc"](found, service.report("abc", **asked))


@pytest.fixture(scope="module")
def two_months(real_months: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    database = tmp_path_factory.mktemp("months") / "sales.db"
    database.write_bytes(real_months.read_bytes())
    with serving(database) as running:
        yield enter(running)


@pytest.mark.parametrize(
    "name", ["summary", "timeline", "hours", "abc", "stores", "products", "categories"]
)
def test_the_two_real_months(two_months: Service, name: str) -> None:
    limit = {} if name == "summary" else {"limit": "100000"}
    asked = {"from": "2017-10-01", "to": "2017-11-30", **limit}
    found = figure_of(two_months, name, **asked)
    assert found is not None
    CHECKS[name](found, two_months.report(name, **asked))
    page = seen(two_months, f"/reports/{name}", params=asked).content
    assert len(gzip.compress(page)) < MOST_BYTES


def test_a_year_of_days_beside_another_stays_small(two_months: Service) -> None:
    asked = {"from": "2017-01-01", "to": "2018-01-01", "compare": "year"}
    found = figure_of(two_months, "timeline", **asked)
    assert found is not None
    CHECKS["timeline"](found, two_months.report("timeline", **asked))
    page = seen(two_months, "/reports/timeline", params=asked).content
    assert len(gzip.compress(page)) < MOST_BYTES
