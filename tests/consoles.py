"""Console blocks of a document: each command is run, and prints what is shown."""

import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator

from tests.service import ROOT, Service, environment

ADDRESS = "http://127.0.0.1:8000"
PATIENCE_S = 30
# When things came in, and how late, are the only things that differ.
_MOMENT = re.compile(
    r'("(?:received_at|generated_at|last_received_at|voided_at)":)"[^"]*"|("clock_skew_s":)-?\d+|("request_id":)"[^"]*"'
)


def consoles(text: str) -> Iterator[tuple[str, str]]:
    """Each command of the console blocks, with what is shown below it."""
    for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL):
        for call in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            lines = call.splitlines()
            length = 1
            while not _complete("\n".join(lines[:length])):
                length += 1
            yield "\n".join(lines[:length]), "\n".join(lines[length:]).strip()


def _complete(words: str) -> bool:
    try:
        shlex.split(words)
    except ValueError:
        return False
    return not words.endswith("\\")


def without_moments(text: str) -> str:
    """A text that is the same whenever it was printed."""
    return _MOMENT.sub(r"\1\2\3", text)


def printed(words: str, service: Service) -> str:
    """What a command prints beside a service."""
    words = words.replace(ADDRESS, service.url)
    done = subprocess.run(
        ["bash", "-c", words.replace(".venv/bin/python", shlex.quote(sys.executable))],
        cwd=ROOT,
        env=environment(service.database, {}) | {"COLUMNS": "80"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.replace("\r\n", "\n").strip()


def require_what_is_shown(text: str, service: Service, count: int) -> None:
    """Run every command of a document; what goes on by itself is given time where one reads."""
    shown = list(consoles(text))
    assert len(shown) == count
    for words, expected in shown:
        end = time.monotonic() + PATIENCE_S
        found = without_moments(printed(words, service))
        while found != without_moments(expected) and " -X " not in words and time.monotonic() < end:
            time.sleep(0.1)
            found = without_moments(printed(words, service))
        assert found == without_moments(expected), words
