"""What the figures were measured on, and whether it was doing something else meanwhile."""

import os
import platform
import sqlite3
import statistics
import time
from importlib import metadata
from pathlib import Path

BUSY_SHARE = 0.10
"""Above this share of all processors' time for others, a round is marked as busy.

The kernel's own work for us (writing back, interrupts) counts as others' and stays below it.
"""

_PACKAGES = ("quart", "hypercorn", "aiosqlite", "msgspec", "fastapi", "asyncpg", "duckdb")
_SYNCS = 50


class Meter:
    """The machine's time since now, less what this process and all its children used."""

    def __init__(self) -> None:
        self._all, self._ours = _machine_ticks(), _our_ticks()

    def busy_share(self) -> float:
        """The share of the machine's time that others used, 0 to 1; a stolen tick is theirs."""
        (busy_before, total_before), (busy, total) = self._all, _machine_ticks()
        others = (busy - busy_before) - (_our_ticks() - self._ours)
        return max(0.0, others / max(1, total - total_before))


def description(folder: Path) -> str:
    """The machine, the versions and the disk under the folder that everything is written to."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    machine = f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB"
    system = f"{platform.system()} {platform.release()}"
    disk = f"4 KiB and fdatasync {sync_time_s(folder) * 1000:.2f} ms"
    own = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    packages = ", ".join(f"{name} {_version(name)}" for name in _PACKAGES)
    return f"{machine}, {system}; {disk}\n{own}, {packages}"


def sync_time_s(folder: Path) -> float:
    """The median time of a small durable write, which a commit cannot beat; seconds."""
    path = folder / "sync"
    times = []
    with path.open("wb", buffering=0) as file:
        for _ in range(_SYNCS):
            started = time.perf_counter()
            file.write(bytes(4096))
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - started)
    path.unlink()
    return statistics.median(times)


def resident_mb(pid: int) -> float:
    """The memory a process holds, as the kernel counts it, in megabytes of 2**20 bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise ProcessLookupError(pid)


def processor_time_s(pid: int) -> float:
    """The processor's time that a process has used, in seconds; the kernel counts hundredths."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _machine_ticks() -> tuple[int, int]:
    """The ticks in which a processor was busy, and all ticks."""
    line = Path("/proc/stat").read_text().partition("\n")[0]
    user, nice, system, idle, waiting, hard, soft, stolen = map(int, line.split()[1:9])
    busy = user + nice + system + hard + soft + stolen
    return busy, busy + idle + waiting


def _our_ticks() -> int:
    """The ticks used by this process and everything it started, living or waited for."""
    used: dict[int, int] = {}
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            pid = int(entry.name)
            parents[pid] = int(fields[1])
            used[pid] = sum(map(int, fields[11:15]))
    ours = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in ours} - ours:
        ours |= more
    return sum(used[pid] for pid in ours)


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "missing"
