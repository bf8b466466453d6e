"""Places as parts of the room there is, so that words beside a shape keep their size."""

WHOLE = 10_000
"""Hundredths of a percent."""


def percent(place: int) -> str:
    """A place as SVG has it: 1234 is 12.34%."""
    return f"{place // 100}.{place % 100:02}%"
