"""/reports: the list of them, and each as JSON or CSV."""

from quart import Blueprint, Response, request

from quart_app.reports.models import Question
from quart_app.reports.registry import REPORTS
from quart_app.reports.render import as_csv, as_json, file_name, listing
from quart_app.reports.service import Reports
from quart_app.web.bodies import answer, read_query
from quart_app.wire import Wire


def blueprint(reports: Reports, wire: Wire) -> Blueprint:
    """The routes of reports."""
    blueprint = Blueprint("reports", __name__, url_prefix="/reports")

    @blueprint.get("")
    async def list_reports() -> Response:
        return answer(wire, listing(REPORTS))

    @blueprint.get("/<name>")
    async def read(name: str) -> Response:
        report = reports.named(name)
        question = read_query(wire, report.question)
        table = await reports.answer(report, question)
        if not _wants_csv(question):
            return answer(wire, as_json(table, wire.currency))
        return Response(
            as_csv(table, wire.currency),
            headers={"Content-Disposition": f'attachment; filename="{file_name(table, "csv")}"'},
            content_type="text/csv; charset=utf-8",
        )

    return blueprint


def _wants_csv(question: Question) -> bool:
    if question.format is not None:
        return question.format == "csv"
    kinds = ["application/json", "text/csv"]
    return request.accept_mimetypes.best_match(kinds, default=kinds[0]) == "text/csv"
