"""The arithmetic of a receipt: pure, in whole minor units, the same for every way in."""

from collections.abc import Mapping

from msgspec.structs import replace

from quart_app.errors import Fault
from quart_app.products.models import Priced
from quart_app.sales.forms import LineForm, ReceiptForm
from quart_app.sales.models import Line
from quart_app.values.decimals import MAX_DIGITS
from quart_app.values.rounding import half_up, spread

_MILLI = 1_000
_LIMIT_MINOR = 10**MAX_DIGITS


class LineRefused(ValueError):
    """A line that cannot be added up."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.detail)
        self.fault = fault


def price_lines(form: ReceiptForm, products: Mapping[int, Priced]) -> tuple[Line, ...]:
    """The lines as they are counted, the receipt's own discount spread over them.

    LineRefused where a discount or a tax is above what it is taken from, or a sum is too large.
    """
    lines = [
        _price(number, line, products[line.product_id]) for number, line in enumerate(form.lines, 1)
    ]
    if sum(line.gross_minor for line in lines) >= _LIMIT_MINOR:
        raise LineRefused(Fault("lines", "receipt_too_large", "the lines add up to too much"))
    if form.discount:
        lines = _discounted(lines, int(form.discount))
    return tuple(lines)


def _price(number: int, line: LineForm, product: Priced) -> Line:
    discount_minor = int(line.discount or 0)
    unit_price_minor = None if line.unit_price is None else int(line.unit_price)
    if line.amount is not None:
        amount_minor = int(line.amount)
        gross_minor = amount_minor + discount_minor
    else:
        if unit_price_minor is None:
            unit_price_minor = product.price_minor
        gross_minor = half_up(unit_price_minor * line.quantity, _MILLI)
        amount_minor = gross_minor - discount_minor
        if amount_minor < 0:
            raise LineRefused(
                _fault(number, "discount", "discount_too_large", "the discount is above the price")
            )
    tax_minor = int(line.tax or 0)
    if tax_minor > amount_minor:
        raise LineRefused(_fault(number, "tax", "tax_too_large", "the tax is above the amount"))
    return Line(
        number,
        line.product_id,
        product.unit,
        int(line.quantity),
        unit_price_minor,
        gross_minor,
        discount_minor,
        amount_minor,
        tax_minor,
    )


def _discounted(lines: list[Line], discount_minor: int) -> list[Line]:
    """The lines with a receipt's discount shared out by what was to be paid for each."""
    if discount_minor > sum(line.amount_minor for line in lines):
        raise LineRefused(
            Fault("discount", "discount_too_large", "the discount is above what the lines come to")
        )
    shares = spread(discount_minor, [line.amount_minor for line in lines])
    return [
        replace(
            line,
            discount_minor=line.discount_minor + share,
            amount_minor=line.amount_minor - share,
        )
        for line, share in zip(lines, shares, strict=True)
    ]


def _fault(number: int, member: str, code: str, detail: str) -> Fault:
    return Fault(f"lines[{number - 1}].{member}", code, detail)
