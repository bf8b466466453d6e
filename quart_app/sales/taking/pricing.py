"""The arithmetic of a receipt: pure, in whole minor units, the same for every way in."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from quart_app.errors import Fault
from quart_app.products.models import Priced
from quart_app.sales.forms import ReceiptForm
from quart_app.sales.models import Line, Sale, Tender
from quart_app.sales.taking.plain import PlainReceipt
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
    form: ReceiptForm | PlainReceipt,
    received_at: Instant,
    receipt_id: str,
    shop: Shop,
    products: Mapping[int, Priced],
    day_start: MinuteOfDay,
) -> Sale:
    """A receipt as it is counted, on its shop's business date.

    Raises LinesRefused, or KeyError for a product that there is not.
    """
    lines, gross_minor, discount_minor, tax_minor = _price(form, products)
    business_date, utc_offset_s = local_time(form.occurred_at, shop.zone, day_start)
    tenders = form.tenders or ()
    # By place: twenty names are looked up for longer than all the lines are priced.
    return Sale(
        receipt_id,
        form.type or "sale",
        form.store_id,
        form.till_id or "",
        form.series or "",
        form.sequence_number,
        business_date,
        int(form.occurred_at),
        utc_offset_s,
        int(received_at),
        form.cashier_id,
        form.promo_code,
        form.original_receipt_id,
        form.reason,
        gross_minor,
        discount_minor,
        gross_minor - discount_minor,
        tax_minor,
        lines,
        tuple([Tender(tender.type, int(tender.amount)) for tender in tenders]),
    )


class _Priced(NamedTuple):
    """Lines as they are counted, and their sums."""

    lines: tuple[Line, ...]
    gross_minor: int
    discount_minor: int
    tax_minor: int


def _price(form: ReceiptForm | PlainReceipt, products: Mapping[int, Priced]) -> _Priced:
    """The lines, the receipt's own discount spread over them.

    LinesRefused where a discount or a tax is above what it is taken from (every such line is
    named), or where a sum is too large. KeyError for a product that there is not.
    """
    lines: list[Line] = []
    gross_minor = discount_minor = tax_minor = 0
    is_short = is_overtaxed = False
    for line in form.lines:
        product = products[line.product_id]
        price = None if line.unit_price is None else int(line.unit_price)
        discount = 0 if line.discount is None else int(line.discount)
        tax = 0 if line.tax is None else int(line.tax)
        if line.amount is not None:
            amount = int(line.amount)
            gross = amount + discount
        else:
            if price is None:
                price = product.price_minor
            gross = half_up(price * line.quantity, _MILLI)
            amount = gross - discount if discount else gross
        gross_minor += gross
        discount_minor += discount
        tax_minor += tax
        is_short = is_short or amount < 0
        is_overtaxed = is_overtaxed or tax > amount
        number, quantity = len(lines) + 1, int(line.quantity)
        product_id, unit = line.product_id, product.unit
        lines.append(Line(number, product_id, unit, quantity, price, gross, discount, amount, tax))
    if is_short:
        raise _refused(lines, lambda line: line.amount_minor < 0, "discount", "price")
    if gross_minor >= _LIMIT_MINOR:
        raise LinesRefused([Fault("lines", "receipt_too_large", "the lines add up to too much")])
    if form.discount:
        lines = _discounted(lines, int(form.discount), gross_minor - discount_minor)
        discount_minor += int(form.discount)
        is_overtaxed = any(line.tax_minor > line.amount_minor for line in lines)
    if is_overtaxed:
        raise _refused(lines, lambda line: line.tax_minor > line.amount_minor, "tax", "amount")
    return _Priced(tuple(lines), gross_minor, discount_minor, tax_minor)


def _discounted(lines: list[Line], discount_minor: int, amount_minor: int) -> list[Line]:
    """The lines with a receipt's discount shared out by what was to be paid for each."""
    if discount_minor > amount_minor:
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
