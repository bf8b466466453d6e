"""Makes the file of this release: ``python -m tests.releases NAME``."""

import gzip
import json
import random
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.releases.figures import MONTHS, asked
from tests.service import Service, serving

FOLDER = Path(__file__).parent
SETTINGS = {"currency": "RUB", "timezone": "Europe/Moscow"}
_ZONES = ("Europe/Moscow", "Asia/Vladivostok", "Europe/Kaliningrad")
_PIECES = 6
_WEIGHED = 7
_UNKNOWN = 99


def main() -> None:
    """Fill a database through the API, and keep it with what it answers."""
    (name,) = sys.argv[1:]
    database = FOLDER / f"{name}.db.gz"
    if database.exists():
        sys.exit(f"{database} is there: files of releases are never made anew")
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "sales.db"
        with serving(made, **SETTINGS) as service:
            fill(service)
            assert service.get("/check").json()["differences"] == []
            answers = asked(service)
        packed = gzip.compress(made.read_bytes(), mtime=0)
    told = {"settings": SETTINGS, "answers": answers}
    database.write_bytes(packed)
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    (FOLDER / f"{name}.json.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    sys.stdout.write(f"{database}: {len(packed):,} bytes, {len(answers)} answers\n")


def fill(service: Service) -> None:
    """A little of everything that a database may hold."""
    for number, zone in enumerate(_ZONES, 1):
        store = {"id": number, "address": f"Улица {number}", "timezone": zone, "name": "Лавка"}
        service.post("/stores", store).raise_for_status()
    for number in range(1, _PIECES + 1):
        product = {"id": number, "name": f"Товар {number}", "price": f"{number}9.90"}
        kept = product | (
            {"category": f"К{number % 3}"} if number % 2 else {"gtin": "4600000000008"}
        )
        service.post("/products", kept).raise_for_status()
    weighed = {"id": _WEIGHED, "name": "Сыр", "price": "812.50", "unit": "kg", "category": "К1"}
    service.post("/products", weighed).raise_for_status()
    chance = random.Random(4)
    numbers = {(store, till): 0 for store in range(1, len(_ZONES) + 1) for till in ("T1", "T2")}
    made = [receipt(chance, i, numbers) for i in range(90)]
    for one in made[:45]:
        reply = service.post("/sales", one, headers={"Idempotency-Key": f"k-{one['receipt_id']}"})
        assert reply.status_code in {201, 202}, reply.text
    service.batch("\n".join(json.dumps(one) for one in made[45:]))
    service.post("/sales", made[3] | {"cashier_id": "another"})
    for i in (5, 17, 50, 71):
        service.post(
            f"/sales/{made[i]['receipt_id']}/void", {"reason": "ошибка"}
        ).raise_for_status()
    held = service.get("/held-sales").json()
    assert len(held) > 3
    service.request("DELETE", f"/held-sales/{held[0]['id']}", params={"reason": "проба"})
    service.request("DELETE", "/products/2").raise_for_status()


def receipt(chance: random.Random, i: int, numbers: dict[tuple[int, str], int]) -> dict[str, Any]:
    """A sale or a return of one of three months; each twelfth names an unknown product."""
    till = chance.choice(list(numbers))
    # Some numbers are left out, as of receipts that never came.
    numbers[till] += chance.choice((1, 1, 1, 1, 1, 3))
    lines = []
    for _ in range(chance.randint(1, 4)):
        product = chance.randint(1, _WEIGHED)
        whole = product != _WEIGHED
        line = {
            "product_id": product,
            "quantity": str(chance.randint(1, 4)) if whole else f"0.{chance.randint(100, 999)}",
            "unit_price": f"{chance.randint(20, 900)}.{chance.randint(0, 99):02d}",
        }
        lines.append(line | chance.choice(({}, {"discount": "1.15"}, {"tax": "2.00"})))
    if i % 12 == 7:
        lines[0]["product_id"] = _UNKNOWN
    day = f"{chance.choice(MONTHS)}-{chance.randint(1, 30):02d}"
    document = {
        "receipt_id": f"{till[0]}-{till[1]}-{i:04d}",
        "store_id": till[0],
        "till_id": till[1],
        "sequence_number": numbers[till],
        "occurred_at": f"{day}T{chance.randint(0, 23):02d}:{i % 60:02d}:00+03:00",
        "cashier_id": str(chance.randint(1, 3)),
        "lines": lines,
        "tenders": [{"type": "card", "amount": "12.00"}, {"type": "cash", "amount": "20.00"}],
    }
    if i % 9 == 4:
        document |= {"type": "return", "reason": "не подошло", "original_receipt_id": "1-T1-0001"}
    else:
        document |= chance.choice(({}, {"promo_code": "ВЕСНА", "discount": "3.00"}))
    if i % 15 == 2:
        document["series"] = "ФН-2"
    return document


main()
