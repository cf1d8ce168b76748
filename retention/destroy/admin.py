"""Hand-overs in the console (移交): what waits for the recipient's receipt."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from pilifecycle.access import guards
from pilifecycle.console import ActionPage, RoomAdmin, console

from . import handover
from .models import HandOver


class ReceiptForm(forms.Form):
    number = forms.CharField(label=_("Number of the receipt"), max_length=80)


class EnterReceipt(ActionPage):
    slug, title, icon = "receipt", _("Enter the recipient's receipt"), "receipt_long"
    permission = "batches.review"
    form_class = ReceiptForm
    explanation = _("Only after the recipient has signed for the list. Then our copy is destroyed.")

    def offered(self, request: HttpRequest, target: HandOver) -> bool:
        return not target.receipt_number

    def facts(self, request: HttpRequest, target: HandOver) -> Iterable[tuple[Any, Any]]:
        return [(_("recipient"), target.recipient), (_("law"), target.law), (_("entries"), target.entries)]

    def perform(self, request: HttpRequest, target: HandOver, cleaned_data: dict[str, Any]) -> None:
        handover.receipt(target, number=cleaned_data["number"], actor=request.user)


@console.register(HandOver)
class HandOverAdmin(RoomAdmin):
    view_permission = "batches.view"
    room_group, room_icon, room_order = "dispose", "move_down", 40
    list_display = ("recipient", "entries", "receipt_number", "receipt_at")
    ordering = ("receipt_number",)
    acts = (EnterReceipt,)
    fields = readonly_fields = ("recipient", "law", "entries", "receipt_number", "receipt_at")

    def may(self, request: HttpRequest, permission: str, target: Any = None) -> bool:
        emergency = target.emergency if isinstance(target, HandOver) else None
        return guards.may(request.user, permission, emergency=emergency)
