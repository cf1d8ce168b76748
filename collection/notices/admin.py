"""Notices and deferred notices in the console; the poster of a point."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from collection.emergencies.models import Emergency
from collection.notices import access, actions, forms, rendering
from collection.notices.models import DeferredNotice, Notice
from collection.notices.poster import poster
from pilifecycle.access import guards
from pilifecycle.console import ActionPage, RoomAdmin, console, may
from pilifecycle.errors import Invalid


class DraftNotice(ActionPage):
    slug, title, icon, on_list = "draft", _("Draft a notice"), "edit_document", True
    button = _("Draft")
    permission = "notices.draft"
    explanation = _("All blocks are composed from the body, the standard and the level in force, in both languages.")
    form_class = forms.DraftNoticeForm

    def perform(self, request: HttpRequest, target: None, cleaned_data: dict[str, Any]) -> Notice:
        return actions.draft_notice(cleaned_data["campaign"], actor=request.user)


class EditText(ActionPage):
    slug, title, icon = "edit", _("Say a block in other words"), "edit"
    permission = "notices.draft"
    explanation = _("Lists follow the standard and cannot be typed.")
    form_class = forms.EditTextForm

    def offered(self, request: HttpRequest, target: Notice) -> bool:
        return target.state == Notice.State.DRAFT

    def perform(self, request: HttpRequest, target: Notice, cleaned_data: dict[str, Any]) -> None:
        actions.edit_text(target, actor=request.user, **cleaned_data)


class Publish(ActionPage):
    slug, title, icon = "publish", _("Publish the notice"), "campaign"
    button = _("Publish")
    permission = "notices.publish"
    explanation = _("It is shown from now on, and never changed. The version before is superseded.")

    def offered(self, request: HttpRequest, target: Notice) -> bool:
        return target.state == Notice.State.DRAFT

    def perform(self, request: HttpRequest, target: Notice, cleaned_data: dict[str, Any]) -> Any:
        try:
            actions.publish_notice(target, actor=request.user)
        except Invalid as refusal:
            named = ", ".join(refusal.facts.get("blocks", ()))
            raise Invalid(f"{refusal} {named}", code=refusal.code, fields=refusal.fields) from None
        return _("Published.")


@console.register(Notice)
class NoticeAdmin(RoomAdmin):
    view_permission = "notices.view"
    room_group, room_icon, room_order = "collect", "description", 35
    list_display = ("campaign", "version", "level_words", "state", "published_at", "fits")
    list_filter = ("state",)
    list_select_related = ("campaign__emergency",)
    ordering = ("-campaign__starts_on", "-version")
    acts = (DraftNotice, EditText, Publish)

    class Media:
        css = {"all": ("notices/sheet.css",)}

    fields = readonly_fields = (
        "campaign", "version", "level_words", "state", "fits", "published_at", "published_by", "fingerprint",
        "in_chinese", "in_english",
    )  # fmt: skip

    def may(self, request: HttpRequest, permission: str, target: Any = None) -> bool:
        if not isinstance(target, Notice):
            return guards.may(request.user, permission)
        campaign = target.campaign
        return guards.may(request.user, permission, body=campaign.body_id, emergency=campaign.emergency_id)

    def level_words(self, notice: Notice) -> Any:
        return Emergency(level=notice.level).get_level_display()

    def fits(self, notice: Notice) -> Any:
        if notice.state == Notice.State.PUBLISHED and access.stale(notice, notice.campaign.emergency):
            return _("The response level has changed: publish a new version.")
        return _("Yes") if notice.state == Notice.State.PUBLISHED else "—"

    def in_chinese(self, notice: Notice) -> SafeString:
        return rendering.full(notice, "zh-hans")

    def in_english(self, notice: Notice) -> SafeString:
        return rendering.full(notice, "en")

    def fingerprint(self, notice: Notice) -> str:
        return notice.content_hash[:16] or "—"

    fingerprint.short_description = _("fingerprint")  # type: ignore[attr-defined]
    level_words.short_description = _("response level")  # type: ignore[attr-defined]
    fits.short_description = _("fits the level in force")  # type: ignore[attr-defined]
    in_chinese.short_description = _("in Chinese")  # type: ignore[attr-defined]
    in_english.short_description = _("in English")  # type: ignore[attr-defined]


class Settle(ActionPage):
    slug, title, icon = "settle", _("The notice was given"), "task_alt"
    permission = "deferred.settle"
    explanation = _("The emergency cannot end before everybody was told, or it was announced.")
    form_class = forms.SettleForm

    def offered(self, request: HttpRequest, target: DeferredNotice) -> bool:
        return not target.settled

    def perform(self, request: HttpRequest, target: DeferredNotice, cleaned_data: dict[str, Any]) -> None:
        actions.settle_deferred(target, settled=cleaned_data["settled"], actor=request.user)


@console.register(DeferredNotice)
class DeferredNoticeAdmin(RoomAdmin):
    view_permission = "notices.view"
    room_group, room_icon, room_order = "collect", "pending_actions", 36
    list_display = ("reason", "registered_at", "settled", "told_at")
    list_filter = ("settled", "reason")
    ordering = ("settled", "-registered_at")
    acts = (Settle,)
    fields = readonly_fields = ("reason", "registered_at", "reference", "settled", "told_at", "told_by")

    @admin.display(description=_("told at"), ordering="settled_at")
    def told_at(self, deferred: DeferredNotice) -> Any:
        return deferred.settled_at

    @admin.display(description=_("told by"))
    def told_by(self, deferred: DeferredNotice) -> Any:
        return deferred.settled_by

    @admin.display(description=_("reference"))
    def reference(self, deferred: DeferredNotice) -> Any:
        return deferred.audit_ref

    def may(self, request: HttpRequest, permission: str, target: Any = None) -> bool:
        if not isinstance(target, DeferredNotice):
            return guards.may(request.user, permission)
        return guards.may(request.user, permission, body=target.body, emergency=target.emergency)


# -- the first screen
def still_to_tell(request: HttpRequest) -> dict[str, Any] | None:
    """People who could not be told when they were registered: the officer sees it at once (PIPL-18)."""
    if not may(request.user, "deferred.settle"):
        return None
    waiting = [d for d in DeferredNotice.objects.filter(settled="") if _settles(request.user, d)]
    if not waiting:
        return None
    rows = [
        {"cells": (each.get_reason_display(), each.registered_at), "url": _change(each)}
        for each in sorted(waiting, key=lambda each: each.registered_at)
    ]
    headers = (capfirst(_("reason")), capfirst(_("registered at")))
    return {"title": _("Still to be told"), "figure": len(waiting), "headers": headers, "rows": rows}


def to_publish_again(request: HttpRequest) -> dict[str, Any] | None:
    """Campaigns whose notice is for another response level."""
    if not may(request.user, "notices.publish"):
        return None
    published = Notice.objects.filter(state=Notice.State.PUBLISHED, campaign__emergency__state=Emergency.State.OPEN)
    stale = [n for n in published.select_related("campaign__emergency") if access.stale(n, n.campaign.emergency)]
    rows = [{"cells": (n.campaign, n.version), "url": _change(n)} for n in stale]
    title = _("Notices to publish again: the response level has changed")
    return (
        {"title": title, "headers": (capfirst(_("campaign")), capfirst(_("version"))), "rows": rows} if rows else None
    )


def _settles(user: Any, deferred: DeferredNotice) -> bool:
    return guards.may(user, "deferred.settle", body=deferred.body, emergency=deferred.emergency)


def _change(row: Any) -> str:
    return reverse(f"console:collection_{row._meta.model_name}_change", args=[row.pk])


console.panel("still_to_tell", 14, still_to_tell)
console.panel("stale_notices", 16, to_publish_again)
console.page("points/<uuid:pk>/poster/", poster, "poster")
