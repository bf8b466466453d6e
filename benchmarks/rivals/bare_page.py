"""A bare Quart app that answers with bytes it was given: a page and what the page is made of."""

import json
from pathlib import Path

from quart import Quart, Response

from benchmarks.rivals.serving import arguments, serve_until_stopped


def create_app(folder: Path) -> Quart:
    """The app; ``pages.json`` in the folder has each path's headers and the file of its body."""
    app = Quart(__name__, static_folder=None)
    kept = {
        path: (headers, (folder / name).read_bytes())
        for path, headers, name in json.loads((folder / "pages.json").read_text())
    }

    @app.get("/hello")
    async def hello() -> str:
        return "hello"

    @app.get("/", defaults={"path": ""})
    @app.get("/<path:path>")
    async def page(path: str) -> Response:
        headers, body = kept[f"/{path}"]
        return Response(body, headers=headers)

    return app


if __name__ == "__main__":
    given = arguments("folder")
    serve_until_stopped(create_app(Path(given.folder)), given.port)
