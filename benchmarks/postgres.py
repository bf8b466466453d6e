"""A PostgreSQL cluster of its own for one run, with the durability it has by default."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.row import NotRun, RowFailed
from benchmarks.workshop import Workshop

_VERSION = "15"
_DEBIAN = Path(f"/usr/lib/postgresql/{_VERSION}/bin")
_START_S = 30.0


@contextmanager
def postgres(shop: Workshop) -> Iterator[Path]:
    """A running, empty cluster; yields the folder of its socket. NotRun where there is none."""
    programs = _programs()
    user = _user()
    home = shop.new_folder("postgres")
    socket = Path(tempfile.mkdtemp(prefix="pg-"))
    if user is not None:
        for folder in (home, socket):
            shutil.chown(folder, user, user)
    try:
        with _cluster(shop, programs, home, socket, user):
            yield socket
    finally:
        shutil.rmtree(socket, ignore_errors=True)


@contextmanager
def _cluster(
    shop: Workshop, programs: Path, home: Path, socket: Path, user: str | None
) -> Iterator[None]:
    data = home / "data"
    command: list[str | Path] = [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust"]
    made = subprocess.run(
        command,
        cwd=home,
        capture_output=True,
        user=user,
        group=user,
        extra_groups=None if user is None else [],
        timeout=2 * _START_S,
        check=False,
    )
    if made.returncode:
        raise NotRun(f"initdb failed: {made.stderr.decode(errors='replace').strip()[-300:]}")
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(socket),
        "fsync": "on",
        "synchronous_commit": "on",
    }
    options = [f"--{name}={value}" for name, value in settings.items()]
    process = shop.start([programs / "postgres", "-D", data, *options], home, user=user)
    try:
        _wait(programs, socket, process)
        yield
    finally:
        shop.stop(process, signal.SIGINT)


def _wait(programs: Path, socket: Path, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _START_S
    ready: list[str | Path] = [programs / "pg_isready", "-q", "-h", socket]
    while subprocess.run(ready, check=False).returncode:
        if process.poll() is not None or time.monotonic() > until:
            raise RowFailed("PostgreSQL did not start")
        time.sleep(0.05)


def _programs() -> Path:
    if (_DEBIAN / "postgres").exists():
        return _DEBIAN
    found = shutil.which("postgres")
    if found is None:
        raise NotRun(f"PostgreSQL {_VERSION} is not installed")
    version = subprocess.run([found, "--version"], capture_output=True, check=True, text=True)
    if f" {_VERSION}." not in version.stdout:
        raise NotRun(f"PostgreSQL {_VERSION} is not installed, but{version.stdout.rstrip()[10:]}")
    return Path(found).parent


def _user() -> str | None:
    """Whom to run as: the server refuses to be root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        raise NotRun("PostgreSQL refuses to run as root and there is no user postgres") from None
