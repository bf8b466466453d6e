"""The pages of receipts: those behind a figure, and each by itself."""

from collections.abc import Callable
from typing import Any

import msgspec
from quart import Blueprint, Response

from quart_app.dashboard.pages import Pages
from quart_app.dashboard.report.cells import CellWriter, Words, tender_named
from quart_app.dashboard.report.query import Asked, address
from quart_app.dashboard.report.routes import grouped, sent_items
from quart_app.dashboard.shops import Shops, shops_of
from quart_app.dashboard.sources import Sources
from quart_app.dashboard.viewer import viewer
from quart_app.parameters import read_parameters
from quart_app.reports.explaining import ExplainQuestion, Explanation
from quart_app.reports.parameters import of_own_stores
from quart_app.sales.document import document
from quart_app.sales.held.models import HeldSale

Answer = Callable[..., Response]


def add_receipts(blueprint: Blueprint, sources: Sources, pages: Pages, page: Answer) -> None:
    """Add them to the pages' blueprint."""
    reports, wire = sources.reports, sources.wire

    @blueprint.get("/reports/<name>/receipts")
    async def behind(name: str) -> Response:
        who = viewer()
        report = reports.named(name)
        asked = Asked(report, [item for item in sent_items(*report.key) if item[0] != "lang"])
        given = grouped(asked.items).items()
        question = of_own_stores(read_parameters(wire, ExplainQuestion, given))
        explanation = await reports.explain(report, question)
        shops = await shops_of(sources.stores, who.stores)
        found, path = explanation.receipts, f"{asked.path}/receipts"
        is_last = len(found) < explanation.limit
        return page(
            "receipts/behind",
            who.language,
            asked=asked,
            found=explanation,
            subject=await _subject(sources, explanation, shops, pages.language(who.language)),
            shops=shops,
            first=address(path, asked.but("after")) if question.after else None,
            after=None
            if is_last
            else address(path, [*asked.but("after"), ("after", found[-1].receipt_id)]),
        )

    @blueprint.get("/receipts/<receipt_id>")
    async def receipt(receipt_id: str) -> Response:
        who = viewer()
        sale = await sources.sales.find(receipt_id)
        shops = await shops_of(sources.stores, who.stores)
        if isinstance(sale, HeldSale):
            sent = msgspec.json.format(sale.document, indent=2).decode()
            return page("receipts/held", who.language, held=sale, shops=shops, sent=sent)
        words = pages.language(who.language)
        return page(
            "receipts/receipt",
            who.language,
            sale=sale,
            shops=shops,
            products=await sources.products.known({line.product_id for line in sale.lines}),
            shown=document(sale, wire.currency),
            tenders=[(tender_named(words, one.type), one.amount_minor) for one in sale.tenders],
        )


async def _subject(
    sources: Sources, explanation: Explanation, shops: Shops, words: Words
) -> list[str]:
    """The row whose receipts are shown, in words."""
    report, found = explanation.report, []
    writer = CellWriter(words, shops)
    for name, value in explanation.row.items():
        column: Any = report.column(name)
        if name != "id":
            found.append(writer.text(column, value))
        elif report.source == "stores":
            found.append(shops.name(value))
        else:
            products = await sources.products.known({value})
            found.append(products[value].name if value in products else str(value))
    return found
