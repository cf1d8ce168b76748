"""One look at the grants for a page that only shows: asked two hundred times, read once.

`at_one_moment` stands around the reading of one page (GET) and around nothing else. An act, and everything outside such
a page, asks the database each time.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from . import scopes
from .models import Grant

_moment: ContextVar["Moment | None"] = ContextVar("moment", default=None)


class Moment:
    """What was read: a person's grants that count, oldest first, and which bodies cover which."""

    def __init__(self) -> None:
        self._grants: dict[Any, list[Grant]] = {}
        self._covering: dict[UUID, set[UUID]] = {}

    def grants_of(self, actor: Any, read: Callable[[], list[Grant]]) -> list[Grant]:
        if actor.pk not in self._grants:
            self._grants[actor.pk] = read()
        return self._grants[actor.pk]

    def covering(self, body: UUID) -> set[UUID]:
        if body not in self._covering:
            self._covering[body] = scopes.covering(body)
        return self._covering[body]

    def counts(self, grant: Grant, roles: set[str], body: UUID | None, emergency: UUID | None) -> bool:
        """The same question as the one to the database: role, body or a body above it, emergency."""
        here = body is None or grant.body is None or grant.body in self.covering(body)
        return grant.role in roles and here and (emergency is None or grant.emergency in (None, emergency))


def now_read() -> Moment | None:
    """The moment of the page that is being shown; None outside of one."""
    return _moment.get()


@contextmanager
def at_one_moment() -> Iterator[None]:
    """Read each person's grants once until this ends."""
    token = _moment.set(Moment())
    try:
        yield
    finally:
        _moment.reset(token)
