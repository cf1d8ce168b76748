"""Leave a small way out as a row: the use stops at once, and the worker erases it when its wait is over."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pilifecycle.audit import ledger
from pilifecycle.errors import Forbidden, Invalid, WrongState
from pilifecycle.store import clock

from .models import Errand, Record

SHIFT = timedelta(hours=12)
VOIDS_A_SHIFT = 10
VOID_REASONS = {
    "wrong_door": _("wrong door"),
    "wrong_person": _("wrong person"),
    "twice": _("entered twice"),
    "typing": _("typing mistake"),
}


def void(record: Record, *, reason: str, actor: Any) -> Errand:
    """Void an own mistake of this shift: leaves an errand that the worker carries out within seconds.

    Raises Forbidden, WrongState.
    """
    if reason not in VOID_REASONS:
        raise Invalid(_("Please choose a reason from the list."), code="reason")
    if not record.author or record.author != actor.staff_number:
        raise Forbidden(_("You can void only what you entered yourself."), code="not_yours")
    now = clock.now()
    if now - record.received_at > SHIFT:
        raise WrongState(_("This entry is older than a shift. Ask for its deletion instead."), code="shift_over")
    voided = Errand.objects.filter(kind=Errand.Kind.VOID, actor=actor.staff_number, asked_at__gt=now - SHIFT).count()
    if voided >= VOIDS_A_SHIFT:
        raise Forbidden(_("You have voided ten entries in this shift. Ask your head of body."), code="void_ceiling")
    return leave_errand(record, Errand.Kind.VOID, reason=reason, actor=actor, wait=timedelta(0))


def leave_errand(
    record: Record, kind: str, *, actor: Any, wait: timedelta, reason: str = "", items: list[str] | None = None
) -> Errand:
    """Stop the use of a record at once and leave the row by which the worker erases it after `wait` (business time)."""
    now = clock.now()
    with transaction.atomic():
        if not items:
            _family(record.emergency_id, record.pk).filter(stopped_at=None).update(stopped_at=now)
        if Errand.objects.filter(record=record.pk, state=Errand.State.WAITING, items=items or []).exists():
            raise WrongState(_("This is already on its way."), code="on_its_way")
        name = actor if isinstance(actor, str) else actor.staff_number
        ledger.write(
            f"records.{kind}",
            actor=actor,
            emergency=record.emergency_id,
            subject=record.audit_ref,
            fields=items or [],
            reason=reason or None,
        )
        return Errand.objects.create(
            kind=kind,
            emergency=record.emergency_id,
            record=record.pk,
            audit_ref=record.audit_ref,
            receipt_hash=bytes(record.receipt_hash),
            items=items or [],
            reason=reason,
            actor=name,
            asked_at=now,
            run_after=now + wait,
        )


def _family(emergency: UUID, record: UUID) -> Any:
    """An entry and its follow-ups: they are used, and leave, together."""
    return Record.objects.of(emergency).filter(Q(pk=record) | Q(parent=record))


def stop_errand(errand: Errand) -> None:
    """The person thinks again before the wait is over: the record is used again."""
    with transaction.atomic():
        changed = Errand.objects.filter(pk=errand.pk, state=Errand.State.WAITING, run_after__gt=clock.now()).update(
            state=Errand.State.STOPPED, done_at=clock.now()
        )
        if changed != 1 or errand.kind == Errand.Kind.VOID:
            raise WrongState(_("It is too late to stop this."), code="too_late")
        family = _family(errand.emergency, errand.record) if errand.record else Record.objects.none()
        waiting = Errand.objects.filter(emergency=errand.emergency, state=Errand.State.WAITING, items=[])
        leaving = {pk for pk in waiting.values_list("record", flat=True) if pk}
        if errand.record not in leaving:
            family.exclude(pk__in=leaving).update(stopped_at=None)
        ledger.write("records.stop_errand", actor="person", emergency=errand.emergency, subject=errand.audit_ref)
