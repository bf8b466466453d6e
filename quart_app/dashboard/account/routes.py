"""The pages of one's own account: profile, password, signing out."""

from quart import Blueprint, Response

from quart_app.dashboard.account.entrance import Page, guessing, let_in, tried
from quart_app.dashboard.account.forms import NothingForm, PasswordForm, ProfileForm
from quart_app.dashboard.account.signing_in import signed_in, to
from quart_app.dashboard.forms import read_form
from quart_app.dashboard.sources import Sources
from quart_app.dashboard.viewer import LANGUAGE_COOKIE, asked_language
from quart_app.web.sessions import drop_token, sent_token


def add_account(blueprint: Blueprint, page: Page, sources: Sources) -> None:
    """Add them to the pages' blueprint."""
    people, digests, wire = sources.people, sources.digests, sources.wire

    async def shown() -> dict[str, object]:
        """What the page of a profile shows: None for the digest where nobody sends any."""
        return {"digest": await digests.wants(signed_in()) if digests.is_on else None}

    @blueprint.get("/me")
    async def me() -> Response:
        return page("account/me", asked_language(), **await shown())

    @blueprint.post("/me")
    async def change_me() -> Response:
        async def work() -> Response:
            form = await read_form(wire, ProfileForm)
            await people.change_profile(signed_in().id, form.name, form.language)
            if digests.is_on:
                language = form.language or asked_language()
                await digests.ask(signed_in(), language, wanted=form.digest is not None)
            reply = to("/me")
            # The profile says it from now on, in this browser too.
            reply.delete_cookie(LANGUAGE_COOKIE)
            return reply

        return await tried(page, "account/me", work(), **await shown())

    @blueprint.post("/me/password")
    async def change_password() -> Response:
        async def work() -> Response:
            form = await read_form(wire, PasswordForm)
            who = signed_in()
            async with guessing(sources):
                await people.change_password(who.id, form.old, form.password)
            return await let_in(sources, who.email, form.password, "/me")

        return await tried(page, "account/me", work(), **await shown())

    @blueprint.post("/sign-out")
    async def sign_out() -> Response:
        await read_form(wire, NothingForm)
        await people.sign_ins.end(sent_token())
        reply = to("/sign-in")
        drop_token(reply)
        return reply
