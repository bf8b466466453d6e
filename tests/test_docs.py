"""The documents for tills and for those who trust the figures: what they say is so."""

import ast
import re
from functools import cache

import pytest

from tests.consoles import require_what_is_shown
from tests.service import ROOT, Service

DOCS = ROOT / "docs"
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


@cache
def in_file(file: str) -> set[str]:
    """The tests of a file, as they stand in its code."""
    tree = ast.parse((ROOT / file).read_text())
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {one.name for one in tree.body if isinstance(one, kinds) and one.name[:5] == "test_"}


def test_every_command_for_tills_prints_what_is_shown(demonstration: Service) -> None:
    require_what_is_shown((DOCS / "tills.md").read_text(), demonstration, 14)


def test_the_client_that_is_shown_is_the_one_that_is_tested() -> None:
    shown = re.findall(r"```python\n(.*?)```", (DOCS / "tills.md").read_text(), re.DOTALL)
    assert shown == [(DOCS / "till_client.py").read_text()]


def test_every_test_that_is_named_is_there() -> None:
    named = NAMED.findall((DOCS / "guarantees.md").read_text())
    assert len(named) > 30
    assert [one for one in named if one[1] not in in_file(one[0])] == []


def test_every_promise_names_its_test() -> None:
    text = (DOCS / "guarantees.md").read_text().partition("## What is not promised")[0]
    rows = [line for line in text.splitlines() if line[:2] == "| " and line[:9] != "| promise"]
    assert len(rows) > 25
    assert [row for row in rows if row.count(" | ") != 2 or not NAMED.search(row)] == []


@pytest.mark.parametrize(
    "name", ["tills.md", "guarantees.md", "limits.md", "metrics.md", "people.md"]
)
def test_links_lead_somewhere(name: str) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", (DOCS / name).read_text()):
        assert (DOCS / target).exists(), target


def test_limits_are_those_of_the_code() -> None:
    from quart_app.sales.taking.batch import MAX_RECEIPTS
    from quart_app.web.streams import MAX_ITEM_BYTES, MAX_SENT_BYTES, MAX_UNPACKED_BYTES

    said = (
        f"At most {MAX_RECEIPTS:,} receipts, {MAX_SENT_BYTES >> 20} MiB as sent, "
        f"{MAX_UNPACKED_BYTES >> 20} MiB unpacked, {MAX_ITEM_BYTES >> 20} MiB a receipt"
    )
    assert said in (DOCS / "tills.md").read_text()


def test_the_limits_of_http_are_those_of_the_code() -> None:
    from quart_app.settings import Settings
    from quart_app.web import bodies, limits

    text, usual = (DOCS / "limits.md").read_text(), Settings()
    for said in (
        f"| {limits.MAX_HEAD_BYTES >> 10} KiB, {limits.MAX_HEADERS} headers |",
        f"| time for a head, the pause before it included | {limits.HEAD_S} s |",
        f"| never {limits.BODY_S} s behind {limits.SLOWEST_BYTES_S:,} bytes a second |",
        f"| may pause for {limits.LAST_BODIES_S} s |",
        f"| {bodies.MAX_JSON_BYTES >> 20} MiB, {bodies.MAX_CSV_BYTES >> 20} MiB |",
        f"| {limits.MAX_LARGE_BODIES_BYTES >> 20} MiB together |",
        f"| {limits.ANSWER_S} s for each part",
        f"| {limits.HALF_CLOSED_S} s | closed |",
        f"| {usual.connections_per_client} | 503",
        f"| {usual.connections} | 503",
        f"| {usual.queue_size:,} | 503",
        f"| {usual.report_timeout_s} s | 503",
    ):
        assert said in text
