"""Metrics: what is scraped is what was done, in series that nobody can multiply."""

import json
import re
from collections import Counter
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from quart import Quart

from quart_app.app import Services, create_app
from quart_app.clock import SystemClock
from quart_app.settings import Settings as ServiceSettings
from tests.scraping import scraped, value
from tests.service import ROOT, Service, command, receipt

KINDS = ("created", "duplicate", "held", "conflict", "rejected")
_STATUS = {"created": 201, "duplicate": 200, "held": 202, "conflict": 409, "rejected": 422}


def _posted(kind: str, number: int, base: str) -> dict[str, object]:
    if kind == "created":
        return receipt(f"new-{base}-{number}")
    if kind == "duplicate":
        return receipt("first")
    if kind == "held":
        return receipt(f"held-{base}-{number}", store_id=77)
    if kind == "conflict":
        return receipt("first", occurred_at="2026-10-06T12:00:00+03:00", cashier_id=f"{number}")
    return receipt(f"bad-{base}-{number}", lines=[])


def _outcomes(service: Service) -> Counter[str]:
    found = scraped(service)
    return Counter(
        {kind: int(found["sales_receipts_total", frozenset({("outcome", kind)})]) for kind in KINDS}
    )


runs = iter(range(1_000_000))


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    singles=st.lists(st.sampled_from(KINDS), max_size=6),
    batch=st.lists(st.sampled_from(KINDS), max_size=6),
    is_trial=st.booleans(),
)
def test_receipts_are_counted_by_what_became_of_them(
    shared_service: Service, singles: list[str], batch: list[str], is_trial: bool
) -> None:
    service, base = shared_service, str(next(runs))
    service.post("/sales", receipt("first"))
    before = _outcomes(service)
    for number, kind in enumerate(singles):
        assert service.post("/sales", _posted(kind, number, base)).status_code == _STATUS[kind]
    lines = [json.dumps(_posted(kind, 100 + i, base)) for i, kind in enumerate(batch)]
    told = service.batch("\n".join(lines), dry_run=is_trial)
    expected = Counter(singles)
    if not is_trial:
        expected += Counter(batch)
        assert {kind: told[kind] for kind in KINDS} == {kind: batch.count(kind) for kind in KINDS}
    after = _outcomes(service)
    assert {kind: after[kind] - before[kind] for kind in KINDS} == {
        kind: expected[kind] for kind in KINDS
    }


def test_requests_are_counted_by_route_method_and_status(service: Service) -> None:
    for number in range(3):
        service.post("/sales", receipt(f"r{number}"))
    service.post("/sales", {})
    service.get("/sales/r1")
    service.get("/sales/none")
    service.request("DELETE", "/sales")
    found = scraped(service)
    requests = {
        tuple(sorted(labels)): count
        for (name, labels), count in found.items()
        if name == "sales_requests_total" and dict(labels)["route"].startswith("/api/v1/sales")
    }
    one, many = "/api/v1/sales/<receipt_id>", "/api/v1/sales"
    assert requests == {
        (("method", "POST"), ("route", many), ("status", "201")): 3,
        (("method", "POST"), ("route", many), ("status", "422")): 1,
        (("method", "GET"), ("route", one), ("status", "200")): 1,
        (("method", "GET"), ("route", one), ("status", "404")): 1,
    }
    assert (
        value(service, "sales_requests_total", route="unmatched", method="DELETE", status="405")
        == 1
    )
    assert value(service, "sales_request_seconds_count", part="sales", method="POST") == 4
    seconds = value(service, "sales_request_seconds_sum", part="sales", method="POST")
    assert 0 < seconds < 60


def test_random_paths_and_methods_make_no_new_series(shared_service: Service, long: bool) -> None:
    def ask(first: int, count: int) -> None:
        for number in range(first, first + count):
            shared_service.get(f"/sales/r{number}")
            shared_service.get(f"/nothing/{number}?x={number}")
            shared_service.request(f"M{number}", "/sales")

    ask(0, 1)
    scraped(shared_service)
    before = set(scraped(shared_service))
    ask(1, 10_000 if long else 150)
    assert set(scraped(shared_service)) == before


def test_the_writer_and_its_queue_are_shown(shared_service: Service) -> None:
    commits = value(shared_service, "sales_commit_seconds_count")
    groups = value(shared_service, "sales_group_size_count")
    for number in range(5):
        shared_service.post("/sales", receipt(f"w{number}"))
    found = scraped(shared_service)
    bare = {name: count for (name, labels), count in found.items() if not labels}
    assert bare["sales_commit_seconds_count"] - commits == 5
    assert bare["sales_group_size_count"] - groups == 5
    assert bare["sales_queue_depth"] == 0
    assert bare["sales_queue_size"] == 4_096
    assert bare["sales_database_bytes"] == shared_service.database.stat().st_size
    log = shared_service.database.with_name("sales.db-wal")
    assert bare["sales_wal_bytes"] == log.stat().st_size > 0
    assert bare["process_resident_memory_bytes"] > 1 << 20
    assert bare["sales_last_write_refused"] == 0


def test_checkpoints_are_counted(shared_service: Service) -> None:
    before = value(shared_service, "sales_checkpoint_seconds_count")
    lines = [json.dumps(receipt(f"c{number}")) for number in range(6_000)]
    shared_service.batch("\n".join(lines))
    shared_service.post("/sales", receipt("after"))
    assert value(shared_service, "sales_checkpoint_seconds_count") > before
    assert value(shared_service, "sales_checkpoints_failed_total") == 0


def test_what_is_held_now_is_shown(shared_service: Service) -> None:
    before = value(shared_service, "sales_held")
    shared_service.post("/sales", receipt("h1", store_id=177))
    shared_service.post("/sales", receipt("h2", store_id=178))
    assert value(shared_service, "sales_held") == before + 2
    held = shared_service.get("/held-sales?limit=1000").json()
    shared_service.request("DELETE", f"/held-sales/{held[-1]['id']}?reason=test")
    assert value(shared_service, "sales_held") == before + 1


def test_silent_tills_are_those_of_the_completeness_report(service: Service) -> None:
    """A till that sold in each of the last four weeks on this weekday, and not today."""
    today = datetime.now(ZoneInfo("Europe/Moscow")).replace(hour=0, minute=0, second=1)
    for week in range(1, 5):
        at = (today - timedelta(days=7 * week)).isoformat(timespec="seconds")
        service.post("/sales", receipt(f"s{week}", till_id="T9", occurred_at=at))
    silent = service.report("summary", period="today")["completeness"]["silent_tills"]
    assert value(service, "sales_silent_tills") == len(silent) == 1
    now = datetime.now(UTC).isoformat(timespec="seconds")
    service.post("/sales", receipt("s0", till_id="T9", occurred_at=now))
    assert value(service, "sales_silent_tills") == 0


def test_openmetrics_is_written_where_it_is_asked_for(shared_service: Service) -> None:
    accept = {"Accept": "application/openmetrics-text; version=1.0.0"}
    reply = httpx.get(f"{shared_service.url}/metrics", headers=accept)
    assert reply.headers["Content-Type"].startswith("application/openmetrics-text")
    families = {family.name for family in text_string_to_metric_families(reply.text)}
    assert {"sales_requests", "sales_receipts", "sales_build"} <= families


async def test_a_figure_that_no_reader_gives_in_time_is_left_out(tmp_path: Path) -> None:
    services = _services(tmp_path / "busy.db")
    app = create_app(services)
    async with app.test_app(), AsyncExitStack() as stack:
        for _ in range(3):
            await stack.enter_async_context(services.storage.read())
        text = await _text(app, "/metrics")
        assert ("sales_held " in text, "sales_silent_tills " in text) == (False, False)
        assert "sales_queue_depth 0.0" in text
        await stack.aclose()
        text = await _text(app, "/metrics")
        assert ("sales_held 0.0" in text, "sales_silent_tills 0.0" in text) == (True, True)


async def test_two_services_of_one_process_count_apart(tmp_path: Path) -> None:
    """No registry is shared: an app counts what came to it."""
    for times in (1, 2):
        app = create_app(_services(tmp_path / f"{times}.db"))
        async with app.test_app():
            for _ in range(times):
                await _text(app, "/healthz")
            line = 'sales_requests_total{method="GET",route="/healthz",status="200"}'
            assert f"{line} {times}.0" in await _text(app, "/metrics")


def _services(database: Path) -> Services:
    return Services(ServiceSettings(database=database), SystemClock())


async def _text(app: Quart, path: str) -> str:
    reply = await app.test_client().get(path)
    return await reply.get_data(as_text=True)


def test_every_metric_is_described(shared_service: Service, tmp_path: Path) -> None:
    text = (ROOT / "docs/metrics.md").read_text()
    shared_service.post("/sales", receipt("d1"))
    made = command("backup", str(tmp_path / "sales.backup"), database=shared_service.database)
    assert made.returncode == 0, made.stderr
    shown = httpx.get(f"{shared_service.url}/metrics").text
    families = re.findall(r"^# TYPE (\w+)", shown, re.MULTILINE)
    described = re.findall(r"^\| `((?:sales|process)_\w+)`", text, re.MULTILINE)
    assert sorted(described) == sorted(families)
