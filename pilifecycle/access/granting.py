"""Whether two people are needed, and who may be the second: pure questions that `actions` asks before it writes."""

from django.utils.translation import gettext_lazy as _

from pilifecycle.errors import Forbidden, WrongState

from . import guards
from .models import Grant, User

ALONE = 2  # the accounts of a store that the operator's command may grant by itself


def bootstrap() -> bool:
    """Whether the store has so few accounts that there is nobody to be the second."""
    return User.objects.count() <= ALONE


def demand_open(grant: Grant) -> None:
    """Raise WrongState unless the grant waits for its second person."""
    if grant.revoked_at is not None:
        raise WrongState(_("This role was taken back."), code="revoked")
    if grant.confirmed_at is not None:
        raise WrongState(_("This role was confirmed already."), code="confirmed")


def demand_second(grant: Grant, actor: User) -> None:
    """Raise Forbidden unless `actor` may be the second person of this grant."""
    if actor.pk == grant.user_id:
        raise Forbidden(_("Nobody confirms a role of their own."), code="own_grant")
    if actor.pk == grant.proposed_by_id:
        raise Forbidden(_("A second person must confirm what you proposed."), code="same_person")
    if not guards.covers(actor, "grants.confirm", body=grant.body, emergency=grant.emergency):
        raise Forbidden(_("Your role does not allow this here."), code="forbidden")
