"""A report as a table for a terminal, from the envelope that a service answers with."""

from typing import Any


def as_text(envelope: dict[str, Any]) -> str:
    """The period, the rows under their columns' names, and the totals below."""
    rows, totals = envelope["rows"], envelope["totals"]
    period = envelope["period"]
    lines = [f"{envelope['report']}, {period['from']} to {period['to']}, {envelope['currency']}"]
    if "compared_with" in envelope:
        before = envelope["compared_with"]
        lines.append(f"compared with {before['from']} to {before['to']}")
    if not rows:
        return "\n".join([*lines, "no rows", ""])
    names = list(rows[0])
    body = [[_text(row[name]) for name in names] for row in rows]
    foot = [_text(totals.get(name)) for name in names] if totals else []
    if foot and not foot[0]:
        foot[0] = "total"
    every = [names, *body, *([foot] if foot else [])]
    widths = [max(map(len, column)) for column in zip(*every, strict=True)]
    # A column all of whose cells are figures is read from its right end.
    right = [all(_is_figure(row[at]) for row in body) for at in range(len(names))]
    ruled = ["-" * width for width in widths]
    for cells in [names, ruled, *body, *([ruled, foot] if foot else [])]:
        aligned = (
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(cells, widths, right, strict=True)
        )
        lines.append("  ".join(aligned).rstrip())
    return "\n".join([*lines, ""])


def _text(cell: object) -> str:
    return "" if cell is None else str(cell)


def _is_figure(text: str) -> bool:
    return not text or text.lstrip("-").replace(".", "", 1).isdigit()
