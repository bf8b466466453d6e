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
from babel.dates import format_date, format_interval, format_time, format_timedelta, get_day_names
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import (
    format_compact_decimal,
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
_FEW_UNITS = 10
"""Below as many, an amount in short has its minor digits."""
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

    def short_money(self, minor: int) -> str:
        """An amount in two or three digits, without its currency: "1.2M", "1,2 млн"."""
        unit = 10**self._currency.places
        whole = (2 * abs(minor) + unit) // (2 * unit)
        amount = Decimal(unscaled(minor, self._currency.places))
        if whole >= _FEW_UNITS:
            amount = Decimal(whole if minor > 0 else -whole)
        return self._shown(format_compact_decimal(amount, locale=self._locale, fraction_digits=1))

    @property
    def currency_sign(self) -> str:
        """What amounts are in."""
        return self._short_sign

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

    def days(self, first: int, last: int) -> str:
        """A day, or several with what they have in common said once."""
        if first == last:
            return self.date(first, self.say("MMMM d, y"))
        return str(format_interval(from_day(first), from_day(last), "yMMMMd", locale=self._locale))

    def unit(self, unit: str) -> str:
        """What a quantity is counted in; a word of the chain's own as it is."""
        usual = {
            "pcs": self.say("pcs"),
            "kg": self.say("kg"),
            "l": self.say("l"),
            "m": self.say("m"),
        }
        return usual.get(unit, unit)

    def local(self, instant: int, utc_offset_s: int) -> str:
        """An instant by a clock that is so far ahead of UTC: its day, hour and minute."""
        at = Instant(instant).utc().replace(tzinfo=None) + timedelta(seconds=utc_offset_s)
        day = format_date(at, "medium", locale=self._locale)
        return f"{day}, {format_time(at, 'short', locale=self._locale)}"

    def weekday(self, number: int) -> str:
        """A day of the week, Monday is 1."""
        names = get_day_names("wide", "stand-alone", locale=self._locale)
        return str(names[number - 1]).capitalize()

    def month(self, day: int) -> str:
        """The month that a day is in, with its year."""
        return self.date(day, "LLLL y").capitalize()

    def month_name(self, day: int) -> str:
        """The month alone, short."""
        return self.date(day, "LLL").capitalize()

    def hour(self, minute: int) -> str:
        """An hour as it stands below a curve: short."""
        at = time(minute // 60 % 24)
        return format_time(at, self.say("h a"), locale=self._locale)

    def clock(self, minute: int) -> str:
        """A time of day; minutes past midnight of the day after too."""
        at = timedelta(minutes=minute % 1_440).seconds
        return format_time(time(at // 3_600, at // 60 % 60), "short", locale=self._locale)

    def moment(self, at_us: int, zone: ZoneInfo) -> str:
        """An instant by a clock of a zone: "November 21, 2026, 3:05 PM"."""
        local = Instant(at_us).utc().astimezone(zone)
        day = format_date(local, self.say("MMMM d, y"), locale=self._locale)
        return f"{day}, {format_time(local.time(), 'short', locale=self._locale)}"

    def ago(self, before_us: int) -> str:
        """How long ago something was: "3 hours ago"."""
        return self._span(-max(before_us, 60_000_000), is_directed=True)

    def span(self, long_us: int) -> str:
        """A length of time: "3 hours"."""
        return self._span(long_us, is_directed=False)

    def _span(self, long_us: int, *, is_directed: bool) -> str:
        long = timedelta(microseconds=long_us)
        return format_timedelta(long, "minute", add_direction=is_directed, locale=self._locale)

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
                exact = Decimal(unscaled(figure, 2))
                if kind == "ratio":
                    return self._shown(format_decimal(exact, "#,##0.00", locale=self._locale))
                pattern = self._locale.percent_formats[None].pattern.replace("0", "0.00", 1)
                exact = exact.scaleb(-2)
                return self._shown(format_percent(exact, pattern, locale=self._locale))
            case "date":
                return self.date(figure, "medium")
            case "instant":
                return f"{self.local(figure, 0)} UTC"
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
