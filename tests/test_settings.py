"""Settings: from the environment or .env, each shown with its origin, a mistyped one refused."""

import sys
from pathlib import Path
from subprocess import run

import msgspec
import pytest

from quart_app.settings import Settings
from tests.service import ROOT, command, environment


def test_config_shows_each_setting_its_value_and_origin(database: Path) -> None:
    shown = command("config", database=database, day_start="04:00", currency="JPY").stdout
    rows = {line.split()[0]: line for line in shown.splitlines()}
    names = {f"SALES_{name.upper()}" for name in Settings.__struct_fields__}
    assert set(rows) == names
    assert "04:00" in rows["SALES_DAY_START"]
    assert "environment" in rows["SALES_DAY_START"]
    assert "default" in rows["SALES_TIMEZONE"]


def test_the_example_names_every_setting_with_its_default() -> None:
    example = dict(
        line.removeprefix("# ").split("=", 1)
        for line in (ROOT / ".env.example").read_text().splitlines()
        if line.startswith("# SALES_")
    )
    fields = msgspec.structs.fields(Settings)
    assert example == {f"SALES_{field.name.upper()}": str(field.default) for field in fields}


def test_env_file_counts_and_the_environment_goes_before(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# ours\nSALES_PORT=1234\nexport SALES_CURRENCY='EUR'\n\nX=1\n")
    shown = run(
        [sys.executable, "-m", "quart_app", "config"],
        cwd=tmp_path,
        env=environment(tmp_path / "s.db", {"port": "99"}) | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    rows = {line.split()[0]: line.split()[1:3] for line in shown.splitlines()}
    assert rows["SALES_PORT"] == ["99", "environment"]
    assert rows["SALES_CURRENCY"] == ["EUR", ".env"]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("prot", "1", "SALES_PROT is not a setting; the nearest is SALES_PORT"),
        ("port", "many", "SALES_PORT"),
        ("port", "70000", "SALES_PORT"),
        ("currency", "rub", "SALES_CURRENCY"),
        ("timezone", "Mars/Olympus", "SALES_TIMEZONE"),
        ("day_start", "4", "SALES_DAY_START"),
        ("log", "loud", "SALES_LOG"),
        ("host", "192.0.2.1", "SALES_HOST"),
    ],
)
def test_a_setting_that_cannot_be_stops_the_start(
    database: Path, name: str, value: str, said: str
) -> None:
    done = command("serve", database=database, **{name: value})
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not database.exists()
