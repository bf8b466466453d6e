"""What a picture shows, held against what the API says at the same parameters."""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

from tests.dashboard.today import count, local_now, noon_zone, sold
from tests.dashboard.today import with_shops as with_two_shops
from tests.people import seen
from tests.service import Service

Envelope = dict[str, Any]
HEIGHT = 480
SHADES = 6
__all__ = ["CHECKS", "figure_of", "noon_zone", "with_trade"]


def with_trade(service: Service) -> Service:
    """Three weeks of sales by two shops; on one day, of one product and code, only returns."""
    with_two_shops(service)
    bread = {"id": 3, "name": "Rye & spelt", "price": "10.00", "category": "Bakery"}
    assert service.post("/products", bread).status_code == 201
    now = local_now()
    for day in range(1, 22):
        at = now - timedelta(days=day, hours=day % 5)
        if day == 3:
            line = [{"product_id": 2, "quantity": "1", "amount": "700.00"}]
            back = sold("back", at, "1.00", type="return", lines=line, promo_code="BACK")
            count(service, back)
            continue
        kind = "card" if day % 3 else "cash"
        amount = f"{day * day}0.55"
        line = [{"product_id": 1 + 2 * (day % 2), "quantity": "1", "amount": amount}]
        line[0] |= {"discount": "5.00"} if day % 4 == 0 else {}
        total = str(int(amount.replace(".", "")) - (500 if day % 4 == 0 else 0))
        paid = [{"type": kind, "amount": f"{total[:-2]}.{total[-2:]}"}]
        one = sold(f"d{day}", at, "1", store_id=1 + day % 2, lines=line, tenders=paid)
        count(service, one | {"promo_code": f"P{day % 14}"})
    return service


def figure_of(service: Service, name: str, **asked: str) -> ET.Element | None:
    """The picture of a report's page, read as the well-formed tree that it is."""
    reply = seen(service, f"/reports/{name}", params=asked)
    assert reply.status_code == 200, reply.text
    found = re.search(r"<figure.*?</figure>", reply.text, re.DOTALL)
    return None if found is None else ET.fromstring(found[0])


def minor(text: str) -> int:
    """An amount of the API in hundredths."""
    return int(text.replace(".", ""))


def written(text: str) -> str:
    """An amount as the English page writes it."""
    whole, digits = text.lstrip("-").split(".")
    sign = "\N{MINUS SIGN}" if text.startswith("-") else ""
    return f"{sign}₽{int(whole):,}.{digits}"


def named(figure: ET.Element, tag: str, name: str) -> list[ET.Element]:
    return [one for one in figure.iter(tag) if name in one.attrib.get("class", "").split()]


def text_of(element: ET.Element) -> str:
    return html.unescape("".join(element.itertext()))


def place(element: ET.Element, name: str) -> int:
    return int(element.attrib[name].rstrip("%").replace(".", ""))


def in_proportion(lengths: list[int], amounts: list[int]) -> None:
    """Each length is of the longest as its amount is of the largest, to the grid's unit."""
    longest, most = max(zip(lengths, amounts, strict=True), key=lambda one: abs(one[1]))
    for length, amount in zip(lengths, amounts, strict=True):
        assert abs(length * most - amount * longest) <= 2 * abs(most), (length, amount)


def bridge(figure: ET.Element, envelope: Envelope) -> None:
    row = envelope["rows"][0]
    names = ("gross", "discounts", "returns", "revenue", "tax", "net")
    in_proportion(
        [place(svg.findall("rect")[0], "width") for svg in named(figure, "svg", "bar")],
        [abs(minor(row[name])) for name in names],
    )
    shown = [text_of(one) for one in named(figure, "span", "figure")]
    off = [f"-{row[name]}" if minor(row[name]) else row[name] for name in names]
    assert shown == [
        written(taken if name in ("discounts", "returns", "tax") else row[name])
        for name, taken in zip(names, off, strict=True)
    ]


def timeline(figure: ET.Element, envelope: Envelope) -> None:
    rows = envelope["rows"]
    revenues = [minor(row["revenue"]) for row in rows]
    texts = [text_of(one) for one in figure.iter("title")]
    assert [text.split(": ")[1].split(", before")[0] for text in texts] == [
        written(row["revenue"]) for row in rows
    ]
    slot = int(figure.find(".//svg").attrib["viewBox"].split()[2]) // len(rows)  # type: ignore[union-attr]
    heights = [0] * len(rows)
    for name in ("gain", "loss"):
        for one in named(figure, "path", name):
            boxes = re.findall(r"M(\d+) (\d+)V(\d+)h\d+V\d+Z", one.attrib["d"])
            for x, zero, top in boxes:
                heights[int(x) // slot] = int(zero) - int(top)
    in_proportion(heights, revenues)
    assert bool(named(figure, "path", "past")) == ("compared_with" in envelope)


def week(figure: ET.Element, envelope: Envelope) -> None:
    rows = envelope["rows"]
    most = max(minor(row["revenue"]) for row in rows)
    cells = [one for one in figure.iter("g") if one.find("title") is not None]
    assert len(cells) == len(rows)
    for cell, row in zip(cells, rows, strict=True):
        revenue = minor(row["revenue"])
        assert written(row["revenue"]) in text_of(cell)
        shade = -(-revenue * SHADES // most)
        assert cell.attrib["class"] == (f"q{shade}" if revenue >= 0 else "loss")
        rect = cell.findall("rect")[0]
        assert place(rect, "y") == (row["weekday"] - 1) * 10_000 // 7


def pareto(figure: ET.Element, envelope: Envelope) -> None:
    rows = envelope["rows"]
    start = 0
    for name in "ABC":
        of_class = [row for row in rows if row["class"] == name]
        lines = named(figure, "path", f"class-{name}")
        assert len(lines) == (2 if of_class else 0)
        if of_class:
            points = [
                tuple(map(int, point.split())) for point in lines[1].attrib["d"][1:].split("L")
            ]
            end = start + len(of_class)
            assert points[0][0] == start * 1_440 // len(rows)
            assert points[-1][0] == end * 1_440 // len(rows)
            so_far = minor(of_class[-1]["cumulative_percent"])
            top = max(10_000, *(minor(row["cumulative_percent"]) for row in rows))
            if top == 10_000:
                assert points[-1][1] == HEIGHT - so_far * HEIGHT // top
            start = end


def _called(name: str, row: dict[str, Any]) -> str:
    """What a person calls it: a shop by its name, a means of payment by its word."""
    words = {"": "none", "cash": "Cash", "card": "Card"}
    words |= {"Street 1": "Mill Lane", "Street 2": "Harbour"}
    if name == "category":
        words[""] = "no category"
    return words.get(row[name] or "", row[name])


def bars(name: str, measure: str) -> Callable[[ET.Element, Envelope], None]:
    def check(figure: ET.Element, envelope: Envelope) -> None:
        rows = sorted(envelope["rows"], key=lambda row: -minor(row[measure]))[:12]
        items = list(figure.iter("li"))
        assert [text_of(named(one, "span", "name")[0]) for one in items] == [
            _called(name, row) for row in rows
        ]
        assert [text_of(named(one, "span", "figure")[0]) for one in items] == [
            written(row[measure]) for row in rows
        ]
        shares = [text_of(one) for one in named(figure, "span", "share")]
        assert [
            one.rstrip("%\N{NO-BREAK SPACE}").replace("\N{MINUS SIGN}", "-").replace(",", "")
            for one in shares
        ] == [row["share_percent"] or "" for row in rows if "share_percent" in row]
        rects = [next(one.iter("rect")) for one in items]
        amounts = [minor(row[measure]) for row in rows]
        in_proportion([place(rect, "width") for rect in rects], [abs(one) for one in amounts])
        assert [rect.attrib["class"] for rect in rects] == [
            "loss" if one < 0 else "gain" for one in amounts
        ]

    return check


CHECKS = {
    "summary": bridge,
    "timeline": timeline,
    "hours": week,
    "abc": pareto,
    "stores": bars("address", "revenue"),
    "products": bars("name", "revenue"),
    "categories": bars("category", "revenue"),
    "tenders": bars("tender", "amount"),
    "promotions": bars("promo_code", "revenue"),
}
