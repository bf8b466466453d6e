"""A backup's checksum: no byte of it changes unnoticed."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quart_app.cli import main
from tests.service import command, serving, with_catalogue
from tests.test_check import busy_days


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A backup's bytes."""
    folder = tmp_path_factory.mktemp("whole")
    with serving(folder / "sales.db") as service:
        busy_days(with_catalogue(service))
    assert command("backup", str(folder / "one"), database=folder / "sales.db").returncode == 0
    return (folder / "one").read_bytes()


def restore(backup: bytes, folder: Path) -> tuple[int, str]:
    """Restore in this process: the exit status and what was said."""
    (folder / "given").write_bytes(backup)
    done = CliRunner().invoke(
        main,
        ["restore", str(folder / "given")],
        env={"SALES_DATABASE": str(folder / "to" / "sales.db"), "SALES_CURRENCY": "RUB"},
    )
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_a_changed_byte_anywhere_is_found_before_restoring(
    whole: bytes, tmp_path: Path, data: st.DataObject
) -> None:
    # A third of them in the label and the checksum.
    start = data.draw(st.sampled_from([0, 0, len(whole) - 300]))
    place = data.draw(st.integers(start, len(whole) - 1))
    changed = bytearray(whole)
    changed[place] ^= data.draw(st.integers(1, 255))
    how = data.draw(st.sampled_from(["flip", "flip", "cut", "add", "take out"]))
    if how == "cut":
        changed = bytearray(whole[:place])
    elif how == "add":
        changed = bytearray(whole + bytes([changed[place]]))
    elif how == "take out":
        changed = bytearray(whole[:place] + whole[place + 1 :])
    status, said = restore(bytes(changed), tmp_path)
    assert status == 1, said
    assert "Error: " in said
    assert not (tmp_path / "to" / "sales.db").exists()
    assert [path.name for path in (tmp_path / "to").iterdir()] == ["sales.db.lock"]


def test_an_unchanged_backup_is_restored(whole: bytes, tmp_path: Path) -> None:
    """The control of the test above."""
    status, said = restore(whole, tmp_path)
    assert status == 0, said
    assert "7 receipts" in said
