"""What a record's page says of each item that its standard asks. Whether it was answered is sealed too."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from collection.catalogue import kind
from collection.emergencies import periods
from collection.emergencies.models import StandardItem
from pilifecycle.store import clock

from . import stopped
from .actions import LOOK_FOR, SHIFT
from .models import Record, SecondLook

CATEGORIES = {
    "core": _("basic information"),
    "identity": _("identity"),
    "health": _("health"),
    "location": _("location"),
    "biometric": _("biometric"),
}
CONSENTS = {"given": _("consent, given"), "refused": _("consent, not given")}


def items_of(record: Record, actor: Any) -> list[dict[str, Any]]:
    """One dict an item: kind, label, category, sensitive, basis, consent, until, stopped, look (own, unused)."""
    hidden = stopped.items(record.emergency_id, [record.pk]).get(record.pk, set())
    looks = {look.kind: look for look in looks_of(record, actor)}
    language = get_language() or "zh-hans"
    return [
        {
            "kind": item.kind,
            "label": kind(item.kind).label.in_(language),
            "category": CATEGORIES[kind(item.kind).category],
            "sensitive": kind(item.kind).sensitive,
            "basis": item.get_basis_display(),
            "consent": CONSENTS.get(record.consents.get(item.kind, ""), "") if item.basis == "consent" else "",
            "until": until(record, item),
            "stopped": record.stopped_at is not None or item.kind in hidden,
            "look": looks.get(item.kind),
        }
        for item in record.standard.items.all()
    ]


def looks_of(record: Record, actor: Any) -> Iterable[SecondLook]:
    """Looks that `actor` asked for at this child's entry and has not used, newest last."""
    asked = SecondLook.objects.filter(emergency=record.emergency_id, audit_ref=record.audit_ref, used_at=None)
    own = asked.filter(asked_by=actor.staff_number, asked_at__gt=clock.now() - LOOK_FOR)
    return own.order_by("asked_at")


def until(record: Record, item: StandardItem) -> Any:
    """Until when an item is kept: a local date, or what it waits for."""
    if item.days_after_collection is not None:
        return periods.keep_until(record.received_on, item.days_after_collection)
    if record.emergency.ended_on:
        return periods.kept_after_end(record.emergency.ended_on, item.days_after_end)
    if item.days_after_end:
        return _("%(days)s days after the response work has ended") % {"days": item.days_after_end}
    return _("end of the response work")


def can_void(record: Record, actor: Any) -> bool:
    """Whether the button is worth showing: an own entry of this shift, in use."""
    own = record.author == actor.staff_number
    return own and record.stopped_at is None and clock.now() - record.received_at <= SHIFT
