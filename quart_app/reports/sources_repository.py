"""Which file of ``reports/sql`` answers, and the text of each.

``NAME.sql`` answers for the whole chain, and for some shops unless there is
``NAME-of-stores.sql``; ``NAME-as-of.sql`` answers as of an instant.

What is kept for the chain but not by shop is added up, for some shops, from their own receipts. The
shops that sold most of it are the chain less the others, so that those that are fewer are read.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources

from quart_app.database.transaction import Reading
from quart_app.reports.models import Report

Values = Mapping[str, object]
_SQL = resources.files("quart_app.reports") / "sql"
# Their rows have ``counted``, by which one is known that nothing is left of.
_ADDED_UP = ("products", "categories", "hours", "tenders", "promotions")
MANY = dict.fromkeys(_ADDED_UP, 60) | {"idle-products": 10}
"""What some shops' receipts are read for, and from how many of a hundred lines on in another way.

The chain's own totals have to be read when others are taken from them. Reading by day begins to pay
sooner: the receipts of a day lie together.
"""
_OF_STORES = "-of-stores"
_OF_MANY = "-of-many-stores"


@cache
def text_of(name: str) -> str:
    """A file of ``reports/sql`` as a part of a statement."""
    return (_SQL / f"{name}.sql").read_text("utf-8").rstrip().removesuffix(";")


@cache
def is_there(name: str) -> bool:
    """Whether there is such a file."""
    return (_SQL / f"{name}.sql").is_file()


async def source_of(reading: Reading, report: Report, values: Values) -> str:
    """What answers: of an instant, of some shops, of many of them, or of the whole chain."""
    if values["as_of"] is not None:
        return f"{report.source}-as-of"
    of_stores = f"{report.source}{_OF_STORES}"
    if values["store_ids"] is None or not is_there(of_stores):
        return report.source
    if report.source in MANY:
        row = await reading.row(text_of("share-of-stores"), values)
        if row is not None and (row[0] or 0) > MANY[report.source]:
            return f"{report.source}{_OF_MANY}"
    return of_stores


def read_of(source: str) -> dict[str, str]:
    """The shops and receipts that a file of some shops reads, by the names it has for them."""
    if source.endswith(_OF_STORES):
        shops, receipts = "shops-chosen", "receipts-by-store"
    elif not source.endswith(_OF_MANY):
        return {}
    elif source.removesuffix(_OF_MANY) in _ADDED_UP:
        shops, receipts = "shops-others", "receipts-by-store"
    else:
        shops, receipts = "shops-chosen", "receipts-by-day"
    return {"shops": text_of(shops), "receipts": text_of(receipts)}


def rows_of(
    source: str, told: Iterable[str], sums: Iterable[str], *, is_picked: bool = False
) -> str:
    """The rows that a source answers: what is told of each, and its sums.

    With ``is_picked`` those of the ``candidates`` are enough.
    """
    name = source.removesuffix(_OF_MANY)
    if name not in _ADDED_UP or name == source:
        return text_of(source.replace(_OF_MANY, _OF_STORES))
    keys, added = list(told), [*sums, "counted"]
    return f"""
SELECT {_listed(keys)},
       {_listed(f"SUM({one}) AS {one}" for one in added)}
  FROM (SELECT {_listed([*keys, *added])}
          FROM (
{text_of(f"{name}-picked" if is_picked else name)}
)
        UNION ALL
        SELECT {_listed([*keys, *(f"-{one}" for one in added)])}
          FROM (
{text_of(f"{name}{_OF_STORES}")}
))
 GROUP BY {_listed(keys)}
HAVING SUM(counted) > 0
"""


def _listed(expressions: Iterable[str]) -> str:
    return ",\n       ".join(expressions)
