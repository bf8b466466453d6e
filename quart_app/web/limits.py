"""How much of the service one client, and all together, may take up (docs/limits.md)."""

import ipaddress
import resource
from collections import Counter

from quart_app.errors import SettingRefused

MAX_HEAD_BYTES = 16 << 10
MAX_HEADERS = 64
READ_BYTES = 16 << 10
"""What is read of a connection at once; as much may wait to be looked at."""
MAX_LARGE_BODIES_BYTES = 9 << 20
"""What all bodies that are not whole yet may take up, those of 64 KiB and less aside."""
HEAD_S = 5
"""Seconds for the head of a request, the pause before it included."""
BODY_S = 20
"""Seconds that a body may fall behind the slowest pace."""
SLOWEST_BYTES_S = 1_000
"""Bytes a second that a body has to come with, on the whole."""
ANSWER_S = 30
"""Seconds to read a part of an answer, at most 128 KiB."""
HALF_CLOSED_S = 10
"""Seconds for the answer to a client that has closed its side: mostly it has gone."""
LINGER_S = 1
"""Seconds that what is still coming is read and thrown away, so that a refusal is heard."""
LAST_BODIES_S = 1
"""Seconds that a body may pause while the service is stopping."""

# The database, its log, the loop, what is read beside: far below this.
_OTHER_FILES = 128


class Crowd:
    """Who is connected, so that no address takes every place; an IPv6 client is its /64."""

    def __init__(self, places: int, places_each: int) -> None:
        self._places = places
        self._places_each = places_each
        self._taken: Counter[bytes] = Counter()
        self._all = 0

    def enter(self, address: str) -> bytes | None:
        """Take a place; what to leave with, or None where there is none."""
        who = _client(address)
        if self._all >= self._places or self._taken[who] >= self._places_each:
            return None
        self._taken[who] += 1
        self._all += 1
        return who

    def leave(self, who: bytes) -> None:
        """Give the place back."""
        self._all -= 1
        self._taken[who] -= 1
        if not self._taken[who]:
            del self._taken[who]


def _client(address: str) -> bytes:
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        return parsed.ipv4_mapped.packed if parsed.ipv4_mapped else parsed.packed[:8]
    return parsed.packed


def allow_files(connections: int) -> None:
    """Have the system let this process open as many; SettingRefused where it will not."""
    needed = connections + _OTHER_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return
    if hard != resource.RLIM_INFINITY and hard < needed:
        raise SettingRefused(
            f"SALES_CONNECTIONS: {connections} connections need {needed} open files and the "
            f"system allows {hard}; lower it, or raise the limit (ulimit -Hn, LimitNOFILE=)"
        )
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
    except (OSError, ValueError) as error:
        raise SettingRefused(
            f"SALES_CONNECTIONS: {connections} connections need {needed} open files, the system "
            f"allows {soft} and does not let it be raised; lower it, or set LimitNOFILE={needed}"
        ) from error
