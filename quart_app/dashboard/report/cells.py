"""The cells of a report as people read them: names of shops and weekdays, days, local times."""

from collections.abc import Mapping
from typing import Any, Protocol

from quart_app.dashboard.shops import Shops
from quart_app.reports.models import Column

HOUR_MIN = 60


class Words(Protocol):
    """A language, as far as tables speak."""

    def say(self, message: str, **values: object) -> str:
        """A message."""
        ...

    def cell(self, kind: str, figure: Any) -> str:
        """A cell of a column of that type."""
        ...

    def local(self, instant: int, utc_offset_s: int) -> str:
        """An instant by a clock that is so far ahead of UTC."""
        ...

    def unit(self, unit: str) -> str:
        """What a quantity is counted in."""
        ...

    def weekday(self, number: int) -> str:
        """A day of the week, Monday is 1."""
        ...

    def clock(self, minute: int) -> str:
        """A time of day."""
        ...

    def month(self, day: int) -> str:
        """The month that a day is in, with its year."""
        ...


class CellWriter:
    """Writes the cells of a report's rows; ``by`` is the step of a row of days."""

    def __init__(self, words: Words, shops: Shops, by: str = "day") -> None:
        self._words = words
        self._shops = shops
        self._by = by

    def text(self, column: Column, raw: Any, store_id: int | None = None) -> str:
        """A cell; ``store_id`` is the shop whose clock an instant is read from."""
        words = self._words
        match column.name:
            case "store_id":
                return self._shops.name(raw)
            case "weekday":
                return words.weekday(raw)
            case "hour":
                return words.clock(raw * HOUR_MIN)
            case "date" if self._by == "month":
                return words.month(raw)
            case "category" | "cashier_id" | "till_id" if not raw:
                return _unnamed(words)[column.name]
            case "tender":
                return tender_named(words, raw)
            case "unit" if raw:
                return words.unit(raw)
        if column.type == "instant" and raw is not None and store_id is not None:
            return words.local(raw, self._shops.utc_offset_s(store_id, raw))
        return words.cell(column.type, raw)

    def shop(self, store_id: int) -> str:
        """What a shop is called."""
        return self._shops.name(store_id)


def _unnamed(words: Words) -> Mapping[str, str]:
    return {
        "category": words.say("no category"),
        "cashier_id": words.say("no cashier named"),
        "till_id": words.say("no till named"),
    }


def tender_named(words: Words, tender: str) -> str:
    """A means of payment in plain words where it is a usual one."""
    usual = {"cash": words.say("Cash"), "card": words.say("Card")}
    return usual.get(tender, tender)
