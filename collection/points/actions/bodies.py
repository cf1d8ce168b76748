"""The bodies that collect, and the doors of their areas."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from collection.points.doors import LONGEST, MOST_DOORS
from collection.points.models import Body, Door
from pilifecycle.access import guards
from pilifecycle.audit import ledger
from pilifecycle.errors import Invalid

EMPTY = _("Notices print this: please fill it in.")


def make_body(
    *,
    actor: Any,
    name: str,
    capacity: str,
    address: str,
    phone: str,
    officer: str,
    complaints: str,
    superior: Body | None = None,
) -> Body:
    """A new PI processor (PIPL-17 wants all of its lines on the notice). Raises Invalid, Forbidden."""
    guards.require(actor, "points.manage", body=superior.pk if superior else None)
    texts = {"name": name, "address": address, "phone": phone, "officer": officer, "complaints": complaints}
    wrong = {field: EMPTY for field, text in texts.items() if not (text or "").strip()}
    if capacity not in Body.Capacity.values:
        wrong["capacity"] = _("Please choose what kind of body this is.")
    if wrong:
        raise Invalid(_("The body cannot be entered like this."), fields=wrong, code="body_incomplete")
    with transaction.atomic():
        body = Body.objects.create(
            capacity=capacity, superior=superior, **{field: text.strip() for field, text in texts.items()}
        )
        ledger.write("points.make_body", actor=actor, subject=body.pk, capacity=capacity)
    return body


def add_doors(body: Body, rows: Iterable[tuple[str, str, str]], *, actor: Any) -> int:
    """Add (building, unit, door) rows; those that are there already are passed over. Answers how many are new."""
    guards.require(actor, "points.manage", body=body.pk)
    wanted = dict.fromkeys(tuple(str(cell).strip() for cell in row) for row in rows)
    wrong = {
        f"row_{place}": _("A door needs a building and a number, each of at most 20 characters.")
        for place, (building, unit, number) in enumerate(wanted, 1)
        if not building or not number or max(map(len, (building, unit, number))) > LONGEST
    }
    if wrong or len(wanted) > MOST_DOORS:
        raise Invalid(_("These doors cannot be added."), fields=wrong, code="doors_invalid")
    with transaction.atomic():
        known = set(body.doors.values_list("building", "unit", "number"))
        new = [Door(body=body, building=row[0], unit=row[1], number=row[2]) for row in wanted if row not in known]
        Door.objects.bulk_create(new, batch_size=1000, ignore_conflicts=True)
        ledger.write("points.add_doors", actor=actor, subject=body.pk, doors=len(new))
    return len(new)
