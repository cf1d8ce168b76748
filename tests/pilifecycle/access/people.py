"""Invented people with roles, made short."""

from datetime import datetime, timedelta
from typing import Any

from pilifecycle.access.models import Grant, User
from pilifecycle.store import clock


def a_user(number: str = "a-1", **more: Any) -> User:
    return User.objects.create(username=f"user-{number}", staff_number=number, **more)


def a_grant(user: User, role: str, since: datetime | None = None, **scope: Any) -> Grant:
    """A confirmed role, an hour old unless said otherwise."""
    since = since or clock.now() - timedelta(hours=1)
    return Grant.objects.create(user=user, role=role, proposed_at=since, confirmed_at=since, **scope)


def somebody(role: str, number: str = "", **scope: Any) -> User:
    user = a_user(number or f"{role.replace('_', '-')}-1")
    a_grant(user, role, **scope)
    return user
