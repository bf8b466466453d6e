"""The catalogue, which every till fetches each morning: whole, and when nothing has changed."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

from benchmarks import load
from benchmarks.lines import stocked
from benchmarks.row import RATE, Contest, Row, RowFailed, Sample
from benchmarks.servers import Server, rival, service
from benchmarks.workshop import Workshop

_PATH = "/api/v1/products"
_CONNECTIONS = 4


@contextmanager
def _whole(shop: Workshop) -> Iterator[Contest]:
    with service(shop, stocked(shop, lines=0)) as ours:
        products = _products(ours)
        database = shop.new_folder("dumped-data") / "products.db"
        _write(database, products)
        with rival(shop, "dumped_catalogue", "--database", database) as other:
            if _products(other) != products:
                raise RowFailed("the two catalogues differ")
            yield Contest(
                lambda: _measure(shop, ours, _CONNECTIONS, HTTPStatus.OK, load.get(_PATH)),
                lambda: _measure(shop, other, _CONNECTIONS, HTTPStatus.OK, load.get(_PATH)),
            )


@contextmanager
def _unchanged(shop: Workshop) -> Iterator[Contest]:
    with service(shop, stocked(shop, lines=0)) as ours, rival(shop, "bare_quart") as other:
        tag = ours.fetch(_PATH)[2].get("etag")
        if tag is None:
            raise RowFailed("the catalogue has no ETag")
        again = load.get(_PATH, f"If-None-Match: {tag}\r\n")
        many = shop.plan.connections
        yield Contest(
            lambda: _measure(shop, ours, many, HTTPStatus.NOT_MODIFIED, again),
            lambda: _measure(shop, other, many, HTTPStatus.OK, load.get("/hello")),
        )


def _measure(
    shop: Workshop, server: Server, connections: int, status: int, request: tuple[str, str]
) -> Sample:
    plan = shop.plan
    job = load.Job(server.port, [request], status, connections, plan.warm_up_s, plan.measured_s)
    return load.rate(load.run(job))


def _products(server: Server) -> list[dict[str, Any]]:
    status, body, _ = server.fetch(_PATH)
    products = json.loads(body)
    if status != HTTPStatus.OK or not isinstance(products, list) or not products:
        raise RowFailed(f"GET {_PATH} answered {status}: {body[:200]!r}")
    return products


def _write(database: Path, products: list[dict[str, Any]]) -> None:
    """The rival's table: a column for each member of our answer, so that both answer the same."""
    names = list(products[0])
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        columns = ", ".join(
            f"{name} INTEGER PRIMARY KEY" if name == "id" else name for name in names
        )
        connection.execute(f"CREATE TABLE products ({columns})")
        connection.executemany(
            f"INSERT INTO products VALUES ({', '.join('?' * len(names))})",
            [[product.get(name) for name in names] for product in products],
        )
        connection.commit()


ROWS = [
    Row(
        "catalogue",
        "the whole catalogue",
        "Quart, SELECT and json.dumps",
        RATE,
        0.8,
        _whole,
    ),
    Row(
        "catalogue-304",
        "the catalogue, unchanged (304)",
        "Quart answering hello",
        RATE,
        0.8,
        _unchanged,
    ),
]
