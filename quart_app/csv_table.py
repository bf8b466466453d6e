"""CSV with a header, as people and tills write it: comma or semicolon, with or without a BOM."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from quart_app.errors import Fault, Invalid, Malformed


def read_table(
    text: Iterable[str], columns: Sequence[str], required: Sequence[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows with their line numbers, as column to text; empty cells are left out.

    Raises Invalid for an unknown, repeated or missing column or a row of another width, and
    Malformed for what is no CSV.
    """
    lines = iter(text)
    row = 1
    try:
        first = next(lines, "").removeprefix("\ufeff")
        separator = ";" if ";" in first and "," not in first else ","
        header = [name.strip() for name in next(csv.reader([first], delimiter=separator), [])]
        _check_header(header, columns, required)
        reader = csv.reader(lines, delimiter=separator, strict=True)
        for cells in reader:
            if not cells:
                continue
            row = number = reader.line_num + 1
            if len(cells) != len(header):
                raise Invalid(
                    f"row {number} has {len(cells)} cells, the header {len(header)}",
                    code="invalid_csv",
                    faults=[Fault(f"row {number}", "wrong_width", "give a cell for each column")],
                )
            yield number, {name: cell for name, cell in zip(header, cells, strict=True) if cell}
    except csv.Error as error:
        raise Malformed(f"at or after row {row}: {error}", code="malformed_csv") from error
    except UnicodeDecodeError as error:
        raise Malformed("the table is not UTF-8", code="malformed_utf8") from error


def lines_of(body: bytes) -> Iterator[str]:
    """A body's lines; Malformed where it is not UTF-8."""
    try:
        return iter(io.StringIO(body.decode("utf-8"), newline=""))
    except UnicodeDecodeError as error:
        raise Malformed("the table is not UTF-8", code="malformed_utf8") from error


def _check_header(header: list[str], columns: Sequence[str], required: Sequence[str]) -> None:
    faults = [
        Fault(f"row 1, column {name}", "unknown_column", f"the columns are {', '.join(columns)}")
        for name in header
        if name not in columns
    ]
    faults += [
        Fault(f"row 1, column {name}", "missing_column", "it must be there")
        for name in required
        if name not in header
    ]
    faults += [
        Fault(f"row 1, column {name}", "repeated_column", "give it once")
        for name in sorted({name for name in header if header.count(name) > 1})
    ]
    if faults:
        raise Invalid("the table's first row is not its header", code="invalid_csv", faults=faults)
