"""Style sheets, scripts and pictures: served under the hash of what they hold, kept for a year."""

import gzip
import hashlib
import mimetypes
from functools import cache
from importlib import resources

import msgspec

_FOLDER = resources.files("quart_app.dashboard") / "static"


class Asset(msgspec.Struct, frozen=True):
    """A file as it is served: under ``name``, which has its hash; packed where that is shorter."""

    name: str
    content_type: str
    body: bytes
    packed: bytes | None


@cache
def assets() -> dict[str, Asset]:
    """Every file there is, by its own name, read when the first page is asked for."""
    found = {}
    for file in sorted(_FOLDER.iterdir(), key=lambda one: one.name):
        if file.is_file():
            body = file.read_bytes()
            stem, _, ending = file.name.rpartition(".")
            mark = hashlib.sha256(body).hexdigest()[:12]
            kind = mimetypes.types_map.get(f".{ending}", "application/octet-stream")
            packed = gzip.compress(body, mtime=0)
            found[file.name] = Asset(
                name=f"{stem}.{mark}.{ending}",
                content_type=kind if "svg" in kind else f"{kind}; charset=utf-8",
                body=body,
                packed=packed if len(packed) < len(body) else None,
            )
    return found


def address_of(name: str) -> str:
    """Where a file is served."""
    return f"/assets/{assets()[name].name}"


@cache
def by_address() -> dict[str, Asset]:
    """Every file by the name it is served under."""
    return {asset.name: asset for asset in assets().values()}
