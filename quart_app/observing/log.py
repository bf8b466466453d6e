"""The log: lines of JSON for machines, or of text for people; a line each, whatever is in it."""

import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote_plus, urlsplit

import msgspec

from quart_app.clock import Clock
from quart_app.observing.form import LogFormat
from quart_app.observing.lines import Lines
from quart_app.values.instant import Instant

_STDERR = 2
_LONGEST = 1_000
_SECRET = re.compile(r"key|token|secret|password|auth|signature|^code$", re.IGNORECASE)
# A key of ours, or the operator's pass, wherever a client has put it.
_KEY = re.compile(r"\b(sk_\d+|operator)_[\w-]{20,}", re.ASCII)
_TRACE = logging.Formatter()
_encode = msgspec.json.Encoder().encode


class RequestLine(msgspec.Struct, omit_defaults=True):
    """What is logged of a request; ``time`` is when it was answered, in UTC."""

    time: str
    level: str
    event: str
    request_id: str
    method: str
    path: str
    status: int
    ms: float
    bytes: int | None
    remote: str
    query: str = ""
    key: str = ""
    """The name of the key it came with."""


class EventLine(msgspec.Struct, omit_defaults=True):
    """What is logged of anything else; ``event`` is the module that says it."""

    time: str
    level: str
    event: str
    message: str
    request_id: str = ""
    traceback: str = ""


class Log(logging.Handler):
    """Makes the lines of requests, and those of all that is said through ``logging``."""

    def __init__(self, clock: Clock, *, is_text: bool, descriptor: int = _STDERR) -> None:
        super().__init__()
        self._clock = clock
        self._line = _text_line if is_text else _json_line
        self._second, self._second_text = -1, ""
        self._lines = Lines(descriptor, self._drops)

    @property
    def dropped(self) -> int:
        """Lines that nobody took."""
        return self._lines.dropped

    def request(self, line: RequestLine) -> None:
        """Log a request; its time is filled in."""
        line.time = self._now()
        self._lines.put(self._line(line))

    def emit(self, record: logging.LogRecord) -> None:
        """Log what is said through ``logging``."""
        try:
            text = record.getMessage()
            trace = _TRACE.formatException(record.exc_info) if record.exc_info else ""
            line = EventLine(
                time=_text(Instant(int(record.created * 1_000_000))),
                level=record.levelname.lower(),
                event=record.name.removeprefix("quart_app."),
                message=_encodable(text),
                request_id=getattr(record, "request_id", ""),
                traceback=_encodable(trace),
            )
            self._lines.put(self._line(line))
        except Exception:  # noqa: BLE001 - what cannot be logged must not stop what logs it
            self.handleError(record)

    def close(self) -> None:
        """Write what waits."""
        self._lines.close()
        super().close()

    def _now(self) -> str:
        second, part = divmod(self._clock.now(), 1_000_000)
        if second != self._second:
            self._second, self._second_text = second, _text(Instant(second * 1_000_000))[:19]
        return f"{self._second_text}.{part // 1_000:03}Z"

    def _drops(self, count: int) -> bytes:
        message = f"{count} lines of the log were dropped: nobody read them"
        return self._line(EventLine(_text(self._clock.now()), "warning", "log", message))


@contextmanager
def logging_to_stderr(level: str, form: LogFormat, clock: Clock) -> Iterator[Log]:
    """Log to standard error for the length of a block: text where it is a terminal, or JSON."""
    log = Log(clock, is_text=form == "text" or (form == "auto" and os.isatty(_STDERR)))
    root, ours = logging.getLogger(), logging.getLogger("quart_app")
    # What others say in detail may have headers or values in it, and with them keys.
    root.setLevel(max(logging.WARNING, logging.getLevelName(level.upper())))
    ours.setLevel(level.upper())
    root.addHandler(log)
    logging.captureWarnings(True)
    try:
        yield log
    finally:
        root.removeHandler(log)
        log.close()


def shown_path(raw: bytes) -> str:
    """A path as it was sent; of a whole address only the path, since it may name a password."""
    path = raw.decode("latin-1")
    return _without_keys(path if path.startswith("/") else urlsplit(path).path)[:_LONGEST]


def shown_query(raw: bytes) -> str:
    """A query as it was sent, but for what looks like a secret by its name."""
    shown = []
    for part in raw.decode("latin-1").split("&"):
        name, equals, _ = part.partition("=")
        is_secret = equals and _SECRET.search(unquote_plus(name))
        shown.append(f"{name}=***" if is_secret else part)
    return _without_keys("&".join(shown))[:_LONGEST]


def _without_keys(text: str) -> str:
    return _KEY.sub(r"\1_***", text)


def _json_line(line: RequestLine | EventLine) -> bytes:
    return _encode(line) + b"\n"


def _text_line(line: RequestLine | EventLine) -> bytes:
    if isinstance(line, RequestLine):
        target = f"{line.path}?{line.query}" if line.query else line.path
        said = f"{line.method} {target} {line.status} {line.ms} ms {line.bytes} B {line.remote}"
        said = f"{said} {line.key}" if line.key else said
    else:
        said = f"{line.level} {line.event}: {line.message}"
    said = f"{line.time[11:-1]} {said}" + (f" [{line.request_id}]" if line.request_id else "")
    trace = line.traceback.splitlines() if isinstance(line, EventLine) else []
    return "".join(
        f"{_printable(text)}\n" for text in [said, *map("  | {}".format, trace)]
    ).encode()


def _printable(text: str) -> str:
    """A text that moves no cursor and begins no line of its own."""
    if text.isprintable():
        return text
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode() for one in text
    )


def _text(instant: Instant) -> str:
    return instant.utc().isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _encodable(text: str) -> str:
    return text.encode(errors="backslashreplace").decode()
