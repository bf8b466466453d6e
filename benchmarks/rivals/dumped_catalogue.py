"""The catalogue by the shortest way: select the rows, dump them as JSON."""

import json

import aiosqlite
from quart import Quart, Response, ResponseReturnValue

from benchmarks.rivals.serving import arguments, serve_until_stopped


def create_app(database: str) -> Quart:
    """The app on a file whose only table has a column for each member of the answer."""
    app = Quart(__name__)
    opened: list[aiosqlite.Connection] = []

    @app.before_serving
    async def open_database() -> None:
        opened.append(await aiosqlite.connect(f"file:{database}?mode=ro", uri=True))

    @app.after_serving
    async def close_database() -> None:
        await opened.pop().close()

    @app.get("/hello")
    async def hello() -> ResponseReturnValue:
        return "hello"

    @app.get("/api/v1/products")
    async def products() -> ResponseReturnValue:
        cursor = await opened[0].execute("SELECT * FROM products ORDER BY id")
        names = [column[0] for column in cursor.description]
        rows = await cursor.fetchall()
        body = json.dumps([dict(zip(names, row, strict=True)) for row in rows])
        return Response(body, content_type="application/json")

    return app


if __name__ == "__main__":
    _given = arguments("database")
    serve_until_stopped(create_app(_given.database), _given.port)
