"""The container without an engine: its steps as they stand, and what they made."""

import os
import re
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.packaging.containerfile import Image, build
from tests.service import ROOT


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder that the container's user may enter, which pytest's own is not."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="module")
def image(place: Path) -> Image:
    return build(ROOT / "Dockerfile", place)


@pytest.fixture(scope="module")
def port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def started(image: Image, words: list[str], port: int) -> subprocess.Popen[str]:
    """What the container would run, as its user, knowing nothing but its own environment."""
    settings = {
        name: text.replace("/quart_app/", f"{image.workdir}/")
        for name, text in image.environment.items()
    }
    is_root = os.geteuid() == 0
    return subprocess.Popen(
        words,
        cwd=image.workdir,
        env=settings | {"SALES_PORT": str(port)},
        user=image.user if is_root else None,
        group=image.user if is_root else None,
        extra_groups=[] if is_root else None,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def done(image: Image, words: list[str], port: int) -> tuple[int, str]:
    process = started(image, words, port)
    said = process.communicate(timeout=60)[0]
    return process.returncode, said


def test_the_container_wants_a_key_then_serves_is_healthy_and_ends(image: Image, port: int) -> None:
    status, said = done(image, [*image.entrypoint, *image.cmd], port)
    assert status == 1
    assert "key create" in said
    key = ["key", "create", "--role", "manager", "--name", "owner"]
    status, said = done(image, [*image.entrypoint, *key], port)
    assert status == 0, said
    process = started(image, [*image.entrypoint, *image.cmd], port)
    assert process.stdout is not None
    lines = iter(process.stdout)
    try:
        assert any(f":{port}" in line for line in lines if "Serving on" in line)
        assert any("/welcome with this code" in line for line in lines)
        health = [word.replace(":8000", f":{port}") for word in image.health]
        assert done(image, health, port) == (0, "")
        address = f"http://127.0.0.1:{port}"
        page = httpx.get(f"{address}/welcome", headers={"Accept-Language": "ru"})
        assert 'lang="ru"' in page.text
        parts = re.findall(r'(?:href|src)="(/[^"]+\.(?:css|js|svg)[^"]*)"', page.text)
        assert len(parts) >= 2
        for path in (*parts, "/docs"):
            assert httpx.get(address + path).status_code == 200, path
    finally:
        process.send_signal(signal.SIGTERM)
        rest = process.communicate(timeout=60)[0]
    assert process.returncode == 0, rest
    assert done(image, health, port)[0] != 0
    assert (image.workdir / "data" / "sales.db").stat().st_uid == (
        image.user if os.geteuid() == 0 else os.geteuid()
    )


def test_what_is_not_named_stays_outside(image: Image) -> None:
    """No tests, no data, no settings of this machine; the final stage has what runs and no more."""
    assert {one.name for one in image.workdir.iterdir()} == {".venv", "data"}
    ignored = (ROOT / ".dockerignore").read_text().split()
    copied = re.findall(
        r"^COPY (?!--from)(.*) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE
    )
    named = {f"!{name}" for line in copied for name in line.split()}
    assert ignored[0] == "*"
    assert set(ignored[1:]) - {"**/__pycache__"} == named


def test_compose_knows_the_same_places() -> None:
    compose = (ROOT / "compose.yaml").read_text()
    dockerfile = (ROOT / "Dockerfile").read_text()
    (volume,) = re.findall(r"^VOLUME (\S+)$", dockerfile, re.MULTILINE)
    (exposed,) = re.findall(r"^EXPOSE (\d+)$", dockerfile, re.MULTILINE)
    assert f"- data:{volume}\n" in compose
    assert f'- "127.0.0.1:8000:{exposed}"\n' in compose
