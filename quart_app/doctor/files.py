"""Whose the files are, and who may read them."""

import os
from pathlib import Path

from quart_app.doctor.models import Place, Verdict

_NAMED = 5
_BESIDE = ("", "-wal", "-shm", ".lock", ".last-backup")


def permissions(place: Place) -> Verdict:
    """The service's own user may write all of it, and nobody else may read it."""
    name, folder = "permissions", place.database.parent
    there = [
        path
        for path in (place.database.with_name(place.database.name + one) for one in _BESIDE)
        if path.exists()
    ]
    shut_out = [path.name for path in there if not os.access(path, os.R_OK | os.W_OK)]
    if not os.access(folder, os.W_OK | os.X_OK):
        shut_out.append(str(folder))
    if shut_out:
        todo = "run this as the service's user, or give them to it with chown"
        return Verdict(name, "bad", f"{', '.join(shut_out)}: not to be written by this user", todo)
    owners = {path.stat().st_uid for path in there}
    if len(owners) > 1:
        seen = ", ".join(f"{path.name}: user {path.stat().st_uid}" for path in there)
        return Verdict(name, "bad", seen, f"chown all of them to the user of {folder}")
    copies = _copies(place)
    if written := _open_to_others([*there, *copies], 0o002):
        seen = f"{_names(written)}: everybody may write"
        return Verdict(name, "bad", seen, _closing(written))
    if read := _open_to_others([*there, *copies], 0o004):
        seen = f"{_names(read)}: every user of this machine may read"
        return Verdict(name, "warn", seen, _closing(read))
    seen = f"{len(there)} files of one user, closed to others"
    return Verdict(name, "ok", seen if not copies else f"{seen}; {len(copies)} copies too")


def _copies(place: Place) -> list[Path]:
    """Its backups, as far as they are known here, and what a restore or an upgrade put aside."""
    found = set(place.database.parent.glob(f"{place.database.name}.before-*"))
    folders = {place.backup_dir}
    if place.last_backup is not None:
        last = Path(place.last_backup.file)
        found.add(last)
        folders.add(last.parent)
    for folder in folders:
        if folder is not None and os.access(folder, os.R_OK | os.X_OK):
            found |= set(folder.glob(f"{place.database.stem}-*.backup"))
    return sorted(path for path in found if path.exists())


def _open_to_others(paths: list[Path], may: int) -> list[Path]:
    return [
        path for path in paths if path.stat().st_mode & may and path.parent.stat().st_mode & 0o001
    ]


def _names(paths: list[Path]) -> str:
    more = len(paths) - _NAMED
    names = ", ".join(path.name for path in paths[:_NAMED])
    return names if more <= 0 else f"{names} and {more} more"


def _closing(paths: list[Path]) -> str:
    return f"chmod o-rwx {' '.join(sorted({str(path.parent) for path in paths}))}"


def one_name(place: Place) -> Verdict:
    """One file with one name, under which everybody sees its lock."""
    if not place.database.exists():
        return Verdict("database", "ok", f"{place.database} is made at the first start")
    names = place.database.stat().st_nlink
    if names > 1:
        todo = "stop the service; keep one, or start once: it takes an unfinished restore back"
        return Verdict("database", "bad", f"{place.database} has {names} names", todo)
    return Verdict("database", "ok", str(place.database))


def memory(_: Place, machine: Path = Path("/proc/meminfo")) -> Verdict:
    """What is free before the machine ends a process for want of it."""
    if not machine.is_file():
        return Verdict("memory", "ok", "not known here")
    lines = (line.split() for line in machine.read_text().splitlines())
    free = next((int(words[1]) >> 10 for words in lines if words[0] == "MemAvailable:"), None)
    if free is None:
        return Verdict("memory", "ok", "not known here")
    seen = f"{free:,} MiB available"
    if free < 256:
        return Verdict("memory", "warn", seen, "end other programs, or give the machine more")
    return Verdict("memory", "ok", seen)
