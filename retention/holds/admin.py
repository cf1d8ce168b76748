"""Holds in the console (留存或者延期销毁)."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from collection.emergencies.models import Emergency, EmergencyCategory
from collection.records.access import record_for
from pilifecycle.access import guards
from pilifecycle.console import ActionPage, RoomAdmin, console

from . import actions, forms
from .models import Hold

Facts = Iterable[tuple[Any, Any]]
NOT_IN_HEALTH_LAW = _(
    "The Public Health Emergency Response Law (art. 8) names no "
    "ground for keeping: argue the one of the Emergency Response Law."
)


class ProposeForm(forms.HoldForm):
    """Reached from a record's page, which hands its id on."""

    record = django_forms.UUIDField(widget=django_forms.HiddenInput)


class ProposeHold(ActionPage):
    slug, title, icon, on_list = "propose", _("Keep or postpone destruction"), "gavel", True
    button = _("Propose")
    permission = "holds.propose"
    form_class = ProposeForm
    explanation = _(
        "Only two grounds allow it. Two people other than you must sign. "
        "The record is then moved and can be used for nothing else."
    )

    def get_initial(self) -> dict[str, Any]:
        return {"record": self.request.GET.get("record", "")}

    def offered(self, request: HttpRequest, target: None) -> bool:
        return "record" in request.GET or request.method == "POST"

    def perform(self, request: HttpRequest, target: None, cleaned_data: dict[str, Any]) -> Hold:
        record = record_for(request.user, UUID(str(cleaned_data.pop("record"))), to="holds.propose")
        return actions.propose(record, actor=request.user, **cleaned_data)


class Sign(ActionPage):
    slug, title, icon = "sign", _("Sign the hold"), "approval"
    permission = "holds.approve"
    fresh_login = True

    def offered(self, request: HttpRequest, target: Hold) -> bool:
        return target.state == Hold.State.PROPOSED and request.user.pk not in (
            target.proposed_by_id,
            target.first_by_id,
        )

    def facts(self, request: HttpRequest, target: Hold) -> Facts:
        yield from (
            (label_for_field(name, Hold), getattr(target, name))
            for name in ("authority", "document", *actions.ASSESSMENT[:4], "ends_on")
        )
        if Emergency.objects.filter(pk=target.emergency, category=EmergencyCategory.PUBLIC_HEALTH).exists():
            yield _("note"), NOT_IN_HEALTH_LAW

    def perform(self, request: HttpRequest, target: Hold, cleaned_data: dict[str, Any]) -> None:
        actions.approve(target, actor=request.user)


class Refuse(ActionPage):
    slug, title, icon, tone = "refuse", _("Refuse the hold"), "block", "plain"
    permission = "holds.approve"

    def offered(self, request: HttpRequest, target: Hold) -> bool:
        return target.state == Hold.State.PROPOSED

    def perform(self, request: HttpRequest, target: Hold, cleaned_data: dict[str, Any]) -> None:
        actions.refuse(target, actor=request.user)


class Lift(ActionPage):
    slug, title, icon = "lift", _("Lift the hold"), "lock_open"
    permission = "holds.approve"
    explanation = _("What was held falls due at once.")

    def offered(self, request: HttpRequest, target: Hold) -> bool:
        return target.state == Hold.State.IN_FORCE

    def perform(self, request: HttpRequest, target: Hold, cleaned_data: dict[str, Any]) -> None:
        actions.lift(target, actor=request.user)


@console.register(Hold)
class HoldAdmin(RoomAdmin):
    view_permission = "holds.view"
    room_group, room_icon, room_order = "dispose", "gavel", 30
    list_display = ("ground", "authority", "document", "emergency_title", "ends_on", "state")
    list_filter = ("state", "ground")
    ordering = ("-proposed_at",)
    acts = (ProposeHold, Sign, Refuse, Lift)
    fields = readonly_fields = (
        "emergency_title", "ground", "authority", "document", "legality", "necessity", "security", "measures",
        "ends_on", "state", "proposed_by", "proposed_at", "first_by", "second_by", "approved_at", "moved_at",
        "lifted_at",
    )  # fmt: skip

    def may(self, request: HttpRequest, permission: str, target: Any = None) -> bool:
        if not isinstance(target, Hold):
            return guards.may(request.user, permission)
        return actions.may(request.user, permission, target)

    @admin.display(description=_("emergency"))
    def emergency_title(self, hold: Hold) -> Any:
        return Emergency.objects.filter(pk=hold.emergency).first() or "—"
