"""Ask, answer, stop. A granted deletion leaves an errand; a refusal names its reason from a closed list and the
court's door.
"""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from collection.records.actions import leave_errand
from collection.records.models import Errand, Record
from pilifecycle.access import guards
from pilifecycle.audit import ledger
from pilifecycle.errors import Invalid, WrongState
from pilifecycle.store import clock

from .models import RightsRequest

ANSWER_WITHIN = timedelta(days=30)  # STD-35273-8; downwards only
THINK_AGAIN = timedelta(hours=24)


def ask(record: Record, kind: str, items: list[str] | None = None) -> RightsRequest:
    """A person's request by receipt code. One open request of a kind at a time."""
    if kind not in RightsRequest.Kind.values:
        raise Invalid(_("Please choose what you ask for."), code="request_kind")
    with transaction.atomic():
        Record.objects.of(record.emergency_id).select_for_update().filter(pk=record.pk).first()
        if RightsRequest.objects.filter(
            audit_ref=record.audit_ref, kind=kind, state=RightsRequest.State.WAITING
        ).exists():
            raise WrongState(_("You have already asked for this. You will get an answer here."), code="already_asked")
        ledger.write(
            "rights.ask", actor="person", emergency=record.emergency_id, subject=record.audit_ref, request=kind
        )
        return RightsRequest.objects.create(
            emergency=record.emergency_id,
            body=record.point.campaign.body_id,
            audit_ref=record.audit_ref,
            receipt_hash=bytes(record.receipt_hash),
            kind=kind,
            items=items or [],
            asked_at=clock.now(),
            due_on=clock.today() + ANSWER_WITHIN,
        )


def answer(request: RightsRequest, *, grant: bool, refusal: str = "", actor: Any) -> RightsRequest:
    """Grant or refuse, as an officer of the body. A refusal needs its reason."""
    guards.require(actor, "requests.answer", body=request.body, emergency=request.emergency)
    if not grant and refusal not in RightsRequest.Refusal.values:
        raise Invalid(_("A refusal needs its reason."), code="refusal_reason")
    with transaction.atomic():
        fresh = RightsRequest.objects.select_for_update().get(pk=request.pk)
        if fresh.state != RightsRequest.State.WAITING:
            raise WrongState(_("This was already answered."), code="answered")
        record = Record.objects.of(fresh.emergency).filter(receipt_hash=bytes(fresh.receipt_hash)).first()
        if grant and fresh.kind == RightsRequest.Kind.DELETE and record:
            wait = max(fresh.asked_at + THINK_AGAIN - clock.now(), timedelta(0))
            leave_errand(record, Errand.Kind.REQUEST, actor=actor, wait=wait, items=fresh.items)
        fresh.state = RightsRequest.State.GRANTED if grant else RightsRequest.State.REFUSED
        fresh.refusal = "" if grant else refusal
        fresh.answered_at, fresh.answered_by = clock.now(), actor
        fresh.save(update_fields=["state", "refusal", "answered_at", "answered_by"])
        ledger.write(
            "rights.answer",
            actor=actor,
            emergency=fresh.emergency,
            subject=fresh.audit_ref,
            granted=grant,
            reason=refusal or None,
        )
    return fresh


def stop(request: RightsRequest) -> None:
    """The person takes the request back before it was answered."""
    with transaction.atomic():
        changed = RightsRequest.objects.filter(pk=request.pk, state=RightsRequest.State.WAITING).update(
            state=RightsRequest.State.STOPPED
        )
        if changed != 1:
            raise WrongState(_("This was already answered."), code="answered")
        ledger.write("rights.stop", actor="person", emergency=request.emergency, subject=request.audit_ref)
