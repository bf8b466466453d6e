"""docs/reports.md: the example is what the service says, every report is in it."""

import json
import re
import shlex
from pathlib import Path

import pytest

from quart_app.reports.measures import MEASURES
from quart_app.reports.registry import REPORTS
from tests.service import ROOT, command, serving

TEXT = (ROOT / "docs/reports.md").read_text()
CONSOLES = re.findall(r"```console\n\$ python -m quart_app (.*?)\n(.*?)```", TEXT, re.DOTALL)
ZONE = "UTC"


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    database = tmp_path_factory.mktemp("example") / "sales.db"
    block = re.search(r"```json\n(.*?)```", TEXT, re.DOTALL)
    assert block is not None
    receipts = re.split(r"\n(?={)", block[1])
    assert len(receipts) == 4
    with serving(database, timezone=ZONE) as service:
        for key, address in ((1, "Main Street 1"), (2, "Harbour 2")):
            store = {"id": key, "address": address, "timezone": ZONE}
            service.post("/stores", store).raise_for_status()
        for key, name, price, more in (
            (1, "Bread", "50.00", {"category": "Bakery"}),
            (2, "Milk", "80.00", {"category": "Dairy"}),
            (3, "Cheese", "600.00", {"category": "Dairy", "unit": "kg"}),
            (4, "Candle", "30.00", {}),
        ):
            product = {"id": key, "name": name, "price": price} | more
            service.post("/products", product).raise_for_status()
        for text in receipts:
            service.post("/sales", json.loads(text)).raise_for_status()
    return database


@pytest.mark.parametrize(("words", "shown"), CONSOLES)
def test_the_example_is_what_is_printed(example: Path, words: str, shown: str) -> None:
    done = command(*shlex.split(words), database=example, timezone=ZONE)
    assert done.returncode == 0, done.stderr
    assert done.stdout == shown


def test_every_report_and_measure_is_explained() -> None:
    assert {words.split()[1] for words, _ in CONSOLES} == set(REPORTS)
    for name in REPORTS:
        assert f"### `{name}`\n" in TEXT
    for name in set(MEASURES) - {"amount", "voids", "held", "missing_receipts", "silent_tills"}:
        assert f"| `{name}` |" in TEXT
    for report in REPORTS.values():
        for parameter in report.question.__struct_encode_fields__:
            assert f"`{parameter}=" in TEXT or f"{parameter}=" in TEXT, parameter


def test_the_command_and_a_service_say_the_same(example: Path) -> None:
    words = shlex.split(CONSOLES[0][0])
    plain = command(*words, database=example, timezone=ZONE).stdout
    with serving(example, timezone=ZONE) as service:
        asked = command(*words, "--service", service.url, database=example, timezone=ZONE)
        assert asked.stdout == plain
        held = command(*words, database=example, timezone=ZONE)
        assert held.returncode == 1
        assert "--service" in held.stderr
        refused = command("report", "stores", "--sort", "x", "--service", service.url,
                          database=example)  # fmt: skip
        assert "no column 'x'" in refused.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["report", "nothing"], "there is no report"),
        (["report", "stores", "--mnth", "2026-10"], "mnth"),
        (["report", "stores", "--month"], "--name value"),
        (["report", "stores", "month=2026-10"], "--name value"),
        (["report", "stores", "--limit", "0"], "limit"),
        (["report", "stores", "--sort", "-x"], "no column"),
        (["report", "stores", "--store-id", "7"], "there is no store 7"),
        (["report", "stores", "--format", "xlsx"], "--output"),
        (["report", "stores", "--service", "http://127.0.0.1:1"], "does not answer"),
    ],
)
def test_what_the_command_refuses(example: Path, words: list[str], said: str) -> None:
    done = command(*words, database=example, timezone=ZONE)
    assert done.returncode != 0
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_files_are_written_and_no_database_is_made(example: Path, tmp_path: Path) -> None:
    words = ["report", "stores", "--month=2026-10", "--store-id", "1", "--store-id=2"]
    for form, start in (("csv", b"id,address"), ("xlsx", b"PK"), ("json", b"{")):
        file = tmp_path / f"stores.{form}"
        done = command(*words, "--format", form, "--output", str(file), database=example)
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
        assert file.read_bytes().startswith(start)
    missing = tmp_path / "none" / "sales.db"
    done = command(*words, database=missing)
    assert done.returncode == 1
    assert "does not exist" in done.stderr
    assert not missing.parent.exists()
