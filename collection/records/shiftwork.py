"""What a volunteer on a shift code can do besides registering: look over and void own entries, open the duty list.

For the page of the shift, which knows no console: functions that take the `Shift` and refuse by raising.
"""

from typing import Any
from uuid import UUID

from collection.points.models import Point
from pilifecycle.access.guards import Shift
from pilifecycle.errors import Forbidden
from pilifecycle.store import clock

from . import access, actions, duty, listing
from .models import Errand, Record

MOST = 50


def own_entries(shift: Shift) -> list[dict[str, Any]]:
    """The newest own entries of this shift, masked: [{"record", "fields"}]. What was voided shows no field."""
    rows = Record.objects.of(shift.emergency).filter(point=shift.point, received_at__gt=clock.now() - actions.SHIFT)
    own = rows.filter(author=shift.staff_number).select_related("standard").order_by("-received_at", "-id")
    return listing.lines(list(own[:MOST]))


def void_own(shift: Shift, record: UUID, *, reason: str) -> Errand:
    """Void an own entry. NotFound for one of another point; else it raises what `actions.void` raises."""
    row = access.record_for(shift, record, to="records.void", emergency=shift.emergency)
    return actions.void(row, reason=reason, actor=shift)


def duty_lists(shift: Shift) -> list[tuple[str, str]]:
    """(code, title) of the duty lists of the shift's own point."""
    return duty.lists_at(_point(shift), shift)


def duty_list(shift: Shift, code: str, *, purpose: str) -> dict[str, Any]:
    """The list in the clear, one trace with the number of people. As `duty.duty_list`."""
    return duty.duty_list(_point(shift), code, purpose=purpose, actor=shift)


def _point(shift: Shift) -> Point:
    point = Point.objects.select_related("campaign__standard").filter(pk=shift.point).first()
    if point is None:
        raise Forbidden(code="other_point")
    return point
