"""Figures as they stood at an instant, and readings that take too long."""

import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from quart_app.clock import SystemClock
from quart_app.database.storage import Storage
from quart_app.errors import TooSlow
from quart_app.values.instant import format_instant
from tests.service import Service, command, receipt, serving, with_catalogue
from tests.test_independent_reports import void

PERIOD = {"month": "2026-10"}
AS_OF = ("summary", "stores", "top-stores", "top-products")
ENDLESS = """
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
    SELECT COUNT(*) FROM n
"""


def figures(service: Service, **more: Any) -> dict[str, Any]:
    found = {name: service.report(name, **PERIOD, **more) for name in AS_OF}
    by_revenue = service.report("top-products", by="revenue", **PERIOD, **more)
    return {
        name: (report["rows"], report["totals"])
        for name, report in (found | {"by-revenue": by_revenue}).items()
    }


@pytest.fixture
def stood(database: Path) -> list[tuple[str, dict[str, Any]]]:
    """Instants, each with what the reports said then: six receipts came, one was voided since."""
    told = []
    with serving(database) as service:
        with_catalogue(service)
        for i in range(6):
            sent = receipt(f"i-{i}", store_id=1 + i % 2, type="return" if i == 4 else "sale")
            service.post("/sales", sent).raise_for_status()
            time.sleep(0.01)
            told.append((format_instant(SystemClock().now()), figures(service)))
            time.sleep(0.01)
    void(database, [2])
    return told


def test_reports_say_again_what_they_said(
    database: Path, stood: list[tuple[str, dict[str, Any]]]
) -> None:
    with serving(database) as service:
        for instant, said in stood:
            assert figures(service, as_of=instant) == said
        assert figures(service, as_of="2000-01-01T00:00:00Z")["stores"][0] == []
        now = figures(service)
        assert now != stood[-1][1]
        # The void of the test stands far in the future.
        assert figures(service, as_of="2100-01-01T00:00:00Z") == now
        one = service.report("summary", as_of=stood[-1][0], store_id=2, **PERIOD)
        assert one["rows"][0]["receipts"] == 3
        assert one["as_of"] == stood[-1][0]
        assert service.get("/reports/hours", params={"as_of": stood[0][0]}).status_code == 422


def test_a_void_takes_away_what_was_added(database: Path, tmp_path: Path) -> None:
    """Every kept total of receipts that were all voided is nought, and of the others as before."""
    with serving(database) as service:
        with_catalogue(service)
        more = {"promo_code": "X", "tenders": [{"type": "cash", "amount": "1.00"}]}
        service.post("/sales", receipt("kept", **more)).raise_for_status()
        before = tmp_path / "before.db"
    shutil.copy(database, before)
    with serving(database) as service:
        for i in range(4):
            kind = "return" if i % 2 else "sale"
            at = f"2026-10-{6 + i:02d}T12:00:00+03:00"
            sent = receipt(f"v-{i}", type=kind, occurred_at=at, **more)
            service.post("/sales", sent).raise_for_status()
    void(database, [2, 3, 4, 5])
    assert totals(database) == totals(before)


@pytest.mark.parametrize("since", [1, 3])
def test_a_file_of_an_older_release_gets_the_totals_it_would_have_had(
    database: Path, since: int
) -> None:
    with serving(database) as service:
        with_catalogue(service)
        for i in range(30):
            line = {"product_id": (1, 2, 9)[i % 3], "quantity": f"{1 + i}.5", "amount": f"{i}7.50"}
            sent = receipt(
                f"o-{i}",
                store_id=1 + i % 2,
                type="return" if i % 4 == 3 else "sale",
                occurred_at=f"2026-{8 + i % 3:02d}-{1 + i % 28:02d}T{i % 24:02d}:30:00+03:00",
                lines=[line | {"tax": f"{i}.01"}, line],
                **({"promo_code": f"P{i % 5}"} if i % 2 else {}),
                tenders=[{"type": "cash", "amount": "1.00"}, {"type": "card", "amount": "2.00"}]
                * 2,
            )
            reply = service.post("/sales", sent)
            assert reply.status_code == 201, reply.text
    void(database, [3, 4, 17])
    kept = totals(database)
    assert command("migrate", "downgrade", "--to", str(since), database=database).returncode == 0
    done = command("migrate", "upgrade", database=database)
    assert "0004 report_totals" in done.stdout, done.stderr
    assert totals(database) == kept


def totals(database: Path) -> dict[str, list[Any]]:
    """The rows of every kept total that say something, without how many of a till were voided."""
    found = {}
    with closing(sqlite3.connect(database)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE name LIKE '%_totals'")
        for (table,) in tables.fetchall():
            columns = connection.execute(f"PRAGMA table_info({table})")
            names = [column[1] for column in columns if column[1] != "voids"]
            rows = connection.execute(f"SELECT {', '.join(names)} FROM {table}").fetchall()
            figures = [i for i, name in enumerate(names) if name.endswith(("_minor", "_milli"))]
            found[table] = [row for row in rows if any(row[i] for i in figures)]
    assert len(found) >= 9
    return found


async def test_a_reading_past_its_time_is_stopped_and_the_next_one_is_answered(
    tmp_path: Path,
) -> None:
    storage = Storage(
        tmp_path / "slow.db", currency="RUB", clock=SystemClock(), readers=1, read_timeout_s=1
    )
    await storage.open()
    try:
        with pytest.raises(TooSlow, match="a shorter period or fewer stores"):
            async with storage.read(snapshot=True) as reading:
                await reading.number(ENDLESS)
        async with storage.read() as reading:
            assert await reading.number("SELECT 1") == 1
        async with storage.write() as writing:
            assert await writing.number("SELECT 2") == 2
        # No snapshot is held open: a new one sees what was written since.
        async with storage.read(snapshot=True) as reading:
            assert await reading.number("SELECT COUNT(*) FROM stores") == 0
    finally:
        await storage.close()
