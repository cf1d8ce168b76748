"""The one door through which records are fetched: scope and role are asked here and nowhere else."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from collection.points.models import Point
from pilifecycle.access import guards
from pilifecycle.errors import NotFound

from . import receipts
from .models import Record, RecordSet, SecondLook, Tombstone


def record_for(actor: Any, pk: UUID, to: str, *, emergency: UUID | None = None) -> Record:
    """One record that `actor` may do `to` (a permission, "records." understood) with.

    NotFound where it is none of theirs.
    """
    permission = to if "." in to else f"records.{to}"
    rows = Record.objects.select_related("point__campaign", "standard", "emergency")
    row = (rows.of(emergency) if emergency else rows).filter(pk=pk).first()
    if row is None or not _within(actor, permission, row):
        raise NotFound(_("There is no such entry, or it is not in your area."), code="no_record")
    return row


def _within(actor: Any, permission: str, row: Record) -> bool:
    shift_point = getattr(actor, "point", None)
    if shift_point is not None and shift_point != row.point_id:
        return False
    return guards.may(actor, permission, body=row.point.campaign.body_id, emergency=row.emergency_id)


def records_for(actor: Any, point: Point, to: str = "records.list") -> RecordSet:
    """The records in use of one point, newest first. Forbidden where `actor` has no business."""
    guards.require(actor, to, body=point.campaign.body_id, emergency=point.campaign.emergency_id)
    rows = Record.objects.of(point.campaign.emergency_id).filter(point=point.pk).in_use()
    return rows.select_related("standard").order_by("-received_at", "-id")


def record_of(emergency: UUID, receipt_hash: bytes | memoryview | None) -> Record | None:
    """The living record that a row of another table means by emergency and receipt hash; for those who show a link to
    it.
    """
    if receipt_hash is None:
        return None
    rows = Record.objects.of(emergency).filter(receipt_hash=bytes(receipt_hash))
    return rows.select_related("point__campaign").first()


def look_for(actor: Any, pk: UUID, to: str = "records.second") -> SecondLook:
    """One look at a child's field that is `actor`'s business. NotFound where it is not."""
    look = SecondLook.objects.filter(pk=pk).first()
    if look is None or not guards.may(actor, to, body=look.body, emergency=look.emergency):
        raise NotFound(_("There is no such entry, or it is not in your area."), code="no_look")
    return look


def by_receipt(code: str) -> Record | Tombstone:
    """What a receipt code answers for: a living record, or the tombstone of what was destroyed.

    NotFound for an unknown code.
    """
    digest = receipts.receipt_hash(code)
    point = Point.objects.select_related("campaign__emergency").filter(code=receipts.point_code(code)).first()
    if point:
        rows = Record.objects.of(point.campaign.emergency_id).select_related("point__campaign", "standard", "emergency")
        if row := rows.filter(receipt_hash=digest).first():
            return row
    if stone := Tombstone.objects.filter(receipt_hash=digest).first():
        return stone
    if point and (stone := Tombstone.objects.filter(point=point.pk, submission_hash=None).first()):
        return stone
    raise NotFound(_("This receipt code is not known. Please check it letter by letter."), code="unknown_receipt")
