"""How much memory a process has, and has had at most (Linux)."""

from pathlib import Path

import pytest

MIB = 1 << 20


def resident_bytes(pid: int) -> int:
    """What a process has in memory now."""
    return _status(pid, "VmRSS")


def peak_bytes(pid: int) -> int:
    """The most it had since ``forget_peak``, or since it began."""
    return _status(pid, "VmHWM")


def forget_peak(pid: int) -> None:
    """Let the peak be counted from now on."""
    Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")


def require_memory_figures() -> None:
    """Skip the test where the system does not tell."""
    if not Path("/proc/self/clear_refs").exists():
        pytest.skip("not run: needs /proc with memory figures (Linux)")


def _status(pid: int, name: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1_024
    raise ValueError(f"process {pid} has no {name}")
