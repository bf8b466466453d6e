"""What every answer tells a browser: run nothing of it, show it in no frame, keep no copy.

The lines are made once and put behind those of the answer as bytes: checked one by one with each
answer they would cost a twentieth of a post.
"""

from collections.abc import Iterable
from functools import cache

# An answer that says one of these itself, as a page does, keeps what it says.
_STRICT = {
    b"content-security-policy": (
        b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
    b"x-content-type-options": b"nosniff",
    # Without one at all a browser would say Origin: null with our own forms.
    b"referrer-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"cache-control": b"no-store",
}
# What has a tag may be kept by who asked, and asked about again.
_TAGGED = b"private, no-cache"
_NAMES = frozenset(_STRICT) | {b"etag"}


def strict_lines(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The lines that an answer with these headers (names in lower case) still lacks."""
    own = {name for name, _ in headers}
    return _NOTHING_SAID if own.isdisjoint(_NAMES) else _lines(_NAMES & own)


@cache
def _lines(own: frozenset[bytes]) -> bytes:
    said = _STRICT | ({b"cache-control": _TAGGED} if b"etag" in own else {})
    return b"".join(name + b": " + said[name] + b"\r\n" for name in _STRICT if name not in own)


_NOTHING_SAID = _lines(frozenset())
