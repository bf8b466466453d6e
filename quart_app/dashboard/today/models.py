"""What the owner's page shows, as figures; templates write them down."""

from collections.abc import Sequence

import msgspec

from quart_app.notes.models import Note
from quart_app.reports.comparing import changes


class Beginnings(msgspec.Struct, frozen=True):
    """Which of the things that a first report needs are there."""

    stores: bool
    products: bool
    sales: bool
    held: bool

    @property
    def are_made(self) -> bool:
        """Whether something has been sold, or at least sent."""
        return self.sales or self.held


class HeldReason(msgspec.Struct, frozen=True):
    """Why receipts are held, by the code of the reason, and how many for it; 0: not known."""

    code: str
    count: int


class Figure(msgspec.Struct, frozen=True):
    """A figure of today beside the one of last week at the same time."""

    now: int
    before: int

    @property
    def change(self) -> int:
        """By how much it is more."""
        return self.now - self.before

    @property
    def percent(self) -> int | None:
        """The change in hundredths of a percent; None from nothing."""
        found: int | None = changes(self.now, self.before)[2]
        return found


class ShopToday(msgspec.Struct, frozen=True, kw_only=True):
    """A shop's day: its revenue, receipts, and the revenue of the fourteen days before."""

    id: int
    name: str
    revenue: Figure
    receipts: int
    trend: tuple[int, ...]


class ProductToday(msgspec.Struct, frozen=True, kw_only=True):
    """A product that was sold."""

    id: int
    name: str
    quantity_milli: int
    unit: str
    revenue: int


class HourPoint(msgspec.Struct, frozen=True):
    """An hour of the day by the shops' clocks: revenue in it, today and last week.

    ``hour`` counts from midnight of the business date, 24 and more in the night after.
    """

    hour: int
    now: int
    before: int


class Attention(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody should look at."""

    silent_shops: tuple[str, ...] = ()
    silent_tills: tuple[tuple[str, str], ...] = ()
    held: int = 0
    held_reasons: tuple[HeldReason, ...] = ()
    missing_receipts: int = 0

    @property
    def is_needed(self) -> bool:
        """Whether there is anything."""
        return bool(self.silent_shops or self.silent_tills or self.held or self.missing_receipts)


class Today(msgspec.Struct, frozen=True, kw_only=True):
    """A day as it stands, or as it went.

    ``minute`` is the minute of the day, by the chain's clock, up to which last week is counted;
    None for a day that is over. ``solid_until`` is the hour's minute up to which every shop has
    come, for the curve.
    """

    day: int
    present: int
    """The business date that is today now."""
    minute: int | None
    solid_until: int
    is_one_zone: bool
    revenue: Figure
    receipts: Figure
    average: Figure
    hours: tuple[HourPoint, ...]
    shops: tuple[ShopToday, ...]
    products: tuple[ProductToday, ...]
    attention: Attention
    notes: Sequence[Note] = ()
    """What people wrote down about the day, the newest first."""
    last_day: int | None = None
    """Where nothing was sold: the last day before on which anything was."""

    def furthest_behind(self, beyond: int, most: int) -> tuple[ShopToday, ...]:
        """The shops furthest behind last week, where there are more than are shown anyway."""
        if len(self.shops) <= beyond:
            return ()
        found = sorted(self.shops, key=lambda shop: (shop.revenue.change, shop.id))
        return tuple(shop for shop in found[:most] if shop.revenue.change < 0)
