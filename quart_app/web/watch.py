"""One timer a connection for all that its client may be late with."""

import asyncio
from collections.abc import Callable

Due = tuple[float, Callable[[], object]]
"""When it is late, by the loop's clock, and what is done then."""

_LOOK_S = 5


class Watch:
    """What a client owes: bytes to send, bytes to read.

    The timer is not set anew for each request. It looks every few seconds, or sooner where
    something is due sooner than that when it looks.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.incoming: Due | None = None
        """What the client has to send."""
        self.outgoing: Due | None = None
        """What the client has to read."""
        self._loop = loop
        self._is_over = False
        self._timer = loop.call_later(_LOOK_S, self.look)

    def within(self, seconds: float, late: Callable[[], object]) -> Due:
        """Due in so many seconds; what is due in less than five may be seen five late."""
        return self._loop.time() + seconds, late

    def look(self) -> None:
        """See to what is late, and when to look again."""
        self._timer.cancel()
        now = self._loop.time()
        if self.incoming is not None and self.incoming[0] <= now:
            late, self.incoming = self.incoming[1], None
            late()
        if self.outgoing is not None and self.outgoing[0] <= now:
            late, self.outgoing = self.outgoing[1], None
            late()
        if not self._is_over:
            dues = [due[0] for due in (self.incoming, self.outgoing) if due is not None]
            self._timer.cancel()
            self._timer = self._loop.call_at(min([now + _LOOK_S, *dues]), self.look)

    def end(self) -> None:
        """Look no more, and hold on to nothing."""
        self._is_over = True
        self.incoming = self.outgoing = None
        self._timer.cancel()
