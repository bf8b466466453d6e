"""JSON, CSV and XLSX of each report are the same rows; what is asked again may be unchanged."""

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from quart_app.reports.registry import REPORTS
from tests.service import Service, receipt, serving, with_catalogue

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
TOP = 5


@pytest.fixture(scope="module")
def sold(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A week of sales and returns, with codes and tenders, and names that look like formulas."""
    with serving(tmp_path_factory.mktemp("files") / "sales.db") as service:
        with_catalogue(service)
        names = ["=1+1", "+7", "-5", "@x", " =2", "\uff1d1", 'plain; comma, quote" <&>']
        for i, name in enumerate(names, 20):
            more = {"price": "1", "category": name}
            service.post("/products", {"id": i, "name": name} | more).raise_for_status()
        for i in range(40):
            lines = [
                {"product_id": 20 + i % 7, "quantity": "1", "amount": f"{i * 1_234}.{i:02d}"},
                {"product_id": 9, "quantity": "0.455", "amount": "182.00", "discount": "0.01"},
            ]
            sent = receipt(
                f"r-{i}",
                store_id=1 + i % 2,
                till_id=f"=T{i % 3}",
                type="return" if i % 7 == 3 else "sale",
                occurred_at=f"2026-10-{1 + i % 7:02d}T{i % 24:02d}:30:00+03:00",
                promo_code="-10" if i % 2 else "AUTUMN",
                lines=lines,
                tenders=[{"type": "@card" if i % 3 else "cash", "amount": "5.00"}],
            )
            service.post("/sales", sent).raise_for_status()
        yield service


def rows_of_xlsx(content: bytes) -> tuple[list[list[Any]], list[list[Any]], ET.Element]:
    """The lines on top and the rows below, each cell as the file has it: numbers as decimals."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))
        styles = ET.fromstring(book.read("xl/styles.xml"))
    formats = {one.get("numFmtId"): one.get("formatCode") for one in styles.iter(f"{SHEET}numFmt")}
    crossed = styles.find(f"{SHEET}cellXfs")
    assert crossed is not None
    used = [formats.get(one.get("numFmtId")) for one in crossed]
    top: list[list[Any]] = []
    rows: list[list[Any]] = []
    for row in sheet.iter(f"{SHEET}row"):
        cells: dict[int, Any] = {}
        for cell in row:
            at = ord(cell.get("r", "A")[0]) - 65
            if len(cell.get("r", "").rstrip("0123456789")) == 2:
                at = 26 * (at + 1) + ord(cell.get("r", "AA")[1]) - 65
            assert cell.find(f"{SHEET}f") is None, "a formula"
            if cell.get("t") == "inlineStr":
                cells[at] = "".join(text.text or "" for text in cell.iter(f"{SHEET}t"))
            else:
                value = Decimal(str(cell.findtext(f"{SHEET}v")))
                is_date = used[int(cell.get("s", "0"))] == "yyyy-mm-dd"
                cells[at] = date(1899, 12, 30) + timedelta(int(value)) if is_date else value
        width = max(cells, default=-1) + 1
        place = int(row.get("r", "0"))
        (top if place < TOP else rows).append([cells.get(i) for i in range(width)])
    return top, rows, sheet


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("compare", [None, "previous"])
def test_every_form_has_the_same_rows(sold: Service, name: str, compare: str | None) -> None:
    asked = {"from": "2026-10-01", "to": "2026-10-07"}
    if compare is not None and hasattr(REPORTS[name].question, "compare"):
        asked["compare"] = compare
    as_json = sold.report(name, **asked)
    assert as_json["rows"], "nothing to compare"
    names = list(as_json["rows"][0])
    as_csv = sold.get(f"/reports/{name}", params=asked | {"format": "csv"})
    assert as_csv.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert f'{name}_2026-10-01_2026-10-07.csv"' in as_csv.headers["Content-Disposition"]
    read = list(csv.reader(io.StringIO(as_csv.text, newline="")))
    assert read[0] == names
    assert as_csv.text.count("\r\n") == len(read)
    every = [row.values() for row in as_json["rows"]]
    plain = [["" if cell is None else str(cell) for cell in row] for row in every]
    assert [[cell.removeprefix("'") for cell in row] for row in read[1:]] == plain

    as_xlsx = sold.get(f"/reports/{name}", params=asked | {"format": "xlsx"})
    assert "spreadsheetml.sheet" in as_xlsx.headers["Content-Type"]
    assert f'{name}_2026-10-01_2026-10-07.xlsx"' in as_xlsx.headers["Content-Disposition"]
    top, rows, sheet = rows_of_xlsx(as_xlsx.content)
    assert "2026-10-01 to 2026-10-07" in top[1][0]
    assert "held: 0" in top[2][0]
    assert rows[0] == names
    pane = next(sheet.iter(f"{SHEET}pane"))
    assert (pane.get("ySplit"), pane.get("state")) == (str(TOP), "frozen")
    texts = {column.name for column in REPORTS[name].columns if column.type in ("text", "instant")}
    assert len(rows) - 1 == len(as_json["rows"])
    for cells, row in zip(rows[1:], as_json["rows"], strict=True):
        padded = [*cells, *[None] * (len(names) - len(cells))]
        for column, cell in zip(names, padded, strict=True):
            expected = row[column]
            if column in texts:
                assert cell == expected or (cell is None and expected == "")
            elif expected is None:
                assert cell is None
            elif isinstance(cell, date):
                assert str(cell) == expected
            else:
                assert isinstance(cell, Decimal)
                assert cell == Decimal(expected)


def test_the_money_in_a_workbook_is_exact(service: Service) -> None:
    amounts = ["9999999999.99", "8888888888.01", "0.10", "0.29", "1.10"]
    for i, amount in enumerate(amounts, 30):
        service.post("/products", {"id": i, "name": "x", "price": "1"}).raise_for_status()
        line = {"product_id": i, "quantity": "1", "amount": amount}
        service.post("/sales", receipt(f"m-{i}", lines=[line])).raise_for_status()
    answer = service.get("/reports/products?month=2026-10&format=xlsx&sort=id")
    _, rows, _ = rows_of_xlsx(answer.content)
    revenues = [row[8] for row in rows[1:]]
    assert revenues == [Decimal(amount) for amount in amounts]


def test_csv_for_a_russian_spreadsheet(sold: Service) -> None:
    path = "/reports/top-products?month=2026-10&format=csv"
    for headers, more in (({"Accept-Language": "ru-RU,ru;q=0.9"}, ""), ({}, "&lang=ru")):
        text = sold.get(path + more, headers=headers).text
        assert text.splitlines()[0] == "id;name;quantity;unit;revenue"
    for headers, more in (
        ({"Accept-Language": "en"}, ""),
        ({"Accept-Language": "ru"}, "&lang=en"),
        ({}, ""),
    ):
        assert sold.get(path + more, headers=headers).text.startswith("id,name,")
    marked = sold.get(f"{path}&bom=true")
    assert marked.content.startswith(b"\xef\xbb\xbfid,name")
    assert sold.get(path).content.startswith(b"id,name")


def test_text_that_a_spreadsheet_would_run_is_harmless_and_figures_are_figures(
    sold: Service,
) -> None:
    text = sold.get("/reports/products?month=2026-10&format=csv&sort=id").text
    rows = list(csv.DictReader(io.StringIO(text)))
    marked = [row["name"] for row in rows if row["name"].startswith("'")]
    assert marked == ["'=1+1", "'+7", "'-5", "'@x", "' =2", "'\uff1d1"]
    assert [row["category"] for row in rows if row["category"].startswith("'")] == marked
    assert any(row["revenue"].startswith("-") for row in rows)


def test_what_is_unchanged_is_not_sent_again(service: Service) -> None:
    service.post("/sales", receipt("e-1")).raise_for_status()
    path = "/reports/summary?month=2026-10"
    first = service.get(path)
    tag = {"If-None-Match": first.headers["ETag"]}
    again = service.get(path, headers=tag)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    # Another form is another thing.
    assert service.get(f"{path}&format=csv", headers=tag).status_code == 200
    for number in range(2, 12):
        service.post("/sales", receipt(f"e-{number}")).raise_for_status()
        changed = service.get(path, headers=tag)
        assert changed.status_code == 200
        assert changed.json()["rows"][0]["receipts"] == number
        tag = {"If-None-Match": changed.headers["ETag"]}
        assert service.get(path, headers=tag).status_code == 304
    service.request("PATCH", "/products/1", json={"name": "Loaf"}).raise_for_status()
    assert service.get(path, headers=tag).status_code == 200
    # A question that is wrong stays wrong.
    assert service.get(f"{path}&sort=id", headers=tag).status_code == 422
