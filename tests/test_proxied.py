"""Behind a proxy on the same machine: whose request it is, and who is let in."""

from pathlib import Path

import httpx
import pytest

from quart_app.web.origins import is_beside
from tests.access import bearer, made
from tests.people import PASSWORD, sent, welcomed
from tests.service import Service, serving

WHO = "X-Forwarded-For"


def wrong_keys(service: Service, count: int, **headers: str) -> list[int]:
    sent_headers = bearer("wrong") | {name.replace("_", "-"): one for name, one in headers.items()}
    return [service.get("/stores", headers=sent_headers).status_code for _ in range(count)]


@pytest.mark.parametrize(
    "header", [{WHO: "198.51.100.1"}, {"Forwarded": "for=198.51.100.1"}, {"Via": "1.1 proxy"}]
)
def test_without_a_key_a_proxy_brings_nobody_in(
    shared_service: Service, header: dict[str, str]
) -> None:
    """What a proxy takes from the network is not from this machine, whatever name it calls."""
    for method, path in (("GET", "/stores"), ("POST", "/keys"), ("DELETE", "/products/1")):
        reply = shared_service.request(method, path, headers=header)
        assert (reply.status_code, reply.json()["code"]) == (401, "key_required")
        assert "key create" in reply.json()["detail"]
    wrong = shared_service.get("/stores", headers=header | bearer("wrong"))
    assert wrong.status_code == 401
    assert shared_service.get("/stores").status_code == 200
    for path in ("/readyz", "/docs", "/sign-in"):
        assert httpx.get(shared_service.url + path, headers=header).status_code < 400


def test_guesses_are_counted_by_the_client_of_the_proxy(database: Path) -> None:
    manager = made(database, "manager")
    with serving(database) as service:
        own_saying = [
            wrong_keys(service, 1, **{WHO: f"10.0.0.{i}, 198.51.100.1"}) for i in range(11)
        ]
        assert own_saying == [[401]] * 10 + [[429]]
        assert wrong_keys(service, 1, **{WHO: "198.51.100.1, 203.0.113.7"}) == [401]
        assert wrong_keys(service, 11, **{WHO: "not an address"})[-1] == 429
        headers = bearer(manager) | {WHO: "2001:db8::7"}
        assert service.post("/stores", {"address": "A"}, headers=headers).status_code == 201
        (record, *_) = service.get("/audit", headers=headers).json()
        assert record["from"] == "2001:db8::7"


def test_of_several_lines_that_say_who_asks_the_nearest_proxys_counts(database: Path) -> None:
    with serving(database) as service:
        headers = [(WHO, "10.0.0.1"), (WHO, "198.51.100.9")]
        key = ("Authorization", f"Bearer {made(database, 'manager')}")
        reply = httpx.post(
            f"{service.url}/api/v1/stores", json={"address": "A"}, headers=[*headers, key]
        )
        assert reply.status_code == 201, reply.text
        record = httpx.get(f"{service.url}/api/v1/audit", headers=[key]).json()[0]
        assert record["from"] == "198.51.100.9"


def test_a_till_with_a_wrong_key_keeps_nobody_from_signing_in(database: Path) -> None:
    """A revoked key that is sent again and again, from the address that the owner has too."""
    with serving(database) as service:
        welcomed(service, service.first_code())
        reader = made(database, "reader")
        assert wrong_keys(service, 12)[-1] == 429
        reply = sent(service, "/sign-in", email="olga@example.com", password=PASSWORD)
        assert reply.status_code == 303
        # A counter that went down again while somebody signs in would be a new start to Prometheus.
        metrics = httpx.get(service.url + "/metrics", headers=bearer(reader))
        assert "sales_wrong_keys_total 12.0" in metrics.text


def test_signing_in_leads_to_no_other_site(database: Path) -> None:
    """A link that says where to go on is anybody's; what browsers make of it counts."""
    with serving(database) as service:
        welcomed(service, service.first_code())
        for path, leads_to in (
            ("%2Freports", "/reports"),
            ("//evil.example", "/"),
            ("/%5Cevil.example", "/"),
            ("/%09/evil.example", "/"),
            ("/%0A/evil.example", "/"),
            ("/%0D%0ASet-Cookie:%20a=b", "/"),
            ("https://evil.example", "/"),
        ):
            form = {"email": "olga@example.com", "password": PASSWORD}
            url, headers = f"{service.url}/sign-in?next={path}", {"Origin": service.url}
            request = httpx.Request("POST", url, data=form, headers=headers)
            with httpx.HTTPTransport() as transport:
                reply = transport.handle_request(request)
                assert (reply.status_code, reply.headers["location"]) == (303, leads_to), path
                reply.close()


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", None])
def test_this_machine(address: str | None) -> None:
    assert is_beside(address)


@pytest.mark.parametrize("address", ["192.0.2.1", "::ffff:192.0.2.1", "fe80::1%eth0", "10.0.0.1"])
def test_other_machines(address: str) -> None:
    """What they say of whom they stand for is not believed."""
    assert not is_beside(address)
