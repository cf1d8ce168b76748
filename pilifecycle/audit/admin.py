"""The audit log in the console: to read, in words; nothing can be done to it."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from pilifecycle.console import RoomAdmin, console

from .models import Checkpoint, Leaf
from .phrases import PHRASES, ROOMS, phrase
from .wording import sentence

NOBODY = {"clock": _("the clock"), "person": _("the person"), "system": _("the system")}  # who acts without an account


class ByRoom(admin.SimpleListFilter):
    """Entries of one room: by the first word of the action's code."""

    title = _("about")
    parameter_name = "room"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return list(ROOMS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Leaf]) -> QuerySet[Leaf]:
        actions = [action for action in PHRASES if action.startswith(f"{self.value()}.")]
        return queryset.filter(action__in=actions) if actions else queryset


@admin.display(description=_("facts"))
def in_short(leaf: Leaf) -> str:
    """What a person reads in a list."""
    return sentence(leaf.facts, whole=False)


@admin.display(description=_("facts"))
def in_full(leaf: Leaf) -> str:
    """The same with references and check values."""
    return sentence(leaf.facts, whole=True)


@console.register(Leaf)
class LeafAdmin(RoomAdmin):
    view_permission = "audit.read"
    room_group, room_icon, room_order, room_title = "oversee", "receipt_long", 10, _("Audit log")
    endless = True
    ordering = ("-seq",)
    list_display = ("number", "moment", "what", "who", in_short)
    list_filter = (ByRoom,)
    fields = ("number", "moment", "what", "code", "who", "emergency_id", "subject_id", in_full, "leaf_hash", "text")
    readonly_fields = fields

    @admin.display(description=_("number"))
    def number(self, leaf: Leaf) -> int:
        return leaf.seq

    @admin.display(description=_("time"))
    def moment(self, leaf: Leaf) -> Any:
        return leaf.at

    @admin.display(description=_("what"))
    def what(self, leaf: Leaf) -> Any:
        return phrase(leaf.action)

    @admin.display(description=_("code of the act"))
    def code(self, leaf: Leaf) -> str:
        return leaf.action

    @admin.display(description=_("who"))
    def who(self, leaf: Leaf) -> Any:
        return NOBODY.get(leaf.actor, leaf.actor)

    @admin.display(description=_("emergency"))
    def emergency_id(self, leaf: Leaf) -> Any:
        return leaf.emergency

    @admin.display(description=_("reference"))
    def subject_id(self, leaf: Leaf) -> Any:
        return leaf.subject

    @admin.display(description=_("hash"))
    def leaf_hash(self, leaf: Leaf) -> str:
        return bytes(leaf.hash).hex()

    @admin.display(description=_("text that was hashed"))
    def text(self, leaf: Leaf) -> str:
        return bytes(leaf.body).decode()


@console.register(Checkpoint)
class CheckpointAdmin(RoomAdmin):
    view_permission = "audit.read"
    room_group, room_icon, room_order, room_title = "oversee", "verified", 20, _("Checkpoints")
    endless = True
    ordering = ("-size",)
    list_display = ("entries", "signed", "root_hash")
    fields = ("entries", "signed", "root_hash", "note")
    readonly_fields = fields

    @admin.display(description=_("entries"))
    def entries(self, checkpoint: Checkpoint) -> int:
        return checkpoint.size

    @admin.display(description=_("signed at"))
    def signed(self, checkpoint: Checkpoint) -> Any:
        return checkpoint.signed_at

    @admin.display(description=_("root"))
    def root_hash(self, checkpoint: Checkpoint) -> str:
        return bytes(checkpoint.root).hex()

    @admin.display(description=_("signed text"))
    def note(self, checkpoint: Checkpoint) -> str:
        return checkpoint.text
