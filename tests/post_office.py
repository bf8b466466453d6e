"""A mail server for tests on the loopback: it takes messages by SMTP and keeps them."""

import base64
import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from threading import Event, Thread
from typing import cast


class PostOffice(socketserver.ThreadingTCPServer):
    """What it took, and what it was asked; ``password`` is asked for where it is set."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int = 0, *, password: str = "", hangs: bool = False) -> None:
        super().__init__(("127.0.0.1", port), Clerk)
        self.password = password
        self.hangs = hangs
        self.refused: set[str] = set()
        self.messages: list[EmailMessage] = []
        self.commands: list[str] = []
        self.came = Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class Clerk(socketserver.StreamRequestHandler):
    """One client at the counter."""

    def handle(self) -> None:
        office = cast(PostOffice, self.server)
        self.say("220 the post office")
        while line := self.rfile.readline().decode().strip():
            office.commands.append(line)
            verb = line.split(" ")[0].upper()
            if verb == "EHLO":
                self.say("250-the post office", "250 AUTH PLAIN" if office.password else "250 HELP")
            elif verb == "AUTH":
                sent = base64.b64decode(line.split(" ")[2]).decode().split("\0")[2]
                self.say("235 ok" if sent == office.password else f"535 not {sent}")
            elif verb == "RCPT" and any(one in line for one in office.refused):
                self.say("550 nobody here")
            elif verb == "DATA":
                self.say("354 go on")
                body = b"".join(iter(self.rfile.readline, b".\r\n"))
                office.came.set()
                if office.hangs:
                    self.rfile.readline()
                    return
                office.messages.append(message_from_bytes(body, policy=default))
                self.say("250 taken")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


@contextmanager
def post_office(port: int = 0, *, password: str = "", hangs: bool = False) -> Iterator[PostOffice]:
    """One that is open for the length of a block."""
    with PostOffice(port, password=password, hangs=hangs) as office:
        Thread(target=office.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield office
        office.shutdown()


def parts(message: EmailMessage) -> tuple[str, str]:
    """A message's text and its HTML."""
    found = []
    for kind in ("plain", "html"):
        part = message.get_body((kind,))
        assert part is not None
        found.append(str(part.get_content()).replace("\r\n", "\n"))
    return found[0], found[1]
