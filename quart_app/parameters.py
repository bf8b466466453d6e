"""Texts by name, from a query or a command line, as a struct whose fields are the parameters."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, TypeVar, get_origin

import msgspec

from quart_app.errors import Fault, Invalid, InvalidParameter
from quart_app.wire import Wire

T = TypeVar("T")


def read_parameters(wire: Wire, form: type[T], given: Iterable[tuple[str, Sequence[str]]]) -> T:
    """The parameters as ``form`` has them; InvalidParameter names the one that is wrong."""
    lists = _lists(form)  # type: ignore[arg-type]
    values: dict[str, Any] = {}
    for name, texts in given:
        if len(texts) > 1 and name not in lists:
            raise InvalidParameter(
                f"{name} was given {len(texts)} times",
                faults=[Fault(name, "repeated_parameter", "give it once")],
            )
        values[name] = list(texts) if name in lists else texts[0]
    try:
        return wire.convert(values, form)
    except Invalid as error:
        place = error.faults[0]
        named = Fault(place.path, place.code.replace("_member", "_parameter"), place.detail)
        raise InvalidParameter(f"{place.path}: {place.detail}", faults=[named]) from error


@cache
def _lists(form: type) -> frozenset[str]:
    """The parameters that may be given more than once."""
    fields = msgspec.structs.fields(form)
    return frozenset(field.encode_name for field in fields if get_origin(field.type) is tuple)
