"""Lengths of time as people read them."""

_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def shown_span(seconds: int) -> str:
    """``3 days 4 hours``: the two largest units, rounded down; a minus where it is negative."""
    left, words = abs(seconds), []
    for name, length in _UNITS:
        count, left = divmod(left, length)
        if count:
            words.append(f"{count} {name}{'' if count == 1 else 's'}")
    return ("-" if seconds < 0 else "") + (" ".join(words[:2]) or "0 seconds")
