"""Blind tokens are always written here, by a process with custody, after the fact (vault.md §7)."""

from typing import Any
from uuid import UUID

from django.db import transaction

from collection.catalogue import BY_NUMBER
from pilifecycle.custody import actions as custody

from .models import Record, Token
from .search import token_field
from .values import of_members


def index(limit: int = 500) -> int:
    """Write the tokens of the oldest records that have none. Returns how many records were done."""
    rows = list(
        Record.objects.filter(indexed=False, stopped_at=None)
        .select_related("standard")
        .order_by("emergency", "id")[:limit]
    )
    by_scope: dict[tuple[UUID, UUID], list[Record]] = {}
    for row in rows:
        by_scope.setdefault((row.emergency_id, row.standard_id), []).append(row)
    for (emergency, standard), same in by_scope.items():
        _index(emergency, str(standard), same)
    return len(rows)


def _index(emergency: UUID, standard: str, rows: list[Record]) -> None:
    asked = {item.kind: item for item in rows[0].standard.items.all()}
    packs = [(row.pk, category, pack) for row in rows for category, pack in row.packs().items()]
    wanted: list[tuple[UUID, str, str]] = []
    for record, _category, values in custody.unseal_many(emergency, standard_version=standard, packs=packs):
        wanted += [(record, *pair) for number, value in values.items() for pair in _pairs(number, value, asked)]
    tokens = custody.tokens(emergency, [(field, text) for _record, field, text in wanted]) if wanted else []
    with transaction.atomic():
        living = set(
            Record.objects.of(emergency)
            .filter(pk__in=[row.pk for row in rows], indexed=False)
            .select_for_update()
            .values_list("pk", flat=True)
        )
        Token.objects.bulk_create(
            Token(emergency=emergency, record=record, kind=field, token=token)
            for (record, field, _text), token in zip(wanted, tokens, strict=True)
            if record in living
        )
        Record.objects.of(emergency).filter(pk__in=living).update(indexed=True)


def _pairs(number: int, value: Any, asked: dict[str, Any]) -> list[tuple[str, str]]:
    """(token field, normalised text) of one value, where the kind is indexed or the standard asks for it."""
    the_kind = BY_NUMBER[number]
    item = asked.get(the_kind.code)
    if item is None or not (the_kind.indexed or (the_kind.indexed_when_asked and item.options.get("index"))):
        return []
    several = (each for each in of_members(item, value) if each is not None)
    return [(token_field(the_kind.code), the_kind.normalise(each)) for each in several]
