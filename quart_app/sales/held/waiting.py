"""What a receipt waits for before it can be counted."""

from collections.abc import Mapping

import msgspec

from quart_app.errors import Fault
from quart_app.products.models import Priced
from quart_app.sales.forms import ReceiptForm
from quart_app.sales.taking.arrivals import Arrival
from quart_app.stores.models import Shop
from quart_app.values.instant import Instant

AHEAD_US = 86_400_000_000
"""How far ahead of the service's clock a receipt may be."""


class Wait(msgspec.Struct):
    """Why a receipt cannot be counted yet."""

    faults: list[Fault]
    store_id: int | None = None
    products: tuple[int, ...] = ()
    countable_at_us: int | None = None
    is_hopeless: bool = False
    """Whether there is a reason that neither the catalogue nor time takes away."""


def lacking(
    form: ReceiptForm,
    shops: Mapping[int, Shop],
    products: Mapping[int, Priced],
    *,
    at_catalogue_price: bool,
) -> Wait | None:
    """What a receipt speaks of that the catalogue does not have."""
    wait = Wait([])
    shop = shops.get(form.store_id)
    if shop is None or (at_catalogue_price and shop.archived):
        wait.store_id = form.store_id
        wait.faults.append(Fault("store_id", "unknown_store", f"there is no store {form.store_id}"))
    for i, line in enumerate(form.lines):
        product = products.get(line.product_id)
        if product is None or (at_catalogue_price and product.archived):
            place = "product_id" if at_catalogue_price else f"lines[{i}].product_id"
            detail = f"there is no product {line.product_id}"
            wait.faults.append(Fault(place, "unknown_product", detail))
            wait.products += (line.product_id,)
    return wait if wait.faults else None


def wait_of(
    arrival: Arrival, now: Instant, wait: Wait | None, number_taken_by: str | None
) -> Wait | None:
    """Every reason why a receipt cannot be counted yet; those of the catalogue are told before."""
    form = arrival.form
    if form.occurred_at > now + AHEAD_US:
        wait = wait or Wait([])
        wait.countable_at_us = form.occurred_at - AHEAD_US
        detail = "it is more than 24 hours ahead: is the till's clock right?"
        wait.faults.append(Fault("occurred_at", "in_the_future", detail))
    if number_taken_by is not None:
        wait = wait or Wait([])
        wait.is_hopeless = True
        wait.faults.append(
            Fault(
                "sequence_number",
                "sequence_number_used",
                f"receipt {number_taken_by} of this till has it; a counter that starts anew sends "
                "another series",
            )
        )
    return wait
