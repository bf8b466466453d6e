"""A PostgreSQL cluster of its own for one run, with the durability it has by default."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.row import NotRun, RowFailed
from benchmarks.workshop import Workshop

_VERSION = "15"
_DEBIAN = Path(f"/usr/lib/postgresql/{_VERSION}/bin")
_START_S = 30.0


_DURABLE = {"fsync": "on", "synchronous_commit": "on"}


@contextmanager
def postgres(shop: Workshop) -> Iterator[Path]:
    """A running, empty cluster; yields the folder of its socket. NotRun where there is none."""
    data = shop.new_folder("postgres") / "data"
    _make(data)
    with _running(shop, data, _DURABLE) as socket:
        yield socket


@contextmanager
def kept_postgres(
    shop: Workshop, data: Path, settings: dict[str, str], fill: Callable[[Path], None]
) -> Iterator[Path]:
    """A running cluster whose folder is kept for the next run; made and filled where it is not."""
    if not data.exists():
        made = shop.new_folder("postgres") / "data"
        _make(made)
        with _running(shop, made, settings) as socket:
            fill(socket)
        made.rename(data)
    with _running(shop, data, settings) as socket:
        yield socket


def _make(data: Path) -> None:
    user = _user()
    if user is not None:
        shutil.chown(data.parent, user, user)
    command: list[str | Path] = [
        _programs() / "initdb",
        "-D",
        data,
        "-U",
        "postgres",
        "-A",
        "trust",
    ]
    made = subprocess.run(
        command,
        cwd=data.parent,
        capture_output=True,
        user=user,
        group=user,
        extra_groups=None if user is None else [],
        timeout=2 * _START_S,
        check=False,
    )
    if made.returncode:
        raise NotRun(f"initdb failed: {made.stderr.decode(errors='replace').strip()[-300:]}")


@contextmanager
def _running(shop: Workshop, data: Path, settings: dict[str, str]) -> Iterator[Path]:
    user, programs = _user(), _programs()
    socket = Path(tempfile.mkdtemp(prefix="pg-"))
    home = shop.new_folder("postgres-output")
    if user is not None:
        for folder in (home, socket):
            shutil.chown(folder, user, user)
    given = {"listen_addresses": "", "unix_socket_directories": str(socket), **settings}
    options = [f"--{name}={value}" for name, value in given.items()]
    process = shop.start([programs / "postgres", "-D", data, *options], home, user=user)
    try:
        _wait(programs, socket, process)
        yield socket
    finally:
        shop.stop(process, signal.SIGINT)
        shutil.rmtree(socket, ignore_errors=True)


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
