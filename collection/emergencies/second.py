"""Two people stay two: the second is another person, and had the role before the first one asked."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from pilifecycle.access import guards
from pilifecycle.errors import Forbidden


def demand(
    actor: Any, permission: str, *, first: int | None, since: datetime, body: UUID | None = None,
    emergency: UUID | None = None,
) -> None:  # fmt: skip
    """Raise Forbidden unless `actor` may confirm here what the person `first` asked for at `since`."""
    guards.require(actor, permission, body=body, emergency=emergency)
    if actor.pk == first:
        raise Forbidden(_("You proposed this yourself: another person must confirm it."), code="same_person")
    grant = guards.role_for(actor, permission, body=body, emergency=emergency)
    if grant is None or grant.confirmed_at is None or grant.confirmed_at >= since:
        raise Forbidden(_("Your role is younger than this proposal."), code="role_younger")
