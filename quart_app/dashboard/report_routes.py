"""The pages of reports: one address each, which says all that was asked."""

from collections.abc import Callable

from quart import Blueprint, Response, request

from quart_app.dashboard.pages import Pages
from quart_app.dashboard.report_charts import chart_of
from quart_app.dashboard.report_page import PERIODS, report_page
from quart_app.dashboard.viewer import viewer
from quart_app.parameters import read_parameters
from quart_app.reports.parameters import of_own_stores
from quart_app.reports.registry import REPORTS
from quart_app.reports.service import Reports
from quart_app.wire import Wire

Answer = Callable[..., Response]


def add_reports(
    blueprint: Blueprint, reports: Reports, pages: Pages, wire: Wire, page: Answer
) -> None:
    """Add the list of reports, which is the first of them, and the page of each."""

    async def show(name: str = "summary") -> Response:
        who = viewer()
        report = reports.named(name)
        # An empty field of a form was not filled in.
        query = [(key, text) for key, text in request.args.items(multi=True) if text]
        given: dict[str, list[str]] = {}
        for key, text in query:
            given.setdefault(key, []).append(text)
        question = read_parameters(wire, report.question, given.items())
        table = await reports.answer(report, of_own_stores(question))
        query = [(key, text) for key, text in query if key != "lang"]
        language = pages.language(who.language)
        found = report_page(table, query, wire.currency, language)
        chart = chart_of(table, language)
        return page(
            "report", who.language, found=found, names=tuple(REPORTS), periods=PERIODS, chart=chart
        )

    blueprint.get("/reports")(show)
    blueprint.add_url_rule("/reports/<name>", "report", show, methods=["GET"])
