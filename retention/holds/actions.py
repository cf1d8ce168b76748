"""Propose, approve, move, lift. A hold moves its record: re-sealed into the emergency's held compartments, inserted
into
`held_record`, its old row deleted and its old leaves punctured, so that the emergency can leave by its keys.

It is refused once the destruction of the keys is claimed, and it outranks a withdrawal. Every step of a move can be run
again: the row is copied before the old one is deleted, and the warrant is written once a hold.
"""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from collection.emergencies import gate, standards
from collection.intake.destroyed import Held
from collection.records import permits
from collection.records.erasure import leaves_of
from collection.records.models import PACKS, Errand, Record, SealedRow, Token
from collection.records.values import opened
from pilifecycle import guards as table_guards
from pilifecycle.access import guards
from pilifecycle.audit import ledger
from pilifecycle.crypto.packs import read_header
from pilifecycle.custody import actions as custody
from pilifecycle.errors import Forbidden, Gone, Invalid, WrongState
from pilifecycle.store import clock

from .models import HeldRecord, Hold

ASSESSMENT = ("legality", "necessity", "security", "measures", "authority", "document")


def propose(record: Record, *, ground: str, ends_on: date, actor: Any, **assessment: str) -> Hold:
    """Ask to keep exactly one record. Needs the three-part assessment and the measures in words (ER-85C)."""
    guards.require(actor, "holds.propose", body=record.point.campaign.body_id, emergency=record.emergency_id)
    empty = {name: _("Please fill this in.") for name in ASSESSMENT if not assessment.get(name, "").strip()}
    if ground not in Hold.Ground.values:
        empty["ground"] = _("Only these two grounds allow keeping or postponing.")
    if ends_on <= clock.today():
        empty["ends_on"] = _("Please give a day to come.")
    if empty:
        raise Invalid(_("A hold needs its ground, its assessment and its end."), code="hold_incomplete", fields=empty)
    with gate.exclusive(record.emergency_id) as emergency:
        _not_too_late(emergency)
        if Hold.objects.filter(audit_ref=record.audit_ref).exclude(state__in=["refused", "lifted"]).exists():
            raise WrongState(_("This entry is already held, or a hold is proposed."), code="held")
        hold = Hold.objects.create(
            emergency=record.emergency_id,
            record=record.pk,
            audit_ref=record.audit_ref,
            ground=ground,
            ends_on=ends_on,
            proposed_by=actor,
            proposed_at=clock.now(),
            **{name: assessment[name] for name in ASSESSMENT},
        )
        ledger.write("holds.propose", actor=actor, emergency=hold.emergency, subject=hold.audit_ref, ground=ground)
    return hold


def _not_too_late(emergency: Any) -> None:
    if emergency.keys_claimed_at:
        raise WrongState(_("The destruction of the keys has begun: nothing can be held any more."), code="keys_claimed")


def may(actor: Any, permission: str, hold: Hold) -> bool:
    """Whether `actor` holds `permission` for this hold: for the body that collected its record."""
    rows = HeldRecord.objects.filter(hold=hold), Record.objects.of(hold.emergency).filter(audit_ref=hold.audit_ref)
    found = (some.values_list("point__campaign__body", flat=True).first() for some in rows)
    body = next((each for each in found if each), None)
    return guards.may(actor, permission, body=body, emergency=hold.emergency)


def _demand(actor: Any, hold: Hold) -> None:
    if not may(actor, "holds.approve", hold):
        raise Forbidden(_("Your role does not allow this here."), permission="holds.approve")


def approve(hold: Hold, *, actor: Any) -> Hold:
    """One of two signatures; the proposer gives none. The second one puts the hold on its way."""
    _demand(actor, hold)
    with gate.exclusive(hold.emergency) as emergency:
        _not_too_late(emergency)
        fresh = Hold.objects.select_for_update().get(pk=hold.pk)
        if fresh.state != Hold.State.PROPOSED:
            raise WrongState(_("This was already decided."), code="decided")
        if actor.pk in (fresh.proposed_by_id, fresh.first_by_id):
            raise Forbidden(_("Two people other than the proposer must sign a hold."), code="same_person")
        if fresh.first_by_id is None:
            fresh.first_by = actor
        else:
            fresh.second_by, fresh.state, fresh.approved_at = actor, Hold.State.APPROVED, clock.now()
        fresh.save(update_fields=["first_by", "second_by", "state", "approved_at"])
        ledger.write(
            "holds.approve",
            actor=actor,
            emergency=fresh.emergency,
            subject=fresh.audit_ref,
            second=bool(fresh.second_by_id),
        )
    return fresh


def refuse(hold: Hold, *, actor: Any) -> Hold:
    """Refuse a proposed hold."""
    _demand(actor, hold)
    with transaction.atomic():
        if (
            Hold.objects.filter(pk=hold.pk, state=Hold.State.PROPOSED).update(state=Hold.State.REFUSED, record=None)
            != 1
        ):
            raise WrongState(_("This was already decided."), code="decided")
        ledger.write("holds.refuse", actor=actor, emergency=hold.emergency, subject=hold.audit_ref)
    hold.refresh_from_db()
    return hold


def to_move() -> list[Hold]:
    """Approved holds whose record the worker still has to move, the oldest first."""
    return list(Hold.objects.filter(state=Hold.State.APPROVED).order_by("approved_at"))


def move(hold: Hold) -> bool:
    """Move one record into the held compartments. False where its row left before the hold could be approved."""
    table_guards.demand()
    rows = Record.objects.of(hold.emergency).select_related("standard")
    row = rows.filter(pk=hold.record).first() if hold.record else None
    held = HeldRecord.objects.filter(hold=hold).first()
    if row is None and held is None:
        return _nothing_left(hold)
    if row is not None:
        try:
            held or _reseal(hold, row)
        except Gone:
            return False  # its keys died before the hold was approved: the row is about to follow them
        _delete_old(hold, row)
    with gate.exclusive(hold.emergency):
        Hold.objects.filter(pk=hold.pk, state=Hold.State.APPROVED).update(
            state=Hold.State.IN_FORCE, moved_at=clock.now(), record=None
        )
        Errand.objects.filter(audit_ref=hold.audit_ref, state=Errand.State.WAITING).update(
            state=Errand.State.HELD, done_at=clock.now()
        )
        ledger.write("holds.move", actor="system", emergency=hold.emergency, subject=hold.audit_ref)
    return True


def _nothing_left(hold: Hold) -> bool:
    with transaction.atomic():
        Hold.objects.filter(pk=hold.pk).update(state=Hold.State.REFUSED, record=None)
        ledger.write("holds.moot", actor="system", emergency=hold.emergency, subject=hold.audit_ref)
    return False


def _reseal(hold: Hold, row: Record) -> HeldRecord:
    """A copy of the row under the held compartments. Opened once from its new place before anything old goes."""
    custody.open_compartments(hold.emergency, categories=[f"held:{category}" for category in row.packs()])
    buckets = standards.buckets(row.standard)
    sealed = custody.seal(
        hold.emergency,
        row.pk,
        standard_version=str(row.standard_id),
        contents={f"held:{category}": opened(row, category) for category in row.packs()},
        buckets={f"held:{category}": size for category, size in buckets.items()},
        versions={f"held:{category}": read_header(pack).version + 1 for category, pack in row.packs().items()},
        purpose="hold",
    )
    columns = {
        field.attname: getattr(row, field.attname)
        for field in SealedRow._meta.get_fields()
        if hasattr(field, "attname")
    }
    columns |= {f"pack_{category}": sealed.packs.get(f"held:{category}") for category in PACKS}
    held = HeldRecord(hold=hold, **columns)
    held_opens(held)
    with transaction.atomic():
        held.save(force_insert=True)
    return held


def held_opens(held: HeldRecord) -> bool:
    """Whether every pack of a held record opens from its new place. Raises what custody raises where one does not."""
    for category in held.packs():
        opened(held, category, compartment=f"held:{category}")
    return True


def _delete_old(hold: Hold, row: Record) -> None:
    """The old leaves first, then the old row and its tokens."""
    warrant = custody.write_warrant(
        "hold",
        hold.emergency,
        matter=hold.pk,
        scope={"leaves": [list(leaf) for leaf in leaves_of(row)]},
        approvers=[person.staff_number for person in (hold.first_by, hold.second_by) if person],
        earliest=hold.approved_at or clock.now(),
    )
    custody.puncture(warrant)
    with permits.opened(hold.emergency, matter=hold.pk, kind="hold", record=row.pk):
        Token.objects.filter(emergency=hold.emergency, record=row.pk).delete()
        Record.objects.of(hold.emergency).filter(pk=row.pk)._raw_delete("default")
    custody.close_warrant(warrant)
    custody.take_out(row.birth_batch, entries=1, persons=row.persons)


def lift(hold: Hold, *, actor: Any) -> Hold:
    """End a hold before its day. What was held falls due at once, and a disposal batch is proposed for it."""
    _demand(actor, hold)
    with gate.exclusive(hold.emergency) as emergency:
        if (
            Hold.objects.filter(pk=hold.pk, state=Hold.State.IN_FORCE).update(
                state=Hold.State.LIFTED, lifted_at=clock.now()
            )
            != 1
        ):
            raise WrongState(_("Only a hold in force can be lifted."), code="not_in_force")
        emergency.growth += 1
        emergency.save(update_fields=["growth"])
        ledger.write("holds.lift", actor=actor, emergency=hold.emergency, subject=hold.audit_ref)
    hold.refresh_from_db()
    return hold


def is_held(audit_ref: Any) -> bool:
    """Whether a hold stands, or is on its way, for this record."""
    return Hold.objects.filter(audit_ref=audit_ref, state__in=[Hold.State.APPROVED, Hold.State.IN_FORCE]).exists()


def held_for(receipt_hash: bytes) -> Held | None:
    """What a receipt page says of a record that a hold has moved."""
    row = HeldRecord.objects.select_related("hold").filter(receipt_hash=receipt_hash).first()
    return Held(row.received_on, str(row.hold.get_ground_display()), row.hold.ends_on) if row else None


def on_the_way(emergency: Any) -> bool:
    """Whether a hold is approved and its record not moved yet: until then no key of the emergency may die."""
    return Hold.objects.filter(emergency=emergency, state=Hold.State.APPROVED).exists()


def in_force(emergency: Any) -> int:
    """How many records of this emergency are held."""
    return Hold.objects.filter(emergency=emergency, state=Hold.State.IN_FORCE).count()


def ended(today: date) -> list[Hold]:
    """Holds whose day has passed, or that were lifted, and whose record is still kept."""
    over = Hold.objects.filter(held__isnull=False)
    return list(over.filter(state=Hold.State.LIFTED) | over.filter(state=Hold.State.IN_FORCE, ends_on__lt=today))
