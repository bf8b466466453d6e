"""A report in the form it was asked for: the bytes of a file, its type and its name."""

import msgspec

from quart_app.reports.models import Question, Table
from quart_app.reports.render import as_csv, as_json, file_name
from quart_app.wire import Wire

MEDIA_TYPES = {
    "json": "application/json",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Form(msgspec.Struct, frozen=True):
    """How an answer is to be written; ``russian`` CSV has semicolons."""

    name: str
    russian: bool = False
    bom: bool = False

    @property
    def content_type(self) -> str:
        """The answer's media type."""
        return MEDIA_TYPES[self.name] + ("; charset=utf-8" if self.name == "csv" else "")


def form_of(question: Question, accepted: str, language: str) -> Form:
    """The form that a question names, else what the client accepts."""
    return Form(question.format or accepted, (question.lang or language) == "ru", bom=question.bom)


def written(table: Table, form: Form, wire: Wire) -> bytes:
    """The file's bytes; for many rows to be called off the event loop."""
    if form.name == "xlsx":
        # Seldom asked for, and its import takes longer than all the others'.
        from quart_app.reports.workbook import as_xlsx

        return as_xlsx(table, wire.currency)
    if form.name == "csv":
        return as_csv(table, wire.currency, semicolons=form.russian, bom=form.bom).encode()
    return wire.encode(as_json(table, wire.currency))


def named(table: Table, form: Form) -> str:
    """The name to keep it under."""
    return file_name(table, form.name)
