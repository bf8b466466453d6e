"""A real browser on pages of other origins: they neither write nor read."""

import http.server
import json
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.service import API, Service, receipt, serving, with_catalogue

_PAGE = """<!doctype html><meta charset="utf-8"><title>other</title>
<iframe name="inside"></iframe>
<form id="form" method="post" target="inside" enctype="text/plain" action="{there}{api}/products">
<input name='{{"id": 66, "name": "form", "price": "1", "x' value='": 1}}'></form>
<pre id="said"></pre><script>
const there = "{there}{api}", json = {{"Content-Type": "application/json"}};
const body = id => JSON.stringify({{id, name: "page", price: "1.00"}});
const tries = {{
  simple: () => fetch(there + "/products", {{method: "POST", body: body(61)}}),
  blind: () => fetch(there + "/products", {{method: "POST", mode: "no-cors", body: body(62)}}),
  bare: () => fetch(there + "/sales/victim/void", {{method: "POST", mode: "no-cors"}}),
  json: () => fetch(there + "/products", {{method: "POST", headers: json, body: body(63)}}),
  put: () => fetch(there + "/products/64", {{method: "PUT", headers: json, body: body(64)}}),
  remove: () => fetch(there + "/products/1", {{method: "DELETE"}}),
  read: () => fetch(there + "/reports/summary"),
  readBlind: () => fetch(there + "/reports/summary", {{mode: "no-cors"}}),
  script: () => new Promise((done, failed) => {{
    const tag = document.createElement("script");
    tag.src = there + "/reports/summary"; tag.onload = () => done({{status: "ran"}});
    tag.onerror = () => failed(new Error("blocked")); document.head.append(tag);
  }}),
}};
(async () => {{
  const said = {{}};
  for (const [name, attempt] of Object.entries(tries)) {{
    try {{
      const reply = await attempt();
      said[name] = [reply.status, reply.text ? await reply.text() : ""];
    }} catch (error) {{ said[name] = [null, String(error)]; }}
  }}
  document.getElementById("form").submit();
  await new Promise(done => setTimeout(done, 300));
  document.getElementById("said").textContent = JSON.stringify(said);
}})();
</script>"""


@pytest.fixture(scope="module")
def chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("not run: needs chromium")
    return found


@contextmanager
def _site(there: str) -> Iterator[int]:
    """Another site on this machine, whose one page tries what it can against the service."""
    page = _PAGE.format(there=there, api=API).encode()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def _open(chromium: str, url: str, profile: Path, *flags: str) -> str:
    """The page as it stands when its scripts are done."""
    own = ("--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}")
    quiet = ("--disable-background-networking", "--no-first-run", "--virtual-time-budget=8000")
    done = subprocess.run(
        [chromium, *own, *quiet, *flags, "--dump-dom", url],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout


def _tries(dom: str) -> dict[str, list[object]]:
    found = re.search(r'<pre id="said">(\{.*?\})</pre>', dom, re.DOTALL)
    assert found is not None, dom[-500:]
    said: dict[str, list[object]] = json.loads(
        found[1].replace("&quot;", '"').replace("&amp;", "&")
    )
    return said


@pytest.mark.parametrize("here", ["localhost", "127.0.0.1"])
def test_a_page_of_another_origin_neither_writes_nor_reads(
    service: Service, chromium: str, tmp_path: Path, here: str
) -> None:
    """The same machine on another port (same-site), or under another name of it (cross-site)."""
    before = service.get("/products").json()
    assert service.post("/sales", receipt("victim")).status_code == 201
    with _site(service.url) as port:
        said = _tries(_open(chromium, f"http://{here}:{port}/", tmp_path / "profile"))
    for name, (status, text) in said.items():
        if name in ("blind", "bare", "readBlind"):
            # Sent, and answered with what the page cannot see; or blocked on arrival.
            assert status in (0, None), said
            assert status is None or text == "", said
        else:
            assert status is None, said
    assert service.get("/products").json() == before
    assert service.get("/sales/victim").json()["status"] == "counted"


def test_a_name_led_here_is_refused(service: Service, chromium: str, tmp_path: Path) -> None:
    """DNS rebinding: the browser takes the service for the attacker's own site."""
    port = service.url.rpartition(":")[2]
    url = f"http://evil.example:{port}{API}/products"
    flag = "--host-resolver-rules=MAP evil.example 127.0.0.1"
    dom = _open(chromium, url, tmp_path / "profile", flag)
    assert "unknown_host" in dom
    assert "Bread" not in dom


def test_a_named_site_reads_and_writes(database: Path, chromium: str, tmp_path: Path) -> None:
    """The control: the same page gets through where its origin is named."""
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        there = free.getsockname()[1]
    with _site(f"http://127.0.0.1:{there}") as port:
        origin = f"http://localhost:{port}"
        with serving(database, port=str(there), cors_origins=origin) as service:
            with_catalogue(service)
            said = _tries(_open(chromium, origin, tmp_path / "profile"))
            assert said["read"][0] == 200
            assert '"revenue"' in str(said["read"][1])
            assert [said[name][0] for name in ("json", "put", "remove")] == [201, 201, 204]
            assert service.get("/products/66").status_code == 404
