"""/reports: the list of them, and each as JSON, CSV or XLSX."""

import asyncio
from zlib import crc32

from quart import Blueprint, Response, request

from quart_app.reports.describing import each_explanation, each_report
from quart_app.reports.explaining import ExplainQuestion
from quart_app.reports.files import MEDIA_TYPES, Form, form_of, named, written
from quart_app.reports.models import Question
from quart_app.reports.parameters import of_own_stores
from quart_app.reports.registry import REPORTS
from quart_app.reports.render import explained_as_json, listing
from quart_app.reports.service import Reports
from quart_app.reports.shown import ListedReport
from quart_app.web.bodies import answer, answer_encoded, read_query
from quart_app.web.openapi.describing import Answer, described, described_as
from quart_app.web.paging import next_link
from quart_app.wire import Wire

# More than these are written off the event loop, which has sales to answer.
_ROWS_AT_ONCE = 1_000


def blueprint(reports: Reports, wire: Wire) -> Blueprint:
    """The routes of reports."""
    blueprint = Blueprint("reports", __name__, url_prefix="/reports")

    @blueprint.get("")
    @described(answers={200: Answer("Every one.", list[ListedReport])})
    async def list_reports() -> Response:
        """The reports there are, each with what it answers, its parameters and columns."""
        return answer(wire, listing(REPORTS))

    @blueprint.get("/<name>")
    @described_as(each_report)
    async def read(name: str) -> Response:
        report = reports.named(name)
        asked = read_query(wire, report.question)
        question = of_own_stores(asked)
        form = _form(question)
        # Named before anything is read: what is read may only be newer than its name.
        edition = f"{reports.edition()}-{form.name}{'-ru' if form.russian else ''}"
        if question.store_id != asked.store_id:
            edition += f"-{crc32(str(question.store_id).encode()):08x}"
        headers = {
            "ETag": f'W/"{edition}"',
            "Cache-Control": "no-cache",
            "Vary": "Accept, Accept-Language",
        }
        if request.if_none_match.contains_weak(edition):
            await reports.require(report, question)
            return Response(b"", 304, headers)
        table = await reports.answer(report, question)
        if len(table.rows) <= _ROWS_AT_ONCE and form.name != "xlsx":
            body = written(table, form, wire)
        else:
            body = await asyncio.to_thread(written, table, form, wire)
        if form.name == "json":
            return answer_encoded(body, 200, headers)
        headers["Content-Disposition"] = f'attachment; filename="{named(table, form)}"'
        return Response(body, 200, headers, content_type=form.content_type)

    @blueprint.get("/<name>/explain")
    @described_as(each_explanation)
    async def explain(name: str) -> Response:
        report = reports.named(name)
        question = of_own_stores(read_query(wire, ExplainQuestion))
        explanation = await reports.explain(report, question)
        reply = answer(wire, explained_as_json(explanation, wire.currency))
        if len(explanation.receipts) == explanation.limit:
            reply.headers["Link"] = next_link(after=explanation.receipts[-1].receipt_id)
        return reply

    return blueprint


def _form(question: Question) -> Form:
    kinds = list(MEDIA_TYPES.values())
    kind = request.accept_mimetypes.best_match(kinds, default=kinds[0])
    accepted = next(name for name, media_type in MEDIA_TYPES.items() if media_type == kind)
    language = request.accept_languages.best_match(["en", "ru"], default="en")
    return form_of(question, accepted, language)
