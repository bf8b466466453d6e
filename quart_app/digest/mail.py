"""Handing a message to a mail server (SMTP, RFC 5321): never in the clear over a network."""

import asyncio
import smtplib
import ssl
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from threading import Thread

from quart_app.digest.models import Digest, MailRefused
from quart_app.settings import Settings, is_loopback
from quart_app.values.instant import Instant

_TIMEOUT_S = 30
_IMPLICIT_TLS_PORT = 465
_PERMANENT = 500


class Mail:
    """A mail server, and the address that messages come from."""

    def __init__(self, settings: Settings) -> None:
        self._host, self._port = settings.smtp_host, settings.smtp_port
        self._user, self._password = settings.smtp_user, settings.smtp_password
        self._sender = settings.smtp_from
        self._chain = f"{settings.database.expanduser().resolve()} {settings.hostnames}"

    def mark(self, day: int, address: str) -> str:
        """What a digest is known by: the same however often it is sent.

        Where the answer of a mail server was lost, those who read see that it is the same message.
        """
        return sha256(f"{self._chain} {day} {address}".encode()).hexdigest()[:24]

    def message(self, digest: Digest, address: str, now: Instant, mark: str) -> EmailMessage:
        """A digest as a message with a mark of its own; MailRefused for what is no address."""
        domain = self._sender.rpartition("@")[2]
        made = EmailMessage(policy=SMTP)
        try:
            made["From"] = Address(addr_spec=self._sender)
            made["To"] = Address(addr_spec=address)
            made["Subject"] = digest.subject
            made["Date"] = format_datetime(now.utc())
            made["Message-ID"] = f"<digest-{digest.day}-{mark}@{domain}>"
            made["Auto-Submitted"] = "auto-generated"
            made["Content-Language"] = digest.language
            made.set_content(digest.text)
            made.add_alternative(digest.html, subtype="html")
        except (ValueError, MessageError, IndexError) as error:
            raise MailRefused(f"{address} cannot be written to: {error}", is_final=True) from error
        return made

    async def send(self, message: EmailMessage) -> None:
        """Hand a message over, away from the event loop; MailRefused where it was not taken."""
        loop = asyncio.get_running_loop()
        taken: asyncio.Future[MailRefused | None] = loop.create_future()

        def settle(outcome: MailRefused | None) -> None:
            if not taken.done():
                taken.set_result(outcome)

        def work() -> None:
            outcome = self._handed_over(message)
            # The service may have stopped meanwhile; then nobody waits.
            if not loop.is_closed():
                loop.call_soon_threadsafe(settle, outcome)

        # A server that hangs must not hold up the end of the service, as a pool's thread would.
        Thread(target=work, name="mail", daemon=True).start()
        if (refusal := await taken) is not None:
            raise refusal

    def _handed_over(self, message: EmailMessage) -> MailRefused | None:
        where = f"{self._host}:{self._port}"
        try:
            with self._connected() as server:
                if self._user:
                    server.login(self._user, self._password.text)
                server.send_message(message)
        except smtplib.SMTPAuthenticationError as error:
            # What the server says of a password is not repeated.
            detail = f"{where} refused the user or the password ({error.smtp_code})"
            return MailRefused(detail, is_final=True)
        except smtplib.SMTPRecipientsRefused as error:
            address, (code, said) = next(iter(error.recipients.items()))
            detail = f"{where} takes nothing for {address}: {code} {_text(said)}"
            return MailRefused(detail, is_final=code >= _PERMANENT)
        except smtplib.SMTPResponseException as error:
            detail = f"{where} answered {error.smtp_code} {_text(error.smtp_error)}"
            return MailRefused(detail, is_final=error.smtp_code >= _PERMANENT)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            return MailRefused(f"{where}: {error}", is_final=False)
        return None

    def _connected(self) -> smtplib.SMTP:
        """A connection that nobody can listen to: with TLS, or within this machine."""
        name = self._sender.rpartition("@")[2]
        if self._port == _IMPLICIT_TLS_PORT:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(
                self._host, self._port, name, timeout=_TIMEOUT_S, context=context
            )
        server = smtplib.SMTP(self._host, self._port, name, timeout=_TIMEOUT_S)
        if not is_loopback(self._host):
            try:
                server.starttls(context=ssl.create_default_context())
            except BaseException:
                server.close()
                raise
        return server


def _text(said: bytes | str) -> str:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    return " ".join(text.split())[:200]
