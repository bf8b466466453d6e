"""A failed fsync: nothing is acknowledged after it, the service ends, the next start is sound.

The kernel says it once; the next fsync succeeds although the data is gone. So it is failed in two
ways: by strace, as the kernel would, and by the preloaded library, after which the disk is looked
at as a power cut would leave it: without the data.
"""

import random
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest

from tests.faults.conftest import Start
from tests.faults.ledger import Ledger, check_file
from tests.faults.load import deliver, under_load
from tests.faults.powerlog import Disk, Operation, compiled, preloading, read_log
from tests.faults.receipts import receipts
from tests.faults.settling import judge, killed, settle
from tests.faults.table import Row
from tests.service import Service, serving, with_catalogue

_ENDS_WITHIN_S = 30
_NTH = {"-wal": (14, 1, 8, 30), "sales.db": (2, 1, 3)}
"""Which of a file's fsyncs fails; the first of each in the short form."""


def _strace(said: Path, when: str) -> tuple[str, ...]:
    """Strace as a prefix of a command that stays this process's own child."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("not run: needs strace")
    inject = f"inject=fsync,fdatasync:error=EIO:when={when}"
    prefix = (strace, "-D", "-f", "-qq", "-ttt", "-o", str(said), "-e", "trace=fsync,fdatasync")
    tried = subprocess.run(
        [*prefix, "-e", inject, "true"], capture_output=True, text=True, check=False
    )
    if tried.returncode != 0:
        pytest.skip(f"not run: {tried.stderr.strip() or 'strace may not trace here'}")
    return (*prefix, "-e", inject)


@pytest.mark.fault("fsync error (strace)")
def test_fsync_fails(database: Path, tmp_path: Path, start: Start, row: Row, long: bool) -> None:
    ledger, source = Ledger(), receipts("F", seed=3, wide_every=3)
    with serving(database) as service:
        with_catalogue(service)
    # The second is the engine's own sync of the folder, whose outcome it does not look at: the
    # service has synced the folder before, with the log in it, and looked.
    for nth in (3, 4, 5, 8, 13, 21, 34, 55) if long else (3, 13):
        said = tmp_path / f"strace-{nth}"
        service = start(database, prefix=_strace(said, str(nth)))
        with under_load(service, ledger, source) as is_posting:
            status = service.process.wait(_ENDS_WITHIN_S)
            assert _becomes_quiet(is_posting)
        service.client.close()
        printed = service.process.communicate()[0]
        assert status not in {0, -9}, printed
        assert "the disk failed" in printed, printed
        failed_at = _failed_at(said)
        late = [one for one in ledger.acknowledged if failed_at < ledger.sent_at_ns[one]]
        assert not late, "receipts sent after the failed fsync were acknowledged"
        row.runs += 1
        row.acknowledged = len(ledger.acknowledged)
        with serving(database) as restarted:
            deliver(restarted, ledger, ledger.unacknowledged())
        judge(row, check_file(database, ledger))
    settle(start(database), ledger, row)


def test_without_an_error_the_service_goes_on(database: Path, tmp_path: Path, start: Start) -> None:
    """The control: it is the failed fsync that ends it, not being traced."""
    service = with_catalogue(start(database, prefix=_strace(tmp_path / "strace", "65535")))
    ledger = Ledger()
    deliver(service, ledger, islice(receipts("O", seed=3), 50))
    assert len(ledger.acknowledged) == 50
    assert service.stop()[0] == 0


def _becomes_quiet(is_posting: Callable[[], bool]) -> bool:
    """Whether every client is refused before long, since nobody listens any more."""
    until = time.monotonic() + _ENDS_WITHIN_S
    while is_posting() and time.monotonic() < until:
        time.sleep(0.01)
    return not is_posting()


def _failed_at(said: Path) -> int:
    """When strace let the first call fail, by the monotonic clock."""
    line = next(line for line in said.read_text().splitlines() if "(INJECTED)" in line)
    wall_s = float(re.findall(r"\d+\.\d+", line)[0])
    return time.monotonic_ns() - int((time.time() - wall_s) * 1e9)


@pytest.mark.fault("fsync error, data gone")
@pytest.mark.parametrize("file", ["-wal", "sales.db"])
def test_what_was_not_synced_is_gone(
    file: str, tmp_path: Path, start: Start, row: Row, long: bool
) -> None:
    row.note = f"of {file}"
    for nth in _NTH[file] if long else _NTH[file][:1]:
        folder = tmp_path / f"{nth}"
        database, ledger = folder / "data" / "sales.db", Ledger()
        database.parent.mkdir(parents=True)
        log = folder / "powerlog"
        library = compiled(tmp_path)
        source = receipts("G", seed=nth, wide_every=2)
        extra = preloading(library, log, database, slow_us=1_000)
        service = start(database, extra=extra)
        with_catalogue(service)
        assert service.stop()[0] == 0
        failing = preloading(library, log, database, slow_us=1_000, fail=file, fail_at=nth)
        service = start(database, extra=failing)
        with under_load(service, ledger, source):
            status = service.process.wait(_ENDS_WITHIN_S)
        service.client.close()
        printed = service.process.communicate()[0]
        assert status not in {0, -9}, printed
        assert Operation.FAILED in {record.operation for record in read_log(log)}
        row.runs += 1
        row.acknowledged += len(ledger.acknowledged)
        judge(row, check_file(_as_synced(log, database, folder), ledger))


@pytest.mark.fault("fsync error, data gone")
@pytest.mark.parametrize("nth", [1, 2])
def test_the_folder_was_not_synced(nth: int, tmp_path: Path, start: Start, row: Row) -> None:
    """SQLite does not look at what the fsync of the log's folder says; its name may be gone."""
    database, ledger = tmp_path / "data" / "sales.db", Ledger()
    database.parent.mkdir()
    row.runs, row.note = 1, f"of the folder, fsync {nth}"
    library, log = compiled(tmp_path), tmp_path / "powerlog"
    service = start(database, extra=preloading(library, log, database))
    with_catalogue(service)
    assert service.stop()[0] == 0
    failing = preloading(library, log, database, fail=database.parent.name, fail_at=nth)
    if (running := _started_or_refused(start, database, failing)) is not None:
        deliver(running, ledger, islice(receipts("A", seed=1), 50))
        killed(running)
    row.acknowledged = len(ledger.acknowledged)
    judge(row, check_file(_as_synced(log, database, tmp_path), ledger))


def _started_or_refused(
    start: Start, database: Path, environment: dict[str, str]
) -> Service | None:
    """Not to start is as good: then nothing is acknowledged."""
    try:
        return start(database, extra=environment)
    except RuntimeError:
        return None


def _as_synced(log: Path, database: Path, folder: Path) -> Path:
    """Rebuild in a folder what the disk has for certain after a logged run."""
    disk = Disk(database.parent)
    for record in read_log(log):
        disk.do(record)
    for name, content in disk.after_a_cut(random.Random(0), 0.0).items():
        (folder / Path(name).name).write_bytes(content)
    return folder / database.name


def test_no_fsync_at_all_is_seen(tmp_path: Path, start: Start) -> None:
    """The control: where the log's fsyncs do nothing, the same look finds receipts lost."""
    database, ledger = tmp_path / "data" / "sales.db", Ledger()
    database.parent.mkdir()
    log = tmp_path / "powerlog"
    extra = preloading(compiled(tmp_path), log, database, lie="-wal")
    service = start(database, extra=extra)
    with_catalogue(service)
    deliver(service, ledger, islice(receipts("N", seed=1), 50))
    killed(service)
    assert len(check_file(_as_synced(log, database, tmp_path), ledger).lost) == 50
