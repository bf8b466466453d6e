"""The handler that everybody writes first: one durable transaction for each request.

It checks nothing, knows no identities and keeps no totals, which is all in its favour.
"""

import asyncio
from decimal import Decimal
from typing import Any

import aiosqlite
from quart import Quart, ResponseReturnValue, request

from benchmarks.rivals.serving import arguments, serve_until_stopped

_SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE sales (
    id INTEGER PRIMARY KEY,
    receipt_id TEXT NOT NULL UNIQUE,
    store_id INTEGER NOT NULL,
    till_id TEXT NOT NULL,
    occurred_at TEXT NOT NULL
) STRICT;
CREATE TABLE sale_lines (
    sale_id INTEGER NOT NULL REFERENCES sales (id),
    line_no INTEGER NOT NULL,
    product_id INTEGER NOT NULL,
    quantity_milli INTEGER NOT NULL,
    unit_price_minor INTEGER NOT NULL,
    PRIMARY KEY (sale_id, line_no)
) STRICT, WITHOUT ROWID;
"""


def create_app(database: str) -> Quart:
    """The app on a new database file."""
    app = Quart(__name__)
    writing = asyncio.Lock()
    opened: list[aiosqlite.Connection] = []

    @app.before_serving
    async def open_database() -> None:
        connection = await aiosqlite.connect(database, isolation_level=None)
        await connection.executescript(_SCHEMA)
        opened.append(connection)

    @app.after_serving
    async def close_database() -> None:
        await opened.pop().close()

    @app.get("/hello")
    async def hello() -> ResponseReturnValue:
        return "hello"

    @app.post("/api/v1/sales")
    async def record() -> ResponseReturnValue:
        receipt = await request.get_json()
        async with writing:
            await _insert(opened[0], receipt)
        return {"receipt_id": receipt["receipt_id"], "status": "counted"}, 201

    return app


async def _insert(connection: aiosqlite.Connection, receipt: dict[str, Any]) -> None:
    await connection.execute("BEGIN IMMEDIATE")
    try:
        cursor = await connection.execute(
            "INSERT INTO sales (receipt_id, store_id, till_id, occurred_at) VALUES (?, ?, ?, ?)",
            [receipt[name] for name in ("receipt_id", "store_id", "till_id", "occurred_at")],
        )
        await connection.executemany(
            "INSERT INTO sale_lines VALUES (?, ?, ?, ?, ?)",
            [
                (
                    cursor.lastrowid,
                    line_no,
                    line["product_id"],
                    int(Decimal(line["quantity"]) * 1000),
                    int(Decimal(line["unit_price"]) * 100),
                )
                for line_no, line in enumerate(receipt["lines"], 1)
            ],
        )
        await connection.execute("COMMIT")
    except BaseException:
        await connection.execute("ROLLBACK")
        raise


if __name__ == "__main__":
    _given = arguments("database")
    serve_until_stopped(create_app(_given.database), _given.port)
