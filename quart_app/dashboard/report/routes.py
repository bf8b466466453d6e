"""The pages of reports: one address each, which says all that was asked."""

from collections.abc import Callable, Mapping, Sequence

import msgspec
from quart import Blueprint, Response, request

from quart_app.dashboard.notes.marks import listed_of, marks_of
from quart_app.dashboard.pages import Pages
from quart_app.dashboard.report.cells import CellWriter
from quart_app.dashboard.report.charts import chart_of
from quart_app.dashboard.report.page import by_name, goes_by_name, report_page
from quart_app.dashboard.report.periods import PERIODS, periods_around
from quart_app.dashboard.report.query import MOST_ROWS, PAGE_ROWS, Asked, Part, Place
from quart_app.dashboard.shops import shops_of
from quart_app.dashboard.sources import Sources
from quart_app.dashboard.viewer import viewer
from quart_app.notes.models import Note
from quart_app.parameters import read_parameters
from quart_app.reports.models import Question, Report
from quart_app.reports.parameters import of_own_stores
from quart_app.reports.registry import REPORTS

Answer = Callable[..., Response]

# What is drawn above the table needs all of it; days are compared by their place in it.
_WHOLE = ("timeline", "hours")


def add_reports(blueprint: Blueprint, sources: Sources, pages: Pages, page: Answer) -> None:
    """Add the list of reports, and the page of each."""
    reports, wire = sources.reports, sources.wire

    @blueprint.get("/reports")
    async def list_reports() -> Response:
        asked = Asked(REPORTS["summary"], sent_items())
        return page("reports", viewer().language, asked=asked)

    @blueprint.get("/reports/<name>")
    async def report(name: str) -> Response:
        who = viewer()
        report = reports.named(name)
        items = sent_items()
        place = read_parameters(wire, Place, grouped(items, "page", "shop").items())
        asked = Asked(report, [item for item in items if item[0] not in ("page", "shop", "lang")])
        question = read_parameters(wire, report.question, grouped(asked.items).items())
        most = _most(report, question)
        sort = getattr(question, "sort", None) or ""
        is_by_name = goes_by_name(report, sort)
        is_whole = is_by_name or name in _WHOLE
        part = Part(place=place, most=most, skipped=0 if is_whole else place.start)
        table = await reports.answer(
            report,
            of_own_stores(
                msgspec.structs.replace(
                    question, limit=MOST_ROWS if is_by_name else _needed(part, is_whole=is_whole)
                )
            ),
            skip=part.skipped,
            with_ranking=place.start == 0,
        )
        shops = await shops_of(sources.stores, who.stores)
        if is_by_name:
            table = by_name(table, shops, most, backwards=sort.startswith("-"))
        words = pages.language(who.language)
        writer = CellWriter(words, shops, getattr(question, "by", "day"))
        notes: list[Note] = []
        if name == "timeline":
            notes = await sources.notes.notes_of(table.period, question.store_id)
        return page(
            "report",
            who.language,
            asked=asked,
            found=report_page(table, asked, part, writer, wire.currency),
            question=question,
            shops=shops,
            shop=place.shop,
            period_names=PERIODS,
            periods=periods_around(table.period, asked, reports.today()),
            chart=chart_of(table, words, writer) if place.start == 0 else None,
            listed=listed_of(notes, table, place.start, part.end),
            marks=marks_of(notes, table),
        )


def _most(report: Report, question: Question) -> int:
    """How many rows there are to be seen on all pages: ten of a top ten."""
    return question.limit or (report.limit if report.limit < PAGE_ROWS else MOST_ROWS)


def _needed(part: Part, *, is_whole: bool) -> int:
    """No more rows than this page needs, and one to know that more follow."""
    left = max(1, part.most - part.skipped)
    return part.most if is_whole else min(left, PAGE_ROWS + 1)


def sent_items(*kept_empty: str) -> list[tuple[str, str]]:
    """The parameters that were sent; an empty field of a form was not filled in."""
    found = request.args.items(multi=True)
    return [(name, text) for name, text in found if text or name in kept_empty]


def grouped(items: Sequence[tuple[str, str]], *names: str) -> Mapping[str, list[str]]:
    """The parameters by name, only some of them where any are named."""
    found: dict[str, list[str]] = {}
    for name, text in items:
        if not names or name in names:
            found.setdefault(name, []).append(text)
    return found
