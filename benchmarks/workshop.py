"""The folders and processes of one run: everything started here also ends here."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from benchmarks.plan import Plan

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent
CACHE = HERE / ".cache"
"""What a second run need not make again; beside the code, to be on the same disk."""

_STOP_S = 15
_SETPRIV = shutil.which("setpriv")
# Where Linux has it, a child ends even when this process is killed without warning.
_DIE_WITH_PARENT = [_SETPRIV, "--pdeathsig", "TERM", "--"] if _SETPRIV else []


class Workshop:
    """A plan, a folder that goes away at the end, and the processes that run meanwhile."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        self.plan = plan
        self.folder = folder
        self._running: list[subprocess.Popen[bytes]] = []
        self._taken = 0
        self._kept: dict[Hashable, Any] = {}
        self._open = ExitStack()

    def kept(self, name: Hashable, opened: Callable[[], AbstractContextManager[Any]]) -> Any:
        """What several rows measure, opened for the first of them and closed with the run."""
        if name not in self._kept:
            self._kept[name] = self._open.enter_context(opened())
        return self._kept[name]

    def new_folder(self, name: str) -> Path:
        """An empty folder that nobody else in this run has."""
        self._taken += 1
        path = self.folder / f"{self._taken:02}-{name}"
        path.mkdir()
        return path

    def start(
        self,
        command: Sequence[str | Path],
        folder: Path,
        environment: dict[str, str] | None = None,
        user: str | None = None,
    ) -> subprocess.Popen[bytes]:
        """Start a process whose output goes to ``output.txt`` in its folder."""
        with (folder / "output.txt").open("ab") as output:
            process = subprocess.Popen(
                [*_DIE_WITH_PARENT, *command],
                cwd=folder,
                env=python_environment() | (environment or {}),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                user=user,
                group=user,
                extra_groups=None if user is None else [],
                start_new_session=True,
            )
        self._running.append(process)
        return process

    def stop(self, process: subprocess.Popen[bytes], how: int = signal.SIGTERM) -> None:
        """End a process and all it started, by force where asking is not enough."""
        if process.poll() is None:
            process.send_signal(how)
            try:
                process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self._running.remove(process)

    def stop_all(self) -> None:
        """End whatever still runs."""
        try:
            self._open.close()
        finally:
            for process in reversed(self._running.copy()):
                self.stop(process)


@contextmanager
def workshop(plan: Plan) -> Iterator[Workshop]:
    """A workshop that is cleared away on any exit; a signal to end is one."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    CACHE.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=CACHE))
    folder.chmod(0o755)
    shop = Workshop(plan, folder)
    try:
        yield shop
    finally:
        shop.stop_all()
        shutil.rmtree(folder, ignore_errors=True)


def python_environment() -> dict[str, str]:
    """This environment, alike for both sides: no settings of the service, code kept compiled."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("SALES_")
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment | {
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONPYCACHEPREFIX": str(CACHE / "compiled"),
    }


def module(name: str, *arguments: str | Path) -> list[str | Path]:
    """The command that runs a module with this same Python."""
    return [sys.executable, "-m", name, *arguments]


def _leave(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)
