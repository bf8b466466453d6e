"""Writes pages: templates in a language, with the figures' forms and the charts at hand."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from quart_app.dashboard.assets import address_of
from quart_app.dashboard.charts.bar import bar
from quart_app.dashboard.charts.spark import spark
from quart_app.dashboard.refusals import refusals
from quart_app.dashboard.today.curve import day_curve
from quart_app.dashboard.today.models import Today
from quart_app.values.calendar import Day
from quart_app.values.money import Currency

if TYPE_CHECKING:
    from quart_app.dashboard.languages import Language

FRAGMENTS = ("heading", "attention", "tiles", "notes", "hours", "shops", "products")
"""The parts of today's page that change while one looks: templates of their own."""

_KEPT = 16


class Pages:
    """The templates, made ready in a language when they are first asked for in it."""

    def __init__(self, currency: Currency) -> None:
        self._currency = currency
        self._of = cache(self._environment)
        self._written: dict[tuple[str, int], tuple[Today, Mapping[str, str]]] = {}

    def page(self, name: str, language: str, **values: Any) -> str:
        """A whole page."""
        return self.written(f"{name}.html", language, **values)

    def written(self, file: str, language: str, **values: Any) -> str:
        """What a template makes: a page, or a part of one, or plain text."""
        return self._of(language).get_template(file).render(**values)

    def language(self, code: str) -> "Language":
        """How figures are written in a language."""
        found: Language = self._of(code).globals["language"]  # type: ignore[assignment]
        return found

    def fragments(self, language: str, today: Today) -> Mapping[str, str]:
        """The changing parts of today's page, by their names; written once for all who look."""
        written = self._written.pop((language, id(today)), None)
        if written is None:
            environment = self._of(language)
            parts = {
                name: environment.get_template(f"today/{name}.html").render(today=today, leads=True)
                for name in FRAGMENTS
            }
            # Kept with its figures, so that no others can have their id meanwhile.
            written = today, parts
        self._written[language, id(today)] = written
        if len(self._written) > _KEPT:
            self._written.pop(next(iter(self._written)))
        return written[1]

    def _environment(self, code: str) -> Environment:
        # Read when the first page is asked for: a service that only tills talk to starts sooner.
        from quart_app.dashboard.languages import Language

        language = Language(code, self._currency)
        environment = Environment(
            loader=PackageLoader("quart_app.dashboard"),
            autoescape=True,
            undefined=StrictUndefined,
            extensions=["jinja2.ext.i18n"],
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        # Texts that are put in are escaped, and so are the messages themselves.
        environment.install_gettext_translations(  # type: ignore[attr-defined]
            language.messages, newstyle=True
        )
        environment.globals.update(
            ngettext=_counted(environment.globals["ngettext"], language),
            language=language,
            currency=self._currency,
            address_of=address_of,
            spark=spark,
            bar=bar,
            day_curve=lambda today: day_curve(today, language),
            day_text=lambda day: str(Day(day)),
            encoded=_encoded,
            refusals=lambda error: refusals(error, language),
        )
        return environment


def _counted(ngettext: Any, language: "Language") -> Callable[..., str]:
    """The plural of a message, its counts written as the language writes them: "20,001"."""

    @pass_context
    def counted(context: Context, one: str, many: str, num: int, **values: Any) -> str:
        shown = {
            name: language.number(value) if isinstance(value, int) else value
            for name, value in {"num": num, **values}.items()
        }
        found: str = ngettext(context, one, many, num, **shown)
        return found

    return counted


def _encoded(query: Sequence[tuple[str, str]], name: str, text: str) -> str:
    """A query with one parameter more."""
    return urlencode([*query, (name, text)])
