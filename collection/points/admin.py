"""Bodies, campaigns and points in the console."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from collection.emergencies import actions as emergencies
from collection.emergencies import standards
from collection.emergencies.models import CollectionStandard, Emergency
from collection.points import access, actions, codes, doors, forms, opening, qr
from collection.points.models import Body, Campaign, Point
from pilifecycle.access import actions as accounts
from pilifecycle.access import guards
from pilifecycle.console import ActionPage, RoomAdmin, console, may
from pilifecycle.errors import Invalid

Facts = Iterable[tuple[Any, Any]]
State = Campaign.State


# -- bodies
class MakeBody(ActionPage):
    slug, title, icon, on_list = "make", _("Enter a body"), "domain_add", True
    button = _("Enter")
    permission = "points.manage"
    explanation = _("All of this is printed on every notice.")
    form_class = forms.BodyForm

    def perform(self, request: HttpRequest, target: None, cleaned_data: dict[str, Any]) -> Body:
        return actions.make_body(actor=request.user, **cleaned_data)


class AddDoors(ActionPage):
    """What both ways of adding doors have in common."""

    permission = "points.manage"

    def add(self, request: HttpRequest, body: Body, rows: list[doors.Row]) -> Any:
        added = actions.add_doors(body, rows, actor=request.user)
        return ngettext("%(count)s new door.", "%(count)s new doors.", added) % {"count": added}


class PasteDoors(AddDoors):
    slug, title, icon = "doors", _("Paste a list of doors"), "content_paste"
    form_class = forms.PasteDoorsForm

    def perform(self, request: HttpRequest, target: Body, cleaned_data: dict[str, Any]) -> Any:
        parsed = doors.parse(cleaned_data["text"])
        if parsed.errors:
            lines = [
                _("Line %(number)s: %(sentence)s") % {"number": n, "sentence": s} for n, s in parsed.errors.items()
            ]
            raise Invalid(_("Nothing was added."), fields={"text": lines[:20]}, code="doors_invalid")
        return self.add(request, target, parsed.rows)


class DoorsByFloors(AddDoors):
    slug, title, icon = "floors", _("Add doors by floors"), "apartment"
    form_class = forms.FloorsForm

    def perform(self, request: HttpRequest, target: Body, cleaned_data: dict[str, Any]) -> Any:
        try:
            rows = doors.by_floors(**cleaned_data)
        except ValueError:
            raise Invalid(doors.ODD_RANGE, code="doors_invalid") from None
        return self.add(request, target, rows)


@console.register(Body)
class BodyAdmin(RoomAdmin):
    view_permission = "points.view"
    room_group, room_icon, room_order = "collect", "domain", 50
    list_display = ("name", "capacity", "superior", "phone")
    list_filter = ("capacity",)
    ordering = ("name",)
    acts = (MakeBody, PasteDoors, DoorsByFloors)
    fields = readonly_fields = (
        "name", "capacity", "superior", "address", "phone", "officer", "complaints", "doors_listed",
    )  # fmt: skip

    def may(self, request: HttpRequest, permission: str, target: Any = None) -> bool:
        return guards.may(request.user, permission, body=target.pk if isinstance(target, Body) else None)

    def doors_listed(self, body: Body) -> int:
        return body.doors.count()

    doors_listed.short_description = _("doors listed")  # type: ignore[attr-defined]


# -- campaigns
class DraftCampaign(ActionPage):
    slug, title, icon, on_list = "draft", _("Draft a campaign"), "edit_document", True
    button = _("Draft")
    permission = "points.manage"
    explanation = _("Afterwards: draft and publish its notice, then two people open it.")
    form_class = forms.CampaignForm

    def perform(self, request: HttpRequest, target: None, cleaned_data: dict[str, Any]) -> Campaign:
        return actions.draft_campaign(actor=request.user, **cleaned_data)


class ProposeOpening(ActionPage):
    slug, title, icon = "propose", _("Propose to open the campaign"), "play_circle"
    permission = "campaigns.open"
    explanation = _("Another person must confirm it. Nothing is collected before.")

    def offered(self, request: HttpRequest, target: Campaign) -> bool:
        return target.state == State.DRAFT and target.opened_by_id is None

    def facts(self, request: HttpRequest, target: Campaign) -> Facts:
        return _opening_facts(target)

    def perform(self, request: HttpRequest, target: Campaign, cleaned_data: dict[str, Any]) -> Any:
        actions.propose_opening(target, actor=request.user)
        return _("Proposed. Another person must confirm it.")


class ConfirmOpening(ActionPage):
    slug, title, icon = "open", _("Open the campaign"), "how_to_reg"
    button = _("Confirm and open")
    permission = "campaigns.open"
    fresh_login = True

    def offered(self, request: HttpRequest, target: Campaign) -> bool:
        return target.state == State.DRAFT and target.opened_by_id not in (None, request.user.pk)

    def facts(self, request: HttpRequest, target: Campaign) -> Facts:
        yield _("proposed by"), target.opened_by
        yield from _opening_facts(target)

    def perform(self, request: HttpRequest, target: Campaign, cleaned_data: dict[str, Any]) -> Any:
        actions.open_campaign(target, actor=target.opened_by, second=request.user)
        return _("The campaign collects. Open its points now.")


def _opening_facts(campaign: Campaign) -> Facts:
    """What the second person signs: the paper, the standard, and what is still missing."""
    yield _("task assigned by"), campaign.task_document
    yield _("collection standard"), campaign.standard
    yield _("sensitive items"), len(standards.sensitive(campaign.standard))
    yield _("impact assessment"), campaign.assessment or "—"
    missing = [actions.UNMET.get(code, code) for code in opening.unmet(campaign)]
    yield _("missing"), " ".join(str(sentence) for sentence in missing) or "—"


class OpenPoint(ActionPage):
    slug, title, icon = "point", _("Open a point"), "add_location"
    permission = "points.manage"
    form_class = forms.PointForm

    def offered(self, request: HttpRequest, target: Campaign) -> bool:
        return target.state == State.OPEN

    def perform(self, request: HttpRequest, target: Campaign, cleaned_data: dict[str, Any]) -> Point:
        return actions.open_point(target, actor=request.user, **cleaned_data)


class Pause(ActionPage):
    slug, title, icon, tone = "pause", _("Pause the campaign"), "pause_circle", "plain"
    permission = "campaigns.open"

    def offered(self, request: HttpRequest, target: Campaign) -> bool:
        return target.state == State.OPEN

    def perform(self, request: HttpRequest, target: Campaign, cleaned_data: dict[str, Any]) -> None:
        actions.pause_campaign(target, actor=request.user)


class Resume(ActionPage):
    slug, title, icon = "resume", _("Collect again"), "play_circle"
    permission = "campaigns.open"

    def offered(self, request: HttpRequest, target: Campaign) -> bool:
        return target.state == State.PAUSED

    def perform(self, request: HttpRequest, target: Campaign, cleaned_data: dict[str, Any]) -> None:
        actions.resume_campaign(target, actor=request.user)


class Close(ActionPage):
    slug, title, icon, tone = "close", _("Close the campaign"), "stop_circle", "danger"
    permission = "campaigns.open"
    explanation = _("All of its points close for good. What was collected stays until it falls due.")

    def offered(self, request: HttpRequest, target: Campaign) -> bool:
        return target.state in (State.OPEN, State.PAUSED)

    def perform(self, request: HttpRequest, target: Campaign, cleaned_data: dict[str, Any]) -> None:
        actions.close_campaign(target, actor=request.user)


@console.register(Campaign)
class CampaignAdmin(RoomAdmin):
    view_permission = "points.view"
    room_group, room_icon, room_order = "collect", "assignment", 30
    list_display = ("title", "emergency", "body", "state", "starts_on", "ends_on")
    list_filter = ("state",)
    list_select_related = ("emergency", "body")
    ordering = ("-starts_on", "title")
    acts = (DraftCampaign, ProposeOpening, ConfirmOpening, OpenPoint, Pause, Resume, Close)
    fields = readonly_fields = (
        "title", "emergency", "body", "standard", "area", "target_group", "task_document", "assessment",
        "public_affairs", "capacity_reason", "starts_on", "ends_on", "state", "opened_by", "second_by", "opened_at",
    )  # fmt: skip

    def may(self, request: HttpRequest, permission: str, target: Any = None) -> bool:
        if not isinstance(target, Campaign):
            return guards.may(request.user, permission)
        return guards.may(request.user, permission, body=target.body_id, emergency=target.emergency_id)


# -- points
class IssueShift(ActionPage):
    slug, title, icon = "shift", _("Issue a shift code"), "badge"
    permission = "shifts.issue"
    explanation = _("For one volunteer, one phone, this point, twelve hours. The code is shown once.")
    form_class = forms.ShiftForm

    def offered(self, request: HttpRequest, target: Point) -> bool:
        return access.is_collecting(target) is None

    def perform(self, request: HttpRequest, target: Point, cleaned_data: dict[str, Any]) -> HttpResponse:
        campaign = target.campaign
        code = accounts.issue_shift(
            target.pk, campaign.body_id, campaign.emergency_id, label=cleaned_data["label"], actor=request.user
        )
        shown = {"title": self.title, "code": code, "point": target, "back": self.model_admin.url_of(target)}
        return console.render(request, "points/shift_code.html", shown)


class ClosePoint(ActionPage):
    slug, title, icon, tone = "close", _("Close the point"), "location_off", "danger"
    permission = "points.manage"
    explanation = _("Nothing is collected here any more. The code goes on answering receipts.")

    def offered(self, request: HttpRequest, target: Point) -> bool:
        return target.state == Point.State.OPEN

    def perform(self, request: HttpRequest, target: Point, cleaned_data: dict[str, Any]) -> None:
        actions.close_point(target, actor=request.user)


@console.register(Point)
class PointAdmin(RoomAdmin):
    view_permission = "points.view"
    room_group, room_icon, room_order = "collect", "location_on", 40
    list_display = ("name", "kind", "letters", "check_word", "campaign", "collects", "poster")
    list_filter = ("state", "kind")
    list_select_related = ("campaign__emergency",)
    ordering = ("-opened_at",)
    acts = (IssueShift, ClosePoint)
    fields = readonly_fields = (
        "name", "kind", "place", "campaign", "letters", "check_word", "address", "collects", "work", "opened_at",
        "closed_at", "poster",
    )  # fmt: skip

    def may(self, request: HttpRequest, permission: str, target: Any = None) -> bool:
        if not isinstance(target, Point):
            return guards.may(request.user, permission)
        return guards.may(
            request.user, permission, body=target.campaign.body_id, emergency=target.campaign.emergency_id
        )

    def letters(self, point: Point) -> str:
        return codes.in_letters(point.code)

    def address(self, point: Point) -> Any:
        return format_html('<a class="pil-link" href="{0}">{0}</a>', qr.url(point))

    def collects(self, point: Point) -> Any:
        reason = access.is_collecting(point)
        return reason.sentence if reason else _("collecting")

    def poster(self, point: Point) -> Any:
        link = reverse("console:poster", args=[point.pk])
        return format_html('<a class="pil-link" href="{}">{}</a>', link, _("Poster and check"))

    def work(self, point: Point) -> Any:
        """Where the day's work at this point is done; the rooms above name their pages."""
        pages = (
            ("point_enter", point.pk, _("Enter for somebody")),
            ("record_point", point.code, _("Registered entries")),
            ("duty_list", point.code, _("Duty list")),
        )
        links = ((reverse(f"console:{name}", args=[key]), words) for name, key, words in pages)
        return format_html_join(" · ", '<a class="pil-link" href="{}">{}</a>', links)

    letters.short_description = _("code")  # type: ignore[attr-defined]
    address.short_description = _("address")  # type: ignore[attr-defined]
    collects.short_description = _("state")  # type: ignore[attr-defined]
    poster.short_description = _("poster")  # type: ignore[attr-defined]
    work.short_description = _("work here")  # type: ignore[attr-defined]


# -- the first screen
def collecting(request: HttpRequest) -> dict[str, Any] | None:
    """What collects now."""
    if not may(request.user, "points.view"):
        return None
    points = Point.objects.filter(state=Point.State.OPEN, campaign__state=State.OPEN)
    open_now = points.filter(campaign__emergency__state=Emergency.State.OPEN)
    campaigns = open_now.values("campaign").distinct().count()
    text = ngettext("points, in %(count)s campaign", "points, in %(count)s campaigns", campaigns) % {"count": campaigns}
    return {
        "title": _("Collecting now"),
        "figure": open_now.count(),
        "text": text,
        "url": reverse("console:collection_point_changelist"),
    }


def waits_for_me(request: HttpRequest) -> dict[str, Any] | None:
    """What needs the second signature of this person."""
    rows = [*_ends(request.user), *_drafts(request.user), *_openings(request.user)]
    headers = tuple(capfirst(word) for word in (_("matter"), _("object"), _("proposed by")))
    return {"title": _("Waits for you"), "headers": headers, "rows": rows} if rows else None


def _ends(user: Any) -> Iterable[dict[str, Any]]:
    for emergency in Emergency.objects.exclude(state=Emergency.State.DESTROYED):
        for proposal in emergencies.waiting(emergency).exclude(proposed_by=user).select_related("proposed_by"):
            if guards.may(user, "emergencies.close", emergency=emergency.pk):
                yield _row(proposal.get_kind_display(), emergency, proposal.proposed_by)


def _drafts(user: Any) -> Iterable[dict[str, Any]]:
    if guards.may(user, "standards.approve"):
        drafts = CollectionStandard.objects.filter(state=CollectionStandard.State.DRAFT).exclude(proposed_by=user)
        for standard in drafts.select_related("proposed_by"):
            yield _row(_("collection standard"), standard, standard.proposed_by)


def _openings(user: Any) -> Iterable[dict[str, Any]]:
    proposed = Campaign.objects.filter(state=State.DRAFT).exclude(opened_by=None).exclude(opened_by=user)
    for campaign in proposed.select_related("opened_by"):
        if guards.may(user, "campaigns.open", body=campaign.body_id, emergency=campaign.emergency_id):
            yield _row(_("opening of a campaign"), campaign, campaign.opened_by)


def _row(matter: Any, about: Any, by: Any) -> dict[str, Any]:
    name = f"console:collection_{about._meta.model_name}_change"
    return {"cells": (capfirst(matter), about, by), "url": reverse(name, args=[about.pk])}


console.panel("collecting", 5, collecting)
console.panel("waits_collection", 12, waits_for_me)
