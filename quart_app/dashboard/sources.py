"""What pages take their figures from, and what their forms change."""

from zoneinfo import ZoneInfo

import msgspec

from quart_app.access.attempts import Attempts
from quart_app.dashboard.today import TodayFigures
from quart_app.digest.service import Digests
from quart_app.notes.service import Notes
from quart_app.people.service import People
from quart_app.reports.service import Reports
from quart_app.stores.service import Stores
from quart_app.wire import Wire


class Sources(msgspec.Struct, frozen=True, kw_only=True):
    """The services that pages ask; each sees to it that whoever acts may."""

    today: TodayFigures
    reports: Reports
    people: People
    attempts: Attempts
    stores: Stores
    notes: Notes
    digests: Digests
    zone: ZoneInfo
    """The chain's own, by which pages say when something was written."""
    wire: Wire
