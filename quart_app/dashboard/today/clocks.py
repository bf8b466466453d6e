"""The present minute by the clocks of a chain's shops."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

import msgspec

from quart_app.values.calendar import local_time, zone_named

MINUTE_US, DAY_US = 60_000_000, 86_400_000_000


class Clocks(msgspec.Struct, frozen=True):
    """The present minute, and the wall clocks of the zones that shops are in."""

    now_us: int
    chain: int
    of_zones: dict[str, int]

    def minute_of(self, day: int) -> int:
        """Minutes since the midnight that began a day, by the chain's clock."""
        return (self.chain - day * DAY_US) // MINUTE_US

    def solid_until(self, day: int) -> int:
        """The minute of the day that every zone has come to; of several zones whole hours."""
        minute = (min(self.of_zones.values(), default=self.chain) - day * DAY_US) // MINUTE_US
        return minute if len(set(self.of_zones.values())) < 2 else minute // 60 * 60

    @property
    def is_one_zone(self) -> bool:
        """Whether every shop's clock shows what the chain's does."""
        return len({self.chain, *self.of_zones.values()}) < 2


def clocks_at(now_us: int, chain: ZoneInfo, zones: Iterable[str]) -> Clocks:
    """The clocks of the chain and of the zones at an instant, to the minute."""
    minute = now_us // MINUTE_US * MINUTE_US

    def wall_clock(zone: ZoneInfo) -> int:
        return minute + local_time(minute, zone, 0).utc_offset_s * 1_000_000

    return Clocks(minute, wall_clock(chain), {zone: wall_clock(zone_named(zone)) for zone in zones})
