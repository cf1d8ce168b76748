"""Reading a collection standard: what is in force, what it is made of, what is wrong with it."""

import hashlib
import json
from typing import Any

from collection.catalogue import KINDS
from collection.emergencies.models import CollectionStandard, StandardItem
from pilifecycle.crypto.packs import bucket_for

MOST_MEMBERS = 6  # of one household in one submission
CATEGORIES = ("core", "identity", "health", "location", "biometric")
TEXTS = ("title", "purpose", "method", "medium", "circulation", "protection")
_ITEM = (
    "kind", "order", "levels", "required", "reason", "alternative", "basis", "basis_document", "days_after_end",
    "days_after_collection", "action", "recipient", "options", "each_member",
)  # fmt: skip


def items_in_force(standard: CollectionStandard, level: int) -> list[StandardItem]:
    """The items asked at a response level (1 to 4), in their order."""
    return [item for item in standard.items.all() if level in item.levels]


def categories(standard: CollectionStandard) -> list[str]:
    """The catalogue's categories that the standard can fill at any level."""
    asked = {KINDS[item.kind].category for item in standard.items.all()}
    return [category for category in CATEGORIES if category in asked]


def buckets(standard: CollectionStandard) -> dict[str, int]:
    """Bytes of the padded pack of each category: the largest answers to all items of all levels fit."""
    sizes = dict.fromkeys(categories(standard), 3)  # the map's own head
    for item in standard.items.all():
        sizes[KINDS[item.kind].category] += _largest(item)
    return {category: bucket_for(size) for category, size in sizes.items()}


def sensitive(standard: CollectionStandard) -> list[StandardItem]:
    """The items of sensitive personal information (PIPL-28)."""
    return [item for item in standard.items.all() if KINDS[item.kind].sensitive]


def asks_children(items: list[StandardItem]) -> bool:
    """Whether a form of these items can collect from a child under 14 (ND-21B)."""
    return any(item.kind in {"birth_date", "guardian"} for item in items)


def content(standard: CollectionStandard) -> dict[str, Any]:
    """Everything that is approved, as one canonical dict: what `content_hash` covers."""
    return {
        "code": standard.code,
        "version": standard.version,
        "category": standard.category,
        **{name: getattr(standard, name) for name in TEXTS},
        "duty_lists": standard.duty_lists,
        "default_days_to_end": standard.default_days_to_end,
        "late_days": standard.late_days,
        "items": [{name: getattr(item, name) for name in _ITEM} for item in standard.items.all()],
    }


def hash_of(canonical: dict[str, Any]) -> str:
    """SHA-256, in hexadecimal, of canonical JSON."""
    text = json.dumps(canonical, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _largest(item: StandardItem) -> int:
    size = KINDS[item.kind].max_bytes()
    return (size + 1) * MOST_MEMBERS + 1 if item.each_member else size
