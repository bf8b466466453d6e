"""Make the demonstration seed out of two months of the Complete Journey receipts.

    python make_seed.py SOURCE [TARGET]

SOURCE is a folder with stores.csv, products.csv and sales.csv.gz in the service's import format, with the ids of the
data set and one till a store. TARGET (by default this file's folder) receives the same three files for the shops chosen
below. Money and quantities are copied, never computed; the same source gives the same bytes.
"""

import argparse
import csv
import gzip
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

Row = dict[str, str]

HERE = Path(__file__).resolve().parent
SECOND_TILL_OPENS = 14  # the hour, local time, from which a shop with two tills uses both


class Shop(NamedTuple):
    """A shop: its id in the source, what it is called here, whether it has two tills."""

    source_id: str
    name: str
    address: str
    two_tills: bool = False


SHOPS = {
    1: Shop("32004", "Mill Lane", "14 Mill Lane, Ashford"),
    2: Shop("429", "Harbour Street", "203 Harbour Street, Port Ellery", two_tills=True),
    3: Shop("439", "Orchard Road", "58 Orchard Road, Lindenfield"),
    4: Shop("369", "Market Square", "1 Market Square, Stonebridge", two_tills=True),
    5: Shop("309", "Chapel Hill", "7 Chapel Hill, Little Marlow"),
    6: Shop("381", "Station Avenue", "120 Station Avenue, Westbrook"),
    7: Shop("406", "Riverside", "45 Riverside Drive, Ferndale Falls", two_tills=True),
    8: Shop("388", "Crossroads", "880 Highway 9, Maple Junction"),
    9: Shop("31782", "College Green", "32 College Green, Elmhaven"),
    10: Shop("446", "Oak Park", "16 Oak Park Crescent, Elmhaven"),
    11: Shop("433", "Foundry Yard", "9 Foundry Yard, Ironbridge Heights"),
    12: Shop("31642", "Lakeside", "3 Lakeside Terrace, Blue Lake"),
}
SHOP_IDS = {shop.source_id: shop_id for shop_id, shop in SHOPS.items()}


def read_table(path: Path) -> Iterator[Row]:
    """Yield the rows of a CSV file, gzipped or not."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def table_bytes(columns: str, rows: Iterable[Row]) -> bytes:
    """Return rows as the bytes of a CSV file with the columns named, separated by commas."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns.split(","), extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def wording_from(rows: Iterable[Row]) -> Callable[[str], str]:
    """Return what turns a shouted text of the source into a plain one: `SFT DRNK 2 L #7` into `Soft drink 2 l`."""
    ours = {row["source"]: row["ours"] for row in rows}
    longest_first = "|".join(re.escape(words) for words in sorted(ours, key=len, reverse=True))
    known = re.compile(rf"(?<![\w.])(?:{longest_first})(?!\w)")

    def readable(text: str) -> str:
        text = re.sub(r"\s*#\d+$", "", text.lower())
        text = known.sub(lambda found: ours[found[0]], text)
        text = re.sub(r"\([^)]*(\)|(?= \.?\d)|$)", " ", text)  # a remark, often cut off
        text = re.sub(r":(?=\S)", ": ", text).replace("&", " & ").replace("-magazine", " magazine")
        text = re.sub(r"(?<![\d.])\.(?=\d)", "0.", re.sub(r"\s+", " ", text).replace(" ,", ","))
        text = re.sub(r"(?<=[A-Za-z]) [a-z](?= \d|$)", "", text).strip(" -:&/,.")  # what is left of a word cut off
        return text[:1].upper() + text[1:]

    return readable


def products_of(source: Iterable[Row], sold: set[str], readable: Callable[[str], str]) -> dict[str, Row]:
    """Return the products sold by their id in the source, renumbered in its order; a repeated name gets a number."""
    products: dict[str, Row] = {}
    seen: Counter[str] = Counter()
    for row in sorted((row for row in source if row["id"] in sold), key=lambda row: int(row["id"])):
        name = readable(row["name"])
        seen[name] += 1
        if seen[name] > 1:
            name = f"{name}, no. {seen[name]}"
        category = readable(row["category"])
        products[row["id"]] = row | {"id": str(len(products) + 1), "name": name, "category": category}
    return products


def receipts_of(source: Iterable[Row]) -> list[list[Row]]:
    """Return the receipts of the chosen shops, each a list of rows, in time order."""
    chosen = (row for row in source if row["store_id"] in SHOP_IDS)
    receipts = [list(rows) for _, rows in groupby(chosen, key=itemgetter("receipt_id"))]
    receipts.sort(key=lambda rows: (SHOP_IDS[rows[0]["store_id"]], int(rows[0]["sequence_number"])))
    return sorted(receipts, key=lambda rows: datetime.fromisoformat(rows[0]["occurred_at"]))


def renumber(receipts: Iterable[list[Row]], products: dict[str, Row]) -> Iterator[Row]:
    """Yield the receipts' rows with the seed's ids; a second till takes every other receipt of the busy hours."""
    printed: Counter[str] = Counter()
    busy: Counter[int] = Counter()
    for receipt in receipts:
        shop_id = SHOP_IDS[receipt[0]["store_id"]]
        hour = datetime.fromisoformat(receipt[0]["occurred_at"]).hour
        is_busy = SHOPS[shop_id].two_tills and hour >= SECOND_TILL_OPENS
        busy[shop_id] += is_busy
        till = 2 if is_busy and busy[shop_id] % 2 == 0 else 1
        key = f"{shop_id}-T{till}"
        printed[key] += 1
        head = {"receipt_id": f"{key}-{printed[key]:06}", "store_id": str(shop_id)}
        head |= {"till_id": f"T{till}", "sequence_number": str(printed[key])}
        for row in receipt:
            yield row | head | {"product_id": products[row["product_id"]]["id"]}


def make_seed(source: Path, target: Path) -> None:
    """Read the source folder and write the three files of the seed."""
    receipts = receipts_of(read_table(source / "sales.csv.gz"))
    sold = {row["product_id"] for receipt in receipts for row in receipt}
    products = products_of(read_table(source / "products.csv"), sold, wording_from(read_table(HERE / "wording.csv")))
    zones = {row["id"]: row["timezone"] for row in read_table(source / "stores.csv")}
    shops = ((shop_id, shop, zones[shop.source_id]) for shop_id, shop in SHOPS.items())
    stores = [{"id": str(i), "address": s.address, "timezone": zone, "name": s.name} for i, s, zone in shops]
    sales = "receipt_id,store_id,till_id,sequence_number,occurred_at,line_no,product_id,quantity,discount,amount"
    (target / "stores.csv").write_bytes(table_bytes("id,address,timezone,name", stores))
    (target / "products.csv").write_bytes(table_bytes("id,name,price,unit,category", products.values()))
    path = target / "sales.csv.gz"
    with path.open("wb") as file, gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
        packed.write(table_bytes(sales, renumber(receipts, products)))


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="Make the demonstration seed.")
    arguments.add_argument("source", type=Path)
    arguments.add_argument("target", type=Path, nargs="?", default=HERE)
    make_seed(**vars(arguments.parse_args()))
