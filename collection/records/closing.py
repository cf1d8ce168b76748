"""What custody asks of records when a key batch closes: how far it went, how many entries and people, and a root over
its packs.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Sum

from pilifecycle.crypto import merkle

from .models import Record


@dataclass(frozen=True)
class Count:
    """Counted once, at the close: never again a count over all rows."""

    last_index: int
    entries: int
    persons: int
    points: dict[str, int]
    root: str


def count(key_batch: Any) -> Count:
    """Count the rows born in a key batch (`pk`, `emergency`), by point, with the RFC 6962 root over the hashes of
    their packs.
    """
    rows = Record.objects.of(key_batch.emergency).filter(birth_batch=key_batch.pk)
    totals = rows.aggregate(last=Max("birth_index"), persons=Sum("persons"))
    points: dict[str, int] = {}
    peaks: list[bytes] = []
    size = 0
    for row in rows.select_related("point").order_by("birth_index").iterator(1000):
        points[row.point.code] = points.get(row.point.code, 0) + 1
        digest = hashlib.sha256(b"".join(row.packs().values())).digest()
        peaks = merkle.grow(size, peaks, merkle.leaf_hash(digest))
        size += 1
    return Count(totals["last"] or 0, size, totals["persons"] or 0, points, merkle.root(peaks).hex())
