"""What is watched: the parts of the service whose figures the metrics show."""

import msgspec

from quart_app.access.attempts import Attempts
from quart_app.database.storage import Storage
from quart_app.observing.requests import Requests
from quart_app.reports.service import Reports
from quart_app.sales.held.service import HeldSales
from quart_app.sales.service import Sales


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """Each counts for itself; nothing is asked of them but what they know."""

    storage: Storage
    sales: Sales
    held_sales: HeldSales
    reports: Reports
    requests: Requests
    attempts: Attempts
