"""README: what it shows is what happens."""

import re

import msgspec
import pytest

from quart_app.sales.from_csv import COLUMNS
from quart_app.settings import Settings
from tests.consoles import consoles, require_what_is_shown
from tests.service import ROOT, Service

LANGUAGES = ["README.md", "README.ru.md"]


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_command_prints_what_is_shown(demonstration: Service, name: str) -> None:
    require_what_is_shown((ROOT / name).read_text(), demonstration, 7)


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
        base = (
            demonstration.url
            if path in ("/healthz", "/readyz", "/metrics")
            else demonstration.url + "/api/v1"
        )
        assert demonstration.client.get(base + path).status_code == 200, path


@pytest.mark.parametrize("file", [*LANGUAGES, "CONTRIBUTING.md", "CHANGELOG.md", "seed/README.md"])
def test_links_lead_somewhere(file: str) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", (ROOT / file).read_text()):
        assert ((ROOT / file).parent / target).exists(), target


@pytest.mark.parametrize("file", [*LANGUAGES, "CONTRIBUTING.md"])
def test_make_targets_that_are_named_are_there(file: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`make (\w+)`", (ROOT / file).read_text())) <= targets
