"""The names a site is reached by, and the origins of others (RFC 6454), as settings give them."""

import re
from typing import Self

from quart_app.errors import ValueRefused

_NAME = r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9])?"
_HOST = re.compile(rf"(?:{_NAME}|\[[0-9a-f:.]+\])(?::[0-9]{{1,5}})?")
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def authority_of(origin: str) -> str | None:
    """Host and port of an origin without the scheme's own port; None where it is no web origin."""
    scheme, separator, authority = origin.partition("://")
    port = _DEFAULT_PORTS.get(scheme)
    if not separator or port is None or _HOST.fullmatch(authority) is None:
        return None
    return authority.removesuffix(port)


class Hostnames(tuple[str, ...]):
    """Host names in lower case, each with a port where it is not the scheme's own."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a list with commas; ValueRefused."""
        names = _listed(text)
        for name in names:
            if _HOST.fullmatch(name) is None:
                raise ValueRefused("bad_hostname", f"{name!r} is not a host such as shop.example")
        return cls(names)

    def __str__(self) -> str:
        """The list as it is set."""
        return ",".join(self)


class Origins(tuple[str, ...]):
    """Origins as browsers send them: scheme and host in lower case, no default port, no path."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a list with commas; ValueRefused, for ``*`` too."""
        origins = _listed(text)
        for origin in origins:
            if (authority := authority_of(origin)) is None or not origin.endswith(authority):
                raise ValueRefused(
                    "bad_origin",
                    f"{origin!r} is not an origin: scheme and host as in https://shop.example, "
                    "nothing behind them",
                )
        return cls(origins)

    def __str__(self) -> str:
        """The list as it is set."""
        return ",".join(self)


def _listed(text: str) -> list[str]:
    return [part.strip().lower() for part in text.split(",") if part.strip()]
