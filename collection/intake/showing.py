"""What the edges share: whether a point collects, what is asked there now, and the two pages a form ends in."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from collection.emergencies.models import StandardItem
from collection.notices import rendering
from collection.notices.access import askable, current_notice
from collection.notices.models import Notice
from collection.points.access import is_collecting, point_by_code
from collection.points.models import Point
from collection.records.actions import Receipt, submit
from collection.records.answers import MOST_MEMBERS, Submission
from collection.records.models import Record, Tombstone
from pilifecycle.errors import Gone, Invalid, LifecycleError, Unavailable, WrongState

from . import card, held, tokens
from .forms import Form
from .pages import links, page
from .reading import WHO

KEEP = {"notice_stale", "form_expired", "form_token", "submission_id", "another_person", "invalid", "too_many_members"}
FRESH_ID = {"another_person", "submission_id"}


def collecting(point: Point) -> Point:
    """The same point, if it collects now. Raises Gone with the reason."""
    if Tombstone.objects.filter(point=point.pk, submission_hash=None, receipt_hash=None).exists():
        sentence = _("This emergency is over, and what was collected here is destroyed.")
        raise Gone(sentence, code="destroyed", at=point)
    if reason := is_collecting(point):
        raise Gone(reason.sentence, code=reason.code, at=point)
    return point


def notice_at(point: Point) -> Notice:
    """The notice in force. Raises Unavailable: without one nothing may be asked (law 2)."""
    notice = current_notice(point.campaign)
    if notice is None:
        sentence = _("The notice for this point is being prepared. Please ask the staff.")
        raise Unavailable(sentence, code="no_notice", at=point)
    return notice


def items_asked(point: Point, notice: Notice) -> list[StandardItem]:
    """In force at the level, and named in the notice."""
    return askable(notice, point.campaign.emergency.level)


def try_to_send(request: HttpRequest, sent: Form, **more: Any) -> Receipt | HttpResponse:
    """Submit a sent form; where it cannot be, the same form with everything that was typed, and a sentence."""
    try:
        shown = tokens.read_form_token(request.POST.get("_token", ""), sent.point, sent.notice)
        tokens.submission_id(sent.submission_id)
        sent.language = shown.language
        given: Submission = sent.submission(**more)
        if sent.nothing() and not more.get("deferred"):
            return page(request, "nothing.html", {"point": sent.point})
        return submit(sent.point, given)
    except (Invalid, WrongState) as refusal:
        return _again(request, sent, refusal)


def _again(request: HttpRequest, sent: Form, refusal: LifecycleError) -> HttpResponse:
    if refusal.code not in KEEP:
        raise _at(refusal, sent.point)
    sent.sentence = refusal
    sent.errors.update(getattr(refusal, "fields", {}))
    if refusal.code in FRESH_ID:
        sent.submission_id = tokens.new_submission_id()
    if refusal.code == "notice_stale":  # what is asked may be another thing now
        sent.point = point_by_code(sent.point.code)
        sent.notice = notice_at(sent.point)
        sent.items = items_asked(sent.point, sent.notice)
    sent.language = get_language() or "zh-hans"
    return show(request, sent, refusal.status, another=refusal.code == "another_person")


def _at(refusal: LifecycleError, point: Point) -> LifecycleError:
    refusal.facts["at"] = point
    return refusal


def show(request: HttpRequest, shown: Form, status: int = 200, **more: Any) -> HttpResponse:
    """The form as a page."""
    counts = [(count, links(request, who="family", people=str(count))) for count in range(2, MOST_MEMBERS + 1)]
    ways = {f"who_{who}": links(request, who=who, people="") for who in WHO}
    sheet = rendering.page(shown.notice, get_language() or "zh-hans")
    context = {"form": shown, "point": shown.point, "sheet": sheet, "counts": counts, **ways, **more}
    return page(request, "form.html", {**context, **shown.staff}, status)


def received(request: HttpRequest, point: Point, receipt: Receipt, **more: Any) -> HttpResponse:
    """The receipt, at once and only here: its code is in no address."""
    rows = Record.objects.of(point.campaign.emergency_id)
    record = rows.select_related("point__campaign__body", "standard", "emergency").get(pk=receipt.record)
    context = {
        "point": point,
        "receipt": receipt,
        "card": card.data_uri(receipt.code),
        "held": held.of(record, get_language() or "zh-hans"),
        **more,
    }
    return page(request, "received.html", context)
