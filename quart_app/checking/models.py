"""What is checked, and what a check finds."""

import msgspec


class Kept(msgspec.Struct, frozen=True):
    """A table that is worked out from receipts: its key, its sums, and how they are recounted.

    ``recount`` has the columns of the key and then those of the sums, for ``:first`` to ``:last``
    (business dates, or months as YYYYMM); ``date`` is the column that they limit.
    """

    table: str
    date: str
    key: tuple[str, ...]
    sums: tuple[str, ...]
    recount: str
    only: str = "TRUE"
    """Which of the table's rows are of this kind."""


class Difference(msgspec.Struct, frozen=True):
    """A figure that is not what the receipts say: where it is, what is kept, what is counted."""

    what: str
    where: str
    kept: str
    counted: str


class Findings(msgspec.Struct, frozen=True):
    """What a check found; with no difference every figure adds up."""

    receipts: int
    lines: int
    differences: tuple[Difference, ...]
