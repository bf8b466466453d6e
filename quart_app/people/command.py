"""The ``person`` commands' work: on the database, or through the service that holds it."""

import msgspec

from quart_app.access.command import done
from quart_app.app import Services
from quart_app.errors import NotFound
from quart_app.people.models import PersonForm, ShownPerson, same_email


def invite(services: Services, form: PersonForm) -> ShownPerson:
    """Make an account, in a new database where there is none."""
    return done(
        services,
        lambda: services.people.invite(form),
        lambda ask: msgspec.json.decode(
            ask("POST", "/people", services.wire.encode(form)), type=ShownPerson
        ),
    )


def listed(services: Services) -> list[ShownPerson]:
    """Everybody who has an account."""

    async def directly() -> list[ShownPerson]:
        return services.people.list()

    return done(
        services,
        directly,
        lambda ask: msgspec.json.decode(ask("GET", "/people", None), type=list[ShownPerson]),
    )


def invite_again(services: Services, email: str) -> ShownPerson:
    """A new code for somebody."""
    person_id = _id_of(services, email)
    return done(
        services,
        lambda: services.people.invite_again(person_id),
        lambda ask: msgspec.json.decode(
            ask("POST", f"/people/{person_id}/invitation", None), type=ShownPerson
        ),
    )


def remove(services: Services, email: str) -> None:
    """Remove somebody."""
    person_id = _id_of(services, email)
    done(
        services,
        lambda: services.people.remove(person_id),
        lambda ask: ask("DELETE", f"/people/{person_id}", None),
    )


def _id_of(services: Services, email: str) -> int:
    wanted = same_email(email)
    for one in listed(services):
        if one.email == wanted:
            return one.id
    raise NotFound(f"nobody has the address {email}", code="person_not_found")
