"""Where a request comes from: the client of a proxy on this machine, not the proxy."""

import ipaddress
from functools import lru_cache

from quart import request


@lru_cache
def is_beside(address: str | None) -> bool:
    """Whether whoever has this address is on this machine; no address is a socket's file."""
    if not address:
        return True
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        # A server that names its clients in another way says nothing of where they are.
        return False
    mapped = known.ipv4_mapped if isinstance(known, ipaddress.IPv6Address) else None
    return (mapped or known).is_loopback


def is_forwarded() -> bool:
    """Whether a proxy says that the request came to it first."""
    return any(
        name in (b"forwarded", b"via") or name.startswith(b"x-forwarded-")
        for name, _ in request.scope["headers"]
    )


def origin() -> str:
    """The address that a request is counted and recorded by.

    From this machine it is the last in ``X-Forwarded-For``, which the proxy has added: all others
    are the client's own saying. Whoever is on this machine has many addresses to send from anyway.
    """
    peer = request.remote_addr or ""
    said = None
    for name, value in request.scope["headers"]:
        if name == b"x-forwarded-for":
            # Each proxy on the way may have written a line of its own: this machine's is the last.
            said = value
    if said is not None and is_beside(peer):
        return _address(said.decode("latin-1").rpartition(",")[2].strip()) or peer
    return peer


def _address(said: str) -> str | None:
    try:
        return str(ipaddress.ip_address(said))
    except ValueError:
        return None
