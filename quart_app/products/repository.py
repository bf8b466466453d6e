"""The products table."""

import json
from collections.abc import Iterable, Sequence

from quart_app.database.inserting import inserting
from quart_app.database.steps import Row
from quart_app.database.transaction import Reading, Writing
from quart_app.products.models import Priced, Product, ProductListing
from quart_app.values.money import Money
from quart_app.values.text import Gtin, search_key

_COLUMNS = ("id", "name", "price_minor", "unit", "category", "gtin", "archived")


class ProductRepository:
    """Rows of products as models."""

    async def select(self, reading: Reading, listing: ProductListing) -> list[Product]:
        """The products asked for, by id; ``q`` is looked for in names, ids and barcodes."""
        rows = await reading.packed(
            _COLUMNS,
            """
            SELECT id,
                   name,
                   price_minor,
                   unit,
                   category,
                   gtin,
                   archived
              FROM products
             WHERE id > :after
                   AND archived = :archived
                   AND (:category IS NULL OR COALESCE(category, '') = :category)
                   AND (:q IS NULL
                        OR CAST(id AS TEXT) = :q
                        OR gtin = :q
                        OR INSTR(SEARCH_KEY(name), :search_key) > 0)
             ORDER BY id
             LIMIT :limit
            """,
            {
                "after": listing.after,
                "archived": listing.archived,
                "category": listing.category,
                "q": listing.q,
                "search_key": search_key(listing.q or ""),
                "limit": -1 if listing.limit is None else listing.limit,
            },
        )
        return [_product(row) for row in rows]

    async def by_ids(self, reading: Reading, ids: Iterable[int]) -> dict[int, Product]:
        """Those of the ids that there are, archived ones too."""
        rows = await reading.packed(
            _COLUMNS,
            """
            SELECT id,
                   name,
                   price_minor,
                   unit,
                   category,
                   gtin,
                   archived
              FROM products
             WHERE id IN (SELECT value FROM JSON_EACH(:ids))
            """,
            {"ids": json.dumps(list(ids))},
        )
        return {row[0]: _product(row) for row in rows}

    async def priced(self, reading: Reading, ids: Iterable[int]) -> dict[int, Priced]:
        """What a sale needs to know of those of the ids that there are."""
        rows = await reading.packed(
            ("id", "price_minor", "unit", "archived"),
            """
            SELECT id,
                   price_minor,
                   unit,
                   archived
              FROM products
             WHERE id IN (SELECT value FROM JSON_EACH(:ids))
            """,
            {"ids": json.dumps(list(ids))},
        )
        return {row[0]: Priced(row[1], row[2], bool(row[3])) for row in rows}

    async def categories(self, reading: Reading) -> list[str]:
        """The categories that products are in, by name."""
        rows = await reading.rows(
            """
            SELECT DISTINCT category
              FROM products
             WHERE category IS NOT NULL
                   AND archived = 0
             ORDER BY category
            """
        )
        return [row[0] for row in rows]

    async def upsert(self, writing: Writing, entries: Sequence[Product]) -> None:
        """Write products, replacing those of the same id."""
        await writing.run(
            *inserting(
                """
            INSERT INTO products (id, name, price_minor, unit, category, gtin, archived)
            VALUES :rows
                ON CONFLICT (id)
                DO UPDATE
               SET name = excluded.name,
                   price_minor = excluded.price_minor,
                   unit = excluded.unit,
                   category = excluded.category,
                   gtin = excluded.gtin,
                   archived = excluded.archived
            """,
                [
                    (
                        product.id,
                        product.name,
                        int(product.price),
                        product.unit,
                        product.category,
                        None if product.gtin is None else str(product.gtin),
                        product.archived,
                    )
                    for product in entries
                ],
            )
        )

    async def next_id(self, reading: Reading) -> int:
        """An id above every other."""
        return await reading.number("SELECT COALESCE(MAX(id), 0) + 1 FROM products")

    async def is_sold(self, reading: Reading, entry_id: int) -> bool:
        """Whether any receipt has a line of it."""
        found = await reading.row(
            """
            SELECT 1
              FROM product_month_totals
             WHERE product_id = :id
             LIMIT 1
            """,
            {"id": entry_id},
        )
        return found is not None

    async def delete(self, writing: Writing, entry_id: int) -> None:
        """Remove one that was never sold."""
        await writing.run(("DELETE FROM products WHERE id = :id", {"id": entry_id}))


def _product(row: Row) -> Product:
    return Product(
        id=row[0],
        name=row[1],
        price=Money(row[2]),
        unit=row[3],
        category=row[4],
        gtin=None if row[5] is None else Gtin(row[5]),
        archived=bool(row[6]),
    )
