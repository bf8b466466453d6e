"""What pages take their figures from, and what their forms change."""

from zoneinfo import ZoneInfo

import msgspec

from quart_app.access.attempts import Attempts
from quart_app.access.audit import Audit
from quart_app.access.service import Keys
from quart_app.clock import Clock
from quart_app.dashboard.today.figures import TodayFigures
from quart_app.digest.service import Digests
from quart_app.notes.service import Notes
from quart_app.people.service import People
from quart_app.products.service import Products
from quart_app.reports.service import Reports
from quart_app.sales.held.service import HeldSales
from quart_app.sales.service import Sales
from quart_app.stores.service import Stores
from quart_app.tills.service import Tills
from quart_app.wire import Wire


class Sources(msgspec.Struct, frozen=True, kw_only=True):
    """The services that pages ask; each sees to it that whoever acts may."""

    today: TodayFigures
    reports: Reports
    sales: Sales
    stores: Stores
    products: Products
    people: People
    held_sales: HeldSales
    tills: Tills
    keys: Keys
    audit: Audit
    clock: Clock
    zone: ZoneInfo
    attempts: Attempts
    notes: Notes
    digests: Digests
    wire: Wire
