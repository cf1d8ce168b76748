"""Points: opened under a collecting campaign with a code of their own, and closed; their rows stay for ever."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from collection.emergencies import gate
from collection.emergencies.models import Emergency
from collection.points import codes
from collection.points.models import Campaign, Point
from pilifecycle.access import guards
from pilifecycle.audit import ledger
from pilifecycle.errors import Invalid, WrongState
from pilifecycle.store import clock

State = Point.State


def open_point(campaign: Campaign, *, name: str, kind: str, place: str, actor: Any) -> Point:
    """A new place at which people register. Its code was never used before, and never is again."""
    guards.require(actor, "points.manage", body=campaign.body_id, emergency=campaign.emergency_id)
    texts = {"name": name, "place": place}
    wrong = {field: _("Please fill this in.") for field, text in texts.items() if not text.strip()}
    if kind not in Point.Kind.values:
        wrong["kind"] = _("Please choose gate or shelter.")
    if wrong:
        raise Invalid(_("The point cannot be opened like this."), fields=wrong, code="point_incomplete")
    with gate.shared(campaign.emergency_id) as fresh:
        state = Campaign.objects.values_list("state", flat=True).get(pk=campaign.pk)
        if fresh.state != Emergency.State.OPEN or state != Campaign.State.OPEN:
            raise WrongState(_("The campaign does not collect."), code="campaign_not_open")
        words = set(Point.objects.filter(campaign__body=campaign.body_id).values_list("check_word", flat=True))
        point = Point.objects.create(
            campaign=campaign,
            code=codes.point_code(_Taken()),
            name=name.strip(),
            kind=kind,
            place=place.strip(),
            check_word=codes.check_word(words),
            opened_at=clock.now(),
        )
        ledger.write("points.open_point", actor=actor, emergency=fresh.pk, subject=point.pk, kind=kind)
    return point


def close_point(point: Point, *, actor: Any) -> Point:
    """Nothing is collected here any more; the code goes on answering. Raises WrongState if it is closed already."""
    campaign = point.campaign
    guards.require(actor, "points.manage", body=campaign.body_id, emergency=campaign.emergency_id)
    with transaction.atomic():
        changed = Point.objects.filter(pk=point.pk, state=State.OPEN).update(state=State.CLOSED, closed_at=clock.now())
        if changed != 1:
            raise WrongState(_("This registration point is closed."), code="point_closed")
        ledger.write("points.close_point", actor=actor, emergency=campaign.emergency_id, subject=point.pk)
    point.refresh_from_db()
    return point


class _Taken:
    """Every code that a point ever had."""

    def __contains__(self, code: object) -> bool:
        return Point.objects.filter(code=code).exists()
