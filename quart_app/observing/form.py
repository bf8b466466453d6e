"""What the log may look like."""

from typing import Literal

LogFormat = Literal["auto", "text", "json"]
"""Lines of text for people, or of JSON; auto goes by where they are written to."""
