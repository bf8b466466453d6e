"""What the tests of faults share."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.faults.table import ROW, Row
from tests.service import Service

Start = Callable[..., Service]
"""Starts a service as ``Service`` does, and sees to it that none outlives its test."""


@pytest.fixture
def row(request: pytest.FixtureRequest) -> Row:
    """The row that a test fills in; its marker names it."""
    named: Row = request.node.stash[ROW]
    return named


@pytest.fixture
def start() -> Iterator[Start]:
    """Start services; those that still run when the test ends are killed."""
    started = []

    def begin(*arguments: Any, **options: Any) -> Service:
        started.append(Service(*arguments, **options))
        return started[-1]

    yield begin
    for service in started:
        service.client.close()
        if service.process.returncode is None:
            service.process.kill()
            service.process.communicate()
