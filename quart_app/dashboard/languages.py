"""The languages of the pages: messages, and how figures, money and dates are written in each."""

import gettext
import io
import re
from datetime import time, timedelta
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from babel import Locale
from babel.dates import format_date, format_datetime, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import (
    format_currency,
    format_decimal,
    format_percent,
    get_currency_symbol,
    get_decimal_symbol,
)

from quart_app.dashboard.viewer import LANGUAGES
from quart_app.values.calendar import from_day
from quart_app.values.decimals import unscaled
from quart_app.values.instant import Instant
from quart_app.values.money import Currency

_FOLDER = resources.files("quart_app.dashboard") / "messages"
SOURCE = "en"
"""The language that templates are written in; any other has a file of messages."""


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The messages of a language, compiled in memory when they are first asked for."""
    if language == SOURCE:
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    with (_FOLDER / f"{language}.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


class MoneyParts(msgspec.Struct, frozen=True):
    """An amount as it is written, its minor digits by themselves: they matter less."""

    before: str
    minor: str
    after: str


class Language:
    """Writes figures down for people; every figure comes in as the integer it is kept as."""

    def __init__(self, code: str, currency: Currency) -> None:
        self.code = code
        self.messages = catalogue(code)
        self._locale = Locale.parse(code)
        self._currency = currency
        signs = {one: get_currency_symbol(currency.code, one) for one in LANGUAGES}
        self._sign, self._short_sign = signs[code], min(signs.values(), key=len)

    def money(self, minor: int) -> str:
        """An amount with all its digits: "1 234,50 ₽"."""
        amount = Decimal(unscaled(minor, self._currency.places))
        return self._shown(format_currency(amount, self._currency.code, locale=self._locale))

    def money_parts(self, minor: int) -> MoneyParts:
        """The same in three: before the minor digits, these with their sign, what follows."""
        text = self.money(minor)
        point = re.escape(get_decimal_symbol(self._locale))
        found = re.fullmatch(rf"(.*\d)({point}\d+)(\D*)", text) if self._currency.places else None
        return MoneyParts(*found.groups()) if found else MoneyParts(text, "", "")

    def whole_money(self, minor: int, *, signed: bool = False) -> str:
        """An amount to the nearest whole unit: what is read at a glance."""
        unit = 10**self._currency.places
        whole = Decimal((2 * abs(minor) + unit) // (2 * unit))
        text = format_currency(
            whole if minor >= 0 else -whole,
            self._currency.code,
            format=self._whole_pattern,
            locale=self._locale,
            currency_digits=False,
        )
        return ("+" if signed and minor > 0 else "") + self._shown(text)

    @property
    def _whole_pattern(self) -> str:
        pattern: str = self._locale.currency_formats["standard"].pattern
        return pattern.replace("0.00", "0")

    def number(self, figure: int) -> str:
        """A count."""
        return self._shown(format_decimal(figure, locale=self._locale))

    def quantity(self, milli: int) -> str:
        """A quantity, with no more places than it has."""
        return self._shown(format_decimal(Decimal(unscaled(milli, 3)), locale=self._locale))

    def percent(self, hundredths: int) -> str:
        """Hundredths of a percent as whole percent, without a sign."""
        return format_percent(
            Decimal((abs(hundredths) + 50) // 100).scaleb(-2), locale=self._locale
        )

    def date(self, day: int, pattern: str) -> str:
        """A day by a pattern of the locale's letters."""
        return format_date(from_day(day), pattern, locale=self._locale)

    def moment(self, at_us: int, zone: ZoneInfo) -> str:
        """A day and a time of day by the clock of a zone."""
        pattern = self.say("MMM d, HH:mm")
        return format_datetime(Instant(at_us).utc(), pattern, tzinfo=zone, locale=self._locale)

    def hour(self, minute: int) -> str:
        """An hour as it stands below a curve: short."""
        at = time(minute // 60 % 24)
        return format_time(at, self.say("h a"), locale=self._locale)

    def clock(self, minute: int) -> str:
        """A time of day; minutes past midnight of the day after too."""
        at = timedelta(minutes=minute % 1_440).seconds
        return format_time(time(at // 3_600, at // 60 % 60), "short", locale=self._locale)

    def cell(self, kind: str, figure: Any) -> str:
        """A cell of a report, by its column's type."""
        if figure is None:
            return ""
        match kind:
            case "money":
                return self.money(figure)
            case "quantity":
                return self.quantity(figure)
            case "count":
                return self.number(figure)
            case "percent" | "ratio":
                hundredths = self._shown(
                    format_decimal(Decimal(unscaled(figure, 2)), "#,##0.00", locale=self._locale)
                )
                return f"{hundredths}\N{NO-BREAK SPACE}%" if kind == "percent" else hundredths
            case "date":
                return self.date(figure, "d.MM.y" if self.code == "ru" else "y-MM-dd")
            case "instant":
                return Instant(figure).utc().strftime("%Y-%m-%d %H:%M UTC")
            case _:
                return str(figure)

    def signed(self, count: int) -> str:
        """A difference of counts."""
        return ("+" if count > 0 else "") + self.number(count)

    def signed_money(self, minor: int) -> str:
        """A difference of amounts, with all its digits."""
        return ("+" if minor > 0 else "") + self.money(minor)

    def say(self, message: str, **values: object) -> str:
        """A message in the language."""
        return self.messages.gettext(message) % values

    def _shown(self, text: str) -> str:
        """A true minus, and the shortest sign that any of the languages has for the currency.

        English writes RUB 1,234.50 where Russian has a sign; a table of a phone has no room.
        """
        found = text.replace("-", "\N{MINUS SIGN}").replace(self._sign, self._short_sign)
        # A code that is all letters stands apart from its amount.
        return re.sub(r"([A-Z]{3})(\d)", "\\1\N{NO-BREAK SPACE}\\2", found)
