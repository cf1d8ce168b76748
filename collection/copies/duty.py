"""The duty list on the screen and on paper (值班名单). A print is a copy: it has a number and is returned.

This stands here and not beside the list itself, because entries know nothing of the register of copies.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from collection.points.access import point_by_code
from collection.points.models import Point
from collection.records import duty
from collection.records.forms import DutyForm
from pilifecycle.audit.facts import staff_number
from pilifecycle.console import console
from pilifecycle.dressing import dress
from pilifecycle.errors import Forbidden, LifecycleError
from pilifecycle.problems import sentence_of
from pilifecycle.store import clock

from . import actions
from .models import Copy

ROWS_A_SHEET = 25


def printed(point: Point, code: str, *, purpose: str, actor: Any) -> tuple[dict[str, Any], Copy]:
    """The list in the clear (one trace), and its number in the register of copies. Refuses as `duty.duty_list` does."""
    shown = duty.duty_list(point, code, purpose=purpose, actor=actor)
    copy = actions.declare(
        Copy.Kind.PRINT,
        place=point.name,
        keeper=staff_number(actor),
        actor=actor,
        emergency=point.campaign.emergency_id,
        sheets=max(1, -(-len(shown["rows"]) // ROWS_A_SHEET)),
    )
    return shown, copy


def page(request: HttpRequest, code: str) -> HttpResponse:
    """Choose a list and say why; then it is shown, or printed with a number."""
    point = point_by_code(code)
    lists = duty.lists_at(point, request.user)
    if not lists:
        raise Forbidden(_("The collection standard grants no such list here."), code="no_duty_list")
    form = dress(DutyForm(request.POST or None, lists=lists))
    context: dict[str, Any] = {
        "title": _("Duty list"),
        "point": point,
        "form": form,
        "back": reverse("console:record_point", args=[point.code]),
    }
    if request.method == "POST" and form.is_valid():
        return _opened(request, point, form, context)
    return console.render(request, "copies/duty_form.html", context, status=400 if form.errors else 200)


def _opened(request: HttpRequest, point: Point, form: Any, context: dict[str, Any]) -> HttpResponse:
    code, purpose, paper = form.cleaned_data["code"], form.cleaned_data["purpose"], "print" in request.POST
    context |= {"code": code, "purpose": purpose, "at": clock.now(), "by": staff_number(request.user)}
    try:
        if paper:
            context["shown"], context["copy"] = printed(point, code, purpose=purpose, actor=request.user)
        else:
            context["shown"] = duty.duty_list(point, code, purpose=purpose, actor=request.user)
    except LifecycleError as refusal:
        context["refusal"] = sentence_of(refusal)
        return console.render(request, "copies/duty_form.html", context, status=refusal.status)
    return console.render(request, "copies/duty_print.html" if paper else "copies/duty_list.html", context)


console.page("points/<str:code>/duty/", page, "duty_list")
