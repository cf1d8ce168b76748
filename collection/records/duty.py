"""The duty list (值班名单): names and needs of one point's shift, opened once with a purpose; one trace counts the
people.
"""

from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from collection.catalogue import kind
from collection.emergencies.words import in_language
from collection.points.models import Point
from pilifecycle.access import guards
from pilifecycle.audit import ledger
from pilifecycle.custody import actions as custody
from pilifecycle.errors import Forbidden, Invalid

from . import stopped
from .models import Record
from .purposes import PURPOSES
from .values import words


def duty_list(point: Point, code: str, *, purpose: str, actor: Any) -> dict[str, Any]:
    """{"title", "columns", "rows", "persons"} in the clear, as the standard grants it by role and place.

    Raises Forbidden, Invalid.
    """
    granted = _granted(point, code, actor)
    if purpose not in PURPOSES:
        raise Invalid(_("Please choose a purpose from the list."), code="purpose")
    rows = list(Record.objects.of(point.campaign.emergency_id).filter(point=point.pk).in_use().order_by("received_at"))
    with transaction.atomic(durable=True):
        ledger.write(
            "records.duty_list",
            actor=actor,
            emergency=point.campaign.emergency_id,
            point=point.pk,
            fields=granted["items"],
            purpose=purpose,
            persons=sum(row.persons for row in rows),
        )
    language = get_language() or "zh-hans"
    return {
        "title": in_language(granted["title"]),
        "columns": [kind(item).label.in_(language) for item in granted["items"]],
        "rows": _rows(point, rows, granted["items"], language),
        "persons": sum(row.persons for row in rows),
    }


def lists_at(point: Point, actor: Any) -> list[tuple[str, str]]:
    """(code, title) of the duty lists that the standard grants at this kind of place, for who may open them."""
    campaign = point.campaign
    if not guards.may(actor, "records.duty_list", body=campaign.body_id, emergency=campaign.emergency_id):
        return []
    granted = [each for each in campaign.standard.duty_lists if each["place"] == point.kind]
    return [(each["code"], in_language(each["title"])) for each in granted]


def _granted(point: Point, code: str, actor: Any) -> dict[str, Any]:
    """The standard's grant of this list: by role, and by the kind of place."""
    granted = next((each for each in point.campaign.standard.duty_lists if each["code"] == code), None)
    if granted is None or granted["place"] != point.kind:
        raise Forbidden(_("The collection standard grants no such list here."), code="no_duty_list")
    shift_point = getattr(actor, "point", point.pk)
    guards.require(actor, "records.duty_list", body=point.campaign.body_id, emergency=point.campaign.emergency_id)
    if shift_point != point.pk:
        raise Forbidden(_("Your shift is at another point."), code="other_point")
    return dict(granted)


def _rows(point: Point, rows: list[Record], items: list[str], language: str) -> list[list[str]]:
    asked = {item.kind: item for item in point.campaign.standard.items.filter(kind__in=items)}
    categories = {kind(code).category for code in asked}
    packs = [
        (row.pk, category, pack) for row in rows for category, pack in row.packs().items() if category in categories
    ]
    values: dict[Any, dict[int, Any]] = {}
    opened = custody.unseal_many(
        point.campaign.emergency_id, standard_version=str(point.campaign.standard_id), packs=packs
    )
    for record, _category, found in opened:
        values.setdefault(record, {}).update(found)
    hidden = stopped.items(point.campaign.emergency_id, [row.pk for row in rows])
    return [
        [
            "" if code in hidden.get(row.pk, ()) else _cell(asked.get(code), values.get(row.pk, {}), language)
            for code in items
        ]
        for row in rows
    ]


def _cell(item: Any, values: dict[int, Any], language: str) -> str:
    value = values.get(kind(item.kind).number) if item else None
    return words(item, value, language) if value is not None else ""
