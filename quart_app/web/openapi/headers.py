"""The headers that are read and answered, by their names."""

from typing import Any


def _sent(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "header", "description": description, "schema": schema}


_TEXT = {"type": "string"}
SENT = {
    "Idempotency-Key": _sent(
        "Idempotency-Key",
        "Makes a post that is sent again the same post, also in the short form.",
        {"type": "string", "pattern": "^[!-~]([ -~]{0,253}[!-~])?$"},
    ),
    "If-None-Match": _sent(
        "If-None-Match", "The `ETag` of the answer that is at hand: 304 if it still holds.", _TEXT
    ),
    "Accept-Language": _sent("Accept-Language", "`ru` for CSV with semicolons.", _TEXT),
}
ANSWERED: dict[str, dict[str, Any]] = {
    "Location": {"description": "The address of what was made.", "schema": _TEXT},
    "Link": {"description": 'The next page (`rel="next"`), where there is one.', "schema": _TEXT},
    "ETag": {"description": "A name for this state of the answer.", "schema": _TEXT},
    "Content-Disposition": {"description": "The file's name, of CSV and XLSX.", "schema": _TEXT},
    "Idempotent-Replayed": {
        "description": "`true` where it was done before and nothing was written.",
        "schema": {"const": "true"},
    },
}
