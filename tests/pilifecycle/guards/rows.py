"""The smallest rows that stand where the guards look, written straight into the tables: no room's action is asked."""

import secrets
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from collection.emergencies.models import CollectionStandard, Emergency
from collection.records.models import Errand, Record
from pilifecycle.access.models import User
from retention.batches.models import Approval, DisposalBatch, StandingApproval
from retention.holds.models import HeldRecord, Hold

NOW = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
HASH = "a" * 64


def a_person(number: str = "") -> User:
    number = number or secrets.token_hex(4)
    return User.objects.create(username=number, staff_number=number)


def an_emergency(**more: Any) -> Emergency:
    words = dict.fromkeys(["title", "area", "authority", "document", "matters", "measures"], "-")
    given: dict[str, Any] = {"category": "natural_disaster", "grade": 2, "level": 2, "expected_end": date(2026, 4, 1)}
    given |= {"declared_at": NOW, "declared_by": a_person(), **words, **more}
    return Emergency.objects.create(**given)


def a_standard(**more: Any) -> CollectionStandard:
    words: dict[str, Any] = {
        name: {"zh": "-"} for name in ("title", "purpose", "method", "medium", "circulation", "protection")
    }
    given = {"code": secrets.token_hex(4), "version": 1, "category": "natural_disaster", "proposed_at": NOW}
    return CollectionStandard.objects.create(**{**given, **words, **more})


def columns(emergency: Emergency | UUID, **more: Any) -> dict[str, Any]:
    """What a sealed row of the emergency is made of."""
    given: dict[str, Any] = {
        "emergency_id": emergency if isinstance(emergency, UUID) else emergency.pk,
        "point_id": uuid4(),
        "standard_id": uuid4(),
        "birth_batch": secrets.randbits(62),
        "birth_index": 1,
        "level": 2,
        "language": "zh-hans",
        "basis": {},
        "submission_hash": secrets.token_bytes(32),
        "content_tag": bytes(16),
        "receipt_hash": secrets.token_bytes(32),
        "received_at": NOW,
        "received_on": NOW.date(),
        "keep_until": date(2026, 5, 1),
        "pack_core": b"sealed",
    }
    return given | more


def a_record(emergency: Emergency | UUID, **more: Any) -> Record:
    return Record.objects.bulk_create([Record(**columns(emergency, **more))])[0]


def an_errand(record: Record, **more: Any) -> Errand:
    given: dict[str, Any] = {"kind": "withdrawal", "emergency": record.emergency_id, "record": record.pk}
    given |= {"audit_ref": record.audit_ref, "receipt_hash": b"r", "actor": "person", "asked_at": NOW, "run_after": NOW}
    return Errand.objects.create(**given | more)


def a_hold(record: Record, **more: Any) -> Hold:
    words = dict.fromkeys(["authority", "document", "legality", "necessity", "security", "measures"], "-")
    given: dict[str, Any] = {"emergency": record.emergency_id, "record": record.pk, "audit_ref": record.audit_ref}
    given |= {"ground": "evidence", "ends_on": date(2026, 6, 1), "proposed_by": a_person(), "proposed_at": NOW, **words}
    return Hold.objects.create(**given | more)


def a_held_record(hold: Hold) -> HeldRecord:
    return HeldRecord.objects.create(**columns(hold.emergency, hold=hold, standard_id=a_standard().pk))


def a_batch(emergency: Emergency | UUID, **more: Any) -> DisposalBatch:
    key = emergency if isinstance(emergency, UUID) else emergency.pk
    given: dict[str, Any] = {"number": secrets.token_hex(4), "emergency": key, "rule": "end", "due_on": NOW.date()}
    given |= {"scope_key": secrets.token_hex(8), "received_before": NOW, "proposed_at": NOW, "manifest": {"n": 1}}
    given |= {"manifest_hash": HASH, "growth": 0}
    return DisposalBatch.objects.create(**given | more)


def an_approval(batch: DisposalBatch, reviewer: User | None = None, **more: Any) -> Approval:
    given: dict[str, Any] = {"batch": batch, "manifest_hash": batch.manifest_hash, "reviewer": reviewer or a_person()}
    given |= {"proposer": batch.proposer, "decision": "approve", "role": "reviewer", "role_since": NOW}
    return Approval.objects.create(**{**given, "persons_typed": 1, "at": NOW, **more})


def a_standing(batch: DisposalBatch, **more: Any) -> StandingApproval:
    given: dict[str, Any] = {"emergency": batch.emergency, "campaign": batch.campaign, "rule": "rolling", "ceiling": 9}
    given |= {"starts_at": NOW, "ends_on": NOW.date(), "first_by": a_person(), "second_by": a_person()}
    return StandingApproval.objects.create(**given | more)


def started(batch: DisposalBatch, state: str = "running", **more: Any) -> DisposalBatch:
    """As its claim leaves it."""
    given = {"cooling_until": NOW, "started_at": NOW + timedelta(hours=1), "state": state, **more}
    DisposalBatch.objects.filter(pk=batch.pk).update(**given)
    batch.refresh_from_db()
    return batch


def a_running_batch(emergency: Emergency | UUID, **more: Any) -> DisposalBatch:
    """Proposed, signed by two, cooled off and claimed."""
    batch = a_batch(emergency, **more)
    an_approval(batch)
    an_approval(batch)
    return started(batch)
