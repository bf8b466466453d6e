"""The benchmarks run through and compare equal answers; how fast is for ``make bench`` to say."""

import subprocess
import sys

from tests.service import ROOT


def test_the_short_form_runs_every_row() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--short"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line for line in done.stdout.splitlines() if line.startswith("| ")]
    assert len(rows) >= 60
    assert "FAILED" not in done.stdout
    # Only PostgreSQL may be missing from a machine that has the development packages.
    not_run = [row for row in rows if "not run" in row]
    assert [row for row in not_run if "PostgreSQL" not in row] == []
