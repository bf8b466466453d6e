"""The pages of held receipts, tills, keys, people and the record, over HTTP."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.people import PASSWORD, enter, manager, seen, sent, token_of
from tests.service import Service, command, receipt, serving, with_catalogue


@pytest.fixture
def service(database: Any) -> Iterator[Service]:
    with serving(database) as running:
        yield with_catalogue(enter(running))


def page(service: Service, path: str, token: str = "") -> str:
    cookies = {"session": token or token_of(service)}
    reply = httpx.get(service.url + path, cookies=cookies, timeout=60)
    assert reply.status_code == 200, reply.text
    return reply.text


def lines(product_id: int) -> list[dict[str, Any]]:
    return [{"product_id": product_id, "quantity": "2", "amount": "25.00"}]


def hold(service: Service, receipt_id: str, **members: Any) -> int:
    reply = service.post("/sales", receipt(receipt_id, **members))
    assert reply.status_code in (202, 409), reply.text
    found: int = service.get("/held-sales", params={"limit": 1000}).json()[-1]["id"]
    return found


def owners(service: Service, path: str, **fields: Any) -> httpx.Response:
    return sent(service, path, token_of(service), **fields)


def test_receipts_are_grouped_by_their_cause_and_counted_when_it_is_mended(
    service: Service,
) -> None:
    for i in range(3):
        hold(service, f"a{i}", lines=lines(77))
    hold(service, "b", lines=lines(78))
    hold(service, "c", store_id=99, lines=lines(77))
    text = page(service, "/held")
    assert re.findall(r"<h2>(.*?)</h2>", text) == [
        "Product 77 is not known",
        "Product 78 is not known",
        "Shop 99 is not known",
    ]
    assert re.findall(r">(\d+) receipts?<", text) == ["4", "1", "1"]
    assert 'name="price" required inputmode="decimal" value="12.50"' in text
    listed = page(service, "/held/receipts?code=unknown_product&number=77")
    assert re.findall(r'href="/held/\d+">(\w+)<', listed) == ["a0", "a1", "a2", "c"]
    mended = owners(service, "/held/product", id=77, name="Tea", price="12.50", unit="pcs")
    assert (mended.status_code, mended.headers["Location"]) == (
        303,
        "/held?added=77&to=products",
    )
    after = page(service, mended.headers["Location"])
    assert "Product 77 is in the catalogue now." in after
    assert "have been counted by themselves" in after
    assert [one["receipt_id"] for one in service.get("/held-sales").json()] == ["b", "c"]
    # What the catalogue has by now is no cause any more.
    assert "Product 77 is not known" not in after
    again = owners(service, "/held/product", id=77, name="Tea", price="12.50", unit="pcs")
    assert again.status_code == 409
    mended = owners(service, "/held/store", id=99, place="New street", zone="Asia/Omsk")
    assert mended.status_code == 303
    assert service.get("/stores/99").json()["timezone"] == "Asia/Omsk"
    assert [one["receipt_id"] for one in service.get("/held-sales").json()] == ["b"]


def test_a_conflict_is_shown_beside_what_counts_with_what_differs(service: Service) -> None:
    assert service.post("/sales", receipt("x", cashier_id="12")).status_code == 201
    other = [{"product_id": 2, "quantity": "1", "unit_price": "5.00"}]
    held_id = hold(service, "x", cashier_id="12", lines=other)
    text = page(service, f"/held/{held_id}")
    differing = re.findall(
        r'<tr class="differs"><th scope="row">(.*?)</th>\s*<td><del>(.*?)</del></td>'
        r"<td><ins>(.*?)</ins>",
        text,
    )
    assert ("Amount", "129.90", "5.00") in differing
    assert ('<span class="soft">line 1</span> Product', "1", "2") in differing
    assert "Cashier" not in [path for path, *_ in differing]
    gone = owners(service, f"/held/{held_id}/discard", reason="<b>typed twice</b>")
    assert gone.status_code == 303
    text = page(service, f"/held/{held_id}")
    assert "This receipt was discarded: &lt;b&gt;typed twice&lt;/b&gt;" in text
    assert owners(service, f"/held/{held_id}/discard", reason="again").status_code == 409
    assert "discarded held receipt" in page(service, "/audit")


def test_a_retry_says_how_it_stands(service: Service) -> None:
    held_id = hold(service, "f", occurred_at="2099-01-01T00:00:00Z")
    assert "Dated more than a day ahead" in page(service, "/held")
    assert owners(service, f"/held/{held_id}/retry").status_code == 303
    assert "Why it is held" in page(service, f"/held/{held_id}")


def test_somebody_of_a_shop_sees_and_settles_what_is_held_there_alone(service: Service) -> None:
    mine = hold(service, "mine", lines=lines(77))
    other = hold(service, "other", store_id=2, lines=lines(77))
    hold(service, "unknown", store_id=99)
    token = manager(service, 1)
    text = page(service, "/held", token)
    assert re.findall(r">(\d+) receipts?<", text) == ["1"]
    assert "Street 2" not in text
    assert "<form" not in text.partition("<main")[2]
    listed = page(service, "/held/receipts?code=unknown_product&number=77", token)
    assert re.findall(r'href="/held/\d+">(\w+)<', listed) == ["mine"]
    assert seen_by(service, f"/held/{other}", token) == 403
    for what in ("retry", "discard"):
        assert sent(service, f"/held/{other}/{what}", token, reason="no").status_code == 403
        api = {"retry": ("POST", f"/held-sales/{other}/retry")}.get(
            what, ("DELETE", f"/held-sales/{other}?reason=no")
        )
        # By the API a signed-in browser may read, and no more.
        if what == "retry":
            key = service.post("/keys", {"role": "reader", "name": "First"}).json()["key"]
            service.client.headers["Authorization"] = f"Bearer {key}"
        assert service.request(*api).status_code == 403
    adding = {"id": 77, "name": "Tea", "price": "1"}
    assert sent(service, "/held/product", token, **adding).status_code == 403
    assert sent(service, f"/held/{mine}/discard", token, reason="not ours").status_code == 303
    left = [one["receipt_id"] for one in service.get("/held-sales").json()]
    assert left == ["other", "unknown"]


def seen_by(service: Service, path: str, token: str) -> int:
    cookies = {"session": token}
    return httpx.get(service.url + path, cookies=cookies, timeout=60).status_code


def test_tills_by_shop_with_what_is_missing_and_a_clock_that_is_wrong(service: Service) -> None:
    for number in (1, 2, 7):
        sold = receipt(f"t{number}", till_id="T1", sequence_number=number)
        assert service.post("/sales", sold).status_code == 201
    assert service.post("/sales", receipt("u", till_id="T9", store_id=2)).status_code == 201
    ahead = receipt("v", till_id="T8", occurred_at="2098-01-01T00:00:00Z")
    assert service.post("/sales", ahead).status_code == 202
    text = page(service, "/tills")
    assert "Street 1" in text
    assert "Street 2" in text
    assert "1 to 2" in text
    assert re.search(r'class="down">4</span><span class="under">3–6<', text)
    assert re.search(r'class="down">7\d years ahead<', text)
    own = page(service, "/tills", manager(service, 2))
    assert "T9" in own
    assert "T1" not in own
    assert "Street 1" not in own


def test_tills_stand_by_their_shops_names_and_late_receipts_tell_nothing_of_clocks(
    service: Service,
) -> None:
    """So it is after two months were loaded from a file."""
    service.request("PATCH", "/stores/2", json={"name": "Arcade"}).raise_for_status()
    for store_id in (1, 2):
        old = receipt(f"old-{store_id}", store_id=store_id, occurred_at="2026-03-01T12:00:00Z")
        assert service.post("/sales", old).status_code == 201
    text = page(service, "/tills")
    assert text.index("Arcade") < text.index("Street 1")
    assert len(re.findall(r"not known: its receipts came (?:\d+ \w+) late", text)) == 2
    assert "the clock is behind" in text


def test_a_held_receipt_is_told_by_the_clock_of_its_shop(service: Service) -> None:
    service.request("PATCH", "/stores/2", json={"timezone": "Asia/Tokyo"}).raise_for_status()
    sold = {"store_id": 2, "occurred_at": "2026-03-01T12:00:00Z", "lines": lines(77)}
    held_id = hold(service, "far", **sold)
    assert re.search(r"March 1, 2026, 9:00\sPM", page(service, f"/held/{held_id}"))


def test_a_key_is_shown_once_and_told_of_before(service: Service) -> None:
    service.post("/sales", {"product_id": 1, "store_id": 1}).raise_for_status()
    text = page(service, "/keys")
    assert "open to every program on this machine" in text
    assert "1 till that sent receipts this week would be refused" in text
    made = owners(service, "/keys", role="till", name="Shop 1", store_id=1, until="2099-12-31")
    assert made.status_code == 201
    assert made.headers["Cache-Control"] == "no-store"
    key = re.search(r'value="(sk_[^"]+)"', made.text)[1]
    headers = {"Authorization": f"Bearer {key}"}
    sold = httpx.post(
        f"{service.url}/api/v1/sales", json={"product_id": 1, "store_id": 1}, headers=headers
    )
    assert sold.status_code == 201
    text = page(service, "/keys")
    assert key not in text
    assert key not in page(service, "/audit")
    assert "Shop 1" in text
    assert "2099-12-31" in text
    assert "open to every program" not in text
    assert owners(service, "/keys", role="till", name="No shop").status_code == 422
    assert owners(service, "/keys/1/revoke").status_code == 303
    assert httpx.get(f"{service.url}/api/v1/stores", headers=headers).status_code == 401
    assert "revoked" in page(service, "/keys")
    assert owners(service, "/keys/9/revoke").status_code == 404


def test_people_are_invited_changed_and_removed_and_no_secret_is_shown_again(
    service: Service,
) -> None:
    form = {"email": "Anna@example.com", "name": "Anna", "role": "manager", "store_ids": [1, 2]}
    made = owners(service, "/people", **form)
    assert (made.status_code, made.headers["Cache-Control"]) == (201, "no-store")
    code = re.search(r'value="(\w{4}-\w{4}-\w{4})"', made.text)[1]
    assert f'value="{service.url}/join"' in made.text
    again = owners(service, "/people", **form)
    assert again.status_code == 409
    assert "Somebody has this e-mail address already." in again.text
    for path in ("/people", "/people/2", "/audit"):
        text = page(service, path)
        assert code not in text
        assert "$argon2id$" not in text
    joined = sent(service, "/join", code=code, password=PASSWORD)
    assert joined.status_code == 303
    newer = owners(service, "/people/2/code")
    assert newer.status_code == 201
    assert code not in newer.text
    changed = owners(service, "/people/2", name="Anna B.", role="manager", store_ids=[2])
    assert changed.status_code == 303
    assert service.get("/people").json()[1]["store_ids"] == [2]
    promoted = owners(service, "/people/2", name="Anna B.", role="owner", store_ids=[2])
    assert promoted.status_code == 303
    assert owners(service, "/people/2/remove").status_code == 303
    last = owners(service, "/people/1/remove")
    assert last.status_code == 409
    assert "Somebody has to own the shops" in last.text
    assert owners(service, "/people/7/remove").status_code == 404


def test_the_record_says_who_did_what_in_words(service: Service) -> None:
    made = {"id": 50, "name": "Tea & <b>", "price": "1.00"}
    service.post("/products", made).raise_for_status()
    for i in range(60):
        service.request("PATCH", "/products/50", json={"price": f"{i}.00"}).raise_for_status()
    owners(service, "/people", email="b@example.com", name="B", role="owner")
    first = page(service, "/audit")
    assert "<strong>olga@example.com</strong> made a code for b@example.com" in first
    assert "changed product 50: price: 59.00" in first
    older = re.search(r'href="(/audit\?after=\d+)"', first)[1]
    second = page(service, older)
    assert "added product 50: name: Tea &amp; &lt;b&gt;, price: 1.00" in second
    assert "made the first account: olga@example.com" in second
    in_russian = page(service, "/audit?lang=ru")
    assert "изменён товар 50: цена: 59.00" in in_russian
    owners(service, "/notes", day="2026-03-01", text="Closed")
    assert "wrote a note on 2026-03-01: Closed" in page(service, "/audit?lang=en")
    found = page(service, "/audit?actor=olga@example.com&from=&to=")
    assert found.count("<li>") == 2
    assert "Nothing stands in the record" in page(service, "/audit?from=2020-01-01&to=2020-01-02")
    assert seen(service, "/audit?from=nonsense").status_code == 422


def test_lists_are_paged(service: Service) -> None:
    for i in range(55):
        hold(service, f"h{i:02}", lines=lines(1000 + i % 22))
    first, second = page(service, "/held"), page(service, "/held?page=2")
    assert (first.count('class="card box cause"'), second.count('class="card box cause"')) == (
        20,
        2,
    )
    for i in range(52):
        made = {"email": f"p{i}@example.com", "name": "P", "role": "owner"}
        service.post("/people", made).raise_for_status()
    assert 'href="/people?page=2"' in page(service, "/people")
    assert page(service, "/people?page=2").count("/people/5") >= 2


def test_the_record_says_in_russian_where_something_was_done(
    database: Path, tmp_path: Path
) -> None:
    stores = tmp_path / "stores.csv"
    stores.write_text("id,address\n1,Street 1\n")
    assert command("import", "stores", str(stores), database=database).returncode == 0
    with serving(database) as running:
        text = page(enter(running), "/audit?lang=ru")
    assert "кто-то в командной строке" in text
    assert '<span class="under">командная строка</span>' in text
