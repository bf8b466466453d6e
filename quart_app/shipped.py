"""Files that belong to the service and are not Python: the schema, the demonstration."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def shipped(name: str) -> Path:
    """Where such a file is: beside the package in a checkout, inside it when it is installed."""
    inside = _PACKAGE / "shipped" / name
    return inside if inside.exists() else _PACKAGE.parent / name
