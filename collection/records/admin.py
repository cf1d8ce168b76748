"""Entries in the console (登记记录)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from pilifecycle.access import guards
from pilifecycle.console import ActionPage, RoomAdmin, console, may
from pilifecycle.errors import NotFound

from . import access, actions, forms, looks, pages, sheet
from .models import Record

__all__ = ["RecordAdmin", "looks"]


class Void(ActionPage):
    slug, title, icon, tone = "void", _("Void an own mistake"), "delete", "danger"
    permission = "records.void"
    form_class = forms.VoidForm
    explanation = _(
        "Only what you entered yourself in this shift. It is erased within seconds and cannot be brought back."
    )
    done = _("Voided. Its use has stopped, and it is being erased.")

    def offered(self, request: HttpRequest, target: Record) -> bool:
        return sheet.can_void(target, request.user)

    def perform(self, request: HttpRequest, target: Record, cleaned_data: dict[str, Any]) -> None:
        record = access.record_for(request.user, target.pk, to=self.permission, emergency=target.emergency_id)
        actions.void(record, actor=request.user, **cleaned_data)


class Look(ActionPage):
    """What asking a second person and looking alone have in common."""

    permission = "records.reveal"
    form_class = forms.LookForm

    def offered(self, request: HttpRequest, target: Record) -> bool:
        return target.guardian_needed and target.stopped_at is None

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "record": self.target}


class AskSecond(Look):
    slug, title, icon = "second", _("Ask a second person"), "group_add"
    explanation = _(
        "This is about a child under 14. Another person allows one look at one field; then you open it here, once."
    )
    done = _("Asked. A second person sees it on the first screen.")

    def perform(self, request: HttpRequest, target: Record, cleaned_data: dict[str, Any]) -> None:
        actions.ask_second(target, cleaned_data["kind"], purpose=cleaned_data["purpose"], actor=request.user)


class BreakGlass(Look):
    slug, title, icon, tone = "alone", _("Look without a second person"), "emergency", "danger"
    button = _("Look alone")
    explanation = _(
        "Only where a child is in danger and nobody else can be reached. It is named in the audit log, and another "
        "person reviews it the next day."
    )
    done = _("You may open this field once.")

    def perform(self, request: HttpRequest, target: Record, cleaned_data: dict[str, Any]) -> None:
        actions.break_glass(target, cleaned_data["kind"], purpose=cleaned_data["purpose"], actor=request.user)


@console.register(Record)
class RecordAdmin(RoomAdmin):
    """By emergency and point, never a table of all: its list is the choice of a point, its object page our own."""

    view_permission = "records.list"
    room_group, room_icon, room_order = "collect", "contact_page", 42
    room_title = _("Registered entries")
    acts = (AskSecond, BreakGlass, Void)

    def may(self, request: HttpRequest, permission: str, target: Any = None) -> bool:
        if not isinstance(target, Record):
            return may(request.user, permission)
        body = target.point.campaign.body_id
        return guards.may(request.user, permission, body=body, emergency=target.emergency_id)

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Record | None:
        """Through the one door."""
        try:
            return access.record_for(request.user, self.model._meta.pk.to_python(object_id), to=self.view_permission)
        except (NotFound, ValidationError):
            return None

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("search/", view(pages.find), name="record_search"),
            path("points/<str:code>/", view(pages.of_point), name="record_point"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        self._demand(request)
        return pages.choose(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        record = self.get_object(request, object_id)
        if record is None:
            raise NotFound(_("There is no such entry, or it is not in your area."), code="no_record")
        back = reverse("console:record_point", args=[record.point.code])
        return pages.of_record(request, record, self.buttons(request, record), back)

    def _demand(self, request: HttpRequest) -> None:
        guards.require(request.user, self.view_permission)
