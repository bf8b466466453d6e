"""Files of every earlier release: opened, migrated, and the same figures as then."""

import gzip
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.faults.table import Row
from tests.releases.figures import asked, differences
from tests.service import ROOT, command, serving

FILES = sorted((ROOT / "tests" / "releases").glob("*.db.gz"))


def opened(file: Path, database: Path) -> dict[str, Any]:
    """Put a release's file in place; what it answered then."""
    database.parent.mkdir(parents=True)
    database.write_bytes(gzip.decompress(file.read_bytes()))
    told: dict[str, Any] = json.loads(
        gzip.decompress(file.with_name(file.name.replace(".db.", ".json.")).read_bytes())
    )
    return told


def test_there_are_files_of_releases() -> None:
    assert [file.name for file in FILES][:1] == ["schema-4.db.gz"]


@pytest.mark.fault("old files")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_of_an_earlier_release_has_the_same_figures(
    file: Path, database: Path, row: Row
) -> None:
    told = opened(file, database)
    row.note = file.name
    row.runs = 1
    row.acknowledged = len(told["answers"]["/sales?limit=1000"])
    before = database.read_bytes()
    done = command("migrate", "upgrade", database=database)
    assert done.returncode == 0, done.stderr
    kept = list(database.parent.glob("*.before-upgrade-*"))
    assert [one.read_bytes() for one in kept] == [before] * len(kept)
    with serving(database, **told["settings"]) as service:
        now = asked(service)
        found = service.get("/check").json()
    row.lost = row.acknowledged - len(now["/sales?limit=1000"])
    assert found["receipts"] == row.acknowledged
    assert found["differences"] == []
    assert differences(told["answers"], now) == []


def test_another_figure_is_seen(database: Path) -> None:
    """The control: one kopeck more in one receipt, with totals that agree with it."""
    told = opened(FILES[0], database)
    assert command("migrate", "upgrade", database=database).returncode == 0
    with closing(sqlite3.connect(database)) as connection:
        for table in ("sales", "store_day_totals", "store_month_totals"):
            sql = f"UPDATE {table} SET tax_minor = tax_minor + 1 WHERE rowid = 1"
            if table != "sales":
                sql = f"UPDATE {table} SET tax_minor = tax_minor + 1"
            connection.execute(sql)
        connection.commit()
    with serving(database, **told["settings"]) as service:
        found = differences(told["answers"], asked(service))
    assert any("tax" in one for one in found), found
