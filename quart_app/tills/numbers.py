"""What is known of a till: its last receipt, its clock, and which of its numbers never came."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping
from copy import copy
from functools import lru_cache
from typing import NamedTuple

import msgspec


class TillKey(NamedTuple):
    """A till's series of numbers."""

    store_id: int
    till_id: str
    series: str


TillNumbers = Mapping[TillKey, Collection[int]]
"""Tills' own numbers for receipts, each used once."""


@lru_cache(maxsize=4_096)
def till_key(store_id: int, till_id: str | None, series: str | None) -> TillKey:
    """The till and series that a receipt names; few, and each named by thousands of receipts."""
    return TillKey(store_id, till_id or "", series or "")


class Gap(NamedTuple):
    """Numbers that never came, and the business dates of the receipts around them."""

    first_missing: int
    last_missing: int
    date_before: int
    date_after: int


class Numbers(msgspec.Struct):
    """The numbers that have come: all from the first to the last but the gaps.

    ``gaps`` are those by their first missing number, as many as were looked up; ``gap_ids`` are
    those that are kept already.
    """

    first: int | None = None
    first_date: int | None = None
    last: int | None = None
    last_date: int | None = None
    gaps: dict[int, Gap] = msgspec.field(default_factory=dict)
    gap_ids: dict[int, int] = msgspec.field(default_factory=dict)

    def receive(self, number: int, date: int) -> None:
        """Take a number that has come; one that is here already changes nothing."""
        if self.first is None or self.last is None:
            self.first = self.last = number
            self.first_date = self.last_date = date
        elif number > self.last:
            self._lack(self.last + 1, number - 1, self.last_date, date)
            self.last, self.last_date = number, date
        elif number < self.first:
            self._lack(number + 1, self.first - 1, date, self.first_date)
            self.first, self.first_date = number, date
        elif (gap := self._gap_of(number)) is not None:
            del self.gaps[gap.first_missing]
            self._lack(gap.first_missing, number - 1, gap.date_before, date)
            self._lack(number + 1, gap.last_missing, date, gap.date_after)

    def _gap_of(self, number: int) -> Gap | None:
        if (gap := self.gaps.get(number)) is not None:
            return gap
        inside = (gap for gap in self.gaps.values() if gap[0] <= number <= gap[1])
        return next(inside, None)

    def _lack(self, first: int, last: int, date_before: int | None, date_after: int | None) -> None:
        if first <= last:
            assert date_before is not None
            assert date_after is not None
            self.gaps[first] = Gap(first, last, date_before, date_after)


class LastWord(msgspec.Struct):
    """The last receipt of a till, and by how much its clock is ahead at least."""

    receipt_id: str
    occurred_at_us: int
    received_at_us: int
    clock_skew_us: int

    def after(self, before: "LastWord | None") -> "LastWord":
        """Itself, where the clock was ahead by more before that too."""
        if before is not None and before.clock_skew_us > self.clock_skew_us:
            self.clock_skew_us = before.clock_skew_us
        return self


class HeardTills:
    """The tills of one group of receipts: as they were, and as they are after it."""

    def __init__(self, known: Mapping[TillKey, Numbers]) -> None:
        self._before = {till: dict(numbers.gaps) for till, numbers in known.items()}
        self.numbers = dict(known)
        self.last_words: dict[TillKey, LastWord] = {}
        self.days: set[tuple[int, int, str]] = set()
        """The business dates, stores and tills that receipts are held of."""

    def hear(
        self,
        till: TillKey,
        number: int | None,
        business_date: int,
        word: LastWord,
        *,
        is_held: bool,
    ) -> None:
        """Take a receipt that has come from a till, whatever became of it."""
        if is_held:
            self.days.add((business_date, till.store_id, till.till_id))
        self.last_words[till] = word.after(self.last_words.get(till))
        if number is not None:
            self._numbers_of(till).receive(number, business_date)

    def hear_all(
        self, words: Mapping[TillKey, LastWord], came: Mapping[TillKey, Iterable[tuple[int, int]]]
    ) -> None:
        """Take many that are counted: the last of each till, and their numbers and dates."""
        for till, word in words.items():
            # A copy: those who sent them may be heard again, in another transaction.
            self.last_words[till] = copy(word).after(self.last_words.get(till))
        for till, some in came.items():
            numbers = self._numbers_of(till)
            for number, business_date in some:
                numbers.receive(number, business_date)

    def _numbers_of(self, till: TillKey) -> Numbers:
        numbers = self.numbers.get(till)
        if numbers is None:
            numbers = self.numbers[till] = Numbers()
        return numbers

    def have_come(self, asked: TillNumbers) -> dict[TillKey, list[int]]:
        """Those of the numbers that came before, and may be another receipt's; asked of all first.

        A number above the last of its till, below its first or in a gap is nobody's.
        """
        found: dict[TillKey, list[int]] = {}
        for till, numbers in asked.items():
            known = self.numbers.get(till)
            if known is None or known.first is None or known.last is None:
                continue
            first, last, starts = known.first, known.last, sorted(known.gaps)
            for number in numbers:
                if first <= number <= last:
                    at = bisect_right(starts, number) - 1
                    if at < 0 or known.gaps[starts[at]].last_missing < number:
                        found.setdefault(till, []).append(number)
        return found

    def closed(self) -> list[int]:
        """The ids of the gaps that are no more."""
        return [
            gap_id
            for numbers in self.numbers.values()
            for first, gap_id in numbers.gap_ids.items()
            if first not in numbers.gaps
        ]

    def opened(self) -> list[tuple[TillKey, Gap]]:
        """The gaps that are new, or not as they were."""
        return [
            (till, gap)
            for till, numbers in self.numbers.items()
            for gap in numbers.gaps.values()
            if self._before.get(till, {}).get(gap.first_missing) != gap
        ]
