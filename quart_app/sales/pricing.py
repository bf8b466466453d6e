"""The arithmetic of a receipt: pure, in whole minor units, the same for every way in."""

from collections.abc import Callable, Mapping, Sequence

from msgspec.structs import replace

from quart_app.errors import Fault
from quart_app.products.models import Priced
from quart_app.sales.forms import LineForm, ReceiptForm
from quart_app.sales.models import Line, Sale, Tender
from quart_app.stores.models import Shop
from quart_app.values.calendar import MinuteOfDay, local_time
from quart_app.values.decimals import MAX_DIGITS
from quart_app.values.instant import Instant
from quart_app.values.rounding import half_up, spread

_MILLI = 1_000
_LIMIT_MINOR = 10**MAX_DIGITS


class LinesRefused(ValueError):
    """Lines that cannot be added up, each with its fault."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(faults[0].detail)
        self.faults = tuple(faults)


def as_counted(
    form: ReceiptForm,
    received_at: Instant,
    receipt_id: str,
    shop: Shop,
    products: Mapping[int, Priced],
    day_start: MinuteOfDay,
) -> Sale:
    """A receipt as it is counted, on its shop's business date; LinesRefused."""
    lines = price_lines(form, products)
    gross_minor = discount_minor = tax_minor = 0
    for line in lines:
        gross_minor += line.gross_minor
        discount_minor += line.discount_minor
        tax_minor += line.tax_minor
    business_date, utc_offset_s = local_time(form.occurred_at, shop.zone, day_start)
    return Sale(
        receipt_id=receipt_id,
        type=form.type or "sale",
        store_id=form.store_id,
        till_id=form.till_id or "",
        series=form.series or "",
        sequence_number=form.sequence_number,
        business_date=business_date,
        occurred_at_us=int(form.occurred_at),
        utc_offset_s=utc_offset_s,
        received_at_us=int(received_at),
        cashier_id=form.cashier_id,
        promo_code=form.promo_code,
        original_receipt_id=form.original_receipt_id,
        reason=form.reason,
        gross_minor=gross_minor,
        discount_minor=discount_minor,
        amount_minor=gross_minor - discount_minor,
        tax_minor=tax_minor,
        lines=lines,
        tenders=tuple(Tender(tender.type, int(tender.amount)) for tender in form.tenders or ()),
    )


def price_lines(form: ReceiptForm, products: Mapping[int, Priced]) -> tuple[Line, ...]:
    """The lines as they are counted, the receipt's own discount spread over them.

    LinesRefused where a discount or a tax is above what it is taken from (every such line is
    named), or where a sum is too large.
    """
    lines = [
        _price(number, line, products[line.product_id]) for number, line in enumerate(form.lines, 1)
    ]
    if min([line.amount_minor for line in lines]) < 0:
        raise _refused(lines, lambda line: line.amount_minor < 0, "discount", "price")
    if sum([line.gross_minor for line in lines]) >= _LIMIT_MINOR:
        raise LinesRefused([Fault("lines", "receipt_too_large", "the lines add up to too much")])
    if form.discount:
        lines = _discounted(lines, int(form.discount))
    if min([line.amount_minor - line.tax_minor for line in lines]) < 0:
        raise _refused(lines, lambda line: line.tax_minor > line.amount_minor, "tax", "amount")
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
    return Line(
        number,
        line.product_id,
        product.unit,
        int(line.quantity),
        unit_price_minor,
        gross_minor,
        discount_minor,
        amount_minor,
        int(line.tax or 0),
    )


def _discounted(lines: list[Line], discount_minor: int) -> list[Line]:
    """The lines with a receipt's discount shared out by what was to be paid for each."""
    if discount_minor > sum([line.amount_minor for line in lines]):
        detail = "the discount is above what the lines come to"
        raise LinesRefused([Fault("discount", "discount_too_large", detail)])
    shares = spread(discount_minor, [line.amount_minor for line in lines])
    return [
        replace(
            line,
            discount_minor=line.discount_minor + share,
            amount_minor=line.amount_minor - share,
        )
        for line, share in zip(lines, shares, strict=True)
    ]


def _refused(
    lines: list[Line], is_wrong: Callable[[Line], bool], member: str, limit: str
) -> LinesRefused:
    return LinesRefused(
        [
            Fault(
                f"lines[{line.line_no - 1}].{member}",
                f"{member}_too_large",
                f"the {member} is above the {limit}",
            )
            for line in lines
            if is_wrong(line)
        ]
    )
