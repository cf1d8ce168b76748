"""Who may. A permission comes from a role, a role from a grant that counts now and covers the place.

`body=None` and `emergency=None` ask "anywhere at all"; an action passes the place it acts on. `is_superuser` and
`is_staff` grant nothing here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from pilifecycle.errors import Forbidden
from pilifecycle.store import clock

from . import scopes
from .models import Grant, User
from .moment import now_read
from .roles import PERMISSIONS, Role, roles_with


@dataclass(frozen=True, slots=True)
class Shift:
    """A volunteer on a shift code: acts like a user, as a collector, at one point, until the shift is over."""

    id: UUID
    point: UUID
    body: UUID
    emergency: UUID
    label: str
    expires_at: datetime
    role = Role.COLLECTOR
    is_active = is_authenticated = True
    is_anonymous = is_staff = is_superuser = False

    @property
    def pk(self) -> UUID:
        return self.id

    @property
    def staff_number(self) -> str:
        """What the ledger names."""
        return f"shift:{self.id.hex[:8]}"

    def __str__(self) -> str:
        return self.label


def counting(at: datetime | None = None) -> QuerySet[Grant]:
    """Grants that count at a moment of business time (now): confirmed, not ended, not revoked, the account open."""
    at = at or clock.now()
    unended = Q(ends_at=None) | Q(ends_at__gt=at)
    return Grant.objects.filter(unended, confirmed_at__lte=at, revoked_at=None, user__is_active=True)


def may(actor: Any, permission: str, *, body: UUID | None = None, emergency: UUID | None = None) -> bool:
    """Whether this user or shift may do it there."""
    if isinstance(actor, Shift):
        return _shift_may(actor, permission, body, emergency)
    return role_for(actor, permission, body=body, emergency=emergency) is not None


def require(actor: Any, permission: str, *, body: UUID | None = None, emergency: UUID | None = None) -> None:
    """Raise Forbidden unless this user or shift may do it there."""
    if not may(actor, permission, body=body, emergency=emergency):
        raise Forbidden(_("Your role does not allow this here."), permission=permission)


def role_for(actor: Any, permission: str, *, body: UUID | None = None, emergency: UUID | None = None) -> Grant | None:
    """The oldest grant that carries it: which role, and since when (`confirmed_at`). A shift holds none."""
    if not isinstance(actor, User) or not actor.is_active:
        return None
    if (moment := now_read()) is not None:
        grants = moment.grants_of(actor, lambda: list(counting().filter(user=actor).order_by("confirmed_at", "pk")))
        roles = set(roles_with(permission))
        return next((grant for grant in grants if moment.counts(grant, roles, body, emergency)), None)
    return _carrying(permission, body, emergency).filter(user=actor).order_by("confirmed_at").first()


def eligible(
    permission: str,
    *,
    body: UUID | None = None,
    emergency: UUID | None = None,
    before: datetime | None = None,
    but: Iterable[User] = (),
) -> list[User]:
    """People who may do it there, by account; `before`: who held the role by then already; `but`: not these."""
    grants = _carrying(permission, body, emergency)
    if before is not None:
        grants = grants.filter(confirmed_at__lt=before)
    people = User.objects.filter(pk__in=grants.values("user")).exclude(pk__in=[user.pk for user in but if user])
    return list(people.order_by("pk"))


def covers(actor: Any, permission: str, *, body: UUID | None, emergency: UUID | None) -> bool:
    """Whether a grant of this user is as wide as this scope: who gives a role everywhere holds one everywhere."""
    if not isinstance(actor, User) or not actor.is_active:
        return False
    grants = _carrying(permission, body, emergency).filter(user=actor)
    if body is None:
        grants = grants.filter(body=None)
    if emergency is None:
        grants = grants.filter(emergency=None)
    return grants.exists()


def _carrying(permission: str, body: UUID | None, emergency: UUID | None) -> QuerySet[Grant]:
    grants = counting().filter(role__in=roles_with(permission))
    if body is not None:
        grants = grants.filter(Q(body=None) | Q(body__in=scopes.covering(body)))
    if emergency is not None:
        grants = grants.filter(Q(emergency=None) | Q(emergency=emergency))
    return grants


def _shift_may(shift: Shift, permission: str, body: UUID | None, emergency: UUID | None) -> bool:
    here = body in (None, shift.body) and emergency in (None, shift.emergency)
    allowed = permission in PERMISSIONS[Role.COLLECTOR] and permission != "console.open"
    return allowed and here and clock.now() < shift.expires_at
