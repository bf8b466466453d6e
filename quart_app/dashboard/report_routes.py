"""The pages of reports: one address each, which says all that was asked."""

from collections.abc import Callable

from quart import Blueprint, Response, request

from quart_app.dashboard.note_marks import marks_of
from quart_app.dashboard.pages import Pages
from quart_app.dashboard.report_page import PERIODS, report_page
from quart_app.dashboard.sources import Sources
from quart_app.dashboard.viewer import viewer
from quart_app.notes.models import Note
from quart_app.parameters import read_parameters
from quart_app.reports.parameters import of_own_stores
from quart_app.reports.registry import REPORTS

Answer = Callable[..., Response]


def add_reports(blueprint: Blueprint, sources: Sources, pages: Pages, page: Answer) -> None:
    """Add the list of reports, which is the first of them, and the page of each."""
    reports, wire = sources.reports, sources.wire

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
        found = report_page(table, query, wire.currency, pages.language(who.language))
        notes: list[Note] = []
        if name == "timeline":
            notes = await sources.notes.notes_of(table.period, question.store_id)
        return page(
            "report",
            who.language,
            found=found,
            names=tuple(REPORTS),
            periods=PERIODS,
            notes=notes,
            marks=marks_of(notes, table),
        )

    blueprint.get("/reports")(show)
    blueprint.add_url_rule("/reports/<name>", "report", show, methods=["GET"])
