"""A person as the API and the pages show them."""

from quart_app.people.models import Person, ShownPerson
from quart_app.values.instant import Instant, format_instant


def document(person: Person, now: Instant) -> ShownPerson:
    """All that may be shown; whether an invitation holds goes by the time."""
    is_invited = (person.invited_until_us or 0) > now
    return ShownPerson(
        id=person.id,
        email=person.email,
        name=person.name,
        role=person.role,
        language=person.language,
        store_ids=tuple(sorted(person.stores or ())),
        status="active" if person.has_password else "invited" if is_invited else "lapsed",
        created_at=format_instant(person.created_at_us),
    )
