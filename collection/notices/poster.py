"""The poster of a point: one A4 sheet that a copier in black and white does not spoil, and its check on the screen."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from collection.notices import access, rendering
from collection.points import qr
from collection.points.access import is_collecting
from collection.points.codes import in_letters
from collection.points.models import Point
from pilifecycle.access import guards
from pilifecycle.errors import WrongState


def poster(request: HttpRequest, pk: UUID) -> TemplateResponse:
    """GET /console/points/<id>/poster/: printable HTML. WrongState without a published notice."""
    point = Point.objects.select_related("campaign__body", "campaign__emergency").filter(pk=pk).first()
    if point is None:
        raise Http404
    campaign = point.campaign
    guards.require(request.user, "points.view", body=campaign.body_id, emergency=campaign.emergency_id)
    notice = access.current_notice(campaign)
    if notice is None:
        raise WrongState(_("The campaign has no published notice. Nothing is collected without one."), code="no_notice")
    shown: dict[str, Any] = {
        "point": point,
        "body": campaign.body,
        "sheet": rendering.page(notice, "zh-hans"),
        "qr": qr.svg(point),
        "address": qr.in_letters(point),
        "code": in_letters(point.code),
        "closed": is_collecting(point),
        "stale": access.stale(notice, campaign.emergency),
    }
    return TemplateResponse(request, "points/poster.html", shown)
