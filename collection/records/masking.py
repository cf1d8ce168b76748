"""Masked rows for lists: enough to tell two entries apart, never a value."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import get_language

from collection.catalogue import BY_NUMBER, kind
from pilifecycle.custody import actions as custody

from . import stopped
from .models import Record
from .values import masked


def rows(records: Sequence[Record]) -> list[dict[str, Any]]:
    """One dict a record: the record itself, and `fields` [(label, masked value)] of its core category."""
    opened, hidden = core_of(records), _hidden(records)
    language = get_language() or "zh-hans"
    return [
        {"record": row, "fields": list(_fields(row, opened.get(row.pk, {}), language, hidden.get(row.pk, set())))}
        for row in records
    ]


def _hidden(records: Sequence[Record]) -> dict[UUID, set[str]]:
    result: dict[UUID, set[str]] = {}
    for emergency in {row.emergency_id for row in records}:
        result |= stopped.items(emergency, [row.pk for row in records if row.emergency_id == emergency])
    return result


def core_of(records: Sequence[Record]) -> dict[Any, dict[int, Any]]:
    """record → its core values; read a key batch at a time. Values stay inside the request."""
    result: dict[Any, dict[int, Any]] = {}
    by_standard: dict[Any, list[Record]] = {}
    for row in records:
        if row.pack_core is not None:
            by_standard.setdefault((row.emergency_id, row.standard_id), []).append(row)
    for (emergency, standard), same in by_standard.items():
        packs = [(row.pk, "core", bytes(row.pack_core)) for row in same if row.pack_core is not None]
        for record, _category, values in custody.unseal_many(emergency, standard_version=str(standard), packs=packs):
            result[record] = values
    return result


def _fields(row: Record, values: dict[int, Any], language: str, hidden: set[str]) -> Iterable[tuple[str, str]]:
    items = {item.kind: item for item in row.standard.items.all()}
    for number, value in values.items():
        code = BY_NUMBER[number].code
        if code in items and code not in hidden:
            yield kind(code).label.in_(language), masked(items[code], value)
