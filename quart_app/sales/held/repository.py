"""The table of held receipts."""

import json
from collections.abc import Callable, Iterable, Sequence

import msgspec

from quart_app.database.inserting import inserting
from quart_app.database.steps import Row, Statement
from quart_app.database.transaction import Reading
from quart_app.errors import Fault
from quart_app.sales.forms import ReceiptForm
from quart_app.sales.held.models import HeldListing, HeldSale, Retried
from quart_app.sales.held.waiting import Wait
from quart_app.sales.models import NewHeld
from quart_app.sales.taking.arrivals import Arrival
from quart_app.values.instant import Instant

_reasons = msgspec.json.Decoder(tuple[Fault, ...])
_HOLD = """
    INSERT INTO held_sales (
           id, status, receipt_id, fingerprint, is_newcomer, idempotency_key, store_id,
           till_id, series, sequence_number, business_date, received_at_us, document, reasons,
           lacked_store_id, lacked_products, countable_at_us, waits)
    VALUES :rows
        ON CONFLICT (receipt_id, fingerprint) WHERE status = 'held'
        DO NOTHING
"""
_WAIT_ON = """
    UPDATE held_sales
       SET is_newcomer = :is_newcomer,
           reasons = :reasons,
           lacked_store_id = :lacked_store_id,
           lacked_products = :lacked_products,
           countable_at_us = :countable_at_us,
           waits = :waits
     WHERE id = :id
"""
_SETTLE = """
    UPDATE held_sales
       SET status = :status,
           settled_at_us = :settled_at_us,
           discard_reason = :discard_reason
     WHERE id IN (SELECT value FROM JSON_EACH(:ids))
           AND status = 'held'
"""
_KEY = """
    INSERT INTO held_keys (key, held_id)
    VALUES (:key, :id)
        ON CONFLICT (key)
        DO UPDATE
       SET held_id = excluded.held_id
"""
_BIND = """
    INSERT INTO idempotency_keys (key, sale_id)
    SELECT key,
           :sale_id
      FROM held_keys
     WHERE held_id = :id
        ON CONFLICT (key)
        DO NOTHING
"""
_VOID = """
    UPDATE held_sales
       SET voided_at_us = :voided_at_us,
           void_reason = :void_reason
     WHERE receipt_id = :receipt_id
           AND status = 'held'
           AND is_newcomer = 0
"""


def holding(held: Sequence[NewHeld], write: Callable[[ReceiptForm], bytes]) -> list[Statement]:
    """What holds receipts; a newcomer that is held already stays one copy."""
    return list(
        inserting(
            _HOLD,
            [
                (
                    one.held_id,
                    "held",
                    one.receipt_id,
                    one.fingerprint,
                    one.is_newcomer,
                    one.idempotency_key,
                    one.store_id,
                    one.till_id,
                    one.series,
                    one.sequence_number,
                    one.business_date,
                    one.received_at_us,
                    write(one.form).decode(),
                    msgspec.json.encode(one.reasons).decode(),
                    one.lacked_store_id,
                    json.dumps(one.lacked_products),
                    one.countable_at_us,
                    one.waits,
                )
                for one in held
            ],
        )
    )


def waiting_on(held_id: int, wait: Wait, *, is_newcomer: bool) -> Statement:
    """What writes down why a receipt is held now."""
    return (
        _WAIT_ON,
        {
            "id": held_id,
            "is_newcomer": is_newcomer,
            "reasons": msgspec.json.encode(wait.faults).decode(),
            "lacked_store_id": wait.store_id,
            "lacked_products": json.dumps(wait.products),
            "countable_at_us": wait.countable_at_us,
            "waits": not wait.is_hopeless,
        },
    )


def settling(
    held_ids: Sequence[int], status: str, now: int, discard_reason: str | None = None
) -> Statement:
    """What ends the holding of receipts that were counted or discarded."""
    return (
        _SETTLE,
        {
            "ids": json.dumps(list(held_ids)),
            "status": status,
            "settled_at_us": int(now),
            "discard_reason": discard_reason,
        },
    )


def keying(held_id: int, key: str) -> Statement:
    """What gives a held receipt a further key that it has come with."""
    return _KEY, {"id": held_id, "key": key}


def binding(held_id: int, sale_id: int) -> Statement:
    """What gives the further keys of a held receipt to the sale that it has become."""
    return _BIND, {"id": held_id, "sale_id": sale_id}


def voiding(receipt_id: str, now: Instant, reason: str | None) -> Statement:
    """What voids a receipt while it is held."""
    return (
        _VOID,
        {"receipt_id": receipt_id, "voided_at_us": int(now), "void_reason": reason},
    )


async def ready(reading: Reading, now: Instant, limit: int) -> list[int]:
    """The held receipts that lack nothing any more, those that came first first."""
    rows = await reading.rows(
        """
        SELECT id
          FROM held_sales
         WHERE status = 'held'
               AND waits = 1
               AND (countable_at_us IS NULL OR countable_at_us <= :now)
               AND (lacked_store_id IS NULL
                    OR lacked_store_id IN (SELECT id FROM stores))
               AND NOT EXISTS (
                   SELECT 1
                     FROM JSON_EACH(lacked_products) AS lacked
                    WHERE lacked.value NOT IN (SELECT id FROM products))
         ORDER BY id
         LIMIT :limit
        """,
        {"now": int(now), "limit": limit},
    )
    return [row[0] for row in rows]


async def to_retry(
    reading: Reading, held_ids: Iterable[int], read: Callable[[bytes], ReceiptForm]
) -> list[Retried]:
    """Those of the receipts that are held still, as they came in."""
    rows = await reading.rows(
        """
        SELECT id,
               receipt_id,
               is_newcomer,
               fingerprint,
               idempotency_key,
               received_at_us,
               document,
               reasons,
               voided_at_us,
               void_reason
          FROM held_sales
         WHERE id IN (SELECT value FROM JSON_EACH(:ids))
               AND status = 'held'
         ORDER BY id
        """,
        {"ids": json.dumps(list(held_ids))},
    )
    return [
        Retried(
            held_id=row[0],
            receipt_id=row[1],
            is_newcomer=bool(row[2]),
            arrival=Arrival(
                msgspec.structs.replace(read(row[6].encode()), receipt_id=row[1]),
                row[3],
                Instant(row[5]),
                row[4],
            ),
            reasons=_reasons.decode(row[7]),
            voided_at_us=row[8],
            void_reason=row[9],
        )
        for row in rows
    ]


async def select(
    reading: Reading, listing: HeldListing, store_ids: Sequence[int]
) -> list[HeldSale]:
    """A page of held receipts of some stores, or of all, those that came first first."""
    by_store = "AND store_id IN (SELECT value FROM JSON_EACH(:store_ids))" if store_ids else ""
    return await _select(
        reading,
        f"""
         WHERE status = :status
               {by_store}
               AND id > :after
         ORDER BY id
         LIMIT :limit
        """,
        {
            "store_ids": json.dumps(list(store_ids)),
            "status": listing.status,
            "after": listing.after,
            "limit": listing.limit,
        },
    )


async def count(reading: Reading) -> int:
    """How many are held."""
    return await reading.number("SELECT COUNT(*) FROM held_sales WHERE status = 'held'")


async def find(reading: Reading, held_id: int) -> HeldSale | None:
    """One, whatever became of it."""
    found = await _select(reading, "WHERE id = :id", {"id": held_id})
    return found[0] if found else None


async def find_by_receipt(reading: Reading, receipt_id: str) -> HeldSale | None:
    """The one that is held and has that identity."""
    found = await _select(
        reading,
        "WHERE receipt_id = :receipt_id AND status = 'held' AND is_newcomer = 0",
        {"receipt_id": receipt_id},
    )
    return found[0] if found else None


async def _select(reading: Reading, which: str, values: dict[str, object]) -> list[HeldSale]:
    rows = await reading.rows(
        f"""
        SELECT id,
               status,
               receipt_id,
               store_id,
               till_id,
               received_at_us,
               document,
               reasons,
               voided_at_us,
               void_reason,
               settled_at_us,
               discard_reason
          FROM held_sales
        {which}
        """,
        values,
    )
    return [_held(row) for row in rows]


def _held(row: Row) -> HeldSale:
    return HeldSale(
        id=row[0],
        status=row[1],
        receipt_id=row[2],
        store_id=row[3],
        till_id=row[4],
        received_at_us=row[5],
        document=row[6].encode(),
        reasons=_reasons.decode(row[7]),
        voided_at_us=row[8],
        void_reason=row[9],
        settled_at_us=row[10],
        discard_reason=row[11],
    )
