"""The rows of notes in the table of pages and people (test_sign_in.py)."""

from typing import Any

_FORM = {"day": "2026-11-21", "store_id": "1", "text": "Closed for repairs"}
# A path, what each is answered, and the form. Note 1 is the owner's, there by then, and away in the
# end.
NOTES: dict[tuple[str, str], tuple[str, str, dict[str, Any]]] = {
    ("GET", "/notes"): ("/notes", "303 303 303 303 200 200", {}),
    ("POST", "/notes"): ("/notes", "401 401 401 401 303 303", _FORM),
    ("GET", "/notes/<id:note_id>"): ("/notes/1", "303 303 303 303 200 403", {}),
    ("POST", "/notes/<id:note_id>"): ("/notes/1", "401 401 401 401 303 403", _FORM),
    ("POST", "/notes/<id:note_id>/removal"): ("/notes/1/removal", "401 401 401 401 303 404", {}),
}
