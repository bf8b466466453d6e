"""The composition root: what the service is made of, and how it opens and closes."""

from quart import Quart

from quart_app.access.attempts import Attempts
from quart_app.access.audit import Audit
from quart_app.access.routes import audit_blueprint, keys_blueprint
from quart_app.access.service import Keys
from quart_app.backups.watch import BackupWatch
from quart_app.checking.routes import blueprint as checking_blueprint
from quart_app.checking.service import Checking
from quart_app.clock import Clock
from quart_app.dashboard.pages import Pages
from quart_app.dashboard.routes import blueprint as dashboard_blueprint
from quart_app.dashboard.sources import Sources
from quart_app.dashboard.today.figures import TodayFigures
from quart_app.dashboard.today.live import Live
from quart_app.database.storage import Storage
from quart_app.digest.delivery import Delivery
from quart_app.digest.routes import blueprint as digest_blueprint
from quart_app.digest.service import Digests
from quart_app.notes.service import Notes
from quart_app.observing.readiness import Readiness
from quart_app.observing.requests import Requests
from quart_app.observing.routes import blueprint as observing_blueprint
from quart_app.observing.watch import Watch
from quart_app.people.routes import blueprint as people_blueprint
from quart_app.people.service import People
from quart_app.products.routes import blueprint as products_blueprint
from quart_app.products.service import Products
from quart_app.reports.routes import blueprint as reports_blueprint
from quart_app.reports.service import Reports
from quart_app.sales.held.routes import blueprint as held_blueprint
from quart_app.sales.held.service import HeldSales
from quart_app.sales.routes import blueprint as sales_blueprint
from quart_app.sales.service import Sales
from quart_app.sales.taking.batch import Batches
from quart_app.sales.taking.counting import Counting
from quart_app.sales.taking.reception import Reception
from quart_app.sales.totals_repository import PREPARATION
from quart_app.settings import Settings
from quart_app.stores.routes import blueprint as stores_blueprint
from quart_app.stores.service import Stores
from quart_app.tills.routes import blueprint as tills_blueprint
from quart_app.tills.service import Tills
from quart_app.values.calendar import ChainCalendar
from quart_app.web.access import guard
from quart_app.web.addresses import IdConverter
from quart_app.web.connection import App, NoSessions, Request, connections
from quart_app.web.door import Door
from quart_app.web.openapi.routes import blueprint as docs_blueprint
from quart_app.web.problems import answer_problems
from quart_app.web.streams import MAX_SENT_BYTES
from quart_app.wire import Wire


class Services:
    """Everything but HTTP: what the commands use as well as the app."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings = settings
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
        self.audit = Audit(self.storage, self.wire, clock, settings.timezone)
        self.stores = Stores(self.storage, self.wire, self.audit, settings.timezone.key)
        self.products = Products(self.storage, self.wire, self.audit)
        self.keys = Keys(self.storage, self.stores, self.audit, clock=clock, zone=settings.timezone)
        self.people = People(self.storage, self.stores, self.audit, clock=clock)
        self.attempts = Attempts(clock)
        self.tills = Tills(self.storage)
        reception = Reception(
            self.storage,
            self.stores,
            self.products,
            wire=self.wire,
            calendar=ChainCalendar(settings.timezone, settings.day_start),
        )
        counting = Counting(
            self.stores, self.products, self.tills, reception, wire=self.wire, clock=clock
        )
        self.sales = Sales(
            self.storage, counting, reception, self.audit, queue_size=settings.queue_size
        )
        self.batches = Batches(self.sales, self.tills, clock)
        self.held_sales = HeldSales(self.storage, counting, clock, self.audit)
        self.stores.edition.told = self.products.edition.told = self.held_sales.look
        self.checking = Checking(self.storage, settings.currency)
        self.backups = BackupWatch(settings, clock)
        self.reports = Reports(
            self.storage,
            self.stores,
            clock=clock,
            zone=settings.timezone,
            day_start=settings.day_start,
        )
        self.notes = Notes(self.storage, self.stores, self.audit, clock)
        self.today = TodayFigures(
            storage=self.storage,
            reports=self.reports,
            stores=self.stores,
            notes=self.notes,
            clock=clock,
            zone=settings.timezone,
        )
        self.digests = Digests(
            settings,
            storage=self.storage,
            today=self.today,
            stores=self.stores,
            audit=self.audit,
            clock=clock,
        )
        self.delivery = Delivery(self.digests, self.people, settings, clock)
        self.requests = Requests()
        self.readiness = Readiness(self.storage, self.sales, self.delivery, clock)
        self.watch = Watch(
            storage=self.storage,
            sales=self.sales,
            held_sales=self.held_sales,
            reports=self.reports,
            requests=self.requests,
            attempts=self.attempts,
        )

    async def open(self) -> None:
        """Open the database, learn its keys and its people; StorageRefused."""
        await self.storage.open()
        await self.keys.load()
        await self.people.load()

    async def close(self) -> None:
        """Write what waits, then close the database."""
        await self.backups.finish()
        await self.delivery.finish()
        await self.held_sales.finish()
        await self.sales.finish()
        await self.keys.finish()
        await self.people.sign_ins.note()
        await self.storage.close()


def create_app(services: Services) -> Quart:
    """The ASGI app, for any server; it opens the services at start-up."""
    app = App(__name__, static_folder=None)
    app.asgi_http_class = connections(services.requests)
    app.request_class = Request
    app.session_interface = NoSessions()
    # Each route counts for itself; this is above what any of them reads.
    app.config["MAX_CONTENT_LENGTH"] = 2 * MAX_SENT_BYTES
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.url_map.converters["id"] = IdConverter
    wire = services.wire
    for blueprint in (
        products_blueprint(services.products, wire),
        stores_blueprint(services.stores, wire),
        sales_blueprint(services.sales, services.batches, wire, services.clock),
        held_blueprint(services.held_sales, wire),
        tills_blueprint(services.tills, wire),
        reports_blueprint(services.reports, wire),
        checking_blueprint(services.checking, wire),
        keys_blueprint(services.keys, wire),
        audit_blueprint(services.audit, wire),
        people_blueprint(services.people, wire),
        digest_blueprint(services.digests, wire),
    ):
        app.register_blueprint(blueprint, url_prefix=f"/api/v1{blueprint.url_prefix}")
    app.register_blueprint(observing_blueprint(services.readiness, services.watch, wire))
    app.register_blueprint(docs_blueprint(wire.currency))
    pages = Pages(wire.currency)
    sources = Sources(
        today=services.today,
        reports=services.reports,
        sales=services.sales,
        stores=services.stores,
        products=services.products,
        people=services.people,
        held_sales=services.held_sales,
        tills=services.tills,
        keys=services.keys,
        audit=services.audit,
        clock=services.clock,
        zone=services.settings.timezone,
        attempts=services.attempts,
        notes=services.notes,
        digests=services.digests,
        wire=wire,
    )
    live = Live(services.today, pages.fragments)
    services.people.sign_ins.told = live.look_again
    app.register_blueprint(dashboard_blueprint(sources, pages, live))
    # A connection has limits of its own, by the pace of what comes and goes (web/client.py).
    app.config["BODY_TIMEOUT"] = app.config["RESPONSE_TIMEOUT"] = None
    settings, keys = services.settings, services.keys
    door = Door(
        settings.hostnames,
        settings.cors_origins,
        is_open=lambda: keys.is_open,
        turned_away=services.requests.turned_away,
    )
    app.asgi_app = door.before(app.asgi_app)  # type: ignore[method-assign,assignment]
    answer_problems(app)
    guard(app, services.keys, services.people, services.attempts)
    app.before_serving(services.open)
    app.before_serving(services.held_sales.watch)
    app.before_serving(services.keys.watch)
    app.before_serving(services.backups.watch)
    app.before_serving(services.delivery.watch)
    app.after_serving(services.close)
    return app
