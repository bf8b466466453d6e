"""Who may ask: looked at before each request.

A route that is not named here is a reader's to read and a manager's to write.
"""

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import msgspec
from quart import Quart, request

from quart_app.access.acting import Actor, act_as
from quart_app.access.attempts import Attempts
from quart_app.access.models import Role
from quart_app.access.service import Keys
from quart_app.errors import Forbidden, ServiceError, Unauthorized
from quart_app.people.models import Person
from quart_app.people.service import People
from quart_app.web.bodies import discard_body
from quart_app.web.origins import is_forwarded, origin
from quart_app.web.sessions import sent_token

_API = "/api/v1"
_READS = frozenset(("GET", "HEAD", "OPTIONS"))
# What a till does and looks at; the services see to it that it is its own store's.
_FOR_TILLS: dict[str, frozenset[str]] = {
    f"{_API}/{path}": methods
    for path, methods in {
        "sales": _READS | {"POST"},
        "sales/batch": frozenset(("POST",)),
        "sales/<receipt_id>": _READS,
        "sales/<receipt_id>/void": frozenset(("POST",)),
        "held-sales": _READS,
        "held-sales/<id:held_id>": _READS,
        "tills": _READS,
        "products": _READS,
        "products/<id:entry_id>": _READS,
        "stores": _READS,
        "stores/<id:entry_id>": _READS,
    }.items()
}
# What shows who did what, and who may sign in.
_FOR_MANAGERS = (f"{_API}/audit", f"{_API}/people")
# What speaks of the whole chain at once, for those who may see all of it.
_OF_THE_CHAIN = (*_FOR_MANAGERS, f"{_API}/keys", f"{_API}/check", "/metrics")
ANYONE, STRANGER = "anyone on this machine, before the first key", "nobody who is known"
"""What the record calls those who have no name."""

_ANYONE = Actor(role="manager", name=ANYONE)
_STRANGER = Actor(role="reader", name=STRANGER, stores=frozenset())


class Access(NamedTuple):
    """What a route asks of whoever calls it."""

    roles: frozenset[Role]
    needs_all_stores: bool


def guard(app: Quart, keys: Keys, people: People, attempts: Attempts) -> None:
    """Let each request in as somebody, or answer 401, 403 or 429."""

    @app.before_request
    async def let_in() -> None:
        rule = request.url_rule
        access = None if rule is None else access_to(rule.rule, request.method)
        # What is not there says nothing outside of the API.
        if access is None and (rule is not None or not _is_below(request.path, (_API,))):
            act_as(_STRANGER)
            return
        try:
            actor = _known(keys, people, attempts)
            if not keys.is_open:
                request.key_name = actor.name  # type: ignore[attr-defined]
            if access is not None:
                _require(actor, access)
            act_as(actor)
        except ServiceError:
            # A client that is cut off while it sends would not see the answer.
            await discard_body()
            raise


@cache
def access_to(rule: str, method: str) -> Access | None:
    """What a route asks for; None for one that is everybody's."""
    # Pages look for themselves who is signed in (dashboard/account/signing_in.py).
    if not _is_below(rule, (_API, "/metrics")):
        return None
    roles: set[Role] = {"manager"}
    if method in _READS and not _is_below(rule, _FOR_MANAGERS):
        roles.add("reader")
    if method in _FOR_TILLS.get(rule, ()):
        roles.add("till")
    return Access(frozenset(roles), _is_below(rule, _OF_THE_CHAIN))


def acting_person(person: Person) -> Actor:
    """Whoever is signed in, as somebody who acts: in their own stores, or in all of them."""
    return Actor(
        role="manager",
        name=person.email,
        stores=person.stores,
        origin=origin(),
    )


def stranger() -> Actor:
    """Whoever is not known, and so sees nothing of the chain."""
    return msgspec.structs.replace(_STRANGER, origin=origin())


def anyone() -> Actor:
    """Whoever reaches a service that nobody owns yet."""
    return msgspec.structs.replace(_ANYONE, origin=origin())


def _known(keys: Keys, people: People, attempts: Attempts) -> Actor:
    """Whoever asks; Unauthorized, or TooManyAttempts. A good key is never slowed."""
    sent, who = _sent_key(), origin()
    if sent is not None:
        actor = keys.actor(sent, who) if sent else None
        if actor is not None:
            return actor
        if not keys.is_open:
            attempts.count(who, "keys")
            raise Unauthorized(
                "this key is not good: it is mistyped, expired or revoked (send it as "
                "Authorization: Bearer KEY)",
                code="wrong_key",
            )
    else:
        # What a page links to is for whoever looks at the page; pages write by forms of their own.
        person = people.signed_in(sent_token()) if request.method in _READS else None
        if person is not None:
            return acting_person(person)
        if not keys.is_open:
            raise Unauthorized("send a key: Authorization: Bearer KEY")
    if is_forwarded():
        # Whoever reaches the proxy is not on this machine.
        raise Unauthorized(
            "a proxy sent this, and there is no key yet: make one on the service's machine with "
            "`python -m quart_app key create --role manager --name NAME`"
        )
    return anyone()


def _sent_key() -> bytes | None:
    """The key of the request, empty where something else was sent in its place."""
    for name, value in request.scope["headers"]:
        if name == b"authorization":
            scheme, _, key = value.partition(b" ")
            return key.strip() if scheme.lower() == b"bearer" else b""
    return None


def _require(actor: Actor, access: Access) -> None:
    if actor.role not in access.roles:
        raise Forbidden(
            f"this takes the role {' or '.join(sorted(access.roles))}, not {actor.role}",
            code="wrong_role",
        )
    if access.needs_all_stores:
        actor.require_all_stores()


def _is_below(path: str, paths: Iterable[str]) -> bool:
    return any(path == one or path.startswith(f"{one}/") for one in paths)
