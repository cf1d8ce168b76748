"""Which body answers to which, as the rooms above tell it: a superior office's grant covers its bodies.

Bodies and emergencies live above this room. They register from `apps.ready()` what can be asked here.
"""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

Resolver = Callable[[UUID], Iterable[UUID]]
Choices = Callable[[], Iterable[tuple[UUID, Any]]]
_resolvers: list[Resolver] = []
_choices: dict[str, Choices] = {}


def register(
    resolver: Resolver | None = None, *, bodies: Choices | None = None, emergencies: Choices | None = None
) -> None:
    """Add `resolver(body) -> all superior bodies`, and what a form offers as [(uuid, label)]. Safe to repeat."""
    if resolver is not None and resolver not in _resolvers:
        _resolvers.append(resolver)
    _choices.update({name: given for name, given in (("body", bodies), ("emergency", emergencies)) if given})


def forget(resolver: Resolver) -> None:
    """Take a resolver out again (tests)."""
    if resolver in _resolvers:
        _resolvers.remove(resolver)


def covering(body: UUID) -> set[UUID]:
    """The body and every body above it: a grant for any of these covers it."""
    return {body}.union(*(resolver(body) for resolver in _resolvers))


def choices(scope: str) -> list[tuple[UUID, Any]] | None:
    """What a form offers for "body" or "emergency"; None where nobody above told."""
    return list(_choices[scope]()) if scope in _choices else None


def label(scope: str, value: UUID | None) -> Any:
    """How a form calls it; the UUID itself where nobody above told."""
    return dict(choices(scope) or ()).get(value, value) if value else None
