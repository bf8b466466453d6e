"""Instants: microseconds since 1970 in UTC, read and written as RFC 3339 with an offset."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from quart_app.errors import ValueRefused

_RFC_3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII
)
_SECONDS_US = {f":{second:02d}": second * 1_000_000 for second in range(60)}
_PLAIN_CHARS = len("2026-11-21T10:15:00+03:00")
_MAX_CHARS = 64
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


_EPOCH_NAIVE = _EPOCH.replace(tzinfo=None)


class Instant(int):
    """Microseconds since 1970-01-01T00:00:00Z."""

    __slots__ = ()

    def utc(self) -> datetime:
        """The same instant as an aware datetime in UTC."""
        return _EPOCH + timedelta(microseconds=self)


def parse_instant(text: str) -> Instant:
    """Read RFC 3339 with an offset, years 2000 to 2100; digits past the microsecond are cut.

    Raises ValueRefused: ``instant_malformed`` or ``instant_out_of_range``.
    """
    return Instant(microseconds(text))


def microseconds(text: str) -> int:
    """The same as a plain integer; TypeError for what is no text."""
    if text.__class__ is not str:
        raise TypeError("an instant is a text")
    second_us = _SECONDS_US.get(text[16:19])
    # Only what is short is looked for: whatever is remembered keeps its text.
    if second_us is not None and len(text) <= _PLAIN_CHARS:
        minute_us = _minute_us(text[:16], text[19:])
        if minute_us is not None:
            return minute_us + second_us
    return int(_parsed(text))


# The receipts of a minute come together, from many tills.
@lru_cache(maxsize=4_096)
def _minute_us(minute: str, offset: str) -> int | None:
    """The start of a minute; None for what has to be read whole."""
    try:
        return int(_parsed(f"{minute}:00{offset}"))
    except ValueRefused:
        return None


def _parsed(text: str) -> Instant:
    if len(text) > _MAX_CHARS or _RFC_3339.fullmatch(text) is None:
        raise ValueRefused(
            "instant_malformed",
            f"{text[:40]!r} is not an instant with an offset, such as 2026-11-21T10:15:00+03:00",
        )
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError as error:
        raise ValueRefused("instant_malformed", f"{text[:40]!r}: {error}") from error
    instant = to_instant(moment)
    if not _FIRST <= instant < _END:
        raise ValueRefused("instant_out_of_range", f"{text[:40]!r} is not in 2000 to 2100, UTC")
    return instant


def to_instant(moment: datetime) -> Instant:
    """An aware datetime as an instant."""
    return Instant((moment - _EPOCH) // _MICROSECOND)


_FIRST = to_instant(datetime(2000, 1, 1, tzinfo=UTC))
_END = to_instant(datetime(2101, 1, 1, tzinfo=UTC))


def format_instant(instant: int, utc_offset_s: int = 0) -> str:
    """Write an instant as it reads at an offset from UTC, fractions only where there are any."""
    local = _EPOCH_NAIVE + timedelta(seconds=utc_offset_s, microseconds=instant)
    return local.isoformat() + _offset(utc_offset_s)


@lru_cache(maxsize=256)
def _offset(seconds: int) -> str:
    if seconds == 0:
        return "Z"
    # Offsets of before 1920 had seconds; RFC 3339 has none and the years begin at 2000.
    minutes = abs(seconds) // 60
    return f"{'-' if seconds < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}"
