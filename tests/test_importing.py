"""The import commands: files that are right, wrong, packed, moved, sent to a service."""

import csv
import gzip
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from quart_app import importing
from quart_app.app import Services
from quart_app.importing import Tally
from quart_app.settings import Settings
from quart_app.values.instant import Instant, parse_instant
from tests.service import ROOT, command, environment, serving

HEADER = "receipt_id,store_id,till_id,sequence_number,occurred_at,line_no,product_id,quantity"


@pytest.fixture
def stocked(tmp_path: Path, database: Path) -> Path:
    """A database with a store and a product."""
    (tmp_path / "stores.csv").write_text("id,address,timezone\n1,Street 1,America/New_York\n")
    (tmp_path / "products.csv").write_text("id,name,price\n1,Bread,2.50\n")
    for kind in ("stores", "products"):
        done = command("import", kind, str(tmp_path / f"{kind}.csv"), database=database)
        assert done.returncode == 0, done.stderr
    return database


def test_all_columns_are_taken(stocked: Path, tmp_path: Path) -> None:
    file = tmp_path / "sales.csv.gz"
    rows = (
        f"{HEADER},type,series,unit_price,discount,amount,tax,cashier_id,promo_code\n"
        "r1,1,T1,1,2026-10-01T10:00:00-04:00,1,1,2,sale,F1,2.50,0.50,,0.30,C7,AUTUMN\n"
        "r1,1,T1,1,2026-10-01T10:00:00-04:00,2,1,0.5,sale,F1,,,1.00,,C7,AUTUMN\n"
        "r2,1,T1,2,2026-10-01T10:01:00-04:00,1,1,1,return,F1,,,2.50,,,\n"
    )
    file.write_bytes(gzip.compress(rows.encode()))
    done = command("import", "sales", str(file), database=stocked)
    assert "2 receipts counted" in done.stdout, done.stderr
    with serving(stocked) as service:
        sale = service.get("/sales/r1").json()
        assert (sale["gross"], sale["discount"], sale["amount"], sale["tax"]) == (
            "6.00",
            "0.50",
            "5.50",
            "0.30",
        )
        assert (sale["series"], sale["cashier_id"], sale["promo_code"]) == ("F1", "C7", "AUTUMN")
        assert service.get("/sales/r2").json()["type"] == "return"
        assert service.report("top-stores", month="2026-10")["totals"] == {
            "revenue": "3.00",
            "receipts": 1,
        }


def test_a_faulty_receipt_costs_the_others_nothing_and_its_place_is_said(
    stocked: Path, tmp_path: Path
) -> None:
    at = "2026-10-01T10:00:00-04:00"
    file = tmp_path / "sales.csv"
    file.write_text(
        f"{HEADER}\n"
        f"ok1,1,T1,1,{at},1,1,1\n"
        f"bad1,1,T1,2,{at},1,1,1\n"
        f"bad1,1,T1,2,{at},2,1,zero\n"
        f"bad2,1,T1,3,{at},1,1,1\n"
        f"bad2,1,T2,3,{at},2,1,1\n"
        f"bad3,1,T1,4,{at},2,1,1\n"
        f"bad3,1,T1,4,{at},1,1,1\n"
        f"bad4,9,T1,5,{at},1,8,1\n"
        f"ok2,1,T1,6,{at},1,1,1\n"
        f"ok1,1,T1,1,{at},1,1,3\n"
    )
    done = command("import", "sales", str(file), database=stocked)
    assert done.returncode == 1
    assert "2 receipts counted, 0 were there already, 1 held, 4 refused" in done.stdout
    for place in (
        "row 4, column quantity",
        "row 6, column till_id",
        "row 8, column line_no",
        "store_id: there is no store 9; lines[0].product_id: there is no product 8",
        "receipt ok1 is here with other content",
    ):
        assert place in done.stderr


def test_standard_input_and_a_running_service(stocked: Path, tmp_path: Path) -> None:
    rows = f"{HEADER}\ns1,1,T1,1,2026-10-01T10:00:00-04:00,1,1,1\n"
    words = [sys.executable, "-m", "quart_app", "import", "sales", "-"]
    run = {"cwd": ROOT, "env": environment(stocked, {}), "capture_output": True, "text": True}
    done = subprocess.run(words, input=rows, check=True, **run)
    assert "1 receipts counted" in done.stdout
    with serving(stocked) as service:
        held = command("import", "stores", str(tmp_path / "stores.csv"), database=stocked)
        assert held.returncode == 1
        assert f"process {service.process.pid}" in held.stderr
        assert "--to" in held.stderr
        sent = subprocess.run([*words, "--to", service.url], input=rows, check=True, **run)
        assert "0 receipts counted, 1 were there already" in sent.stdout
        bad = tmp_path / "bad.csv"
        bad.write_text("id,name,price\n1,Bread,x\n")
        refused = command("import", "products", str(bad), "--to", service.url, database=stocked)
        assert refused.returncode == 1
        assert "row 2, column price" in refused.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["import", "sales", "nowhere.csv"], "does not exist"),
        (["import", "things", "seed/stores.csv"], "things"),
        (["import", "stores", "seed/stores.csv", "--until-now"], "is for sales"),
        (["import", "stores", "seed/stores.csv", "--to", "ftp://x"], "not an address"),
        (["import", "stores", "seed/products.csv"], "column address"),
    ],
)
def test_a_wrong_call_says_so(database: Path, words: list[str], said: str) -> None:
    done = command(*words, database=database)
    assert done.returncode != 0
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_the_demonstration_reaches_now_and_is_loaded_once(database: Path) -> None:
    usd = {"currency": "USD"}
    for kind in ("stores", "products"):
        done = command("import", kind, f"seed/{kind}.csv", database=database, **usd)
        assert done.returncode == 0, done.stderr
    words = ("import", "sales", "--until-now", "seed/sales.csv.gz")
    first = command(*words, database=database, **usd)
    counted = told(first.stdout)
    assert counted["counted"] > 3_000
    assert counted["counted"] + counted.get("to come", 0) == 3_938
    now = datetime.now(UTC)
    with serving(database, **usd) as service:
        newest = service.get("/sales?limit=1").json()[0]
        assert now - timedelta(days=2) <= datetime.fromisoformat(newest["occurred_at"]) <= now
        last_day = now.astimezone(ZoneInfo("Europe/Moscow")).date()
        month = {"from": str(last_day - timedelta(days=29)), "to": str(last_day)}
        figures = service.report("top-stores", **month)
        assert len(figures["rows"]) == 10
    again = told(command(*words, database=database, **usd).stdout)
    # A receipt may have come due since.
    assert again["counted"] <= 5
    assert again["were there already"] == counted["counted"]
    assert again["held"] == again["refused"] == 0


def told(summary: str) -> dict[str, int]:
    """The figures of an import's last line by what they count."""
    found = re.findall(r"([\d,]+) (?:receipts |are still )?([a-z ]+)", summary.splitlines()[-1])
    return {name: int(count.replace(",", "")) for count, name in found}


async def test_the_demonstration_loaded_again_on_a_later_day_adds_what_was_to_come(
    stocked: Path, tmp_path: Path
) -> None:
    file = tmp_path / "sales.csv"
    file.write_text(
        f"{HEADER}\n"
        "r1,1,T1,1,2017-10-31T23:30:00-04:00,1,1,1\n"
        "r2,1,T1,2,2017-11-30T23:30:00-05:00,1,1,1\n"
    )

    class Calendar:
        day = parse_instant("2026-11-21T12:00:00Z")

        def now(self) -> Instant:
            return self.day

    clock = Calendar()

    async def load() -> Tally:
        services = Services(Settings(database=stocked), clock)
        done = await importing.load(services, "sales", file, lambda _: None, until_now=True)
        assert isinstance(done, Tally)
        return done

    first = await load()
    assert (first.created, first.to_come) == (1, 1)
    clock.day = parse_instant("2026-12-21T12:00:00Z")
    later = await load()
    assert (later.created, later.duplicate, later.to_come) == (1, 1, 0)
    with serving(stocked) as service:
        days = [sale["occurred_at"] for sale in service.get("/sales").json()]
        assert days == ["2026-11-26T23:30:00-05:00", "2026-10-27T23:30:00-04:00"]


def test_the_demonstration_is_as_its_readme_says() -> None:
    with gzip.open(ROOT / "seed/sales.csv.gz", "rt") as file:
        rows = list(csv.DictReader(file))
    said = (ROOT / "seed/README.md").read_text()
    assert f"{len(rows):,} lines of {len({row['receipt_id'] for row in rows}):,} receipts" in said
