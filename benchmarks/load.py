"""A load client that costs little: on two cores the server is to be the bottleneck.

It runs as its own process (``python -m benchmarks.load``), takes a job as JSON on standard input
and prints the result. Requests are bytes made beforehand; of an answer it reads the status, the
length and nothing else. Each connection sends its next request when it has the last one's answer.
"""

import json
import selectors
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from benchmarks.row import RowFailed, Sample
from benchmarks.workshop import module, python_environment

ID_DIGITS = 12
"""A request's number is written into it with this many digits, so that its length stays."""

_RECEIVE = 1 << 18
_DRAIN_S = 30.0
_CLIENT_LIMIT = 0.95


@dataclass(frozen=True)
class Job:
    """What to send, where and for how long."""

    port: int
    requests: list[tuple[str, str]]
    """Requests to send in turn; each is the text before its number and the text after it."""
    status: int
    """The only status that is right."""
    connections: int
    warm_up_s: float
    measured_s: float
    first_number: int = 0
    """Requests are numbered from here, so that each measurement posts receipts of its own."""
    most_a_second: int | None = None
    """A connection waits with its next request until it is due; None is as fast as they go."""


@dataclass(frozen=True)
class Load:
    """What came back within the measured time."""

    per_second: float
    p50_s: float
    p99_s: float
    answered: int
    """All answers, those while warming up included."""
    wrong: int
    """Answers with another status; one of them as an example."""
    example: str
    client_share: float
    """The share of one core that this client used: near 1 it was the bottleneck itself."""


def run(job: Job) -> Load:
    """Have another process do the job; RowFailed unless every answer had the right status."""
    limit_s = job.warm_up_s + job.measured_s + 2 * _DRAIN_S
    done = subprocess.run(
        module("benchmarks.load"),
        input=json.dumps(asdict(job)).encode(),
        stdout=subprocess.PIPE,
        env=python_environment(),
        timeout=limit_s,
        check=False,
    )
    if done.returncode:
        raise RowFailed(f"the load client ended with status {done.returncode}")
    load = Load(**json.loads(done.stdout))
    if load.wrong:
        raise RowFailed(
            f"{load.wrong} of {load.answered} answers were not {job.status}, such as {load.example}"
        )
    if load.client_share > _CLIENT_LIMIT:
        print(f"  the load client used {load.client_share:.0%} of a core", file=sys.stderr)
    return load


def rate(load: Load) -> Sample:
    """A load as requests a second."""
    return Sample(
        load.per_second,
        f"{load.per_second:,.0f}/s, p50 {load.p50_s * 1000:.1f} p99 {load.p99_s * 1000:.1f} ms",
    )


def median_time(load: Load) -> Sample:
    """A load as the time of its median answer."""
    return Sample(load.p50_s, f"{load.p50_s * 1000:.2f} ms, p99 {load.p99_s * 1000:.2f}")


def get(path: str, headers: str = "") -> tuple[str, str]:
    """A GET request, which carries no number."""
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n", ""


def post(path: str, before: str, after: str) -> tuple[str, str]:
    """A POST of a JSON body in two parts, between which the request's number is written."""
    length = len(before.encode()) + ID_DIGITS + len(after.encode())
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\n"
        f"Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    )
    return head + before, after


class _Connection:
    """A connection and how far its answer has come."""

    __slots__ = ("head", "left", "request", "sent_at", "socket", "tries")

    def __init__(self, port: int) -> None:
        self.socket = _connect(port)
        self.request = b""
        self.sent_at = 0.0
        self.head = b""
        self.left: int | None = None
        self.tries = 0


class _Client:
    """All connections of a job, on one thread."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._requests = [(head.encode(), tail.encode()) for head, tail in job.requests]
        self._number = job.first_number
        self._selector = selectors.DefaultSelector()
        self._times: list[float] = []
        self._answered = 0
        self._wrong = 0
        self._example = ""
        self._started = self._from = self._until = 0.0
        self._waiting: deque[_Connection] = deque()

    def run(self) -> Load:
        """Send until the time is over, then wait for the answers that are still out."""
        started, used = time.perf_counter(), time.process_time()
        self._started = started
        self._from = started + self._job.warm_up_s
        self._until = self._from + self._job.measured_s
        waiting = 0
        for _ in range(self._job.connections):
            connection = _Connection(self._job.port)
            self._selector.register(connection.socket, selectors.EVENT_READ, connection)
            self._send_next(connection)
            waiting += 1
        while waiting:
            if time.perf_counter() > self._until + _DRAIN_S:
                self._mistake(f"{waiting} requests without an answer", waiting)
                break
            for key, _ in self._selector.select(timeout=self._pause_s()):
                if self._receive(key.data):
                    self._waiting.append(key.data)
            waiting -= self._send_due()
        wall = time.perf_counter() - started
        times = sorted(self._times)
        return Load(
            per_second=len(times) / self._job.measured_s,
            p50_s=_quantile(times, 0.50),
            p99_s=_quantile(times, 0.99),
            answered=self._answered,
            wrong=self._wrong,
            example=self._example,
            client_share=(time.process_time() - used) / wall,
        )

    def _send_due(self) -> int:
        """Send what is due on connections that wait; how many have nothing more to do."""
        if self._times and time.perf_counter() >= self._until:
            done = len(self._waiting)
            self._waiting.clear()
            return done
        while self._waiting and self._due_in_s() <= 0:
            self._send_next(self._waiting.popleft())
        return 0

    def _due_in_s(self) -> float:
        """How long until the next request is due; late ones are made up for."""
        rate = self._job.most_a_second
        if rate is None:
            return 0.0
        sent = self._number - self._job.first_number
        return self._started + sent / rate - time.perf_counter()

    def _pause_s(self) -> float:
        return max(0.0, min(1.0, self._due_in_s())) if self._waiting else 1.0

    def _send_next(self, connection: _Connection) -> None:
        head, tail = self._requests[self._number % len(self._requests)]
        connection.request = b"%b%0*d%b" % (head, ID_DIGITS, self._number, tail) if tail else head
        self._number += 1
        connection.tries = 0
        connection.sent_at = time.perf_counter()
        connection.socket.sendall(connection.request)

    def _receive(self, connection: _Connection) -> bool:
        """Take what has come; True once the whole answer is here."""
        try:
            data = connection.socket.recv(_RECEIVE)
        except ConnectionResetError:
            data = b""
        if not data:
            self._send_again(connection)
            return False
        if connection.left is not None:
            connection.left -= len(data)
        else:
            connection.head += data
            end = connection.head.find(b"\r\n\r\n")
            if end < 0:
                return False
            connection.left = _body_length(connection.head, end) - (len(connection.head) - end - 4)
        if connection.left > 0:
            return False
        self._count(connection)
        return True

    def _count(self, connection: _Connection) -> None:
        now = time.perf_counter()
        head = connection.head
        self._answered += 1
        if int(head[9:12]) != self._job.status:
            self._mistake(head[:400].decode(errors="replace"), 1)
        # On a machine that is busy the first answer may come when the time is over.
        if now >= self._from and (now < self._until or not self._times):
            self._times.append(now - connection.sent_at)
        connection.head, connection.left = b"", None
        if b"connection: close" in head[: head.find(b"\r\n\r\n")].lower():
            self._connect_again(connection)

    def _send_again(self, connection: _Connection) -> None:
        """Servers end a connection after so many requests: the one on its way goes again."""
        connection.tries += 1
        if connection.tries > 3 or connection.head:
            raise ConnectionError("the server ends connections without an answer")
        self._connect_again(connection)
        connection.socket.sendall(connection.request)

    def _connect_again(self, connection: _Connection) -> None:
        self._selector.unregister(connection.socket)
        connection.socket.close()
        connection.socket = _connect(self._job.port)
        self._selector.register(connection.socket, selectors.EVENT_READ, connection)

    def _mistake(self, example: str, count: int) -> None:
        self._wrong += count
        self._example = self._example or example


def _connect(port: int) -> socket.socket:
    connected = socket.create_connection(("127.0.0.1", port), timeout=_DRAIN_S)
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connected


def _body_length(head: bytes, end: int) -> int:
    if head[9:12] in (b"204", b"304"):
        return 0
    names = head[:end].lower()
    at = names.find(b"\r\ncontent-length:")
    if at < 0:
        raise ConnectionError(f"an answer without Content-Length: {head[:200]!r}")
    return int(names[at + 17 :].partition(b"\r\n")[0])


def _quantile(times: Sequence[float], share: float) -> float:
    return times[min(len(times) - 1, int(share * len(times)))] if times else 0.0


if __name__ == "__main__":
    _job = json.load(sys.stdin)
    print(json.dumps(asdict(_Client(Job(**_job)).run())))
