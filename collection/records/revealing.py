"""Look at one field in the clear: a purpose, a trace that is committed first, and for a child a second person."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from pilifecycle.access import guards
from pilifecycle.audit import ledger
from pilifecycle.errors import Forbidden, Invalid, WrongState
from pilifecycle.store import clock

from . import stopped, values
from .models import Record, SecondLook
from .purposes import PURPOSES

LOOK_FOR = timedelta(hours=24)  # a look that was asked for longer ago is asked for again


def reveal(record: Record, kind: str, *, purpose: str, actor: Any, second: SecondLook | None = None) -> str:
    """One field in the clear, in words. The trace is committed before the value exists (law 4)."""
    item = _item(record, kind)
    if purpose not in PURPOSES:
        raise Invalid(_("Please choose a purpose from the list."), code="purpose")
    if record.stopped_at or kind in stopped.items(record.emergency_id, [record.pk]).get(record.pk, ()):
        raise WrongState(_("The use of this entry was stopped. Nobody may look any more."), code="stopped")
    with transaction.atomic(durable=True):
        if record.guardian_needed:
            _use_second(record, kind, purpose, actor, second)
        ledger.write(
            "records.reveal",
            actor=actor,
            emergency=record.emergency_id,
            subject=record.audit_ref,
            field=kind,
            purpose=purpose,
        )
    return values.in_words(record, item, get_language() or "zh-hans")


def _item(record: Record, kind: str) -> Any:
    item = record.standard.items.filter(kind=kind).first()
    if item is None:
        raise WrongState(_("The collection standard of this entry does not ask this."), code="not_asked")
    return item


def _use_second(record: Record, kind: str, purpose: str, actor: Any, look: SecondLook | None) -> None:
    """MIN-36: a child's field needs a second person each time; a look allowed once is used once."""
    ready = SecondLook.objects.filter(
        pk__in=[look.pk] if look else [],
        audit_ref=record.audit_ref,
        kind=kind,
        purpose=purpose,
        used_at=None,
        asked_by=actor.staff_number,
        asked_at__gt=clock.now() - LOOK_FOR,
    )
    ready = ready.exclude(allowed_by="", break_glass=False)
    if ready.update(used_at=clock.now()) != 1:
        raise Forbidden(
            _("This is about a child under 14: a second person must allow each look."), code="second_person"
        )


def ask_second(record: Record, kind: str, *, purpose: str, actor: Any) -> SecondLook:
    """Ask a second person to allow one look at one field of a child."""
    _item(record, kind)
    if purpose not in PURPOSES:
        raise Invalid(_("Please choose a purpose from the list."), code="purpose")
    with transaction.atomic():
        ledger.write(
            "records.ask_second",
            actor=actor,
            emergency=record.emergency_id,
            subject=record.audit_ref,
            field=kind,
            purpose=purpose,
        )
        return SecondLook.objects.create(
            emergency=record.emergency_id,
            body=record.point.campaign.body_id,
            audit_ref=record.audit_ref,
            receipt_hash=bytes(record.receipt_hash),
            kind=kind,
            purpose=purpose,
            asked_by=actor.staff_number,
            asked_at=clock.now(),
        )


def allow_second(look: SecondLook, *, actor: Any) -> SecondLook:
    """Allow it, as another person who may be the second there. Raises Forbidden, WrongState."""
    guards.require(actor, "records.second", body=look.body, emergency=look.emergency)
    if look.asked_by == actor.staff_number:
        raise Forbidden(_("You asked for this look yourself: another person must allow it."), code="same_person")
    with transaction.atomic():
        fresh = SecondLook.objects.filter(pk=look.pk, allowed_by="", used_at=None, asked_at__gt=clock.now() - LOOK_FOR)
        changed = fresh.update(allowed_by=actor.staff_number, allowed_at=clock.now())
        if changed != 1:
            raise WrongState(_("This was already decided."), code="decided")
        ledger.write(
            "records.allow_second", actor=actor, emergency=look.emergency, subject=look.audit_ref, field=look.kind
        )
    look.refresh_from_db()
    return look


def break_glass(record: Record, kind: str, *, purpose: str, actor: Any) -> SecondLook:
    """Where nobody else can be reached: look alone, reviewed by another person the next day."""
    look = ask_second(record, kind, purpose=purpose, actor=actor)
    with transaction.atomic():
        SecondLook.objects.filter(pk=look.pk).update(break_glass=True)
        ledger.write(
            "records.break_glass",
            actor=actor,
            emergency=look.emergency,
            subject=look.audit_ref,
            field=kind,
            purpose=purpose,
        )
    look.refresh_from_db()
    return look


def review_break_glass(look: SecondLook, *, actor: Any) -> None:
    """Another person has looked at why it was done alone. Raises Forbidden, WrongState."""
    guards.require(actor, "records.second", body=look.body, emergency=look.emergency)
    if look.asked_by == actor.staff_number:
        raise Forbidden(_("Another person must review this."), code="same_person")
    with transaction.atomic():
        changed = SecondLook.objects.filter(pk=look.pk, break_glass=True, reviewed_by="").update(
            reviewed_by=actor.staff_number, reviewed_at=clock.now()
        )
        if changed != 1:
            raise WrongState(_("This was already decided."), code="decided")
        ledger.write("records.review_break_glass", actor=actor, emergency=look.emergency, subject=look.audit_ref)
