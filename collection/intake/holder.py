"""The receipt page: whoever holds a code sees what is held, withdraws, asks, stops, later learns of the destruction.

The code is posted, never in an address: the link form carries it after the ``#``.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from collection.consents import actions as consents
from collection.notices.access import current_notice
from collection.points.models import Point
from collection.records import receipts
from collection.records.access import by_receipt
from collection.records.actions import Receipt, stop_errand, submit
from collection.records.answers import Submission
from collection.records.models import Errand, Record, Tombstone
from collection.rights import actions as rights
from collection.rights.models import RightsRequest
from pilifecycle.errors import Invalid, NotFound, WrongState
from pilifecycle.store import clock

from . import destroyed, held, limits, tokens
from .doors import door_lists
from .pages import page, public
from .questions import Asking, Question
from .reading import Entry, read


@public
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest) -> HttpResponse:
    """``/r/``."""
    if request.method != "POST":
        return page(request, "holder_ask.html", {})
    code = request.POST.get("code", "")
    try:
        digest = receipts.receipt_hash(code)
    except NotFound:
        return _unknown(request, code)
    point = Point.objects.filter(code=receipts.point_code(code)).values_list("pk", flat=True).first()
    limits.demand_tries(digest, point)
    try:
        found = by_receipt(code)
    except NotFound:
        if kept := destroyed.held(digest):
            return page(request, "holder_gone.html", {"kept": kept})
        limits.count_failure(digest, point)
        return _unknown(request, code)
    if isinstance(found, Tombstone):
        return _gone(request, found)
    return _holder(request, code, digest, found)


def _gone(request: HttpRequest, stone: Tombstone) -> HttpResponse:
    certificate = destroyed.certificate(stone.batch)
    day = certificate.destroyed_on if certificate else clock.local_date(stone.destroyed_at)
    return page(request, "holder_gone.html", {"stone": stone, "certificate": certificate, "destroyed_on": day})


def _unknown(request: HttpRequest, code: str) -> HttpResponse:
    sentence = _("This receipt code is not known. Please check it letter by letter.")
    return page(request, "holder_ask.html", {"sentence": sentence, "typed": code[:40]}, 404)


def _holder(request: HttpRequest, code: str, digest: bytes, record: Record) -> HttpResponse:
    """Somebody with a code that answers: the second fact where there is one, then what is asked."""
    shown = tokens.holds(request.POST.get("pass", ""), digest)
    if not shown and record.fact_verifier:
        digits = request.POST.get("digits", "").strip()
        if not digits:
            return page(request, "holder_ask.html", {"typed": code[:40], "digits": True})
        if receipts.verifier(code, digits) != bytes(record.fact_verifier):
            limits.count_failure(digest, record.point_id)
            sentence = _("These are not the last four digits of the telephone number that was given.")
            return page(request, "holder_ask.html", {"sentence": sentence, "typed": code[:40], "digits": True}, 403)
    action = ACTIONS.get(request.POST.get("do", "")) if shown or not record.fact_verifier else None
    done, refused, status = _act(action, request, record, code)
    return _show(request, code, digest, record, status, done=done, refused=refused)


def _act(action: Callable[..., Any] | None, request: HttpRequest, record: Record, code: str) -> tuple[Any, Any, int]:
    if action is None:
        return "", "", 200
    try:
        done = action(request, record, code)
        record.refresh_from_db(fields=["stopped_at"])
        return done, "", 200
    except (Invalid, WrongState) as refusal:
        return "", refusal, refusal.status


def _show(request: HttpRequest, code: str, digest: bytes, record: Record, status: int, **more: Any) -> HttpResponse:
    language = get_language() or "zh-hans"
    about = held.of(record, language)
    context = {
        "code": code,
        "pass": tokens.holder_pass(digest),
        "held": about,
        "point": record.point,
        "follow_up": _follow_up_questions(record, language) if not record.stopped_at else [],
        "follow_up_id": tokens.new_submission_id(),
        "follow_up_notice": current_notice(record.point.campaign),
        **more,
    }
    return page(request, "holder.html", context, status)


def _follow_up_questions(record: Record, language: str) -> list[Question]:
    asking = Asking(language, Entry(), door_lists(record.point.campaign.body_id), {})
    return [asking.question(item) for item in held.follow_up_items(record)]


# -- what can be done
def _withdraw(request: HttpRequest, record: Record, code: str) -> Any:
    consents.withdraw(record, request.POST.getlist("kind"))
    return _(
        "Withdrawn. It is not used any more from this moment, and erased after 24 hours. Until then you can stop this."
    )


def _ask(request: HttpRequest, record: Record, code: str) -> Any:
    rights.ask(record, request.POST.get("request", ""))
    return _("We have your request. The answer will stand here.")


def _stop_errand(request: HttpRequest, record: Record, code: str) -> Any:
    errand = Errand.objects.filter(pk=_uuid(request, "errand"), audit_ref=record.audit_ref).first()
    if errand is None:
        raise WrongState(_("There is nothing to stop any more."), code="too_late")
    stop = consents.stop if errand.kind == Errand.Kind.WITHDRAWAL else stop_errand
    stop(errand)
    return _("Stopped. Everything stays as it was.")


def _stop_request(request: HttpRequest, record: Record, code: str) -> Any:
    asked = RightsRequest.objects.filter(pk=_uuid(request, "request"), audit_ref=record.audit_ref).first()
    if asked is None:
        raise WrongState(_("There is nothing to stop any more."), code="too_late")
    rights.stop(asked)
    return _("Your request is taken back.")


def _follow_up(request: HttpRequest, record: Record, code: str) -> Any:
    """ "As yesterday, well", or what has changed: a follow-up inherits notice and consents."""
    items = held.follow_up_items(record)
    if not items:
        raise WrongState(_("No follow-up is asked here any more."), code="no_follow_up")
    given = Submission(
        submission_id=tokens.submission_id(request.POST.get("_id", "")),
        answers=_follow_up_answers(request, items),
        consents=held.given_consents(record),
        notice=current_notice(record.point.campaign),
        language=get_language() or "zh-hans",
        entry=Record.Entry.FOLLOW_UP,
        parent_receipt=code,
    )
    kept: Receipt = submit(record.point, given)
    return _("Thank you, you told us already.") if kept.again else _("Thank you. That is all for today.")


def _follow_up_answers(request: HttpRequest, items: list[Any]) -> dict[str, Any]:
    if request.POST.get("well") == "yes":
        return {}
    post = request.POST.copy()
    for own in ("code", "pass", "do", "well", "digits"):
        post.pop(own, None)
    return read(post, items).answers


def _uuid(request: HttpRequest, name: str) -> UUID:
    """A posted id; the nil id, which nothing has, where it is none."""
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        return UUID(int=0)


ACTIONS: dict[str, Callable[[HttpRequest, Record, str], Any]] = {
    "withdraw": _withdraw,
    "ask": _ask,
    "stop_errand": _stop_errand,
    "stop_request": _stop_request,
    "follow_up": _follow_up,
}
