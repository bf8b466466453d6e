"""Runs a Dockerfile's steps as they stand, in clean folders instead of images."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path


class Image:
    """A stage: its folder, and what the steps said of how it is run."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.workdir = root
        self.environment: dict[str, str] = {}
        self.user: int | None = None
        self.health: list[str] = []
        self.entrypoint: list[str] = []
        self.cmd: list[str] = []

    def inside(self, path: str) -> Path:
        """A path of the image, here."""
        return self.root / path.lstrip("/") if path.startswith("/") else self.workdir / path

    def note(self, step: str, words: str) -> None:
        """What a step says of how it is run."""
        if step == "ENV":
            self.environment |= dict(pair.split("=", 1) for pair in shlex.split(words))
        elif step == "USER":
            self.user = int(words.split(":", maxsplit=1)[0])
        elif step == "HEALTHCHECK":
            self.health = json.loads(words[words.index("[") :])
        elif step == "ENTRYPOINT":
            self.entrypoint = json.loads(words)
        elif step == "CMD":
            self.cmd = json.loads(words)
        else:
            assert step in {"VOLUME", "EXPOSE", "STOPSIGNAL"}, f"{step}: not known here"


def build(file: Path, place: Path) -> Image:
    """The last stage, after every step of every stage."""
    stages: dict[str, Image] = {}
    image = Image(place / "none")
    for step, words in _steps(file):
        if step == "FROM":
            name = words.split(" AS ")[-1] if " AS " in words else "last"
            image = stages[name] = Image(place / name)
            image.root.mkdir(parents=True)
        elif step == "WORKDIR":
            image.workdir = image.inside(words)
            image.workdir.mkdir(parents=True, exist_ok=True)
        elif step == "COPY":
            _copy(words, file.parent, stages, image)
        elif step == "RUN":
            _run(words, image, place)
        else:
            image.note(step, words)
    return image


def _steps(file: Path) -> list[tuple[str, str]]:
    text = re.sub(r"^#.*\n", "", file.read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    steps = [line.split(None, 1) for line in text.splitlines() if line.strip()]
    return [(step, words.strip()) for step, words in steps]


def _copy(words: str, context: Path, stages: dict[str, Image], image: Image) -> None:
    options = [word for word in words.split() if word.startswith("--")]
    *sources, target = [word for word in words.split() if not word.startswith("--")]
    named = [option.removeprefix("--from=") for option in options if option.startswith("--from=")]
    for source in sources:
        found = stages[named[0]].inside(source) if named else context / source
        to = image.inside(target)
        if found.is_dir():
            shutil.copytree(found, to, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(found, to / found.name if target.endswith("/") else to)
        owner = [option.removeprefix("--chown=") for option in options if "--chown=" in option]
        if owner and os.geteuid() == 0:
            uid, gid = map(int, owner[0].split(":"))
            for one in [to, *to.rglob("*")]:
                os.chown(one, uid, gid)


def _run(words: str, image: Image, place: Path) -> None:
    """As the image's shell would, where ``python`` is one of this machine's."""
    tools = place / "tools"
    tools.mkdir(exist_ok=True)
    python = tools / "python"
    if not python.exists():
        python.symlink_to(_python())
    subprocess.run(
        ["/bin/sh", "-e", "-c", words],
        cwd=image.workdir,
        env={"PATH": f"{tools}:/usr/local/bin:/usr/bin:/bin", "HOME": str(place)} | _index(),
        check=True,
        timeout=300,
    )


def _python() -> Path:
    """One of 3.11 to 3.13 that the image's user may start: the tests' own may be root's alone."""
    system = [Path(f"/usr/bin/python3.{minor}") for minor in (13, 12, 11)]
    found = [Path(sys.executable).resolve(), *(one for one in system if one.exists())]
    open_to_all = [one for one in found if all(up.stat().st_mode & 0o001 for up in one.parents)]
    return [*open_to_all, found[0]][0 if os.geteuid() == 0 else -1]


def _index() -> dict[str, str]:
    """Where packages come from on this machine."""
    return {name: text for name, text in os.environ.items() if name.startswith("PIP_")}
