"""FastAPI and asyncpg on PostgreSQL: a pool, and one transaction for each receipt.

The body is validated, the receipt kept once, and that is all: no totals, no held receipts.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import asyncpg
from fastapi import FastAPI

from benchmarks.rivals.serving import arguments, serve_until_stopped

_CONNECTIONS = 16
_SCHEMA = """
CREATE TABLE receipts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    receipt_id text NOT NULL UNIQUE,
    store_id bigint NOT NULL,
    till_id text NOT NULL,
    occurred_at timestamptz NOT NULL
);
CREATE TABLE receipt_lines (
    receipt_id bigint NOT NULL REFERENCES receipts (id),
    line_no integer NOT NULL,
    product_id bigint NOT NULL,
    quantity numeric(12, 3) NOT NULL,
    unit_price numeric(12, 2) NOT NULL,
    PRIMARY KEY (receipt_id, line_no)
);
"""


@dataclass
class Line:
    """A line of a receipt, as sent."""

    product_id: int
    quantity: Decimal
    unit_price: Decimal


@dataclass
class Tender:
    """A means of payment, as sent."""

    type: str
    amount: Decimal


@dataclass
class Receipt:
    """A receipt, as sent."""

    receipt_id: str
    store_id: int
    till_id: str
    occurred_at: datetime
    lines: list[Line]
    tenders: list[Tender]


def create_app(socket_folder: str) -> FastAPI:
    """The app on an empty cluster that listens in this folder."""
    pools: list[asyncpg.Pool] = []

    @asynccontextmanager
    async def connected(_: FastAPI) -> AsyncIterator[None]:
        async with asyncpg.create_pool(
            host=socket_folder,
            user="postgres",
            database="postgres",
            min_size=_CONNECTIONS,
            max_size=_CONNECTIONS,
        ) as pool:
            await pool.execute(_SCHEMA)
            pools.append(pool)
            yield

    async def hello() -> str:
        return "hello"

    async def record(receipt: Receipt) -> dict[str, str]:
        async with pools[0].acquire() as connection, connection.transaction():
            await _insert(connection, receipt)
        return {"receipt_id": receipt.receipt_id, "status": "counted"}

    app = FastAPI(lifespan=connected)
    app.add_api_route("/hello", hello)
    app.add_api_route("/api/v1/sales", record, methods=["POST"], status_code=201)
    return app


async def _insert(connection: asyncpg.Connection, receipt: Receipt) -> None:
    key = await connection.fetchval(
        "INSERT INTO receipts (receipt_id, store_id, till_id, occurred_at) "
        "VALUES ($1, $2, $3, $4) ON CONFLICT (receipt_id) DO NOTHING RETURNING id",
        receipt.receipt_id,
        receipt.store_id,
        receipt.till_id,
        receipt.occurred_at,
    )
    if key is not None:
        await connection.executemany(
            "INSERT INTO receipt_lines VALUES ($1, $2, $3, $4, $5)",
            [
                (key, line_no, line.product_id, line.quantity, line.unit_price)
                for line_no, line in enumerate(receipt.lines, 1)
            ],
        )


if __name__ == "__main__":
    _given = arguments("socket")
    serve_until_stopped(create_app(_given.socket), _given.port)
