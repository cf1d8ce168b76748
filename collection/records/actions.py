"""Register, reveal, void. Sealing happens before the data transaction opens, reading after it has closed."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from collection.catalogue import kind as kind_of
from collection.emergencies import gate, standards
from collection.emergencies.models import Emergency
from collection.notices import actions as notices
from collection.points.access import is_collecting
from collection.points.models import Point
from pilifecycle.access import guards
from pilifecycle.audit import ledger
from pilifecycle.custody import actions as custody
from pilifecycle.errors import Forbidden, Gone, Invalid, WrongState
from pilifecycle.ids import uuid7
from pilifecycle.store import clock

from . import doors, receipts, stopped, values
from .answers import Prepared, Submission, content_tag, keep_until, prepare
from .models import Errand, Record, SecondLook, Tombstone
from .purposes import PURPOSES

SHIFT = timedelta(hours=12)
VOIDS_A_SHIFT = 10
LOOK_FOR = timedelta(hours=24)  # a look that was asked for longer ago is asked for again
VOID_REASONS = {
    "wrong_door": _("wrong door"),
    "wrong_person": _("wrong person"),
    "twice": _("entered twice"),
    "typing": _("typing mistake"),
}


@dataclass(frozen=True)
class Receipt:
    """What the person gets. `again`: this submission was already here."""

    code: str
    record: UUID
    again: bool = False


def submit(point: Point, given: Submission) -> Receipt:
    """Keep one sealed row, or the same receipt for a re-send.

    Raises Invalid, WrongState or Gone, and then nothing is kept.
    """
    code = given.slip or receipts.make_code(point.code, given.submission_id)
    emergency = point.campaign.emergency
    if earlier := _earlier(emergency.id, given, code):
        return earlier
    _may_collect(point, emergency)
    parent = _parent(given, emergency)
    items = standards.items_in_force(point.campaign.standard, emergency.level)
    prepared = prepare(
        items, standards.categories(point.campaign.standard), given, clock.today(), doors.labels(point.campaign.body_id)
    )
    pk = uuid7()
    sealed = custody.seal(
        emergency.id,
        pk,
        standard_version=str(point.campaign.standard_id),
        contents=prepared.contents,
        buckets=standards.buckets(point.campaign.standard),
        lane=point.campaign_id,
    )
    row = _row(pk, point, given, prepared, code, parent, sealed, items)
    try:
        with gate.shared(emergency.id) as fresh:
            _may_collect(point, fresh)
            if fresh.level != emergency.level:
                raise WrongState(
                    _("The response level has just changed. Please look at the form again."), code="notice_stale"
                )
            _current_notice(point, given)
            _still_followed(row)
            row.save(force_insert=True)
            if given.deferred:
                notices.defer(
                    row.audit_ref,
                    emergency=fresh,
                    body=point.campaign.body_id,
                    reason=given.deferred,
                    author=given.author,
                )
    except IntegrityError:
        if earlier := _earlier(emergency.id, given, code):
            return earlier
        raise
    return Receipt(code, pk)


def _may_collect(point: Point, emergency: Emergency) -> None:
    """Raise Gone or WrongState with the reason why this point does not collect."""
    if Tombstone.objects.filter(point=point.pk, submission_hash=None, receipt_hash=None).exists():
        raise Gone(_("This emergency is over, and what was collected here is destroyed."), code="destroyed")
    if reason := is_collecting(point, emergency):
        raise Gone(reason.sentence, code=reason.code)


def _current_notice(point: Point, given: Submission) -> None:
    current = notices.current_notice(point.campaign)
    if given.deferred:
        return
    if current is None or given.notice is None or given.notice.pk != current.pk:
        raise WrongState(_("The notice has changed. Please read it again."), code="notice_stale")


def _earlier(emergency: UUID, given: Submission, code: str) -> Receipt | None:
    """The receipt of the same submission. Other content under the same id is another person (409); a destroyed one is
    gone (410).
    """
    digest = receipts.submission_hash(given.submission_id)
    if Tombstone.objects.filter(emergency=emergency, submission_hash=digest).exists():
        raise Gone(_("This entry was destroyed. It cannot be sent in again."), code="destroyed")
    row = Record.objects.of(emergency).filter(submission_hash=digest).only("id", "content_tag").first()
    if row is None:
        return None
    if bytes(row.content_tag) != content_tag(given):
        raise WrongState(
            _("This form was already sent with other answers. Is this another person?"), code="another_person"
        )
    return Receipt(code, row.pk, again=True)


def _parent(given: Submission, emergency: Emergency) -> Record | None:
    if not given.parent_receipt:
        return None
    digest = receipts.receipt_hash(given.parent_receipt)
    parent = Record.objects.of(emergency).in_use().filter(receipt_hash=digest).first()
    if parent is None:
        raise Invalid(_("There is no entry to follow up."), code="unknown_receipt")
    return parent


def _still_followed(row: Record) -> None:
    """The parent, locked, is still there and in use: else this row would stay behind when its parent leaves."""
    parents = Record.objects.of(row.emergency_id).in_use().select_for_update()
    if row.parent and not parents.filter(pk=row.parent).values_list("pk", flat=True).first():
        raise Invalid(_("There is no entry to follow up."), code="unknown_receipt")


def _row(
    pk: UUID,
    point: Point,
    given: Submission,
    prepared: Prepared,
    code: str,
    parent: Record | None,
    sealed: Any,
    items: Any,
) -> Record:
    now = clock.now()
    today = clock.local_date(now)
    notice = parent.notice if parent else given.notice.pk if given.notice and not given.deferred else None
    return Record(
        id=pk,
        emergency_id=point.campaign.emergency_id,
        point_id=point.pk,
        standard_id=point.campaign.standard_id,
        birth_batch=sealed.batch,
        birth_index=sealed.index,
        entry=Record.Entry.FOLLOW_UP if parent else given.entry,
        subject=Record.Subject.HOUSEHOLD if prepared.persons > 1 else Record.Subject.PERSON,
        persons=0 if parent else prepared.persons,
        household=parent.household if parent else uuid4() if prepared.persons > 1 else None,
        parent=(parent.parent or parent.pk) if parent else None,  # one generation: a family goes together
        level=point.campaign.emergency.level,
        notice=notice,
        language=given.language,
        basis=prepared.basis,
        consents=parent.consents if parent else prepared.consents,
        guardian_needed=prepared.guardian_needed or bool(parent and parent.guardian_needed),
        submission_hash=receipts.submission_hash(given.submission_id),
        content_tag=content_tag(given),
        receipt_hash=receipts.receipt_hash(code),
        fact_verifier=receipts.verifier(code, prepared.fact) if prepared.fact else None,
        received_at=now,
        received_on=today,
        keep_until=keep_until(items, today),
        author=given.author,
        **{f"pack_{category}": pack for category, pack in sealed.packs.items()},
    )


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


def label_of(code: str, language: str) -> str:
    """A kind's label in a language."""
    return kind_of(code).label.in_(language)
