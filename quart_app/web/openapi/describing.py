"""What a route says of itself, beside it: what it reads, what it answers, and an example."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import msgspec

Routine = TypeVar("Routine", bound=Callable[..., Any])
_ATTRIBUTE = "described"


class Answer(msgspec.Struct, frozen=True):
    """An answer that is no problem: ``form`` is its JSON's, None where there is none.

    A form is a type, several in a tuple, or a schema as it stands.
    """

    description: str
    form: Any = None
    headers: tuple[str, ...] = ()
    media_types: tuple[str, ...] = ()
    """The other types that it may come in."""


class Example(msgspec.Struct, frozen=True):
    """A body that may be sent as it stands, and the status that it is answered with."""

    summary: str
    body: Any
    status: int
    media_type: str = "application/json"


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One method of one address.

    ``bodies`` has the form that is read for each media type. ``parameters`` are examples of those
    of the address and of the query; a part of the address that has one value here is among the
    ``constants``.
    """

    summary: str
    description: str
    answers: dict[int, Answer]
    query: type[Any] | None = None
    headers: tuple[str, ...] = ()
    bodies: dict[str, Any] = {}
    is_body_optional: bool = False
    problems: tuple[int, ...] = ()
    examples: tuple[Example, ...] = ()
    parameters: dict[str, Any] = {}
    constants: dict[str, str] = {}
    is_open: bool = False
    """Whether it never needs a key."""


def described(**parts: Any) -> Callable[[Routine], Routine]:
    """Describe a route by the parts of an Operation; its docstring is the summary and the rest."""

    def describe(routine: Routine) -> Routine:
        return described_as(lambda: [operation(routine.__doc__ or "", **parts)])(routine)

    return describe


def described_as(operations: Callable[[], Iterable[Operation]]) -> Callable[[Routine], Routine]:
    """Describe a route that is several operations in one, asked for when the document is made."""

    def describe(routine: Routine) -> Routine:
        setattr(routine, _ATTRIBUTE, operations)
        return routine

    return describe


def operation(text: str, **parts: Any) -> Operation:
    """An operation whose text is a docstring: a summary, and what more there is to say."""
    summary, _, more = text.strip().partition("\n")
    lines = [line.strip() for line in more.strip().splitlines()]
    return Operation(summary=summary.rstrip("."), description="\n".join(lines), **parts)


def not_of_the_api(routine: Routine) -> Routine:
    """Say that a route is a page's and no part of the API that is described."""
    return described_as(list)(routine)


def is_described(routine: Callable[..., Any]) -> bool:
    """Whether a route says what it is."""
    return hasattr(routine, _ATTRIBUTE)


def operations_of(routine: Callable[..., Any]) -> list[Operation]:
    """What a route says of itself; nothing where it says nothing."""
    return list(getattr(routine, _ATTRIBUTE, list)())
