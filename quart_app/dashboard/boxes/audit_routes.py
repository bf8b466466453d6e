"""The page of the record, for owners: who did what, newest first."""

from typing import Annotated

import msgspec
from msgspec import Meta
from quart import Blueprint, Response, request

from quart_app.access.acting import acting
from quart_app.access.models import AuditListing
from quart_app.dashboard.account.entrance import Page
from quart_app.dashboard.boxes.audit_words import origin, told
from quart_app.dashboard.boxes.audit_words import who as who_did
from quart_app.dashboard.pages import Pages
from quart_app.dashboard.sources import Sources
from quart_app.dashboard.viewer import viewer
from quart_app.parameters import read_parameters
from quart_app.values.calendar import Day
from quart_app.values.identifiers import MAX_ID
from quart_app.values.text import Name

LINES_A_PAGE = 50


class AuditQuestion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose doings, of which days, after which line; and the language from now on."""

    first: Day | None = msgspec.field(default=None, name="from")
    last: Day | None = msgspec.field(default=None, name="to")
    actor: Name | None = None
    after: Annotated[int, Meta(ge=1, le=MAX_ID)] | None = None
    lang: str | None = None


def add_audit(blueprint: Blueprint, page: Page, pages: Pages, sources: Sources) -> None:
    """Add it to the pages' blueprint."""

    @blueprint.get("/audit")
    async def audit() -> Response:
        who = viewer()
        acting().require_all_stores()
        # An empty field of a form was not filled in.
        query = [(name, text) for name, text in request.args.items(multi=True) if text]
        given: dict[str, list[str]] = {}
        for name, text in query:
            given.setdefault(name, []).append(text)
        question = read_parameters(sources.wire, AuditQuestion, given.items())
        listing = AuditListing(
            first=question.first,
            last=question.last,
            actor=question.actor,
            after=question.after,
            limit=LINES_A_PAGE + 1,
        )
        found = await sources.audit.list(listing)
        language = pages.language(who.language)
        lines = [
            (
                language.moment(one.at_us, sources.zone),
                who_did(one, language),
                origin(one, language),
                told(one, language),
            )
            for one in found[:LINES_A_PAGE]
        ]
        actors = sorted(
            {one.email for one in sources.people.list()} | {one.name for one in sources.keys.list()}
        )
        return page(
            "boxes/audit",
            who.language,
            lines=lines,
            question=question,
            kept=[(name, text) for name, text in query if name not in ("after", "lang")],
            older=found[LINES_A_PAGE - 1].id if len(found) > LINES_A_PAGE else None,
            actors=actors,
        )
