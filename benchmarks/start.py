"""How soon the service answers after its start, and what it holds while nothing happens."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from benchmarks.lines import stocked
from benchmarks.machine import resident_mb
from benchmarks.row import EXTRA, TIME, Contest, Row, Sample
from benchmarks.servers import Server, rival, service
from benchmarks.workshop import Workshop

_SETTLE_S = 0.5


def _contest(
    sample: Callable[[Server], Sample],
) -> Callable[[Workshop], AbstractContextManager[Contest]]:
    @contextmanager
    def contest(shop: Workshop) -> Iterator[Contest]:
        database = stocked(shop, lines=0)

        def ours() -> Sample:
            with service(shop, database) as server:
                return sample(server)

        def other() -> Sample:
            with rival(shop, "bare_quart") as server:
                return sample(server)

        # The first start of each compiles its modules, which is not what is asked.
        ours()
        other()
        yield Contest(ours, other)

    return contest


def _start(server: Server) -> Sample:
    return Sample(server.started_in_s, f"{server.started_in_s * 1000:.0f} ms")


def _memory(server: Server) -> Sample:
    time.sleep(_SETTLE_S)
    held = resident_mb(server.pid)
    return Sample(held, f"{held:.0f} MB")


ROWS = [
    Row(
        "start",
        "start until the first answer",
        "a bare Quart app",
        TIME,
        1.5,
        _contest(_start),
        quick=True,
    ),
    Row(
        "memory",
        "memory held when idle (RSS)",
        "a bare Quart app",
        EXTRA,
        40,
        _contest(_memory),
        quick=True,
    ),
]
