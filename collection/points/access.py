"""Reading points: by their code, and whether they collect at this moment."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from collection.emergencies.models import CollectionStandard, Emergency
from collection.points.models import Body, Campaign, Point
from pilifecycle.errors import NotFound
from pilifecycle.store import clock


@dataclass(frozen=True)
class Closed:
    """Why a point does not collect: a stable code and a sentence for the page."""

    code: str
    sentence: Any


REASONS = {
    reason.code: reason
    for reason in (
        Closed("destroyed", _("This emergency is over, and what was collected here is destroyed.")),
        Closed("response_ended", _("The response work has ended. Nothing is collected any more.")),
        Closed("response_lifted", _("The response was lifted. Nothing is collected any more.")),
        Closed("campaign_draft", _("Registration here has not begun yet.")),
        Closed("campaign_paused", _("Registration here is paused. Please ask the staff.")),
        Closed("campaign_closed", _("Registration here is closed.")),
        Closed("campaign_not_begun", _("Registration here has not begun yet.")),
        Closed("campaign_over", _("The period of registration here is over.")),
        Closed("point_closed", _("This registration point is closed.")),
    )
}
_BY_STATE = {
    Emergency.State.DESTROYED: "destroyed",
    Emergency.State.ENDED: "response_ended",
    Emergency.State.LIFTED: "response_lifted",
    Campaign.State.DRAFT: "campaign_draft",
    Campaign.State.PAUSED: "campaign_paused",
    Campaign.State.CLOSED: "campaign_closed",
}


def point_by_code(code: str) -> Point:
    """The point of a code as typed (case and spaces do not matter). Raises NotFound."""
    tidy = "".join(code.split()).replace("-", "").upper()
    point = Point.objects.select_related("campaign__emergency", "campaign__body", "campaign__standard")
    found = point.filter(code=tidy).first() if len(tidy) == 8 and tidy.isalnum() else None
    if found is None:
        raise NotFound(_("There is no registration point with this code."), code="unknown_point")
    return found


def is_collecting(point: Point, emergency: Emergency | None = None) -> Closed | None:
    """None if the point collects now, else the reason why it does not. `emergency`: the fresh row, inside the gate."""
    campaign = point.campaign
    state = (emergency or campaign.emergency).state
    code = _BY_STATE.get(state) or _BY_STATE.get(campaign.state) or _by_day(campaign)  # type: ignore[call-overload]
    if not code and point.state == Point.State.CLOSED:
        code = "point_closed"
    return REASONS[code] if code else None


def _by_day(campaign: Campaign) -> str:
    today = clock.today()
    if today < campaign.starts_on:
        return "campaign_not_begun"
    return "campaign_over" if today > campaign.ends_on else ""


# -- what the rooms below ask
def standards_of(emergency: Emergency) -> list[CollectionStandard]:
    """Under which standards was collected for an emergency: they say by when its work has ended."""
    return list(CollectionStandard.objects.filter(campaigns__emergency=emergency).distinct())


def bodies_of(emergency: Emergency) -> list[UUID]:
    """Who collects in an emergency."""
    return list(Campaign.objects.filter(emergency=emergency).order_by().values_list("body", flat=True).distinct())


def superiors(body: UUID) -> list[UUID]:
    """The offices above a body, nearest first: their people act for it (small offices borrow a second signature)."""
    above: list[UUID] = []
    while (office := Body.objects.filter(bodies=body).values_list("pk", flat=True).first()) and office not in above:
        above.append(office)
        body = office
    return above


def bodies_to_choose() -> list[tuple[UUID, str]]:
    """What a form offers as the scope of a role."""
    return [(body.pk, body.name) for body in Body.objects.order_by("name")]


def emergencies_to_choose() -> list[tuple[UUID, str]]:
    """What a form offers as the scope of a role."""
    return [(emergency.pk, emergency.title) for emergency in Emergency.objects.order_by("-declared_at")]
