"""What a report's page was asked: its address says all, and each link changes a part of it."""

from collections.abc import Iterable, Sequence
from typing import Annotated
from urllib.parse import quote, urlencode

import msgspec
from msgspec import Meta

from quart_app.reports.models import Report
from quart_app.reports.registry import REPORTS

PAGE_ROWS = 100
"""Rows of a page; a file has them all."""
MOST_ROWS = 100_000
OF_PERIOD = ("month", "from", "to", "period")
_OF_PAGE = ("page", "shop", "lang", "format", "bom")
_OF_EVERY_REPORT = frozenset((*OF_PERIOD, "store_id"))


class Place(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which page of the rows, and which shops are looked for to choose from."""

    page: Annotated[int, Meta(ge=1, le=MOST_ROWS // PAGE_ROWS - 1)] = 1
    shop: Annotated[str, Meta(max_length=200)] = ""

    @property
    def start(self) -> int:
        """How many rows are on the pages before."""
        return (self.page - 1) * PAGE_ROWS


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Which rows a page shows, of ``most`` in all; its table has those after ``skipped`` ones."""

    place: Place
    most: int
    skipped: int

    @property
    def end(self) -> int:
        """How many rows are on the pages up to this one, where there are as many."""
        return min(self.place.start + PAGE_ROWS, self.most)


class Asked(msgspec.Struct, frozen=True):
    """The parameters of a report's page, in the order they came in."""

    report: Report
    items: Sequence[tuple[str, str]]

    @property
    def path(self) -> str:
        """The page's address without its query."""
        return f"/reports/{self.report.name}"

    def given(self, *names: str) -> list[tuple[str, str]]:
        """The parameters of those names."""
        return [(name, text) for name, text in self.items if name in names]

    def but(self, *names: str) -> list[tuple[str, str]]:
        """The parameters of the report beside those names."""
        return [
            (name, text) for name, text in self.items if name not in names and name not in _OF_PAGE
        ]

    def having(self, **changes: object) -> str:
        """The same, changed, from its first page; a parameter of None is left out."""
        return address(self.path, [*self.but(*changes), *changes.items()])

    def of_days(self, **period: str) -> str:
        """The same of another period."""
        named = [(name.removesuffix("_"), text) for name, text in period.items()]
        return address(self.path, [*self.but(*OF_PERIOD), *named])

    def at(self, page: int) -> str:
        """Another page of the same rows."""
        return address(self.path, [*self.but(), ("page", page if page > 1 else None)])

    def elsewhere(self, name: str) -> str:
        """Another report of the same period and shops."""
        return address(f"/reports/{name}", self._common(REPORTS[name]))

    def every_report(self) -> str:
        """The list of reports, which keeps the period and the shops."""
        return address("/reports", self.given(*OF_PERIOD, "store_id"))

    def file(self, form: str, language: str) -> str:
        """The report as a file, with all its rows, as a spreadsheet of the language reads it."""
        more: list[tuple[str, object]] = [("format", form)]
        if form == "csv":
            more = [("bom", "true"), ("lang", language), *more]
        if self.report.limit > PAGE_ROWS and not self.given("limit"):
            more.insert(0, ("limit", MOST_ROWS))
        return address(f"/api/v1{self.path}", [*self.but(), *more])

    def _common(self, other: Report) -> list[tuple[str, str]]:
        kept = set(_OF_EVERY_REPORT)
        if "compare" in other.question.__struct_encode_fields__:
            kept.add("compare")
        return self.given(*kept)


def address(path: str, query: Iterable[tuple[str, object]]) -> str:
    """A path with a query, without what is None."""
    text = urlencode([(name, value) for name, value in query if value is not None])
    return f"{quote(path)}?{text}" if text else quote(path)
