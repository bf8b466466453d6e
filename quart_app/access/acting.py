"""Who acts: set for each request when it comes in, asked by routes and services alike."""

from contextvars import ContextVar

import msgspec

from quart_app.access.models import Role
from quart_app.errors import Forbidden


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever a request is done for: a key, or a person.

    ``stores`` are the only ones it may see or sell in, None for all; ``origin`` is the address
    it asks from.
    """

    role: Role
    name: str
    stores: frozenset[int] | None = None
    key_id: int | None = None
    origin: str = ""

    def require_store(self, store_id: int) -> None:
        """Forbidden for what is another store's."""
        if self.stores is not None and store_id not in self.stores:
            raise Forbidden(f"{self.name} may not act for store {store_id}", code="other_store")

    def require_all_stores(self) -> None:
        """Forbidden for what speaks of the whole chain, unless all its stores may be seen."""
        if self.stores is not None:
            raise Forbidden(f"{self.name} may not see all stores", code="other_store")

    def within(self, store_ids: tuple[int, ...]) -> tuple[int, ...]:
        """The stores a question is about: those it names, else all that may be seen.

        No stores at all stand for the whole chain; Forbidden for one that may not be seen.
        """
        if self.stores is None:
            return store_ids
        if not self.stores:
            raise Forbidden(f"{self.name} may see no store", code="other_store")
        for store_id in store_ids:
            self.require_store(store_id)
        return store_ids or tuple(sorted(self.stores))


OPERATOR = Actor(role="manager", name="operator at the command line", origin="the command line")
"""Whoever may open the database file, or read the lock file beside it."""

# Where no request is being answered, a command is at work.
_acting: ContextVar[Actor] = ContextVar("acting", default=OPERATOR)


def acting() -> Actor:
    """Who acts now; outside of requests the operator."""
    return _acting.get()


def act_as(actor: Actor) -> None:
    """Say who acts from here to the end of the request."""
    _acting.set(actor)
