"""What keeps a collection standard from being approved. Rules in a table; codes name item and rule."""

from typing import Any

from collection.catalogue import KINDS
from collection.emergencies import periods
from collection.emergencies.models import Action, Basis, EmergencyCategory
from collection.emergencies.standards import TEXTS


def faults(content: dict[str, Any]) -> list[str]:
    """Codes of all that is missing or wrong in a standard's content (SEED-STD, ID-17, PIPL-19)."""
    found = [f"{name}:empty" for name in TEXTS if not said(content.get(name))]
    if content.get("category") not in EmergencyCategory.values:
        found.append("category:unknown")
    elif content["default_days_to_end"] > periods.days_to_end(content["category"]):
        found.append("default_days_to_end:too_long")
    items = content.get("items", [])
    if not items:
        found.append("items:empty")
    for item in items:
        found += [f"{item.get('kind', '?')}:{fault}" for fault in _item_faults(item)]
    asked = {item.get("kind") for item in items}
    for listed in content.get("duty_lists", []):
        found += [f"duty_list:{kind}:not_asked" for kind in listed["items"] if kind not in asked]
    return found


def said(text: Any) -> bool:
    """Whether a text stands in both languages."""
    return isinstance(text, dict) and all(str(text.get(language, "")).strip() for language in ("zh", "en"))


def _item_faults(item: dict[str, Any]) -> list[str]:
    kind = KINDS.get(item.get("kind", ""))
    if kind is None:
        return ["not_in_catalogue"]
    rules = {
        "biometric": kind.category == "biometric",  # FR-8: no ordinary standard may ask for it
        "reason": not said(item["reason"]),
        "alternative": not said(item["alternative"]),
        "basis": item["basis"] not in Basis.values,
        "basis_document": not said(item["basis_document"]),
        "levels": not item["levels"] or not set(item["levels"]) <= {1, 2, 3, 4},
        "action": item["action"] not in Action.values,
        "recipient": item["action"] == Action.HAND_OVER and not said(item["recipient"]),
        "effect": kind.sensitive and not kind.effect,  # PIPL-30
    }
    return [code for code, wrong in rules.items() if wrong]
