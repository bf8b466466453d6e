"""Wrong keys and sign-ins, counted by the address they came from, so that nobody can try many."""

import asyncio
import ipaddress
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal
from weakref import WeakValueDictionary

from quart_app.clock import Clock
from quart_app.errors import TooManyAttempts

ATTEMPTS = 10
"""Wrong ones of a kind that an address may send in a minute."""
Kind = Literal["keys", "sign-ins"]
"""Counted apart: a till with a key that has ended keeps nobody from signing in."""

_WINDOW_US = 60_000_000
_MAX_ADDRESSES = 10_000
_SECOND_US = 1_000_000


class Attempts:
    """The wrong ones of the last minute; ``wrong`` counts keys and ``refused`` both, for good."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        # Kind and address to the end of its minute and the wrong ones in it, the newest last.
        self._windows: OrderedDict[tuple[Kind, str], tuple[int, int]] = OrderedDict()
        # There while somebody waits for it or has it.
        self._turns: WeakValueDictionary[tuple[Kind, str], asyncio.Lock] = WeakValueDictionary()
        self.wrong = 0
        self.refused = 0

    @asynccontextmanager
    async def trying(self, address: str, kind: Kind) -> AsyncIterator[None]:
        """A try that is right unless an error leaves it; TooManyAttempts after too many wrong ones.

        Those of an address are made one after the other. So wrong ones that come at once are all
        counted, and right ones that come at once are no reason to refuse each other.
        """
        turn = self._turns.setdefault((kind, _network(address)), asyncio.Lock())
        async with turn:
            # Counted first: whoever breaks off has tried.
            self.count(address, kind)
            yield
            self._forgive(address, kind)

    def count(self, address: str, kind: Kind) -> None:
        """Count a wrong one; TooManyAttempts for one too many."""
        if kind == "keys":
            self.wrong += 1
        now = self._clock.now()
        who = kind, _network(address)
        ends_at, count = self._windows.pop(who, (0, 0))
        if now >= ends_at:
            ends_at, count = now + _WINDOW_US, 0
        self._windows[who] = ends_at, count + 1
        if len(self._windows) > _MAX_ADDRESSES:
            self._windows.popitem(last=False)
        if count >= ATTEMPTS:
            self.refused += 1
            left_s = -(-(ends_at - now) // _SECOND_US)
            raise TooManyAttempts(
                f"{ATTEMPTS} wrong {kind} a minute are all that {address} may send",
                retry_after_s=left_s,
            )

    def _forgive(self, address: str, kind: Kind) -> None:
        """What was counted before it was known turned out to be right."""
        who = kind, _network(address)
        ends_at, count = self._windows.get(who, (0, 0))
        if count:
            self._windows[who] = ends_at, count - 1


def _network(address: str) -> str:
    """Whoever has one IPv6 address has the 2^64 around it too."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv4Address):
        return address
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(known), 64), strict=False))
