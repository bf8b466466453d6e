"""The cookie of whoever is signed in: a token that only the browser and its hash here know."""

from quart import Response, request

from quart_app.people.sign_ins import KEPT_DAYS

_NAME = "session"
# A browser keeps a cookie of this name only if it came by TLS, for this host and all of it alone.
_NAME_BY_TLS = "__Host-session"
_DAY_S = 86_400


def is_by_tls() -> bool:
    """Whether the browser speaks TLS, with a proxy if not with the service.

    Whoever sends the header is believed: another site's page cannot, and whoever claims it for
    themselves gets a cookie that their own browser keeps for TLS. A container's proxy has no
    address that is known beforehand.
    """
    return request.scheme == "https" or request.headers.get("X-Forwarded-Proto") == "https"


def sent_token() -> bytes:
    """The token that the browser sent; empty where it sent none."""
    return request.cookies.get(_name(), "").encode()


def keep_token(reply: Response, token: str) -> None:
    """Have the browser send the token from now on, to this service alone."""
    reply.set_cookie(
        _name(),
        token,
        max_age=KEPT_DAYS * _DAY_S,
        path="/",
        secure=is_by_tls(),
        httponly=True,
        samesite="Lax",
    )


def drop_token(reply: Response) -> None:
    """Have the browser forget it."""
    reply.delete_cookie(_name(), path="/", secure=is_by_tls(), httponly=True, samesite="Lax")


def _name() -> str:
    return _NAME_BY_TLS if is_by_tls() else _NAME
