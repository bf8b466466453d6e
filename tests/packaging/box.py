"""A box in a folder: the places of docs/operating.md lie below it, and systemd is a few lines."""

import os
import shlex
import shutil
import socket
import subprocess
import sys
from pathlib import Path

from tests.service import ROOT

_PLACES = ("/opt/", "/etc/", "/var/lib/quart_app", "/mnt/", "/tmp/drill", "/usr/local/sbin/")
_SYSTEMCTL = """#!/bin/sh
# Starts and stops the one service, as systemd would; edits and timers are nobody's here.
here={root}
ended() {{ ! grep -q . "/proc/$1/cmdline" 2>/dev/null; }}
stop() {{
    [ -f "$here/pid" ] || return 0
    pid=$(cat "$here/pid")
    kill "$pid"
    until ended "$pid"; do sleep 0.1; done
    rm "$here/pid"
}}
start() {{
    (
        set -a
        . "$here/etc/quart_app.env"
        exec "$here/opt/quart_app/quart_app.pyz" serve >>"$here/log" 2>&1
    ) &
    echo $! >"$here/pid"
    until curl --fail --silent http://127.0.0.1:{port}/healthz; do
        ended $! && exit 1
        sleep 0.1
    done
}}
case "$*" in
"enable --now quart_app" | "start quart_app") start ;;
"restart quart_app") stop; start ;;
"stop quart_app") stop ;;
*-away*) exit 1 ;;
esac
"""
_SYSTEMD_RUN = """#!/bin/sh
while [ "${1#--}" != "$1" ]; do shift; done
exec "$@"
"""


class Box:
    """Runs the page's blocks as they stand, but for where their places are."""

    def __init__(self, root: Path) -> None:
        self.root = root
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            self.port = int(taken.getsockname()[1])
        for place in (
            "bin",
            "opt",
            "etc/systemd/system",
            "usr/local/sbin",
            "var/lib/quart_app",
            "mnt/stick",
            "mnt/backup-disk",
        ):
            (root / place).mkdir(parents=True)
        shutil.copytree(ROOT / "packaging", root / "packaging")
        python = shlex.quote(sys.executable)
        self._program("quart_app.pyz", f'#!/bin/sh\nexec {python} -m quart_app "$@"\n')
        self._program("bin/systemctl", _SYSTEMCTL.format(root=root, port=self.port))
        self._program("bin/systemd-run", _SYSTEMD_RUN)
        for name in ("journalctl", "useradd"):
            self._program(f"bin/{name}", "#!/bin/sh\n")

    def run(self, block: str) -> str:
        """A block; what it printed. It fails where any of its commands does."""
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", self._here(block)],
            cwd=self.root,
            env={
                "PATH": f"{self.root}/bin:{self.root}/usr/local/sbin:{os.environ['PATH']}",
                "PYTHONPATH": str(ROOT),
                "SALES_DATABASE": str(self.root / "var/lib/quart_app/sales.db"),
                "SALES_PORT": str(self.port),
            },
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, (block, done.stdout, done.stderr)
        command = self.root / "usr/local/sbin/quart_app"
        if command.exists() and str(self.root) not in command.read_text():
            command.write_text(self._here(command.read_text()))
        return done.stdout

    def set(self, lines: str) -> None:
        """Lines for the service's settings."""
        with (self.root / "etc/quart_app.env").open("a") as file:
            file.write(self._here(lines))

    def _here(self, text: str) -> str:
        for place in _PLACES:
            text = text.replace(place, f"{self.root}{place}")
        made = sorted((self.root / "mnt/backup-disk").glob("sales-*.backup"))
        if made:
            text = text.replace("sales-20261121-160515-000000Z.backup", made[-1].name)
        # The box has no user of that name, and another port is free.
        text = text.replace(" -o quart_app", "").replace("127.0.0.1:8000", f"127.0.0.1:{self.port}")
        return text.replace("python -m quart_app", f"{shlex.quote(sys.executable)} -m quart_app")

    def _program(self, name: str, text: str) -> None:
        file = self.root / name
        file.write_text(text)
        file.chmod(0o755)
