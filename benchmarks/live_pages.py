"""What 200 open live pages cost the posts: the same service with them and without.

The pages are sockets of another process (``python -m benchmarks.live_pages PORT COUNT ADDRESS
TOKEN``), which reads what comes and throws it away. The receipts are of today, so that every
second has news.
"""

import itertools
import selectors
import shutil
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http import HTTPStatus

from benchmarks import load
from benchmarks.chain import Chain
from benchmarks.lines import stocked
from benchmarks.posts import NUMBER, PATH, body
from benchmarks.row import RATE, Contest, Row, RowFailed, Sample
from benchmarks.servers import Server, service
from benchmarks.visitor import signed_in
from benchmarks.workshop import Workshop, module, python_environment

_PAGES = 200
_REQUEST = "GET /live HTTP/1.1\r\nHost: localhost\r\n"
_BODIES, _LINES = 2_000, 3
_NUMBERS_A_ROUND = 10_000_000
_RESET = struct.pack("ii", 1, 0)
_RECEIVE = 1 << 18
_SETTLE_S = 2.0


def follow(port: int, count: int, address: str, token: str) -> None:
    """Open the pages, say so, and read until standard input ends; then say how much came."""
    selector, received = selectors.DefaultSelector(), 0
    for _ in range(count):
        page = socket.create_connection(("127.0.0.1", port), source_address=(address, 0))
        page.sendall(f"{_REQUEST}Cookie: session={token}\r\n\r\n".encode())
        # Reset when this ends: a page that has only closed its side is noticed with the next event,
        # and its place is taken until then.
        page.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        page.setblocking(False)
        selector.register(page, selectors.EVENT_READ)
    selector.register(sys.stdin, selectors.EVENT_READ)
    print("open", flush=True)
    while True:
        for key, _ in selector.select():
            if key.fileobj is sys.stdin:
                print(received)
                return
            assert isinstance(key.fileobj, socket.socket)
            data = key.fileobj.recv(_RECEIVE)
            if not data:
                raise SystemExit("a page was closed")
            received += len(data)


@contextmanager
def open_pages(port: int, number: int, token: str) -> Iterator[None]:
    """The pages, open for the length of a block, in which something must have come.

    Each time from another address: one has its share of the connections, and those of the round
    before may not be gone yet.
    """
    address = f"127.0.1.{number % 250 + 1}"
    with subprocess.Popen(
        module("benchmarks.live_pages", str(port), str(_PAGES), address, token),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=python_environment(),
    ) as process:
        assert process.stdout is not None
        if process.stdout.readline() != "open\n":
            raise RowFailed("the pages did not open")
        time.sleep(_SETTLE_S)
        yield
        said, _ = process.communicate()
        if process.returncode or int(said) < _PAGES * 1_000:
            raise RowFailed(f"the pages were not told of the sales: {said}")


@contextmanager
def _contest(shop: Workshop) -> Iterator[Contest]:
    requests = []
    chain, today = Chain(shop.plan.stores, shop.plan.products), int(time.time() // 86_400)
    for _ in range(_BODIES):
        before, after = body(chain.receipt(today, _LINES)).split(NUMBER)
        requests.append(load.post(PATH, before, after))
    rounds = itertools.count(1)
    with ExitStack() as stack:
        servers = []
        for name in ("with-pages", "without"):
            database = shop.new_folder(name) / "sales.db"
            shutil.copyfile(stocked(shop, lines=0), database)
            servers.append(stack.enter_context(service(shop, database)))

        def measure(server: Server) -> Sample:
            return load.rate(
                load.run(
                    load.Job(
                        port=server.port,
                        requests=requests,
                        status=HTTPStatus.CREATED,
                        connections=shop.plan.connections,
                        warm_up_s=shop.plan.warm_up_s,
                        measured_s=shop.plan.measured_s,
                        first_number=next(rounds) * _NUMBERS_A_ROUND,
                    )
                )
            )

        token = signed_in(servers[0].port)

        def with_pages() -> Sample:
            with open_pages(servers[0].port, next(rounds), token):
                return measure(servers[0])

        yield Contest(with_pages, lambda: measure(servers[1]))


ROWS = [
    Row(
        "post-live",
        f"a durable sale while {_PAGES} live pages are open",
        "the same with none open",
        RATE,
        0.9,
        _contest,
    )
]

if __name__ == "__main__":
    follow(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4])
