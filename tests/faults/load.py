"""Clients: plain HTTP/1.1 over asyncio, cheap enough not to be what is measured."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.faults.ledger import Ledger
from tests.faults.receipts import Receipt
from tests.service import API, Service

SALES = f"{API}/sales"
ANSWER_S = 60
"""Nobody waits longer for an answer: a service that hangs fails the test."""


@dataclass(frozen=True)
class Answer:
    """A response."""

    status: int
    headers: dict[str, str]
    body: bytes


class HungUp(ConnectionError):
    """The service closed the connection where an answer was due."""


class Connection:
    """A connection that is kept alive from answer to answer."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.is_open = True

    @classmethod
    async def open(cls, service: Service, source: str = "127.0.0.1") -> "Connection":
        """Connect from an address of the loopback; ConnectionError where nobody listens."""
        url = urlsplit(service.url)
        return cls(*await asyncio.open_connection(url.hostname, url.port, local_addr=(source, 0)))

    async def post(self, body: bytes, *, content_type: str = "application/json") -> Answer:
        """Post a sale and read the answer; ConnectionError where none comes."""
        await self.send(request(body, content_type=content_type))
        return await self.answer()

    async def send(self, raw: bytes) -> None:
        """Send bytes as they are."""
        self._writer.write(raw)
        await self._writer.drain()

    async def answer(self) -> Answer:
        """Read one answer."""
        try:
            async with asyncio.timeout(ANSWER_S):
                head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                status, *lines = head.split("\r\n")
                pairs = (line.partition(":") for line in lines if line)
                headers = {name.lower(): text.strip() for name, _, text in pairs}
                body = await self._reader.readexactly(int(headers.get("content-length", "0")))
        except asyncio.IncompleteReadError as error:
            raise HungUp("the connection ended before the answer did") from error
        self.is_open = headers.get("connection", "").lower() != "close"
        return Answer(int(status.split()[1]), headers, body)

    async def close(self) -> None:
        """Close this side."""
        self.is_open = False
        self._writer.close()
        try:
            await self._writer.wait_closed()
        except ConnectionError:
            # The other side had closed it, or was killed: it is closed all the same.
            return

    def abort(self) -> None:
        """Hang up without a word, whatever has not been sent yet."""
        self.is_open = False
        self._writer.transport.abort()


def request(
    body: bytes,
    *,
    content_type: str = "application/json",
    length: int | None = None,
    method: str = "POST",
    target: str = SALES,
    headers: str = "",
) -> bytes:
    """A whole request, for a sale unless told otherwise; ``length`` lies about the body's."""
    head = (
        f"{method} {target} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {content_type}\r\n"
        f"Content-Length: {len(body) if length is None else length}\r\n{headers}\r\n"
    )
    return head.encode("latin-1") + body


class Load:
    """Connections that post one receipt after another until stopped or refused."""

    def __init__(
        self, service: Service, ledger: Ledger, source: Iterator[Receipt], connections: int
    ) -> None:
        self._service = service
        self.ledger = ledger
        self.source = source
        self._connections = connections
        self.is_stopping = False

    async def run(self) -> None:
        """Post until stopped, or until every connection has been refused."""
        async with asyncio.TaskGroup() as clients:
            for _ in range(self._connections):
                clients.create_task(self._client())

    async def turn(self, connection: Connection) -> bool:
        """Send the next and note the answer; False when there is none left to send."""
        receipt = next(self.source, None)
        if receipt is not None:
            self.ledger.sends(receipt)
            answer = await connection.post(receipt.body)
            self.ledger.answered(receipt, answer.status)
            if answer.status >= 500:
                await asyncio.sleep(0.02)
        return receipt is not None

    async def _client(self) -> None:
        connection = None
        try:
            while not self.is_stopping:
                if connection is None or not connection.is_open:
                    if connection is not None:
                        await connection.close()
                    try:
                        connection = await Connection.open(self._service)
                    except ConnectionError:
                        return
                try:
                    if not await self.turn(connection):
                        return
                except ConnectionError:
                    # Killed or closed: what was sent stays unacknowledged; see who still listens.
                    connection.is_open = False
        finally:
            if connection is not None:
                await connection.close()


@contextmanager
def under_load(
    service: Service,
    ledger: Ledger,
    source: Iterator[Receipt],
    connections: int = 48,
    kind: type[Load] = Load,
) -> Iterator[Callable[[], bool]]:
    """Post from a thread for the length of the block; gives a function: are any still posting?"""
    load = kind(service, ledger, source, connections)
    with ThreadPoolExecutor(1) as pool:
        running: Future[None] = pool.submit(asyncio.run, load.run())
        try:
            yield lambda: not running.done()
        finally:
            load.is_stopping = True
        running.result()


def deliver(
    service: Service, ledger: Ledger, receipts: Iterable[Receipt], connections: int = 16
) -> None:
    """Post each of these once and wait for all the answers."""
    asyncio.run(Load(service, ledger, iter(receipts), connections).run())


def send_batch(service: Service, ledger: Ledger, batch: list[Receipt]) -> None:
    """Post these as one batch, of which each must be counted."""
    for receipt in batch:
        ledger.sends(receipt)
    told = service.post(
        "/sales/batch",
        content=b"\n".join(receipt.body for receipt in batch),
        headers={"Content-Type": "application/x-ndjson"},
    ).json()
    assert told["created"] == len(batch), told["results"][:3]
    for receipt in batch:
        ledger.answered(receipt, 201)
