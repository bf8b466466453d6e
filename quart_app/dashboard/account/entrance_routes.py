"""The pages for those who are not signed in: the first account, signing in, joining by a code."""

from quart import Blueprint, Response, request

from quart_app.dashboard.account.entrance import Page, guessing, let_in, tried
from quart_app.dashboard.account.forms import JoinForm, SignInForm, WelcomeForm
from quart_app.dashboard.account.signing_in import to
from quart_app.dashboard.forms import read_form
from quart_app.dashboard.sources import Sources
from quart_app.dashboard.viewer import asked_language
from quart_app.people.models import PersonForm


def add_entrance(blueprint: Blueprint, page: Page, sources: Sources) -> None:
    """Add them to the pages' blueprint."""
    people, wire = sources.people, sources.wire

    @blueprint.get("/welcome")
    async def welcome() -> Response:
        return page("account/welcome", asked_language()) if people.is_empty else to("/")

    @blueprint.post("/welcome")
    async def found() -> Response:
        async def work() -> Response:
            form = await read_form(wire, WelcomeForm)
            owner = PersonForm(email=form.email, name=form.name, role="owner")
            async with guessing(sources):
                await people.found(form.code, owner, form.password)
            return await let_in(sources, form.email, form.password, "/")

        return await tried(page, "account/welcome", work())

    @blueprint.get("/sign-in")
    async def sign_in_page() -> Response:
        return to("/welcome") if people.is_empty else page("account/sign_in", asked_language())

    @blueprint.post("/sign-in")
    async def sign_in() -> Response:
        async def work() -> Response:
            form = await read_form(wire, SignInForm)
            async with guessing(sources):
                path = request.args.get("next", "/")
                return await let_in(sources, form.email, form.password, path)

        return await tried(page, "account/sign_in", work())

    @blueprint.get("/join")
    async def join_page() -> Response:
        return page("account/join", asked_language())

    @blueprint.post("/join")
    async def join() -> Response:
        async def work() -> Response:
            form = await read_form(wire, JoinForm)
            async with guessing(sources):
                who = await people.accept(form.code, form.password)
            return await let_in(sources, who.email, form.password, "/")

        return await tried(page, "account/join", work())
