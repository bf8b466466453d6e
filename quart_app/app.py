"""The composition root: what the service is made of, and how it opens and closes."""

from quart import Quart

from quart_app.clock import Clock
from quart_app.database.storage import Storage
from quart_app.products.routes import blueprint as products_blueprint
from quart_app.products.service import Products
from quart_app.reports.routes import blueprint as reports_blueprint
from quart_app.reports.service import Reports
from quart_app.sales.routes import blueprint as sales_blueprint
from quart_app.sales.service import Sales
from quart_app.sales.totals_repository import PREPARATION
from quart_app.settings import Settings
from quart_app.stores.routes import blueprint as stores_blueprint
from quart_app.stores.service import Stores
from quart_app.web.bodies import MAX_CSV_BYTES
from quart_app.web.connection import Connection, NoSessions, Request
from quart_app.web.problems import answer_problems
from quart_app.wire import Wire


class Services:
    """Everything but HTTP: what the commands use as well as the app."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.clock = clock
        self.database = settings.database
        self.wire = Wire(settings.currency)
        self.storage = Storage(
            settings.database,
            currency=settings.currency.code,
            clock=clock,
            readers=settings.readers,
            read_timeout_s=settings.report_timeout_s,
            preparation=PREPARATION,
        )
        self.stores = Stores(self.storage, self.wire, settings.timezone.key)
        self.products = Products(self.storage, self.wire)
        self.sales = Sales(
            self.storage,
            self.stores,
            self.products,
            day_start=settings.day_start,
            queue_size=settings.queue_size,
        )
        self.reports = Reports(
            self.storage,
            self.stores,
            clock=clock,
            zone=settings.timezone,
            day_start=settings.day_start,
        )

    async def open(self) -> None:
        """Open the database; StorageRefused."""
        await self.storage.open()

    async def close(self) -> None:
        """Write what waits, then close the database."""
        await self.sales.finish()
        await self.storage.close()


def create_app(services: Services) -> Quart:
    """The ASGI app, for any server; it opens the services at start-up."""
    app = Quart(__name__, static_folder=None)
    app.asgi_http_class = Connection
    app.request_class = Request
    app.session_interface = NoSessions()
    # Each route counts for itself; this is above what any of them reads.
    app.config["MAX_CONTENT_LENGTH"] = 2 * MAX_CSV_BYTES + 1
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    wire = services.wire
    for blueprint in (
        products_blueprint(services.products, wire),
        stores_blueprint(services.stores, wire),
        sales_blueprint(services.sales, wire, services.clock),
        reports_blueprint(services.reports, wire),
    ):
        app.register_blueprint(blueprint, url_prefix=f"/api/v1{blueprint.url_prefix}")
    answer_problems(app)
    app.before_serving(services.open)
    app.after_serving(services.close)

    @app.get("/healthz")
    async def alive() -> dict[str, str]:
        return {"status": "alive"}

    return app
