"""The page behind a point: a form, and after it a receipt. No cookie, no session, nothing in the address but the code."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from collection.emergencies.models import StandardItem
from collection.notices import rendering
from collection.notices.access import askable, current_notice
from collection.notices.models import Notice
from collection.points.access import is_collecting, point_by_code
from collection.points.models import Point
from collection.records.actions import Receipt, submit
from collection.records.answers import MOST_MEMBERS
from collection.records.models import Record, Tombstone
from pilifecycle.errors import Gone, Invalid, LifecycleError, Unavailable, WrongState

from . import card, held, limits, tokens
from .forms import Form
from .pages import links, page, public
from .reading import WHO, empty, read

KEEP = {"notice_stale", "form_expired", "form_token", "another_person", "invalid", "too_many_members"}


def collecting_point(code: str) -> Point:
    """The point, if it collects now. Raises NotFound, Gone with the reason."""
    point = point_by_code(code)
    if Tombstone.objects.filter(point=point.pk, submission_hash=None, receipt_hash=None).exists():
        raise Gone(_("This emergency is over, and what was collected here is destroyed."), code="destroyed", at=point)
    if reason := is_collecting(point):
        raise Gone(reason.sentence, code=reason.code, at=point)
    return point


def shown_notice(point: Point) -> Notice:
    """The notice in force. Raises Unavailable: without one nothing may be asked (law 2)."""
    notice = current_notice(point.campaign)
    if notice is None:
        raise Unavailable(
            _("The notice for this point is being prepared. Please ask the staff."), code="no_notice", at=point
        )
    return notice


def items_asked(point: Point, notice: Notice) -> list[StandardItem]:
    """In force at the level, and named in the notice."""
    return askable(notice, point.campaign.emergency.level)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, code: str) -> HttpResponse:
    """``/p/<code>/``."""
    point = collecting_point(code)
    notice = shown_notice(point)
    items = items_asked(point, notice)
    language = get_language() or "zh-hans"
    if request.method != "POST":
        entry = empty(request.GET.get("who", ""), request.GET.get("people", ""))
        return show(request, Form(point, notice, items, language, entry))
    limits.submission(point.pk)
    sent = Form(point, notice, items, language, read(request.POST, items), request.POST.get("_id", ""))
    return _add(request, sent) or _sent(request, sent)


def _add(request: HttpRequest, sent: Form) -> HttpResponse | None:
    """One more person in the family: shown again, nothing is sent."""
    if request.POST.get("_go") != "add" or not sent.can_add:
        return None
    sent.entry.members.append({})
    sent.entry.people = len(sent.entry.members)
    return show(request, sent)


def _sent(request: HttpRequest, sent: Form) -> HttpResponse:
    try:
        shown = tokens.read_form_token(request.POST.get("_token", ""), sent.point, sent.notice)
        sent.language = shown.language
        tokens.submission_id(sent.submission_id)
        given = sent.submission()
        if sent.nothing():
            return page(request, "nothing.html", {"point": sent.point})
        receipt = submit(sent.point, given)
    except (Invalid, WrongState) as refusal:
        return _again(request, sent, refusal)
    return received(request, sent.point, receipt)


def _again(request: HttpRequest, sent: Form, refusal: LifecycleError) -> HttpResponse:
    """The same form with everything that was typed, and a sentence."""
    if refusal.code == "field_not_permitted":
        raise Invalid(refusal.message, code=refusal.code, at=sent.point)
    if refusal.code not in KEEP:
        raise refusal
    sent.sentence = refusal
    sent.errors.update(getattr(refusal, "fields", {}))
    if refusal.code in ("another_person", "submission_id"):
        sent.submission_id = tokens.new_submission_id()
    if refusal.code == "notice_stale":  # what is asked may be less now
        sent.point = point_by_code(sent.point.code)
        sent.notice = shown_notice(sent.point)
        sent.items = items_asked(sent.point, sent.notice)
    sent.language = get_language() or "zh-hans"
    return show(request, sent, refusal.status, another=refusal.code == "another_person")


def show(request: HttpRequest, shown: Form, status: int = 200, **more: Any) -> HttpResponse:
    """The form as a page."""
    counts = [(count, links(request, who="family", people=str(count))) for count in range(2, MOST_MEMBERS + 1)]
    ways = {f"who_{who}": links(request, who=who, people="") for who in WHO}
    sheet = rendering.page(shown.notice, get_language() or "zh-hans")
    context = {"form": shown, "point": shown.point, "sheet": sheet, "counts": counts, **ways, **more}
    return page(request, "form.html", context, status)


def received(request: HttpRequest, point: Point, receipt: Receipt, **more: Any) -> HttpResponse:
    """The receipt, at once and only here: its code is in no address."""
    record = Record.objects.select_related("point__campaign__body", "standard", "emergency").get(
        pk=receipt.record, emergency=point.campaign.emergency_id
    )
    context = {
        "point": point,
        "receipt": receipt,
        "card": card.data_uri(receipt.code),
        "held": held.of(record, get_language() or "zh-hans"),
        **more,
    }
    return page(request, "received.html", context)


@public
@require_safe
def notice(request: HttpRequest, code: str) -> HttpResponse:
    """``/p/<code>/notice/``: the full text, for as long as the point is known."""
    point = point_by_code(code)
    sheet = rendering.page(shown_notice(point), get_language() or "zh-hans")
    return page(request, "notice.html", {"point": point, "sheet": sheet})
