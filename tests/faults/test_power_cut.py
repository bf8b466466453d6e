"""Power cuts: the writes of a recorded run replayed up to every fsync, with what was not synced
dropped, kept, or kept in part; each time every receipt acknowledged by then must be there.

A receipt counts as acknowledged at a cut when its answer had been read before the next thing was
logged. The clocks agree (one monotonic clock), an answer sent before its fsync has ended is read
before it has ended, since each takes a few milliseconds here, and so it is seen as lost.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

import pytest

from quart_app.clock import SystemClock
from quart_app.database import schema
from quart_app.errors import StorageRefused
from tests.faults.conftest import Start
from tests.faults.ledger import Findings, Ledger, check_file
from tests.faults.load import deliver
from tests.faults.powerlog import Disk, Operation, Record, compiled, preloading, read_log
from tests.faults.receipts import CURRENCY, receipts
from tests.faults.settling import killed
from tests.faults.table import Row
from tests.service import Service, with_catalogue

_KEPT = {"nothing": 0.0, "some": 0.5, "all": 1.0}
_SLOW_US = 3_000
_LIVES = 3
_AT_THE_END = 2**63


@dataclass(frozen=True)
class Cut:
    """What a power cut at an instant leaves."""

    instant_ns: int
    kept: str
    files: dict[str, bytes]


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return compiled(tmp_path)


@pytest.mark.fault("power cut at every fsync")
def test_power_cut(library: Path, tmp_path: Path, start: Start, row: Row, long: bool) -> None:
    for seed in range(6 if long else 1):
        folder = tmp_path / str(seed)
        database, ledger = folder / "data" / "sales.db", Ledger()
        folder.mkdir()
        extra = preloading(library, folder / "powerlog", database, slow_us=_SLOW_US)
        records = _recorded_run(partial(start, database, extra=extra), ledger, seed, 80)
        log_begun = sum(_begins_a_log(one) for one in records)
        assert log_begun > _LIVES, "no checkpoint has let the log begin anew"
        row.acknowledged += len(ledger.acknowledged)
        every = 1 if long else 12
        for cut in _cuts(records, database.parent, random.Random(seed), every):
            findings = _found_after(cut, ledger, folder / "cut", database.name)
            row.runs += 1
            row.lost += len(findings.lost)
            row.double += len(findings.double)
            assert findings.is_sound, (cut.instant_ns, cut.kept, findings)


def test_without_the_logs_fsync_receipts_are_lost(
    library: Path, tmp_path: Path, start: Start
) -> None:
    """The control: commits that do not wait for the disk, as with ``synchronous=NORMAL``."""
    database, ledger = tmp_path / "data" / "sales.db", Ledger()
    extra = preloading(library, tmp_path / "powerlog", database, slow_us=_SLOW_US, lie="-wal")
    records = _recorded_run(partial(start, database, extra=extra), ledger, 5, 30)
    lost: set[str] = set()
    for cut in _cuts(records, database.parent, random.Random(5), every=4):
        lost.update(_found_after(cut, ledger, tmp_path / "cut", database.name).lost)
    assert len(lost) > 10


def _begins_a_log(record: Record) -> bool:
    is_written = record.operation is Operation.WRITTEN and record.offset == 0
    return is_written and record.name.endswith("-wal")


def _recorded_run(
    start: Callable[[], Service], ledger: Ledger, seed: int, receipts_a_life: int
) -> list[Record]:
    """Three lives of a service: from no file to SIGTERM, to a kill, and to SIGTERM again."""
    source = receipts(f"P{seed}", seed, wide_every=2)
    for life in range(_LIVES):
        service = start()
        if life == 0:
            with_catalogue(service)
        deliver(service, ledger, islice(source, receipts_a_life))
        if life == 1:
            killed(service)
        else:
            status, said = service.stop()
            assert status == 0, said
    assert len(ledger.acknowledged) == _LIVES * receipts_a_life, ledger.statuses
    return read_log(service.database.parents[1] / "powerlog")


def _cuts(records: list[Record], folder: Path, chance: random.Random, every: int) -> Iterator[Cut]:
    """Just before each fsync ends, three times, and at the end of all.

    What is certain after one fsync is what is certain before the next has ended, when more may
    have been acknowledged: no cut in between can find more.
    """
    disk = Disk(folder)
    boundaries = 0
    for record in records:
        if record.operation in {Operation.SYNC_ENDED, Operation.LIED, Operation.FAILED}:
            boundaries += 1
            is_common = record.name.endswith("-wal")
            if not is_common or boundaries % every == 0:
                for kept, share in _KEPT.items():
                    yield Cut(record.instant_ns, kept, disk.after_a_cut(chance, share))
        disk.do(record)
    for kept, share in _KEPT.items():
        yield Cut(_AT_THE_END, kept, disk.after_a_cut(chance, share))


def _found_after(cut: Cut, ledger: Ledger, folder: Path, database_name: str) -> Findings:
    """What the service finds: it makes a file where there is none, and refuses a strange one."""
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for name, content in cut.files.items():
        (folder / Path(name).name).write_bytes(content)
    database = folder / database_name
    try:
        schema.create_if_missing(database, CURRENCY, SystemClock())
        schema.require_current(database, CURRENCY)
    except StorageRefused as error:
        return Findings(complaints=[f"the service would not start: {error}"])
    return check_file(database, ledger, cut.instant_ns)
