"""Notes on days: who writes, sees, changes and removes them, and where they are shown."""

import html
import re
import string
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.dashboard.today import count, local_now, noon_zone, sold, with_shops
from tests.people import manager, seen, sent, token_of
from tests.service import Service, command, serving

TODAY = str(local_now().date())
MONTH = TODAY[:7]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("notes") / "sales.db", timezone=noon_zone()) as running:
        with_shops(running)
        count(
            running,
            sold("one", local_now(), "10.00"),
            sold("two", local_now(), "20.00", store_id=2),
        )
        yield running


@pytest.fixture
def marks(service: Service) -> Iterator[str]:
    """The token of a manager of shop 2."""
    yield manager(service, 2)
    for one in service.get("/people").json():
        if one["role"] == "manager":
            service.request("DELETE", f"/people/{one['id']}")


def write(service: Service, token: str, text: str, **fields: str) -> httpx.Response:
    return sent(service, "/notes", token, **{"day": TODAY, "text": text} | fields)


def written(service: Service, token: str, text: str, **fields: str) -> int:
    """Writes a note; its id."""
    reply = write(service, token, text, **fields)
    assert reply.status_code == 303, reply.text
    assert reply.headers["Location"] == f"/notes?month={MONTH}"
    return int(re.findall(r'<li id="note-(\d+)"', page(service, token, f"/notes?month={MONTH}"))[0])


def page(service: Service, token: str, path: str) -> str:
    reply = httpx.get(service.url + path, cookies={"session": token}, timeout=60)
    assert reply.status_code == 200, reply.text
    return reply.text


PLACES = ("/notes", "/", f"/?day={TODAY}", f"/reports/timeline?from={TODAY}&to={TODAY}")


def places(service: Service, token: str, text: str) -> list[bool]:
    """On which pages a text is shown."""
    return [html.escape(text) in page(service, token, path) for path in PLACES]


def test_a_note_is_shown_to_those_who_see_its_shop(service: Service, marks: str) -> None:
    owner = token_of(service)
    written(service, owner, "Of <Mill> Lane alone", store_id="1")
    written(service, owner, "Of the Harbour", store_id="2")
    written(service, owner, "Of the whole chain")
    written(service, marks, "Of the Harbour, by Mark", store_id="2")
    for text, by_manager in (
        ("Of <Mill> Lane alone", False),
        ("Of the Harbour", True),
        ("Of the whole chain", True),
        ("Of the Harbour, by Mark", True),
    ):
        assert places(service, owner, text) == [True] * len(PLACES), text
        assert places(service, marks, text) == [by_manager] * len(PLACES), text
    of_one = page(service, owner, f"/reports/timeline?from={TODAY}&to={TODAY}&store_id=1")
    assert "Of the Harbour" not in of_one
    assert "Of the whole chain" in of_one


def test_a_manager_writes_about_own_shops_alone(service: Service, marks: str) -> None:
    for fields in ({"store_id": "1"}, {}):
        assert write(service, marks, "Not mine to say", **fields).status_code == 403
    note = written(service, marks, "Mine", store_id="2")
    for fields in ({"store_id": "1"}, {}):
        moved = {"day": TODAY, "text": "Moved", **fields}
        assert sent(service, f"/notes/{note}", marks, **moved).status_code == 403
    text = page(service, token_of(service), "/notes")
    assert "Not mine to say" not in text
    assert "Moved" not in text
    assert '<option value="1"' not in page(service, marks, "/notes")
    assert "The whole chain</option>" not in page(service, marks, "/notes")


def test_its_writer_changes_it_and_an_owner_may_remove_any(service: Service, marks: str) -> None:
    owner = token_of(service)
    marks_note = written(service, marks, "First words", store_id="2")
    owners_note = written(service, owner, "The owner's", store_id="2")
    hidden_note = written(service, owner, "Of another shop", store_id="1")
    form = {"day": TODAY, "store_id": "2", "text": "Second words"}
    answers = [
        sent(service, f"/notes/{owners_note}", marks, **form),
        sent(service, f"/notes/{owners_note}/removal", marks),
        sent(service, f"/notes/{hidden_note}", marks, **form),
        sent(service, f"/notes/{hidden_note}/removal", marks),
        sent(service, f"/notes/{marks_note}", owner, **form),
        sent(service, f"/notes/{marks_note}", marks, **form),
    ]
    assert [one.status_code for one in answers] == [403, 403, 404, 404, 403, 303]
    assert places(service, owner, "Second words") == [True] * len(PLACES)
    assert "First words" not in page(service, owner, "/notes")
    assert "changed" in page(service, marks, "/notes")
    assert sent(service, f"/notes/{marks_note}/removal", owner).status_code == 303
    assert sent(service, f"/notes/{marks_note}/removal", owner).status_code == 404
    assert places(service, owner, "Second words") == [False] * len(PLACES)


def test_each_change_is_noted(service: Service, marks: str) -> None:
    note = written(service, marks, "Noted", store_id="2")
    form = {"day": TODAY, "store_id": "2", "text": "Noted again"}
    assert sent(service, f"/notes/{note}", marks, **form).status_code == 303
    assert sent(service, f"/notes/{note}/removal", token_of(service)).status_code == 303
    found = service.get("/audit", params={"limit": 3}).json()[::-1]
    assert [(one["action"], one["actor"], one["subject"]) for one in found] == [
        ("note.write", "mark@example.com", str(note)),
        ("note.change", "mark@example.com", str(note)),
        ("note.remove", "olga@example.com", str(note)),
    ]
    assert found[0]["detail"] == {"day": TODAY, "store_id": 2, "text": "Noted"}
    assert found[2]["detail"] == {"day": TODAY, "store_id": 2, "text": "Noted again"}


def test_a_note_stays_when_its_writer_has_gone(service: Service) -> None:
    token = manager(service, 2, email="gone@example.com")
    note = written(service, token, "By one who has gone", store_id="2")
    gone = next(one for one in service.get("/people").json() if one["email"] == "gone@example.com")
    service.request("DELETE", f"/people/{gone['id']}").raise_for_status()
    # The next one has the same number, and is somebody else.
    token = manager(service, 2, email="next@example.com")
    assert "By one who has gone" in page(service, token, "/notes")
    assert sent(service, f"/notes/{note}/removal", token).status_code == 403
    assert sent(service, f"/notes/{note}/removal", token_of(service)).status_code == 303


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": ""}, "text"),
        ({"text": "x" * 501}, "500 characters"),
        ({"text": "bell\x07"}, "text"),
        ({"text": "turned \u202e around"}, "text"),
        ({"day": "soon"}, "day"),
        ({"store_id": "99"}, "There is no shop of this number."),
        ({"store_id": "x"}, "store_id"),
        ({"more": "x"}, "more"),
    ],
)
def test_what_does_not_fit_is_said_and_kept_in_the_form(
    service: Service, fields: dict[str, str], said: str
) -> None:
    reply = sent(service, "/notes", token_of(service), **{"day": TODAY, "text": "Kept"} | fields)
    assert reply.status_code == 422
    assert said in reply.text
    if "text" not in fields:
        assert ">Kept</textarea>" in reply.text


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), min_size=1)
    | st.text(string.printable[:95], min_size=480, max_size=500)
    | st.text("a\n ", min_size=1, max_size=500)
)
def test_any_printable_text_is_shown_as_it_was_written(service: Service, text: str) -> None:
    expected = " ".join(text.split())
    reply = write(service, token_of(service), text)
    assert reply.status_code == (303 if expected else 422), reply.text
    if expected:
        shown = re.findall(r'<p class="words">(.*?)</p>', seen(service, "/notes").text, re.DOTALL)
        assert html.unescape(shown[0]) == expected


def test_a_month_of_many_is_paged(service: Service) -> None:
    owner = token_of(service)
    for number in range(52):
        assert write(service, owner, f"Note {number}", day="2026-02-03").status_code == 303
    first = page(service, owner, "/notes?month=2026-02")
    assert first.count('class="words"') == 50
    assert "/notes?month=2026-02&amp;skip=50" in first
    rest = page(service, owner, "/notes?month=2026-02&skip=50")
    assert rest.count('class="words"') == 2
    assert "Note 0<" in rest
    text = page(service, owner, "/reports/timeline?from=2026-02-01&to=2026-02-28&by=week")
    assert text.count('class="mark"') == 1
    assert page(service, owner, "/notes?month=2000-01")
    assert seen(service, "/notes?month=1999-01").status_code == 422


def test_a_shop_that_is_deleted_takes_its_notes_along(service: Service) -> None:
    assert service.post("/stores", {"id": 5, "address": "Street 5"}).status_code == 201
    written(service, token_of(service), "Of a shop that closes", store_id="5")
    assert service.request("DELETE", "/stores/5").status_code == 204
    assert "Of a shop that closes" not in page(service, token_of(service), "/notes")


def test_the_file_of_before_has_no_notes_and_keeps_its_figures(service: Service) -> None:
    copy = service.database.with_name("copy.backup")
    assert command("backup", str(copy), database=service.database).returncode == 0
    old = service.database.with_name("old.db")
    assert command("restore", str(copy), database=old).returncode == 0
    assert command("migrate", "downgrade", "--to", "6", database=old).returncode == 0
    assert command("migrate", "upgrade", database=old).returncode == 0
    with serving(old, timezone=noon_zone()) as again:
        again.client.cookies.update(service.client.cookies)
        assert 'class="words"' not in seen(again, "/notes").text
        assert (
            again.report("summary", month=MONTH)["rows"]
            == (service.report("summary", month=MONTH)["rows"])
        )
