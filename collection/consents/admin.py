"""Changes of consent in the console: codes and days, to look at. Who withdrew is not said: the entry has a random
name.
"""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from collection.catalogue import KINDS
from collection.emergencies.models import Emergency
from pilifecycle.access import guards
from pilifecycle.console import RoomAdmin, console, may

from .models import ConsentChange

BY = {"person": _("the person"), "guardian": _("parent or other guardian"), "staff": _("staff, for the person")}


class OfEmergency(admin.SimpleListFilter):
    """One emergency."""

    title, parameter_name = _("emergency"), "emergency"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(each.pk), each.title) for each in emergencies_of(request.user)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        known = {key for key, _title in self.lookup_choices}
        return queryset.filter(emergency=self.value()) if self.value() in known else queryset


def emergencies_of(actor: Any) -> list[Emergency]:
    """The emergencies whose changes this person oversees."""
    rows = Emergency.objects.order_by("-declared_at")
    return [row for row in rows if guards.may(actor, ConsentChangeAdmin.view_permission, emergency=row.pk)]


@console.register(ConsentChange)
class ConsentChangeAdmin(RoomAdmin):
    view_permission = "audit.read"
    room_group, room_icon, room_order = "oversee", "rule_settings", 30
    endless = True
    list_display = ("at", "emergency_title", "item", "state", "by_whom")
    list_filter = ("state", OfEmergency)
    ordering = ("-at", "-pk")
    fields = readonly_fields = ("at", "emergency_title", "item", "state", "by_whom", "audit_ref")

    def may(self, request: HttpRequest, permission: str, target: Any = None) -> bool:
        if not isinstance(target, ConsentChange):
            return may(request.user, permission)
        return guards.may(request.user, permission, emergency=target.emergency)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ConsentChange]:
        rows: QuerySet[ConsentChange] = super().get_queryset(request)
        return rows.filter(emergency__in=[each.pk for each in emergencies_of(request.user)])

    @admin.display(description=_("emergency"))
    def emergency_title(self, change: ConsentChange) -> Any:
        return Emergency.objects.filter(pk=change.emergency).first() or "—"

    @admin.display(description=_("item"))
    def item(self, change: ConsentChange) -> str:
        return KINDS[change.kind].label.in_(get_language() or "zh-hans") if change.kind in KINDS else change.kind

    @admin.display(description=_("by"))
    def by_whom(self, change: ConsentChange) -> Any:
        return BY.get(change.by, change.by)
