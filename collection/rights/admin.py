"""Requests of people about their own information in the console (权利请求)."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib import admin
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from collection.catalogue import KINDS
from collection.emergencies.models import Emergency
from collection.points.models import Body
from collection.records.access import record_of
from pilifecycle.access import guards
from pilifecycle.console import ActionPage, RoomAdmin, console, may
from pilifecycle.lists import listed
from pilifecycle.store import clock

from . import actions, forms
from .models import RightsRequest

Facts = Iterable[tuple[Any, Any]]
Kind, State = RightsRequest.Kind, RightsRequest.State
IF_GRANTED = {
    Kind.DELETE: _(
        "Its use stops at once. It is erased with its keys by the worker, no earlier than 24 hours after the request."
    ),
    Kind.VIEW: _(
        "Show the person the entry at the counter, on sight of the receipt code: open it from the entry's page, with "
        "the purpose “answer the person's request”."
    ),
    Kind.COPY: _(
        "Read or write the entry out for the person at the counter, on sight of the receipt code. Nothing is sent by "
        "mail or message."
    ),
    Kind.CORRECT: _(
        "Register the person anew with the right information at the point; then grant the deletion of this entry."
    ),
    Kind.EXPLAIN: _("Explain the notice, the basis and the retention period, by telephone or at the counter."),
}


class Answer(ActionPage):
    slug, title, icon = "answer", _("Answer the request"), "rate_review"
    button = _("Answer")
    permission = "requests.answer"
    form_class = forms.AnswerForm
    explanation = _("The answer stands on the receipt page at once, and is not changed afterwards.")

    def offered(self, request: HttpRequest, target: RightsRequest) -> bool:
        return target.state == State.WAITING

    def facts(self, request: HttpRequest, target: RightsRequest) -> Facts:
        yield _("emergency"), Emergency.objects.filter(pk=target.emergency).first()
        yield _("asks for"), target.get_kind_display()
        yield _("items"), items_in_words(target)
        yield _("answer due on"), target.due_on
        if record_of(target.emergency, target.receipt_hash) is None:
            yield _("Entry"), _("nothing is held any more, or it is held apart under a hold")
        yield _("if it is granted"), IF_GRANTED[Kind(target.kind)]

    def perform(self, request: HttpRequest, target: RightsRequest, cleaned_data: dict[str, Any]) -> Any:
        grant = cleaned_data["decision"] == "grant"
        actions.answer(target, grant=grant, refusal=cleaned_data["refusal"], actor=request.user)
        return _("Granted. The person sees it on the receipt page.") if grant else _("Refused, with its reason.")


def items_in_words(request: RightsRequest) -> str:
    """The kinds that it names, or all."""
    language = get_language() or "zh-hans"
    words = (KINDS[code].label.in_(language) for code in request.items if code in KINDS)
    return listed(words) or str(_("all items"))


@console.register(RightsRequest)
class RightsRequestAdmin(RoomAdmin):
    view_permission = "requests.view"
    room_group, room_icon, room_order = "oversee", "contact_support", 10
    room_title = _("Requests of people")
    list_display = ("kind", "body_name", "asked_at", "due", "state_shown")
    list_filter = ("state", "kind")
    acts = (Answer,)
    fields = readonly_fields = (
        "kind", "emergency_title", "body_name", "items_shown", "asked_at", "due", "state_shown", "answered_at",
        "answered_by", "entry",
    )  # fmt: skip

    def may(self, request: HttpRequest, permission: str, target: Any = None) -> bool:
        if not isinstance(target, RightsRequest):
            return may(request.user, permission)
        return guards.may(request.user, permission, body=target.body, emergency=target.emergency)

    def get_queryset(self, request: HttpRequest) -> QuerySet[RightsRequest]:
        """Of this person's places; what waits comes first, the soonest due on top."""
        waits_first = Case(When(state=State.WAITING, then=Value(0)), default=Value(1), output_field=IntegerField())
        rows: QuerySet[RightsRequest] = super().get_queryset(request)
        return within(request.user, rows).order_by(waits_first, "due_on", "-asked_at")

    @admin.display(description=_("body"))
    def body_name(self, asked: RightsRequest) -> Any:
        return Body.objects.filter(pk=asked.body).first() or "—"

    @admin.display(description=_("emergency"))
    def emergency_title(self, asked: RightsRequest) -> Any:
        return Emergency.objects.filter(pk=asked.emergency).first() or "—"

    @admin.display(description=_("items"))
    def items_shown(self, asked: RightsRequest) -> str:
        return items_in_words(asked)

    @admin.display(description=_("answer due on"))
    def due(self, asked: RightsRequest) -> date:
        return asked.due_on

    @admin.display(description=_("state"))
    def state_shown(self, asked: RightsRequest) -> SafeString:
        return render_to_string("rights/state.html", {"asked": asked, "overdue": overdue(asked)})

    @admin.display(description=_("Entry"))
    def entry(self, asked: RightsRequest) -> Any:
        record = record_of(asked.emergency, asked.receipt_hash)
        return render_to_string("rights/entry.html", {"record": record})


def overdue(asked: RightsRequest) -> bool:
    """Whether it waits beyond its day."""
    return asked.state == State.WAITING and clock.today() > asked.due_on


def within(actor: Any, rows: QuerySet[RightsRequest], permission: str = "requests.view") -> QuerySet[RightsRequest]:
    """The requests of places where `actor` may do this."""
    mine = Q(pk=None)
    for body, emergency in RightsRequest.objects.order_by().values_list("body", "emergency").distinct():
        if guards.may(actor, permission, body=body, emergency=emergency):
            mine |= Q(body=body, emergency=emergency)
    return rows.filter(mine)


def waiting(request: HttpRequest) -> dict[str, Any] | None:
    """Requests that wait for an answer of this person."""
    if not may(request.user, "requests.answer"):
        return None
    waits = within(request.user, RightsRequest.objects.filter(state=State.WAITING), "requests.answer")
    first = waits.order_by("due_on").first()
    if first is None:
        return None
    return {
        "title": _("Requests of people"),
        "figure": waits.count(),
        "text": _("to answer; the first is due on %(day)s") % {"day": date_format(first.due_on)},
        "url": reverse("console:collection_rightsrequest_changelist"),
        "tone": "overdue" if overdue(first) else "",
    }


console.panel("requests_waiting", 15, waiting)
