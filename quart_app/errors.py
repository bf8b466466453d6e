"""What can go wrong, as exceptions with a stable code and a message for people.

Nothing here knows HTTP: ``web/problems.py`` has the one table that turns these into statuses.
"""

from collections.abc import Sequence

import msgspec


class Fault(msgspec.Struct, frozen=True):
    """One fault and its place: a path into a body, a parameter's name, or a row and column."""

    path: str
    code: str
    detail: str


class ServiceError(Exception):
    """The root: ``code`` is stable and snake_case, ``detail`` says how to mend it."""

    code = "error"

    def __init__(
        self, detail: str, *, code: str | None = None, faults: Sequence[Fault] = ()
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or type(self).code
        self.faults = tuple(faults)


class Malformed(ServiceError):
    """The bytes are not what they claim to be: broken JSON, wrong UTF-8, a repeated member."""

    code = "malformed_body"


class Invalid(ServiceError):
    """Well formed, but it breaks a rule; ``faults`` names each place."""

    code = "invalid_body"


class InvalidParameter(Invalid):
    """A query parameter or a part of the path breaks a rule."""

    code = "invalid_parameter"


class Unauthorized(ServiceError):
    """It is done for nobody who is known: a good key must come with it."""

    code = "key_required"


class Forbidden(ServiceError):
    """Whoever asks is known, and may not."""

    code = "forbidden"


class TooManyAttempts(ServiceError):
    """So many wrong keys came from this address that further ones wait."""

    code = "too_many_attempts"

    def __init__(self, detail: str, *, retry_after_s: int) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


class NotFound(ServiceError):
    """There is no such thing."""

    code = "not_found"


class Conflict(ServiceError):
    """What is kept already stands against it."""

    code = "conflict"


class TooLarge(ServiceError):
    """The body is longer than the route takes."""

    code = "body_too_large"


class UnsupportedMediaType(ServiceError):
    """The body's type or encoding is not one the route reads."""

    code = "unsupported_media_type"


class Busy(ServiceError):
    """It cannot be kept at this moment: nothing was written, sending it again is safe."""

    code = "busy"


class TooSlow(ServiceError):
    """The reading ran past its deadline and was stopped."""

    code = "too_slow"


class StorageFull(ServiceError):
    """The disk took no more: nothing was written, sending it again is safe."""

    code = "storage_full"


class StorageFailed(ServiceError):
    """The disk failed to keep what it was given: the service stops and says so."""

    code = "storage_failed"


class StorageRefused(ServiceError):
    """The database file is not one this release may open; it was left as it was."""

    code = "storage_refused"


class SettingRefused(ServiceError):
    """A setting is unknown or has a value that cannot be."""

    code = "setting_refused"


class ValueRefused(ValueError):
    """A single value breaks its form; the reader that met it knows the place."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
