"""Register: one submission becomes one sealed row, or the same receipt again.

Sealing happens before the data transaction opens; whether the point still collects is asked once more inside it.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from collection.emergencies import gate, standards
from collection.emergencies.models import CollectionStandard, Emergency, StandardItem
from collection.notices import actions as notices
from collection.notices.access import askable
from collection.points.access import is_collecting
from collection.points.models import Point
from pilifecycle.custody import actions as custody
from pilifecycle.errors import Gone, Invalid, WrongState
from pilifecycle.ids import uuid7
from pilifecycle.store import clock

from . import doors, receipts
from .answers import Prepared, Submission, content_tag, keep_until, prepare
from .models import Record, Tombstone


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
    row = _sealed(point, given, code)
    try:
        _keep(point, given, row)
    except IntegrityError:
        if earlier := _earlier(emergency.id, given, code):
            return earlier
        raise
    return Receipt(code, row.pk)


def _sealed(point: Point, given: Submission, code: str) -> Record:
    """The row to be kept: answers checked and sealed, in custody's own transactions."""
    campaign, emergency = point.campaign, point.campaign.emergency
    parent = _parent(given, emergency)
    items = _asked(campaign.standard, given, emergency.level)
    categories, known = standards.categories(campaign.standard), doors.labels(campaign.body_id)
    prepared = prepare(items, categories, given, clock.today(), known)
    pk = uuid7()
    sealed = custody.seal(
        emergency.id,
        pk,
        standard_version=str(campaign.standard_id),
        contents=prepared.contents,
        buckets=standards.buckets(campaign.standard),
        lane=campaign.pk,
    )
    return _row(pk, point, given, prepared, code, parent, sealed, items)


def _asked(standard: CollectionStandard, given: Submission, level: int) -> list[StandardItem]:
    """What may be answered: in force at the level, and named by the notice that was shown."""
    if given.notice is None or given.deferred:
        return standards.items_in_force(standard, level)
    return askable(given.notice, level)


def _keep(point: Point, given: Submission, row: Record) -> None:
    """In the emergency's gate: everything that was looked at before is looked at once more, then the row is written."""
    with gate.shared(row.emergency_id) as fresh:
        _may_collect(point, fresh)
        if fresh.level != row.level:
            sentence = _("The response level has just changed. Please look at the form again.")
            raise WrongState(sentence, code="notice_stale")
        _current_notice(point, given)
        _still_followed(row)
        row.save(force_insert=True)
        if given.deferred:
            body = point.campaign.body_id
            notices.defer(row.audit_ref, emergency=fresh, body=body, reason=given.deferred, author=given.author)


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
