"""The languages: every message is translated, and no translation is left over."""

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from quart_app.dashboard.languages import Language, catalogue
from quart_app.values.money import Currency
from tests.service import ROOT

FOLDER = ROOT / "quart_app" / "dashboard"


def used() -> set[str | tuple[str, ...]]:
    """Every message of the templates and of the code."""
    found = extract_from_dir(
        FOLDER,
        [("**.html", "jinja2"), ("**.txt", "jinja2"), ("**.py", "python")],
        {"**.html": {"silent": "false"}, "**.txt": {"silent": "false"}},
        keywords={"_": None, "gettext": None, "ngettext": (1, 2), "say": None},
    )
    return {message for _, _, message, _, _ in found}


def test_every_message_is_translated_and_none_is_left_over() -> None:
    with (FOLDER / "messages" / "ru.po").open("rb") as file:
        messages = {one.id: one for one in read_po(file, locale="ru") if one.id}
    assert set(messages) == used()
    for one in messages.values():
        texts = one.string if isinstance(one.string, tuple) else (one.string,)
        assert all(texts), one.id
        assert len(texts) == (3 if isinstance(one.id, tuple) else 1), one.id
        assert not one.fuzzy
        # What is filled in is the same in both.
        assert not list(one.check()), one.id


def test_plurals() -> None:
    say = catalogue("ru").ngettext
    forms = ("%(count)s till is silent", "%(count)s tills are silent")
    found = [say(*forms, count) for count in (1, 2, 5, 11, 21, 22, 112)]
    assert [text.split(" ", 1)[1] for text in found] == [
        "касса молчит",
        "кассы молчат",
        "касс молчат",
        "касс молчат",
        "касса молчит",
        "кассы молчат",
        "касс молчат",
    ]


def test_money_in_two_languages_and_currencies() -> None:
    def written(language: str, currency: str, minor: int) -> list[str]:
        of = Language(language, Currency(currency))
        texts = [of.money(minor), of.whole_money(minor, signed=True)]
        return [text.replace("\N{NO-BREAK SPACE}", " ") for text in texts]

    assert written("ru", "RUB", 1234550) == ["12 345,50 ₽", "+12 346 ₽"]
    assert written("en", "RUB", 1234550) == ["₽12,345.50", "+₽12,346"]
    assert written("ru", "USD", -1234550) == ["−12 345,50 $", "−12 346 $"]
    assert written("en", "USD", -1234550) == ["−$12,345.50", "−$12,346"]
    assert written("en", "JPY", 500) == ["¥500", "+¥500"]
    assert written("en", "KWD", 1500) == ["KWD 1.500", "+KWD 2"]
    assert written("ru", "KWD", 1500) == ["1,500 KWD", "+2 KWD"]
    assert Language("en", Currency("JPY")).money_parts(500).minor == ""


def test_money_in_short() -> None:
    def short(language: str, currency: str) -> list[str]:
        of = Language(language, Currency(currency))
        texts = [of.short_money(minor) for minor in (0, 50, 99_999, 123_456_700, -1_250_000)]
        return [text.replace("\N{NO-BREAK SPACE}", " ") for text in texts]

    assert short("en", "RUB") == ["0", "0.5", "1K", "1.2M", "−12.5K"]
    assert short("ru", "RUB") == ["0", "0,5", "1 тыс.", "1,2 млн", "−12,5 тыс."]
    assert short("en", "JPY") == ["0", "50", "100K", "123.5M", "−1.2M"]
