"""A progress bar for work that has several parts."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import click


class Bars:
    """Is told the part that is being done, how much of it is done and how much there is."""

    def __init__(self, open_one: ExitStack) -> None:
        self._open_one = open_one
        self._part = ""

    def __call__(self, part: str, done: int, of: int) -> None:
        """Show it; a new part has a new bar."""
        if part != self._part:
            self.end()
            bar = click.progressbar(length=1, label=part, file=sys.stderr)
            self._part, self._bar = part, self._open_one.enter_context(bar)
        self._bar.length = max(of, 1)
        self._bar.update(done - self._bar.pos)

    def end(self) -> None:
        """Leave the bar there is, so that something else may be written below it."""
        self._open_one.close()
        self._part = ""


@contextmanager
def progress() -> Iterator[Bars]:
    """Bars on standard error, a line a part where that is no terminal."""
    with ExitStack() as open_one:
        yield Bars(open_one)
