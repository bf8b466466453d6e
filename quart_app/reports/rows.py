"""The rows of a report, kept column by column: the cells of one are read and written alike."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, overload

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Rows(Sequence[Row]):
    """Rows that are made, when they are asked for, of columns, of which there is one at least."""

    columns: Sequence[Sequence[Any]]

    def __len__(self) -> int:
        """How many there are."""
        return len(self.columns[0])

    def __iter__(self) -> Iterator[Row]:
        """One after the other."""
        return zip(*self.columns, strict=True)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> "Rows": ...
    def __getitem__(self, place: int | slice) -> "Row | Rows":
        """One of them, or some."""
        cells = [column[place] for column in self.columns]
        return Rows(cells) if isinstance(place, slice) else tuple(cells)


def columns_of(rows: Sequence[Row], width: int) -> Sequence[Sequence[Any]]:
    """The columns of rows, of which there may be none."""
    if isinstance(rows, Rows):
        return rows.columns
    return list(zip(*rows, strict=True)) if rows else [()] * width
