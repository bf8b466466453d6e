"""The ``digest`` command's work: on the database, or through the service that holds it."""

import asyncio
from secrets import token_hex
from urllib.parse import urlencode

import msgspec

from quart_app.access.command import done
from quart_app.app import Services
from quart_app.database import migrating
from quart_app.digest.mail import Mail
from quart_app.digest.models import Digest, DigestQuestion
from quart_app.errors import SettingRefused
from quart_app.parameters import read_parameters


def written(services: Services, given: dict[str, str]) -> Digest:
    """A digest by the parameters of its address."""
    # A database that is not there is not made by asking.
    migrating.current(services.database.expanduser())
    asked = [(name, [text]) for name, text in given.items()]
    question = read_parameters(services.wire, DigestQuestion, asked)
    return done(
        services,
        lambda: services.digests.asked(question),
        lambda ask: msgspec.json.decode(
            ask("GET", f"/digest?{urlencode(given)}", None), type=Digest
        ),
    )


def send_test(services: Services, digest: Digest, address: str) -> None:
    """Send a digest to one address now; SettingRefused without a server, MailRefused."""
    if not services.settings.smtp_host:
        raise SettingRefused("SALES_SMTP_HOST: set it first, there is no server to send by")
    mail = Mail(services.settings)
    # Another each time: a test must not keep the day's own digest away.
    message = mail.message(digest, address, services.clock.now(), f"test-{token_hex(8)}")
    asyncio.run(mail.send(message))
