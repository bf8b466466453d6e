"""Whose the files are, and who may read them."""

import os
from pathlib import Path

from quart_app.doctor.models import Place, Verdict

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
    is_reachable = folder.stat().st_mode & 0o001 != 0
    written = [path.name for path in there if path.stat().st_mode & 0o002 and is_reachable]
    if written:
        seen = f"{', '.join(written)}: everybody may write"
        return Verdict(name, "bad", seen, f"chmod o-rwx {folder}")
    read = [path.name for path in there if path.stat().st_mode & 0o004 and is_reachable]
    if read:
        seen = f"{', '.join(read)}: every user of this machine may read"
        return Verdict(name, "warn", seen, f"chmod o-rwx {folder}")
    return Verdict(name, "ok", f"{len(there)} files of one user, closed to others")


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
