"""The clock: business dates and `received_at` come from it."""

import ctypes
import sys

from quart_app.doctor.models import Place, Verdict
from quart_app.values.instant import format_instant
from quart_app.values.spans import shown_span

_SECOND_US = 1_000_000
_JITTER_S = 5
_FIRST_YEAR, _LAST_YEAR = 2026, 2100
_UNSYNCHRONISED = 5
_TIMEX_BYTES = 512


def clock(place: Place) -> Verdict:
    """A year that can be, and not before what has been received already."""
    seen = f"{format_instant(place.now)}"
    todo = "set the machine's clock, then see that it is kept (NTP)"
    if not _FIRST_YEAR <= place.now.utc().year <= _LAST_YEAR:
        return Verdict("clock", "bad", seen, todo)
    if place.newest_received_at is not None:
        behind_s = (place.newest_received_at - place.now) // _SECOND_US
        if behind_s > _JITTER_S:
            seen += f"; the newest receipt was received {shown_span(behind_s)} after that"
            return Verdict("clock", "bad", seen, todo)
    return Verdict("clock", "ok", seen)


def synchronised(_: Place) -> Verdict:
    """Whether a time server keeps the clock, as the kernel says (adjtimex(2))."""
    name = "time server"
    if not sys.platform.startswith("linux"):
        return Verdict(name, "ok", "not known here")
    # Zeros ask and set nothing; what comes back is the clock's state.
    state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    if state < 0:
        return Verdict(name, "ok", "the kernel does not tell")
    if state == _UNSYNCHRONISED:
        todo = "turn on systemd-timesyncd or chrony; on a virtual machine its host may do it"
        return Verdict(name, "warn", "the kernel says that nothing keeps the clock", todo)
    return Verdict(name, "ok", "the kernel says that the clock is kept")
