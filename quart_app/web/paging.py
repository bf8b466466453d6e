"""Pages: a list's next one as a ``Link`` header (RFC 8288)."""

from urllib.parse import urlencode

from quart import request


def next_link(*, after: int | str) -> str:
    """The link to what follows, with the same parameters."""
    query = [(name, text) for name, text in request.args.items(multi=True) if name != "after"]
    return f'<{request.path}?{urlencode([*query, ("after", str(after))])}>; rel="next"'
