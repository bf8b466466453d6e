"""README and docs: what they show is what happens."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from quart_app.sales.from_csv import COLUMNS
from quart_app.settings import Settings
from tests.service import ROOT, Service, command, environment, serving

LANGUAGES = ["README.md", "README.ru.md"]
ADDRESS = "http://127.0.0.1:8000"
# The moments at which a receipt came in and a report was made are the only things that differ.
MOMENT = re.compile(r'("(?:received_at|generated_at)":)"[^"]*"')


def consoles(text: str) -> Iterator[tuple[str, str]]:
    """Each command of the console blocks, with what is shown below it."""
    for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL):
        for call in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            lines = call.splitlines()
            length = 1
            while not complete("\n".join(lines[:length])):
                length += 1
            yield "\n".join(lines[:length]), "\n".join(lines[length:]).strip()


def complete(words: str) -> bool:
    try:
        shlex.split(words)
    except ValueError:
        return False
    return not words.endswith("\\")


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    database = tmp_path_factory.mktemp("readme") / "sales.db"
    for kind in ("stores", "products"):
        done = command("import", kind, f"seed/{kind}.csv", database=database, currency="USD")
        assert done.returncode == 0, done.stderr
    return database


@pytest.fixture
def demonstration(stocked: Path, tmp_path: Path) -> Iterator[Service]:
    database = tmp_path / "sales.db"
    database.write_bytes(stocked.read_bytes())
    with serving(database, currency="USD") as service:
        yield service


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_command_prints_what_is_shown(demonstration: Service, name: str) -> None:
    shown = list(consoles((ROOT / name).read_text()))
    assert len(shown) == 7
    for words, expected in shown:
        done = subprocess.run(
            [
                "bash",
                "-c",
                words.replace(ADDRESS, demonstration.url).replace(
                    ".venv/bin/python", shlex.quote(sys.executable)
                ),
            ],
            cwd=ROOT,
            env=environment(demonstration.database, {}) | {"COLUMNS": "80"},
            capture_output=True,
            text=True,
            check=True,
        )
        printed = done.stdout.replace("\r\n", "\n").strip()
        assert MOMENT.sub(r"\1", printed) == MOMENT.sub(r"\1", expected), words


def test_both_languages_show_the_same() -> None:
    english, russian = ((ROOT / name).read_text() for name in LANGUAGES)
    assert [words for words, _ in consoles(english)] == [words for words, _ in consoles(russian)]
    assert english.count("\n## ") == russian.count("\n## ")
    for pattern in (r"`(?:GET|POST|PUT|PATCH|DELETE)[^`]*`", r"`SALES_\w+`", r"```sh\n(.*?)```"):
        assert re.findall(pattern, english, re.DOTALL) == re.findall(pattern, russian, re.DOTALL)


@pytest.mark.parametrize("name", LANGUAGES)
def test_the_tables_are_complete(name: str) -> None:
    text = (ROOT / name).read_text()
    for field in msgspec.structs.fields(Settings):
        assert f"| `SALES_{field.name.upper()}` | `{field.default}` |" in text
    columns = re.search(r"\| `(receipt_id,[^`]*)`", text)
    assert columns is not None
    assert set(re.findall(r"\w+", columns[1])) == set(COLUMNS)


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_route_of_the_api_is_named_and_is_there(demonstration: Service, name: str) -> None:
    text = (ROOT / name).read_text()
    for path in re.findall(r"`GET (/[^` {]*)`", text):
        base = demonstration.url if path == "/healthz" else demonstration.url + "/api/v1"
        assert demonstration.client.get(base + path).status_code == 200, path


@pytest.mark.parametrize("file", [*LANGUAGES, "CONTRIBUTING.md", "CHANGELOG.md", "seed/README.md"])
def test_links_lead_somewhere(file: str) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", (ROOT / file).read_text()):
        assert ((ROOT / file).parent / target).exists(), target


@pytest.mark.parametrize("file", [*LANGUAGES, "CONTRIBUTING.md"])
def test_make_targets_that_are_named_are_there(file: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`make (\w+)`", (ROOT / file).read_text())) <= targets
