"""A line of the record in words."""

from collections.abc import Mapping
from typing import Any, Protocol

from quart_app.access.acting import OPERATOR
from quart_app.access.models import AuditRecord
from quart_app.web.access import ANYONE, STRANGER


def gettext(message: str) -> str:
    """Mark a message that is said later."""
    return message


_MESSAGES = {
    "sale.void": gettext("voided receipt %(subject)s. %(reason)s"),
    "held.retry": gettext("tried held receipt no. %(subject)s again"),
    "held.discard": gettext("discarded held receipt no. %(subject)s: %(reason)s"),
    "key.create": gettext("made key no. %(subject)s, %(name)s"),
    "key.revoke": gettext("revoked key no. %(subject)s, %(name)s"),
    "person.found": gettext("made the first account: %(email)s"),
    "person.invite": gettext("made a code for %(email)s"),
    "person.password": gettext("a new password was chosen by %(email)s"),
    "person.change": gettext("changed an account: %(members)s"),
    "person.remove": gettext("removed %(email)s"),
    "person.digest": gettext("asked for the daily digest"),
    "note.write": gettext("wrote a note on %(day)s: %(text)s"),
    "note.change": gettext("changed a note, now on %(day)s: %(text)s"),
    "note.remove": gettext("removed the note on %(day)s: %(text)s"),
    "product.create": gettext("added product %(subject)s: %(members)s"),
    "product.replace": gettext("changed product %(subject)s: %(members)s"),
    "product.change": gettext("changed product %(subject)s: %(members)s"),
    "product.archive": gettext("removed product %(subject)s, %(name)s"),
    "product.delete": gettext("removed product %(subject)s, %(name)s"),
    "product.import": gettext("loaded products: %(created)s new, %(changed)s changed"),
    "store.create": gettext("added shop %(subject)s: %(members)s"),
    "store.replace": gettext("changed shop %(subject)s: %(members)s"),
    "store.change": gettext("changed shop %(subject)s: %(members)s"),
    "store.archive": gettext("removed shop %(subject)s, %(address)s"),
    "store.delete": gettext("removed shop %(subject)s, %(address)s"),
    "store.import": gettext("loaded shops: %(created)s new, %(changed)s changed"),
}
_NO_DIGEST = gettext("wants no daily digest any more")

# What a thing's members are called; a person's are called otherwise where they are others.
_MEMBERS = {
    "name": gettext("name"),
    "price": gettext("price"),
    "unit": gettext("unit"),
    "category": gettext("category"),
    "gtin": gettext("barcode"),
    "address": gettext("address"),
    "timezone": gettext("time zone"),
    "archived": gettext("archived"),
}
_OF_PEOPLE = {
    "name": gettext("name of the person"),
    "role": gettext("may see"),
    "language": gettext("language"),
    "store_ids": gettext("shops"),
}
_VALUES = {
    "owner": gettext("owner: everything"),
    "manager": gettext("manager of shops"),
    "True": gettext("yes"),
}

_NAMELESS = {
    STRANGER: gettext("somebody with a code"),
    ANYONE: gettext("somebody on this machine, before the first key"),
    OPERATOR.name: gettext("somebody at the command line"),
}


class Words(Protocol):
    """A language, as far as the record speaks."""

    def say(self, message: str, **values: object) -> str:
        """A message."""
        ...


def told(record: AuditRecord, language: Words) -> str:
    """What was done, to which thing; one that has no words yet by its own name."""
    detail = record.detail if isinstance(record.detail, Mapping) else {}
    of_person = record.action.startswith("person.")
    labels = _OF_PEOPLE if of_person else _MEMBERS
    values = {"subject": record.subject, **_named(detail, labels, language)}
    message = _MESSAGES.get(record.action)
    if message is None:
        return f"{record.action} {values['subject']} {values['members']}"
    if detail.get("wanted") is False:
        message = _NO_DIGEST
    return language.say(message, **values)


def who(record: AuditRecord, language: Words) -> str:
    """Whoever did it: a person's address, a key's name, or what is known of them."""
    found = _NAMELESS.get(record.actor)
    return record.actor if found is None else language.say(found)


def origin(record: AuditRecord, language: Words) -> str:
    """Where it was done from: an address, or this machine's command line."""
    if record.origin == OPERATOR.origin:
        return language.say("the command line")
    return record.origin


def _named(detail: Mapping[str, Any], labels: Mapping[str, str], language: Words) -> dict[str, str]:
    def text(value: Any) -> str:
        return ", ".join(map(str, value)) if isinstance(value, list) else str(value)

    def said(name: str, value: Any) -> str:
        label = language.say(labels[name]) if name in labels else name
        known = _VALUES.get(text(value)) if name in ("role", "archived") else None
        return f"{label}: {text(value) if known is None else language.say(known)}"

    members = ("name", "email", "reason", "created", "changed", "address", "day", "text")
    named = {name: text(detail[name]) if detail.get(name) is not None else "" for name in members}
    named["members"] = ", ".join(
        said(name, value)
        for name, value in detail.items()
        if name != "id" and value not in (None, False, [])
    )
    return named
