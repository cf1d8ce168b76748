"""Accounts, roles of people, shift codes and jumps of the clock in the console."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pilifecycle.console import RoomAdmin, RoomInline, console
from pilifecycle.store import clock, watch
from pilifecycle.store.models import ClockJump

from . import guards, scopes
from .acts import AcknowledgeJump, CloseAccount, ConfirmGrant, EndShift, MakeAccount, ProposeGrant, RevokeGrant
from .models import Grant, ShiftCode, User


@admin.display(description=_("body"))
def body(row: Any) -> Any:
    """The body's name, where the rooms above told it."""
    return scopes.label("body", row.body) or "–"


@admin.display(description=_("emergency"))
def emergency(row: Any) -> Any:
    """The emergency's name, where the rooms above told it."""
    return scopes.label("emergency", row.emergency) or "–"


@admin.display(description=_("state"))
def state(grant: Grant) -> Any:
    """Whether a role counts now."""
    if grant.revoked_at:
        return _("taken back")
    if not grant.confirmed_at:
        return _("waits for a second person")
    return _("ended") if grant.ends_at and grant.ends_at <= clock.now() else _("counts")


class GrantInline(RoomInline):
    model = Grant
    fk_name = "user"
    fields = readonly_fields = ("role", body, emergency, "confirmed_at", "ends_at", state)


@console.register(User)
class UserAdmin(RoomAdmin):
    view_permission = "accounts.manage"
    room_group, room_icon, room_order = "system", "group", 10
    ordering = ("staff_number",)
    list_display = ("staff_number", "username", "first_name", "office", "is_active", "last_login")
    fields = readonly_fields = (
        "staff_number", "username", "first_name", "office", body, "is_active", "date_joined", "last_login",
    )  # fmt: skip
    inlines = (GrantInline,)
    acts = (MakeAccount, CloseAccount)


@console.register(Grant)
class GrantAdmin(RoomAdmin):
    view_permission = "grants.view"
    room_group, room_icon, room_order = "system", "badge", 20
    ordering = ("-proposed_at",)
    list_display = ("staff_number", "user", "role", body, emergency, "confirmed_at", state)
    list_filter = ("role",)
    list_select_related = ("user",)
    fields = readonly_fields = (
        "staff_number", "user", "role", body, emergency, state, "proposed_at", "proposer", "confirmed_at", "confirmer",
        "ends_at", "revoked_at",
    )  # fmt: skip
    acts = (ProposeGrant, ConfirmGrant, RevokeGrant)

    @admin.display(description=_("staff number"))
    def staff_number(self, grant: Grant) -> str:
        return grant.user.staff_number

    @admin.display(description=_("proposed by"))
    def proposer(self, grant: Grant) -> Any:
        return grant.proposed_by.staff_number if grant.proposed_by else _("the operator's command")

    @admin.display(description=_("confirmed by"))
    def confirmer(self, grant: Grant) -> str:
        return grant.confirmed_by.staff_number if grant.confirmed_by else "–"


@console.register(ShiftCode)
class ShiftCodeAdmin(RoomAdmin):
    view_permission = "shifts.issue"
    room_group, room_icon, room_order = "collect", "id_card", 60
    ordering = ("-issued_at",)
    list_display = ("label", body, emergency, "issued_at", "expires_at", "running")
    fields = readonly_fields = ("label", body, emergency, "issued_at", "expires_at", "running", "ended_at")
    acts = (EndShift,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ShiftCode]:
        """The shifts of the places where this person issues them."""
        rows: QuerySet[ShiftCode] = super().get_queryset(request)
        places = ShiftCode.objects.values_list("body", "emergency").distinct().order_by()
        mine = Q(pk=None)
        for place, event in places:
            if guards.may(request.user, "shifts.issue", body=place, emergency=event):
                mine |= Q(body=place, emergency=event)
        return rows.filter(mine)

    @admin.display(description=_("runs on a phone"), boolean=True)
    def running(self, shift: ShiftCode) -> bool:
        return shift.device_hash is not None and shift.ended_at is None and clock.now() < shift.expires_at


@console.register(ClockJump)
class ClockJumpAdmin(RoomAdmin):
    view_permission = "clock.acknowledge"
    room_group, room_icon, room_order, room_title = "system", "schedule", 90, _("Jumps of the clock")
    ordering = ("-noticed_at",)
    list_display = fields = readonly_fields = ("noticed", "jumped", "first", "second")
    acts = (AcknowledgeJump,)

    @admin.display(description=_("noticed at"))
    def noticed(self, jump: ClockJump) -> Any:
        return jump.noticed_at

    @admin.display(description=_("seconds"))
    def jumped(self, jump: ClockJump) -> int:
        return jump.seconds

    @admin.display(description=_("first signature"))
    def first(self, jump: ClockJump) -> str:
        return jump.first_by or "–"

    @admin.display(description=_("second signature"))
    def second(self, jump: ClockJump) -> str:
        return jump.second_by or "–"


def waiting_roles(request: HttpRequest) -> dict[str, Any] | None:
    """Roles that wait for this person's word."""
    if not guards.may(request.user, "grants.confirm"):
        return None
    waiting = Grant.objects.filter(confirmed_at=None, revoked_at=None).exclude(user=request.user.pk)
    waiting = waiting.exclude(proposed_by=request.user.pk).select_related("user").order_by("proposed_at")
    rows = [
        {
            "cells": (f"{grant.user.staff_number} {grant.user}", grant.get_role_display()),
            "url": reverse(f"{console.name}:pilifecycle_grant_change", args=[grant.pk]),
        }
        for grant in waiting
        if guards.covers(request.user, "grants.confirm", body=grant.body, emergency=grant.emergency)
    ]
    if not rows:
        return None
    return {"title": _("Roles that wait for a second person"), "headers": (_("account"), _("role")), "rows": rows}


def clock_jumps(request: HttpRequest) -> dict[str, Any] | None:
    """Nothing is disposed of while a jump waits: everybody sees that, whoever may sign can go there."""
    if not (jumps := watch.open_jumps()):
        return None
    mine = guards.may(request.user, "clock.acknowledge")
    return {
        "title": _("The clock jumped"),
        "figure": len(jumps),
        "text": _("Nothing is disposed of until two people have acknowledged it."),
        "icon": "schedule",
        "url": reverse(f"{console.name}:pilifecycle_clockjump_changelist") if mine else "",
    }


console.panel("clock", 5, clock_jumps)
console.panel("roles", 60, waiting_roles)
