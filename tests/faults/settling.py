"""What every fault ends with: send again what was not acknowledged, add up, stop, look."""

import shutil
import signal
from pathlib import Path

from tests.faults.ledger import Findings, Ledger, check_file, differing_reports
from tests.faults.load import deliver
from tests.faults.table import Row
from tests.service import Service


def settle(service: Service, ledger: Ledger, row: Row) -> None:
    """Send again what is open, compare the reports, stop the service and judge its file."""
    send_again(service, ledger)
    status, said = service.stop()
    assert status == 0, said
    judge(row, check_file(service.database, ledger))


def send_again(service: Service, ledger: Ledger) -> None:
    """As tills do: what was not acknowledged is sent once more; then every figure is right."""
    deliver(service, ledger, ledger.unacknowledged())
    assert not ledger.unacknowledged(), ledger.statuses
    assert differing_reports(service, ledger.in_reports()) == []


def judge(row: Row, findings: Findings) -> None:
    """Note what was found in the table; nothing may be."""
    row.lost += len(findings.lost)
    row.double += len(findings.double)
    assert findings.is_sound, findings


def killed(service: Service) -> None:
    """End the service as nothing can be caught or tidied away."""
    service.stop(signal.SIGKILL)


def check_copy(database: Path, ledger: Ledger, scratch: Path, before_ns: int = 2**63) -> Findings:
    """Check a copy of what a service left behind, so that the next one finds it untouched."""
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    for name in (database.name, f"{database.name}-wal"):
        if database.with_name(name).exists():
            shutil.copyfile(database.with_name(name), scratch / name)
    return check_file(scratch / database.name, ledger, before_ns)
