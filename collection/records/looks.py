"""Looks at children's fields in the console: another person allows each, or reviews what was done alone (MIN-36)."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from collection.catalogue import KINDS
from collection.emergencies.models import Emergency
from pilifecycle.access import guards
from pilifecycle.console import ActionPage, RoomAdmin, console, may
from pilifecycle.store import clock

from . import access, actions
from .models import SecondLook
from .purposes import PURPOSES


class Allow(ActionPage):
    slug, title, icon = "allow", _("Allow one look"), "how_to_reg"
    button = _("Allow")
    permission = "records.second"
    explanation = _(
        "It is about a child under 14. Ask why before you allow it: both of you are named in the audit log."
    )

    def offered(self, request: HttpRequest, target: SecondLook) -> bool:
        asked_by_another = target.asked_by != request.user.staff_number  # type: ignore[union-attr]
        return asked_by_another and state_of(target) == "waiting"

    def facts(self, request: HttpRequest, target: SecondLook) -> Any:
        return facts_of(target)

    def perform(self, request: HttpRequest, target: SecondLook, cleaned_data: dict[str, Any]) -> None:
        actions.allow_second(access.look_for(request.user, target.pk), actor=request.user)


class Review(ActionPage):
    slug, title, icon = "review", _("Review a look without a second person"), "fact_check"
    button = _("Reviewed")
    permission = "records.second"
    explanation = _("Ask the colleague why nobody could be reached. What was not justified is an incident: report it.")

    def offered(self, request: HttpRequest, target: SecondLook) -> bool:
        asked_by_another = target.asked_by != request.user.staff_number  # type: ignore[union-attr]
        return asked_by_another and target.break_glass and not target.reviewed_by

    def facts(self, request: HttpRequest, target: SecondLook) -> Any:
        return facts_of(target)

    def perform(self, request: HttpRequest, target: SecondLook, cleaned_data: dict[str, Any]) -> None:
        actions.review_break_glass(access.look_for(request.user, target.pk), actor=request.user)


def facts_of(look: SecondLook) -> list[tuple[Any, Any]]:
    """Who asks for what, and why."""
    return [
        (_("emergency"), Emergency.objects.filter(pk=look.emergency).first()),
        (_("asked by"), look.asked_by),
        (_("item"), KINDS[look.kind].label.in_(get_language() or "zh-hans")),
        (_("purpose of the look"), PURPOSES.get(look.purpose, look.purpose)),
    ]


STATES = {
    "waiting": _("waits for a second person"),
    "allowed": _("allowed, not used yet"),
    "used": _("looked at"),
    "review": _("without a second person: to be reviewed"),
    "reviewed": _("reviewed"),
    "lapsed": _("lapsed"),
}


def state_of(look: SecondLook) -> str:
    """One word of `STATES`."""
    if look.break_glass:
        return "reviewed" if look.reviewed_by else "review"
    if look.used_at:
        return "used"
    if look.asked_at <= clock.now() - actions.LOOK_FOR:
        return "lapsed"
    return "allowed" if look.allowed_by else "waiting"


@console.register(SecondLook)
class SecondLookAdmin(RoomAdmin):
    view_permission = "records.second"
    room_group, room_icon, room_order = "collect", "child_care", 44
    list_display = ("item", "purpose_shown", "asked_by", "asked_at", "state")
    list_filter = ("break_glass",)
    ordering = ("-asked_at",)
    acts = (Allow, Review)
    fields = readonly_fields = (
        "item", "purpose_shown", "state", "asked_by", "asked_at", "allowed_by", "used_at", "break_glass", "reviewed_by",
    )  # fmt: skip

    def may(self, request: HttpRequest, permission: str, target: Any = None) -> bool:
        if not isinstance(target, SecondLook):
            return may(request.user, permission)
        return guards.may(request.user, permission, body=target.body, emergency=target.emergency)

    def get_queryset(self, request: HttpRequest) -> QuerySet[SecondLook]:
        return mine(request.user, super().get_queryset(request))

    @admin.display(description=_("item"))
    def item(self, look: SecondLook) -> str:
        return KINDS[look.kind].label.in_(get_language() or "zh-hans")

    @admin.display(description=_("purpose of the look"))
    def purpose_shown(self, look: SecondLook) -> Any:
        return PURPOSES.get(look.purpose, look.purpose)

    @admin.display(description=_("state"))
    def state(self, look: SecondLook) -> Any:
        return STATES[state_of(look)]


def mine(actor: Any, rows: QuerySet[SecondLook]) -> QuerySet[SecondLook]:
    """The looks of places where `actor` may be the second person."""
    within = Q(pk=None)
    for body, emergency in SecondLook.objects.order_by().values_list("body", "emergency").distinct():
        if guards.may(actor, "records.second", body=body, emergency=emergency):
            within |= Q(body=body, emergency=emergency)
    return rows.filter(within)


# -- the first screen
def looks_waiting(request: HttpRequest) -> dict[str, Any] | None:
    """Looks that this person can allow or must review, and own ones that were allowed."""
    rows = [*_to_decide(request.user), *_allowed(request.user)]
    headers = (_("item"), _("purpose of the look"), _("asked by"), _("state"))
    return {"title": _("Looks at children's fields"), "headers": headers, "rows": rows} if rows else None


def _to_decide(user: Any) -> list[dict[str, Any]]:
    if not may(user, "records.second"):
        return []
    fresh = Q(allowed_by="", used_at=None, break_glass=False, asked_at__gt=clock.now() - actions.LOOK_FOR)
    open_ones = SecondLook.objects.filter(fresh | Q(break_glass=True, reviewed_by="")).order_by("asked_at")
    others = mine(user, open_ones.exclude(asked_by=user.staff_number))
    return [_row(look, reverse("console:collection_secondlook_change", args=[look.pk])) for look in others[:20]]


def _allowed(user: Any) -> list[dict[str, Any]]:
    """Own looks that can be used now, with the way to the entry."""
    fresh = SecondLook.objects.filter(
        asked_by=user.staff_number, used_at=None, asked_at__gt=clock.now() - actions.LOOK_FOR
    )
    ready = fresh.exclude(allowed_by="", break_glass=False).order_by("asked_at")
    found = ((look, access.record_of(look.emergency, look.receipt_hash)) for look in ready[:20])
    return [_row(look, reverse("console:collection_record_change", args=[row.pk])) for look, row in found if row]


def _row(look: SecondLook, url: str) -> dict[str, Any]:
    item = KINDS[look.kind].label.in_(get_language() or "zh-hans")
    return {
        "cells": (item, PURPOSES.get(look.purpose, look.purpose), look.asked_by, STATES[state_of(look)]),
        "url": url,
    }


console.panel("looks_waiting", 13, looks_waiting)
