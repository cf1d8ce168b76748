"""Counts by point, local day, age band and sex: what "anonymise, then destroy" leaves behind for now (PIPL-73).

A cell under the threshold is suppressed; where exactly one cell of a point's day is, a second one goes with it, so that
nobody finds it by subtraction. What is printed are persons, counted once: follow-ups of the same people and entries
whose use was stopped are left out, control samples are no records. The reading leaves its trace in the ledger before
the first value exists, and no value leaves this module: only counts are stored.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from collection.catalogue import ages, kind
from collection.points.models import Point
from collection.records.models import Record
from pilifecycle.audit import ledger
from pilifecycle.crypto.dsse import canonical
from pilifecycle.custody import actions as custody
from pilifecycle.store import clock

from .models import CountTable

THRESHOLD, CHUNK = 10, 500
UNKNOWN = "unknown"
SEX, BIRTH, CARD = (kind(code) for code in ("sex", "birth_date", "resident_id"))
READ = ("core", "identity")
Cell = tuple[str, str, str, str]  # point code, local day, age band, sex


def write(emergency: UUID, batch: UUID, *, key_batches: Iterable[int] | None = None) -> dict[str, Any]:
    """Write the batch's table once: of the whole emergency, or of some key batches. {"release", "cells", "suppressed"}.

    Raises Gone, KeyLost, Unavailable as custody does: then nothing is written.
    """
    table = CountTable.objects.filter(batch=batch).first() or _written(emergency, batch, key_batches)
    suppressed = sum(row["persons"] is None for row in table.rows)
    return {"release": table.content_hash, "cells": len(table.rows), "suppressed": suppressed}


def _written(emergency: UUID, batch: UUID, key_batches: Iterable[int] | None) -> CountTable:
    with transaction.atomic():
        ledger.write("deidentify.counts", actor="clock", emergency=emergency, batch=batch, fields=["birth_date", "sex"])
    rows = list(suppress(_counted(emergency, None if key_batches is None else list(key_batches))))
    content = {"emergency": str(emergency), "threshold": THRESHOLD, "rows": rows}
    with transaction.atomic():
        return CountTable.objects.get_or_create(
            batch=batch,
            defaults={
                "emergency": emergency,
                "threshold": THRESHOLD,
                "rows": rows,
                "content_hash": hashlib.sha256(canonical(content)).hexdigest(),
                "made_at": clock.now(),
            },
        )[0]


def _counted(emergency: UUID, key_batches: list[int] | None) -> Counter[Cell]:
    """Persons by cell, read in chunks; at no time more than one chunk's values exist."""
    codes = dict(Point.objects.filter(campaign__emergency=emergency).values_list("pk", "code"))
    cells: Counter[Cell] = Counter()
    for rows in _chunks(emergency, key_batches):
        opened = _opened(emergency, rows)
        for row in rows:
            place = codes.get(row.point_id, UNKNOWN), row.received_on.isoformat()
            cells.update((*place, band, sex) for band, sex in people(row.persons, opened[row.pk], row.received_on))
    return cells


def _chunks(emergency: UUID, key_batches: list[int] | None) -> Iterator[list[Record]]:
    living = Record.objects.of(emergency).in_use().exclude(entry=Record.Entry.FOLLOW_UP).order_by("pk")
    if key_batches is not None:
        living = living.filter(birth_batch__in=key_batches)
    after: UUID | None = None
    while rows := list((living.filter(pk__gt=after) if after else living)[:CHUNK]):
        yield rows
        after = rows[-1].pk


def _opened(emergency: UUID, rows: list[Record]) -> dict[UUID, dict[int, Any]]:
    """record → {kind number: value} of what is read, one bulk reading a standard version."""
    values: dict[UUID, dict[int, Any]] = defaultdict(dict)
    for standard in sorted({str(row.standard_id) for row in rows}):
        mine = [row for row in rows if str(row.standard_id) == standard]
        packs = [(row.pk, c, pack) for c in READ for row in mine if (pack := row.packs().get(c)) is not None]
        for record, _category, fields in custody.unseal_many(emergency, standard_version=standard, packs=packs):
            values[record] |= {
                each.number: fields.get(each.number) for each in (SEX, BIRTH, CARD) if each.number in fields
            }
    return values


def people(persons: int, values: dict[int, Any], on: date) -> Iterator[tuple[str, str]]:
    """(age band, sex) of each person of one record on the day it was received; what was not asked is unknown."""
    births, cards, sexes = (_each(values.get(asked.number), persons) for asked in (BIRTH, CARD, SEX))
    for birth, card, sex in zip(births, cards, sexes, strict=True):
        born = date.fromisoformat(birth) if birth else CARD.birth(card) if card else None  # type: ignore[attr-defined]
        yield ages.age_band(born, on) if born else UNKNOWN, sex or (CARD.sex(card) if card else UNKNOWN)  # type: ignore[attr-defined]


def _each(value: Any, persons: int) -> list[Any]:
    """A value a person. What was asked once is the one's who answered."""
    several = value if isinstance(value, list) else [value]
    return (several + [None] * persons)[:persons]


def suppress(cells: Counter[Cell]) -> Iterator[dict[str, Any]]:
    """The cells in order, `persons` empty where it is suppressed. Cells without anybody are not listed."""
    by_day: dict[tuple[str, str], dict[tuple[str, str], int]] = defaultdict(dict)
    for (point, day, band, sex), persons in cells.items():
        by_day[point, day][band, sex] = persons
    for (point, day), told in sorted(by_day.items()):
        hidden = {cell for cell, persons in told.items() if persons < THRESHOLD}
        if len(hidden) == 1 and len(told) > 1:
            hidden.add(min((persons, cell) for cell, persons in told.items() if cell not in hidden)[1])
        for (band, sex), persons in sorted(told.items()):
            shown = None if (band, sex) in hidden else persons
            yield {"point": point, "day": day, "age": band, "sex": sex, "persons": shown}
