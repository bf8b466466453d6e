"""What schemathesis must know beyond the description: forms, and rules between values."""

import json
import re
from typing import Any
from zoneinfo import available_timezones

import schemathesis
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import positive_data_acceptance

# Faults of what fits its schema: rules between values, and what the catalogue must know.
SUBSTANCE = {
    "other_id",
    "money_precision",
    "quantity_precision",
    "instant_malformed",
    "instant_out_of_range",
    "day_malformed",
    "day_ahead",
    "unknown_product",
    "unknown_store",
    "in_the_future",
    "discount_too_large",
    "tax_too_large",
    "receipt_too_large",
    "unknown_receipt",
    "unknown_column",
    "missing_parameter",
    "unknown_parameter",
    "two_periods",
    "period_backwards",
    "unknown_row",
    "not_explained",
}
# Any text may be sent as a table; few are one.
OF_TABLES = {"invalid_csv", "malformed_csv", "malformed_utf8"}
# A till's key names its store, no other does, and none ends in the past; a manager's stores are
# named, an owner's are all; an address stays.
FORMS = ("/api/v1/keys", "/api/v1/people", "/api/v1/people/{person_id}")
OF_FORMS = {"missing_member", "wrong_value"}
INTEGER_AS_FLOAT = re.compile("Expected `int.*, got `float`")


def _with_check_digit(digits: str) -> str:
    weighted = sum(int(one) * (1 if i % 2 else 3) for i, one in enumerate(reversed(digits)))
    return f"{digits}{-weighted % 10}"


schemathesis.openapi.format("timezone", st.sampled_from(sorted(available_timezones())))
schemathesis.openapi.format(
    "gtin", st.from_regex(r"[0-9]{7}|[0-9]{11,13}", fullmatch=True).map(_with_check_digit)
)


@schemathesis.serializer("application/x-ndjson")
def lines(_: schemathesis.SerializationContext, value: Any) -> bytes:
    return value.encode() if isinstance(value, str) else json.dumps(value).encode()


@schemathesis.check
def what_fits_is_taken(
    ctx: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case
) -> bool | None:
    """What fits the description is refused for a rule that no schema can tell, or not at all."""
    known = SUBSTANCE | OF_TABLES | OF_FORMS if case.path in FORMS else SUBSTANCE | OF_TABLES
    if response.status_code in (400, 422) and _codes(response) <= known:
        return None
    return positive_data_acceptance(ctx, response, case)


def _codes(response: schemathesis.Response) -> set[str]:
    problem = response.json()
    if problem["code"] in OF_TABLES:
        return {problem["code"]}
    faults = problem.get("errors", [])
    # To JSON Schema 7.0 is an integer; the service wants it written as one.
    if not faults:
        return {problem["code"]}
    return {one["code"] for one in faults if not INTEGER_AS_FLOAT.match(one["detail"])}
