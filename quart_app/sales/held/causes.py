"""What keeps receipts from being counted."""

import msgspec


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """A reason that many held receipts may share.

    ``number`` is that of the product or store that is not known; ``first_id`` the held receipt
    that came first with this cause, at ``since_us``.
    """

    code: str
    number: int | None
    receipts: int
    first_id: int
    since_us: int
    store_ids: tuple[int, ...]
