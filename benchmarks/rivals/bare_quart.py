"""A bare Quart app: it answers a greeting, or reads a JSON body and answers a small one."""

from quart import Quart, ResponseReturnValue, request

from benchmarks.rivals.serving import arguments, serve_until_stopped


def create_app() -> Quart:
    """The app, with nothing in it that could be left out."""
    app = Quart(__name__)

    @app.get("/hello")
    async def hello() -> ResponseReturnValue:
        return "hello"

    @app.post("/api/v1/sales")
    async def read_json() -> ResponseReturnValue:
        receipt = await request.get_json()
        return {"receipt_id": receipt["receipt_id"], "status": "counted"}, 201

    return app


if __name__ == "__main__":
    serve_until_stopped(create_app(), arguments().port)
