"""The disks: room, fsync, and what kind of file system it is."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter_ns

from quart_app.database.unfinished import unfinished
from quart_app.doctor.models import MIB, Place, Verdict

_LITTLE, _VERY_LITTLE = 1_024 * MIB, 256 * MIB
_SYNCS = 32
_SYNCS_WITHIN_NS = 2_000_000_000
_PAGE = bytes(4_096)
# A disk of 15,000 turns a minute passes its head 250 times a second.
_TOO_FAST_FOR_ROTATING_US = 2_000
_TOO_FAST_US = 50
_SLOW_US = 50_000
_NETWORK = re.compile(r"nfs\d?|cifs|smb\w*|9p|afs|ceph|lustre|glusterfs|ocfs2|gfs2|fuse\..*")
_MEMORY = ("tmpfs", "ramfs")
_POOR = ("vfat", "exfat", "msdos", "fuseblk", "ntfs", "ntfs3")


def room(place: Place) -> Verdict:
    """Enough room for the day's receipts, and for an upgrade, which works on a copy."""
    free = shutil.disk_usage(place.database.parent).free
    seen = f"{free // MIB:,} MiB free beside a database of {-(-place.size_bytes // MIB):,} MiB"
    if free < _VERY_LITTLE:
        return Verdict("room", "bad", seen, "make room now: sales are refused when there is none")
    if free < max(_LITTLE, 2 * place.size_bytes):
        todo = "make room: an upgrade needs twice the database's size"
        return Verdict("room", "warn", seen, todo)
    return Verdict("room", "ok", seen)


def backup_room(place: Place) -> Verdict:
    """Room for the next backup, on another disk than the database's."""
    name, folder = "backup folder", place.backup_dir
    if folder is None:
        return Verdict(name, "ok", "SALES_BACKUP_DIR is not set")
    if not folder.is_dir():
        return Verdict(name, "bad", f"{folder} is not there", "make it, or mount its disk")
    free = shutil.disk_usage(folder).free
    seen = f"{free // MIB:,} MiB free in {folder}"
    if free < place.size_bytes:
        return Verdict(name, "bad", seen, "make room: the next backup does not fit")
    if folder.stat().st_dev == place.database.parent.stat().st_dev:
        todo = "use another disk or machine: when this one dies, both are gone"
        return Verdict(name, "warn", f"{seen}, on the database's own disk", todo)
    return Verdict(name, "ok", seen)


def syncing(place: Place) -> Verdict:
    """Whether fsync takes as long as a disk needs; one that is too quick keeps nothing."""
    return of_syncs(list(_syncs(place.database)), rotates=_rotates(place.database.parent))


def of_syncs(times: list[int], *, rotates: bool) -> Verdict:
    """What the microseconds of some fsyncs say of a disk."""
    mean, slowest = sum(times) // len(times), max(times)
    kind = "rotating" if rotates else "not known to rotate"
    seen = (
        f"{1_000_000 // max(mean, 1):,} a second, {mean:,} µs each, {slowest:,} µs at most, "
        f"of {len(times)}; the disk is {kind}"
    )
    if rotates and mean < _TOO_FAST_FOR_ROTATING_US:
        todo = "it lies: a power cut loses receipts. Turn its write cache off (hdparm -W 0)"
        return Verdict("fsync", "bad", seen, todo)
    if mean < _TOO_FAST_US:
        todo = "quicker than flash without a protected cache: ask who runs the disk if it is safe"
        return Verdict("fsync", "warn", seen, todo)
    if mean > _SLOW_US:
        todo = "sales wait for it: use another disk, and look at its health (smartctl -a)"
        return Verdict("fsync", "warn", seen, todo)
    return Verdict("fsync", "ok", seen)


def file_system(place: Place) -> Verdict:
    """Locks and fsync hold on file systems of this machine's own disks."""
    kind = kind_of_file_system(place.database.parent)
    name = "file system"
    if kind is None:
        return Verdict(name, "warn", "not known here", "see that it is a disk of this machine")
    if _NETWORK.fullmatch(kind):
        todo = "move the database to a disk of this machine: locks and fsync do not hold here"
        return Verdict(name, "bad", f"{kind}, a network's or a program's", todo)
    if kind in _MEMORY:
        todo = "move the database to a disk: nothing here outlives a power cut"
        return Verdict(name, "bad", f"{kind}, in memory", todo)
    if kind in _POOR:
        todo = "move it to ext4, XFS or the like: no second names, owners or journal here"
        return Verdict(name, "warn", kind, todo)
    if kind == "overlay":
        todo = "keep the database in a volume: a container's own files go with it"
        return Verdict(name, "warn", f"{kind}, a container's own", todo)
    return Verdict(name, "ok", kind)


def kind_of_file_system(folder: Path, mounts: Path = Path("/proc/self/mounts")) -> str | None:
    """What a folder is on, such as ``ext4``; None where the machine does not say."""
    if not mounts.is_file():
        return None
    found, longest = None, -1
    for line in mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines():
        _, point, kind, *_ = line.split(" ")
        path = re.sub(r"\\(\d{3})", lambda octal: chr(int(octal[1], 8)), point)
        # What is mounted later lies on top.
        if folder.is_relative_to(path) and len(path) >= longest:
            found, longest = kind, len(path)
    return found


def _syncs(database: Path) -> Iterator[int]:
    """Microseconds of each of some fsyncs of a file that grows beside the database."""
    begun = perf_counter_ns()
    with unfinished(database) as path, path.open("wb", buffering=0) as file:
        for _ in range(_SYNCS):
            file.write(_PAGE)
            before = perf_counter_ns()
            os.fsync(file.fileno())
            after = perf_counter_ns()
            yield (after - before) // 1_000
            if after - begun > _SYNCS_WITHIN_NS:
                return


def _rotates(folder: Path) -> bool:
    """Whether Linux says so of a real disk; of virtual ones (vda) it says so without knowing."""
    device = folder.stat().st_dev
    block = Path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}")
    if not block.exists():
        return False
    real = block.resolve()
    # A partition's folder lies in its disk's.
    for disk in (real, real.parent):
        says = disk.joinpath("queue", "rotational")
        if says.is_file():
            return says.read_text().strip() == "1" and re.match("[sh]d|md", disk.name) is not None
    return False
