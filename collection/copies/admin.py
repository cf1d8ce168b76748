"""The register of copies in the console (副本台账), and the duty list, whose print is one of them."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from collection.emergencies.models import Emergency
from pilifecycle.access import guards
from pilifecycle.console import ActionPage, RoomAdmin, console, may
from pilifecycle.store import clock

from . import actions, duty, forms
from .models import Copy

__all__ = ["CopyAdmin", "duty"]


class Declare(ActionPage):
    slug, title, icon, on_list = "declare", _("Enter a copy"), "note_add", True
    button = _("Enter")
    permission = "copies.declare"
    form_class = forms.DeclareForm
    explanation = _("Every store that the house cannot destroy by itself. A certificate lists what is still living.")

    def perform(self, request: HttpRequest, target: None, cleaned_data: dict[str, Any]) -> Copy:
        emergency = cleaned_data.pop("emergency")
        return actions.declare(emergency=emergency.pk if emergency else None, actor=request.user, **cleaned_data)


class End(ActionPage):
    slug, title, icon = "end", _("The copy has ended"), "task_alt"
    permission = "copies.declare"
    form_class = forms.EndForm

    def offered(self, request: HttpRequest, target: Copy) -> bool:
        return target.ended_at is None

    def facts(self, request: HttpRequest, target: Copy) -> Iterable[tuple[Any, Any]]:
        yield _("number"), target.number
        yield _("kind"), target.get_kind_display()
        yield _("place"), target.place
        yield _("keeper"), target.keeper

    def perform(self, request: HttpRequest, target: Copy, cleaned_data: dict[str, Any]) -> None:
        actions.end(target, how=cleaned_data["how"], actor=request.user)


@console.register(Copy)
class CopyAdmin(RoomAdmin):
    view_permission = "copies.view"
    room_group, room_icon, room_order = "oversee", "content_copy", 40
    list_display = ("number", "kind", "emergency_title", "place", "keeper", "expires_on", "ended")
    list_filter = ("kind",)
    ordering = ("-made_at",)
    acts = (Declare, End)
    fields = readonly_fields = (
        "number", "kind", "emergency_title", "place", "keeper", "sheets", "made_at", "expires_on", "declared_by",
        "ended", "ended_at",
    )  # fmt: skip

    def may(self, request: HttpRequest, permission: str, target: Any = None) -> bool:
        emergency = target.emergency if isinstance(target, Copy) else None
        return guards.may(request.user, permission, emergency=emergency)

    @admin.display(description=_("emergency"))
    def emergency_title(self, copy: Copy) -> Any:
        return Emergency.objects.filter(pk=copy.emergency).first() if copy.emergency else _("the whole store")

    @admin.display(description=_("state"))
    def ended(self, copy: Copy) -> Any:
        if copy.ended_at:
            return forms.ENDS.get(copy.ended_how, _("ended"))
        return _("ended by itself") if copy.expires_on and copy.expires_on < clock.today() else _("living")


def prints_out(request: HttpRequest) -> dict[str, Any] | None:
    """Copies on paper that were not returned yet."""
    if not may(request.user, "copies.declare"):
        return None
    out = Copy.objects.filter(kind=Copy.Kind.PRINT, ended_at=None).count()
    url = reverse("console:collection_copy_changelist")
    return {"title": _("Prints not returned"), "figure": out, "url": url} if out else None


console.panel("prints_out", 40, prints_out)
