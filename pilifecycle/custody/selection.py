"""Which key batches fall due together, and how many entries and people they hold: sums of counters, never a count of
rows.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet, Sum

from .models import KeyBatch


@dataclass(frozen=True)
class Totals:
    """Counted once at each batch's close, less what has been taken out since."""

    entries: int
    persons: int
    batches: int
    still_open: int


def key_batches(
    emergency: UUID,
    *,
    standards: list[str] | None = None,
    lane: UUID | None = None,
    until: date | None = None,
    opened_before: datetime | None = None,
    ids: list[int] | None = None,
) -> QuerySet[KeyBatch]:
    """Birth batches of an emergency, narrowed by standard version, campaign, local day (inclusive) or opening."""
    rows = KeyBatch.objects.filter(emergency=emergency, purpose=KeyBatch.Purpose.BIRTH)
    given: dict[str, Any] = {
        "standard_version__in": standards,
        "lane": lane,
        "day__lte": until,
        "opened_at__lt": opened_before,
        "pk__in": ids,
    }
    return rows.filter(**{name: value for name, value in given.items() if value is not None}).order_by("pk")


def totals(rows: QuerySet[KeyBatch]) -> Totals:
    """Sum the counters. A batch that is not counted yet is told apart."""
    summed = rows.exclude(used=None).aggregate(
        entries=Sum(F("entries") - F("gone")), persons=Sum(F("persons") - F("gone_persons"))
    )
    return Totals(summed["entries"] or 0, summed["persons"] or 0, rows.count(), rows.filter(used=None).count())
