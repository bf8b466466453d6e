"""A list in pages, by their numbers."""

from collections.abc import Sequence
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta

T = TypeVar("T")


class PageNumber(msgspec.Struct, frozen=True, kw_only=True):
    """Which page is asked for."""

    page: Annotated[int, Meta(ge=1, le=100_000)] = 1


class PagesOf(msgspec.Struct, frozen=True):
    """Where a page stands: None where there is none before or after it."""

    before: int | None
    after: int | None


def part_of(whole: Sequence[T], number: int, size: int) -> tuple[Sequence[T], PagesOf]:
    """A page of a list that is at hand."""
    start = (number - 1) * size
    before = number - 1 if number > 1 else None
    return whole[start : start + size], PagesOf(
        before, number + 1 if start + size < len(whole) else None
    )
