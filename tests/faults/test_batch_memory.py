"""A chain's day of receipts in batches of ten thousand: they go to the disk, not to memory."""

import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest

from tests.faults.conftest import Start
from tests.faults.ledger import Ledger
from tests.faults.load import send_batch
from tests.faults.memory import MIB, forget_peak, peak_bytes, require_memory_figures, resident_bytes
from tests.faults.receipts import receipts
from tests.faults.settling import settle
from tests.faults.table import Row
from tests.service import with_catalogue

_A_BATCH = 10_000
_GROWTH = 60 * MIB


@pytest.mark.fault("memory while batches arrive")
def test_memory_while_batches_arrive(database: Path, start: Start, row: Row, long: bool) -> None:
    """Looked at after each batch; the peak says what one takes while it is being written."""
    require_memory_figures()
    batches, size = (15.5, _A_BATCH) if long else (6, 2_000)
    count = int(batches * size)
    service, ledger = with_catalogue(start(database)), Ledger()
    pid = service.process.pid
    before = resident_bytes(pid)
    forget_peak(pid)
    source, grown = receipts("Y", seed=12), 0
    for begin in range(0, count, size):
        send_batch(service, ledger, list(islice(source, min(size, count - begin))))
        row.runs += 1
        grown = max(grown, resident_bytes(pid) - before)
    peak = peak_bytes(pid) - before
    row.acknowledged = len(ledger.acknowledged)
    row.note = f"memory + {grown / MIB:.1f} MB, + {peak / MIB:.1f} MB at its peak"
    # The caches of pages and of statements fill up in either form; the rest goes by the batch.
    assert grown <= (_GROWTH if long else _GROWTH // 2), row.note
    settle(service, ledger, row)
    assert row.acknowledged == count


def test_memory_that_grows_by_the_batch_is_seen() -> None:
    """The control: a process that keeps all it was sent has more than the bound allows."""
    require_memory_figures()
    script = (
        "import sys\nkept = []\nprint(flush=True)\n"
        "while sys.stdin.readline().strip():\n"
        "    kept.append(bytearray(b'x' * (6 << 20)))\n    print(flush=True)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        before = resident_bytes(process.pid)
        forget_peak(process.pid)
        for _ in range(6):
            process.stdin.write("a batch\n")
            process.stdin.flush()
            process.stdout.readline()
        assert peak_bytes(process.pid) - before > _GROWTH // 2
        process.stdin.write("\n")
        process.stdin.close()
        process.wait(10)
