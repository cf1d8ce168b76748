"""Destruction certificates in the console (销毁证明)."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from pilifecycle.access import guards
from pilifecycle.console import RoomAdmin, console

from . import access, pages
from .models import Edition

console.page("certificates/<int:pk>/print/", pages.certificate, "certificate-print")
console.page("certificates/<int:pk>/file/", pages.download, "certificate-file")
console.page("certificates/register/<uuid:pk>/", pages.register, "certificate-register")
console.page("certificates/scene/<uuid:pk>/", pages.scene, "certificate-scene")


@console.register(Edition)
class EditionAdmin(RoomAdmin):
    """Every edition of every certificate, newest first."""

    view_permission = "certificates.view"
    room_group, room_icon, room_order = "dispose", "verified", 40
    list_display = ("number", "state", "emergency_title", "people", "issued_at")
    list_filter = ("state",)
    ordering = ("-issued_at", "-pk")
    fields = readonly_fields = (
        "number", "state", "emergency_title", "people", "issued_at", "sha256", "papers",
    )  # fmt: skip

    def may(self, request: HttpRequest, permission: str, target: Any = None) -> bool:
        if isinstance(target, Edition):
            return access.may_see(request.user, target.batch)
        return guards.may(request.user, permission)

    def emergency_title(self, edition: Edition) -> str:
        from collection.emergencies.models import Emergency

        return str(Emergency.objects.filter(pk=edition.batch.emergency).first() or "—")

    def people(self, edition: Edition) -> int:
        return int(edition.batch.manifest["persons"])

    def papers(self, edition: Edition) -> SafeString:
        """What can be printed or taken along."""
        links = (
            ("certificate-print", edition.pk, _("Print the certificate")),
            ("certificate-file", edition.pk, _("Download the signed file")),
            ("certificate-register", edition.batch_id, _("Print the register of what is destroyed")),
            ("certificate-scene", edition.batch_id, _("Print the record of the destruction")),
        )
        rows = ((reverse(f"console:{name}", args=[key]), title) for name, key, title in links)
        return format_html_join("", '<p><a class="pil-link" href="{}">{}</a></p>', rows)

    emergency_title.short_description = _("emergency")  # type: ignore[attr-defined]
    people.short_description = _("people")  # type: ignore[attr-defined]
    papers.short_description = _("papers")  # type: ignore[attr-defined]
