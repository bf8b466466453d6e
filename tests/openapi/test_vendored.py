"""The files of others that are kept here are those that their makers gave out."""

import re
from hashlib import sha256

from tests.service import ROOT, Service

FOLDER = ROOT / "quart_app/web/openapi/swagger_ui"


def test_every_file_is_what_it_was() -> None:
    sums = dict(
        reversed(line.split("  ")) for line in (FOLDER / "SHA256SUMS").read_text().splitlines()
    )
    assert {file.name for file in FOLDER.iterdir()} == {*sums, "SHA256SUMS", "VERSION", "INTEGRITY"}
    for name, expected in sums.items():
        assert sha256((FOLDER / name).read_bytes()).hexdigest() == expected, name
    assert "Apache License" in (FOLDER / "LICENSE").read_text()
    assert re.fullmatch(r"sha512-[\w+/]+==\n", (FOLDER / "INTEGRITY").read_text())


def test_they_are_kept_for_good_by_who_has_them(shared_service: Service) -> None:
    client, url = shared_service.client, shared_service.url
    page = client.get(f"{url}/docs").text
    named = re.findall(r'(?:href|src)="([^"]+)"', page)
    assert len(named) == 5
    version = (FOLDER / "VERSION").read_text().strip()
    for path in named:
        assert path.startswith("/")
        reply = client.get(url + path)
        assert reply.status_code == 200, path
        if version in path:
            assert "immutable" in reply.headers["Cache-Control"]
            known = {"If-None-Match": reply.headers["ETag"]}
            assert client.get(url + path, headers=known).status_code == 304
    for path in ("LICENSE", "../routes.py", "%2e%2e/routes.py", "VERSION"):
        assert client.get(f"{url}/docs/{version}/{path}").status_code == 404, path
