"""Guards: what the databases themselves refuse, whoever asks (law 4).

A room registers its guards from its ``guards.py``. They are made anew from the models after every migrate, taken off
before one on SQLite only (which remakes tables, silently drops their triggers, and fails where a trigger names a table
it is remaking), and looked for before every destruction: a migrate that failed half-way leaves none, and says so here.
There is no switch that turns them off in a running store.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from .errors import Unavailable

Act = Callable[[BaseDatabaseWrapper], None]
Look = Callable[[BaseDatabaseWrapper], list[str]]


@dataclass(frozen=True)
class Guard:
    """One room's guards in one database."""

    name: str
    using: str
    install: Act
    remove: Act
    missing: Look


_guards: dict[str, Guard] = {}


def register(name: str, *, using: str, install: Act, remove: Act, missing: Look) -> None:
    """Add a guard. `install` may be called on a database that has it; `missing` names what is not there or altered."""
    _guards[name] = Guard(name, using, install, remove, missing)


def _of(using: str) -> list[Guard]:
    return [guard for guard in _guards.values() if guard.using == using]


def install(using: str) -> None:
    """Put on every guard of one database that is missing or differs; safe to call at any time."""
    with transaction.atomic(using=using):
        for guard in _of(using):
            guard.install(connections[using])


def remove(using: str) -> None:
    """Take every guard of one database off: before a migrate on SQLite, and where tests empty their tables."""
    with transaction.atomic(using=using):
        for guard in reversed(_of(using)):
            guard.remove(connections[using])


def missing(using: str) -> list[str]:
    """Names of what should guard this database and does not, or no longer says what this release says."""
    return [f"{guard.name}:{name}" for guard in _of(using) for name in guard.missing(connections[using])]


def demand() -> None:
    """Raise Unavailable unless every guard stands in every database: asked before every destruction."""
    for using in settings.DATABASES:
        if absent := missing(using):
            raise Unavailable(code="guard_missing", using=using, guards=absent)


def off_before_migrate(using: str, **_more: Any) -> None:
    """pre_migrate."""
    if connections[using].vendor == "sqlite":
        remove(using)


def on_after_migrate(using: str, **_more: Any) -> None:
    """post_migrate."""
    install(using)
