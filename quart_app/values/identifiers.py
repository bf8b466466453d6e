"""Identifiers: those the service makes, and the form of those that clients send."""

import os
import uuid
from typing import Annotated

from msgspec import Meta

from quart_app.values.instant import Instant

MAX_ID = 2**53 - 1
"""The largest integer that every JSON reader keeps exactly."""

Id = Annotated[int, Meta(ge=1, le=MAX_ID, description="A positive integer below 2^53.")]

MAX_RECEIPT_ID = 64
RECEIPT_ID = "^[A-Za-z0-9._:-]*[A-Za-z0-9][A-Za-z0-9._:-]*$(?!\\n)"
ReceiptId = Annotated[
    str,
    Meta(
        max_length=MAX_RECEIPT_ID,
        pattern=RECEIPT_ID,
        description="1 to 64 of A-Z a-z 0-9 . _ : - with a letter or a digit in it.",
    ),
]


def new_receipt_id(now: Instant) -> str:
    """A UUIDv7 (RFC 9562): 48 bits of milliseconds, the rest random."""
    random = int.from_bytes(os.urandom(10))
    value = (now // 1_000 & (1 << 48) - 1) << 80 | random
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))
