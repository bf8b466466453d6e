"""People who look at pages: an owner who has signed in, and others who were invited."""

from typing import Any

import httpx

from tests.service import Service

PASSWORD = "a long enough password"


def sent(service: Service, path: str, token: str = "", **fields: Any) -> httpx.Response:
    """A form as a page of the service sends it."""
    return httpx.post(
        service.url + path,
        data=fields,
        headers={"Origin": service.url},
        cookies={"session": token} if token else None,
        timeout=60,
    )


def owner(service: Service) -> str:
    """Makes the owner's account; the token of the browser in which they are signed in."""
    return welcomed(service, service.first_code())


def welcomed(service: Service, code: str) -> str:
    reply = sent(
        service, "/welcome", code=code, name="Olga", email="olga@example.com", password=PASSWORD
    )
    assert reply.status_code == 303, reply.text
    return str(reply.cookies["session"])


def manager(service: Service, *store_ids: int, email: str = "mark@example.com") -> str:
    """Invites somebody for some shops, who joins; their token."""
    form = {"email": email, "name": "Mark", "role": "manager", "store_ids": store_ids}
    code = service.post("/people", form).raise_for_status().json()["code"]
    reply = sent(service, "/join", code=code, password=PASSWORD)
    assert reply.status_code == 303, reply.text
    return str(reply.cookies["session"])


def enter(service: Service) -> Service:
    """The owner signs in in the service's own client."""
    service.client.cookies.set("session", owner(service))
    return service


def token_of(service: Service) -> str:
    """That of the owner who entered."""
    return str(service.client.cookies["session"])


def seen(service: Service, path: str, **options: Any) -> httpx.Response:
    """A page as the owner sees it."""
    cookies = {"session": token_of(service)}
    return httpx.get(service.url + path, cookies=cookies, timeout=60, **options)
