"""The console's own pages of entries: no table over millions of rows, no value in an address, one field at a time."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from collection.points.access import point_by_code
from pilifecycle.access import guards
from pilifecycle.console import console
from pilifecycle.dressing import dress
from pilifecycle.errors import Forbidden, Gone, Invalid, LifecycleError
from pilifecycle.problems import sentence_of

from . import access, actions, duty, listing, search, sheet
from .forms import PurposeField, RevealForm, SearchForm
from .models import Record, SecondLook

SECONDS = 60  # how long a value stays on the screen


def choose(request: HttpRequest) -> HttpResponse:
    """登记记录: the emergency, then its points, as far as they are this person's business."""
    emergencies = listing.emergencies_for(request.user, "records.list")
    wanted = request.GET.get("emergency", "")
    chosen = next((each for each in emergencies if str(each.pk) == wanted), None)
    if chosen is None and emergencies:
        chosen = emergencies[0]
    shown = {
        "title": _("Registered entries"),
        "emergencies": emergencies,
        "chosen": chosen,
        "points": listing.points_for(request.user, chosen.pk) if chosen else [],
        "may_search": guards.may(request.user, "records.search"),
    }
    return console.render(request, "records/choose.html", shown)


def of_point(request: HttpRequest, code: str) -> HttpResponse:
    """The entries of one point, masked, newest first."""
    point = point_by_code(code)
    page = listing.page_of(request.user, point, request.GET.get("after", ""))
    shown = {
        "title": point.name,
        "point": point,
        "page": page,
        "lines": listing.lines(page.rows),
        "lists": bool(duty.lists_at(point, request.user)) and _link("console:duty_list", point.code),
        "first": "after" not in request.GET,
    }
    return console.render(request, "records/point.html", shown)


def find(request: HttpRequest) -> HttpResponse:
    """Search by a whole number inside one emergency: what was typed is in the body of the request and nowhere else."""
    emergencies = listing.emergencies_for(request.user, "records.search")
    if not emergencies:
        raise Forbidden(_("Your role does not allow this here."))
    form = dress(SearchForm(request.POST or None, emergencies=emergencies))
    shown: dict[str, Any] = {"title": _("Search entries"), "form": form, "most": search.MOST}
    if request.method == "POST" and form.is_valid():
        shown |= _found(request.user, form)
    return console.render(request, "records/search.html", shown, status=400 if form.errors else 200)


def _found(actor: Any, form: Any) -> dict[str, Any]:
    asked = form.cleaned_data
    emergency = UUID(asked["emergency"])
    bodies = listing.bodies_for(actor, "records.search", emergency)
    try:
        found = search.find(
            emergency, asked["kind"], asked["text"], purpose=asked["purpose"], actor=actor, bodies=bodies
        )
    except Invalid as refusal:
        for name, sentence in refusal.fields.items():
            form.add_error(name, sentence)
        return {}
    asked_again = {name: asked[name] for name in ("emergency", "kind", "purpose")}  # not the number
    form = dress(SearchForm(initial=asked_again, emergencies=list(form.emergencies)))
    return {"found": found, "lines": listing.lines(found.rows), "form": form}


def of_record(request: HttpRequest, record: Record, buttons: list[dict[str, Any]], back: str) -> HttpResponse:
    """One entry: what was asked, on which basis, until when; and at most one field in the clear, for a minute."""
    shown: dict[str, Any] = {"purpose": "", "revealed": None, "refusal": ""}
    if request.method == "POST":
        shown |= _revealed(request, record)
    status = shown.pop("status", 200)
    reveals = _here(request.user, "records.reveal", record)
    context = {
        "title": _("Entry"),
        "record": record,
        "masked": listing.lines([record])[0]["fields"],
        "items": sheet.items_of(record, request.user),
        "reveals": reveals,
        "purposes": PurposeField().choices,
        "seconds": SECONDS,
        "buttons": [*buttons, *_links(request.user, record)],
        "back": back,
    }
    return console.render(request, "records/record.html", context | shown, status=status)


def _revealed(request: HttpRequest, record: Record) -> dict[str, Any]:
    """Call the action; answer the one value, or the sentence of its refusal."""
    asked = RevealForm(request.POST)
    if not asked.is_valid():
        raise Http404
    kind, purpose, look = asked.cleaned_data["kind"], asked.cleaned_data["purpose"], _own_look(request, asked)
    if look:
        kind, purpose = look.kind, look.purpose
    try:
        record = access.record_for(request.user, record.pk, to="records.reveal", emergency=record.emergency_id)
        text = actions.reveal(record, kind, purpose=purpose, actor=request.user, second=look)
    except LifecycleError as refusal:
        destroyed = isinstance(refusal, Gone) and not refusal.message
        sentence = _("This was destroyed and cannot be opened any more.") if destroyed else sentence_of(refusal)
        return {"refusal": sentence, "status": refusal.status, "purpose": purpose}
    return {"revealed": {"kind": kind, "text": text}, "purpose": purpose}


def _own_look(request: HttpRequest, asked: RevealForm) -> SecondLook | None:
    pk = asked.cleaned_data["look"]
    return SecondLook.objects.filter(pk=pk, asked_by=request.user.staff_number).first() if pk else None  # type: ignore[union-attr]


def _here(actor: Any, permission: str, record: Record) -> bool:
    return guards.may(actor, permission, body=record.point.campaign.body_id, emergency=record.emergency_id)


def _links(actor: Any, record: Record) -> list[dict[str, Any]]:
    """What rooms above do with an entry: named by address only, and left out where there is no such room."""
    ways = (
        ("holds.propose", "console:retention_hold_propose", f"?record={record.pk}", _("Propose to keep it"), "gavel"),
        (
            "requests.view",
            "console:collection_rightsrequest_changelist",
            f"?audit_ref={record.audit_ref}",
            _("Requests of this person"),
            "contact_support",
        ),
    )
    found = ((permission, _link(name), query, title, icon) for permission, name, query, title, icon in ways)
    return [
        {"title": title, "icon": icon, "tone": "plain", "link": f"{link}{query}"}
        for permission, link, query, title, icon in found
        if link and _here(actor, permission, record)
    ]


def _link(name: str, *args: Any) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
