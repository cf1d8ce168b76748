"""Entry by staff: helped at the point, or later from a paper slip. The same form with a banner; its author is kept.

A volunteer has no account: a shift code opens the one point on one phone, and two signed cookies remember it.
"""

import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from collection.notices.models import DeferredNotice
from collection.points.models import Point
from collection.records.models import Record
from pilifecycle.access import actions as accounts
from pilifecycle.access import guards
from pilifecycle.access.guards import Shift
from pilifecycle.errors import Forbidden, Gone, Invalid, LifecycleError, NotFound

from . import doors, paper
from .forms import Form
from .language import chosen
from .pages import POLICY, demand_form, page, refused
from .reading import Entry, empty, read
from .showing import collecting, items_asked, notice_at, received, show, try_to_send

DEVICE, SHIFT = "pil_device", "pil_shift"
HOURS = timedelta(hours=12)


def at_console(request: HttpRequest, pk: UUID) -> HttpResponse:
    """``/console/points/<id>/enter/``: for whoever may register there."""
    return _answered(request, lambda: _entry(request, _point(pk), request.user))


@require_http_methods(["GET", "HEAD", "POST"])
def on_shift(request: HttpRequest) -> HttpResponse:
    """``/shift/``: the form of the shift's point, or the question for a code."""
    return _answered(request, lambda: _on_shift(request))


def _answered(request: HttpRequest, answer: Any) -> HttpResponse:
    with translation.override(chosen(request)):
        try:
            demand_form(request)
            response: HttpResponse = answer()
        except LifecycleError as refusal:
            response = refused(request, refusal)
        response.headers["Content-Security-Policy"] = POLICY
        return response


def _point(pk: UUID) -> Point:
    rows = Point.objects.select_related("campaign__emergency", "campaign__body", "campaign__standard")
    if (point := rows.filter(pk=pk).first()) is None:
        raise NotFound(_("There is no such registration point."), code="unknown_point")
    return point


# -- the form
def _entry(request: HttpRequest, point: Point, actor: Any) -> HttpResponse:
    guards.require(actor, "records.register", body=point.campaign.body_id, emergency=point.campaign.emergency_id)
    collecting(point)
    notice = notice_at(point)
    items = items_asked(point, notice)
    language = get_language() or "zh-hans"
    post = request.POST if request.method == "POST" else None
    if post is None or post.get("_go") == "next":
        entry = empty(request.GET.get("who", ""), request.GET.get("people", ""))
        _same_building(entry, post.get("_building", "") if post else "", point)
        return show(request, Form(point, notice, items, language, entry, staff=_frame(request, actor)))
    sent = Form(point, notice, items, language, read(post, items), post.get("_id", ""), staff=_frame(request, actor))
    if post.get("_go") == "add" and sent.can_add:
        sent.entry.add_member()
        return show(request, sent)
    return _sent(request, sent, actor)


def _sent(request: HttpRequest, sent: Form, actor: Any) -> HttpResponse:
    try:
        more = _besides(request, sent, actor)
    except Invalid as refusal:
        sent.sentence, status = refusal, refusal.status
        return show(request, sent, status)
    answer = try_to_send(request, sent, **more)
    if isinstance(answer, HttpResponse):
        return answer
    building = next((raw["building"] for raw in sent.entry.answers.values() if _is_door(raw)), "")
    return received(request, sent.point, answer, staff=True, building=building, **_frame(request, actor))


def _besides(request: HttpRequest, sent: Form, actor: Any) -> dict[str, Any]:
    """What only staff says: from which slip, whether it was read aloud, or why nobody could be told now (PIPL-18)."""
    slip, deferred = request.POST.get("_slip", "").strip(), request.POST.get("_deferred", "")
    if deferred and deferred not in DeferredNotice.Reason.values:
        raise Invalid(_("Please say why the notice cannot be given now."), code="deferred_reason")
    if not (slip or deferred or request.POST.get("_read") == "yes"):
        raise Invalid(_("Please read the notice aloud first, and say so below."), code="not_read")
    more: dict[str, Any] = {"author": actor.staff_number, "deferred": deferred}
    if slip:
        code = paper.slip_at(sent.point, slip)
        sent.submission_id = paper.slip_id(code).hex()
        more |= {"slip": code, "entry": Record.Entry.LATE}
    return more


def _same_building(entry: Entry, building: str, point: Point) -> None:
    """“Next” keeps the building: a whole house stands in one queue."""
    if building in doors.door_lists(point.campaign.body_id).building:
        entry.answers["address"] = {"building": building}


def _is_door(raw: Any) -> bool:
    return isinstance(raw, dict) and bool(raw.get("building"))


def _frame(request: HttpRequest, actor: Any) -> dict[str, Any]:
    said = request.POST
    return {
        "staff_number": actor.staff_number,
        "csrf": get_token(request),
        "reasons": DeferredNotice.Reason.choices,
        "slip": said.get("_slip", "")[:40],
        "was_read": said.get("_read") == "yes",
        "deferred": said.get("_deferred", ""),
    }


# -- a shift
def _on_shift(request: HttpRequest) -> HttpResponse:
    device = _cookie(request, DEVICE)
    if request.method == "POST" and "_shift" in request.POST:
        return _begin(request, device)
    if shift := _running(request, device):
        if request.POST.get("_go") == "end":
            return _end(request, shift)
        return _entry(request, _point(shift.point), shift)
    response = page(request, "shift.html", {"csrf": get_token(request)})
    return response if device else _remember(request, response, DEVICE, secrets.token_hex(16))


def _begin(request: HttpRequest, device: str) -> HttpResponse:
    try:
        shift = accounts.start_shift(request.POST.get("_shift", "")[:40], device)
    except (NotFound, Gone, Forbidden, Invalid) as refusal:
        context = {"csrf": get_token(request), "sentence": refusal}
        response = page(request, "shift.html", context, refusal.status)
        return response if device else _remember(request, response, DEVICE, secrets.token_hex(16))
    return _remember(request, HttpResponseRedirect("/shift/"), SHIFT, str(shift.pk))


def _running(request: HttpRequest, device: str) -> Shift | None:
    try:
        return accounts.resume_shift(UUID(_cookie(request, SHIFT)), device)
    except (ValueError, Gone, Forbidden):
        return None


def _end(request: HttpRequest, shift: Shift) -> HttpResponse:
    accounts.end_shift(shift, actor=shift)
    response = HttpResponseRedirect("/shift/")
    response.delete_cookie(SHIFT, path="/shift/", samesite="Strict")
    return response


def _cookie(request: HttpRequest, name: str) -> str:
    try:
        return str(request.get_signed_cookie(name, "", salt="intake.shift", max_age=HOURS))
    except signing.BadSignature:
        return ""


def _remember(request: HttpRequest, response: HttpResponse, name: str, value: str) -> HttpResponse:
    response.set_signed_cookie(
        name, value, salt="intake.shift", max_age=HOURS, path="/shift/", httponly=True, samesite="Strict",
        secure=request.is_secure(),
    )  # fmt: skip
    return response
