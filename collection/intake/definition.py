"""A point's form as data: for a program that shows it, in both languages."""

from typing import Any

from collection.catalogue import KINDS, Choice, Kind, Part, Text
from collection.catalogue.kinds.travel import offered_regions
from collection.catalogue.picking import Listed
from collection.emergencies.models import StandardItem
from collection.notices.models import Notice
from collection.points.models import Point

from .doors import door_lists
from .showing import items_asked


def of(point: Point, notice: Notice) -> dict[str, Any]:
    """Everything that a form needs: the point, the notice and its text, the items in force."""
    campaign = point.campaign
    lists = door_lists(campaign.body_id)
    return {
        "point": {"code": point.code, "name": point.name, "check_word": point.check_word},
        "campaign": campaign.title,
        "body": {"name": campaign.body.name, "phone": campaign.body.phone},
        "level": campaign.emergency.level,
        "notice": {
            "id": str(notice.pk),
            "version": notice.version,
            "blocks": notice.blocks,
            "children": notice.children,
        },
        "doors": {part: list(lists.of(part)) for part in ("building", "unit", "number")},
        "items": [_item(item) for item in items_asked(point, notice)],
    }


def _item(item: StandardItem) -> dict[str, Any]:
    kind = KINDS[item.kind]
    return {
        "kind": item.kind,
        "label": _text(kind.label),
        "why": item.reason,
        "effect": _text(kind.effect) if kind.sensitive else None,
        "widget": kind.widget,
        "required": item.required,
        "sensitive": kind.sensitive,
        "basis": item.basis,
        "basis_document": item.basis_document,
        "each_member": item.each_member,
        "by_staff": kind.by_staff,
        "max_length": kind.max_length,
        "choices": _choices(kind, item),
        "parts": [_part(part) for part in kind.parts],
    }


def _choices(kind: Kind, item: StandardItem) -> list[dict[str, Any]]:
    if kind.widget == "region":
        return [{"code": code, "text": _text(words)} for code, words in offered_regions(item.options).items()]
    return [_choice(each) for each in kind.offered(item.options)] if isinstance(kind, Listed) else []


def _choice(choice: Choice) -> dict[str, Any]:
    return {"code": choice.code, "text": _text(choice.text)}


def _part(part: Part) -> dict[str, Any]:
    return {
        "code": part.code,
        "label": _text(part.label),
        "widget": part.widget,
        "required": part.required,
        "choices": [_choice(each) for each in part.choices],
    }


def _text(words: Text) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}
