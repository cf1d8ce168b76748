"""Pages of entries, newest first, by keyset: nothing here ever counts all rows, and nothing personal is in a cursor."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from collection.emergencies.models import Emergency
from collection.points.models import Campaign, Point
from pilifecycle.access import guards
from pilifecycle.errors import Gone, NotFound

from . import masking
from .models import Record, RecordSet

PAGE = 50
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Page:
    """Entries of one point, stopped ones included; `older` is the cursor of the next page, empty on the last."""

    rows: list[Record] = field(repr=False)
    older: str = ""

    @property
    def persons(self) -> int:
        return sum(row.persons for row in self.rows)

    @property
    def households(self) -> int:
        return len({row.household for row in self.rows if row.household})


def page_of(actor: Any, point: Point, after: str = "") -> Page:
    """One page of a point's entries. Raises Forbidden where `actor` has no business, NotFound for a broken cursor."""
    campaign = point.campaign
    guards.require(actor, "records.list", body=campaign.body_id, emergency=campaign.emergency_id)
    rows = Record.objects.of(campaign.emergency_id).filter(point=point.pk)
    if after:
        rows = _older_than(rows, after)
    found = list(rows.select_related("standard").order_by("-received_at", "-id")[: PAGE + 1])
    return Page(found[:PAGE], cursor_of(found[PAGE - 1]) if len(found) > PAGE else "")


def cursor_of(row: Record) -> str:
    """Where a page ends: the moment in microseconds, and the row's random id for entries of the same moment."""
    return f"{(row.received_at - EPOCH) // timedelta(microseconds=1)}.{row.pk.hex}"


def _older_than(rows: RecordSet, cursor: str) -> RecordSet:
    moment, _dot, row = cursor.partition(".")
    try:
        at, pk = EPOCH + timedelta(microseconds=int(moment)), UUID(hex=row)
    except (ValueError, OverflowError):
        raise NotFound(code="no_page") from None
    return rows.filter(received_at__lte=at).filter(Q(received_at__lt=at) | Q(id__lt=pk))


def lines(records: Sequence[Record]) -> list[dict[str, Any]]:
    """One dict an entry: the record, and its masked fields. One whose use was stopped shows none (PIPL-47)."""
    in_use = [row for row in records if row.stopped_at is None]
    try:
        fields = {line["record"].pk: line["fields"] for line in masking.rows(in_use)}
    except Gone:  # the keys are destroyed, the rows follow
        fields = {}
    return [{"record": row, "fields": fields.get(row.pk, [])} for row in records]


def emergencies_for(actor: Any, permission: str) -> list[Emergency]:
    """The emergencies with entries in which `actor` may do this somewhere, newest first."""
    rows = Emergency.objects.exclude(state=Emergency.State.DESTROYED).order_by("-declared_at")
    return [row for row in rows if guards.may(actor, permission, emergency=row.pk)]


def bodies_for(actor: Any, permission: str, emergency: UUID) -> list[UUID] | None:
    """The bodies whose entries of this emergency are `actor`'s business; None: all of them."""
    if guards.covers(actor, permission, body=None, emergency=emergency):
        return None
    bodies = Campaign.objects.filter(emergency=emergency).order_by().values_list("body", flat=True).distinct()
    return [body for body in bodies if guards.may(actor, permission, body=body, emergency=emergency)]


def points_for(actor: Any, emergency: UUID, permission: str = "records.list") -> list[Point]:
    """The points of an emergency that are `actor`'s business, open ones first."""
    rows = Point.objects.filter(campaign__emergency=emergency).select_related("campaign__body")
    bodies = bodies_for(actor, permission, emergency)
    if bodies is not None:
        rows = rows.filter(campaign__body__in=bodies)
    return list(rows.order_by("-state", "campaign__body__name", "name"))
