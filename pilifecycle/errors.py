"""Refusals. Each carries an HTTP status and a stable code; the edges turn them into a page or problem+json in one
place.

A refusal never carries a personal value: its text is a fixed, translatable sentence, and `facts` holds codes,
counts and names of fields only.
"""

from typing import Any


class LifecycleError(Exception):
    """Something the system refuses to do, and why."""

    status = 400
    code = "refused"

    def __init__(self, message: Any = "", *, code: str | None = None, **facts: Any) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.facts = facts

    def __str__(self) -> str:
        return str(self.message) or self.code


class Invalid(LifecycleError):
    """The input is malformed, or names what it must not. `fields` maps a field's name to a sentence (never a value)."""

    status = 400
    code = "invalid"

    def __init__(
        self, message: Any = "", *, fields: dict[str, Any] | None = None, code: str | None = None, **facts: Any
    ) -> None:
        super().__init__(message, code=code, **facts)
        self.fields = fields or {}


class Forbidden(LifecycleError):
    """This actor may not do this here."""

    status = 403
    code = "forbidden"


class NotFound(LifecycleError):
    """There is no such thing, or it is none of this actor's business."""

    status = 404
    code = "not_found"


class WrongState(LifecycleError):
    """It cannot be done now."""

    status = 409
    code = "wrong_state"


class Gone(LifecycleError):
    """It was here, and was destroyed or closed for good."""

    status = 410
    code = "gone"


class TooMany(LifecycleError):
    """Too many tries."""

    status = 429
    code = "too_many"


class Unavailable(LifecycleError):
    """A part that is needed does not answer: no guard, no vault, no custody."""

    status = 503
    code = "unavailable"


class KeyLost(Unavailable):
    """Key material is missing though nobody destroyed it: an incident, never a certificate."""

    code = "key_lost"
