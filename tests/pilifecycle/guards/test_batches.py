"""No batch opens an emergency without two people's signatures under what it names now."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from collection.records import permits
from collection.records.models import Record
from retention.batches.models import Approval, DisposalBatch, JournalStep, Witness
from retention.certificates.models import Edition
from retention.holds.models import HeldRecord, Hold
from tests.pilifecycle.guards import rows

pytestmark = pytest.mark.django_db


@contextmanager
def refused(words: str | None = None) -> Iterator[None]:
    with pytest.raises(IntegrityError, match=words), transaction.atomic():
        yield


def opens(batch: DisposalBatch) -> bool:
    """Whether the database lets this batch have its permit."""
    try:
        with permits.opened(batch.emergency, matter=batch.pk, kind="batch"):
            return True
    except IntegrityError:
        return False


def a_batch(**more: Any) -> DisposalBatch:
    return rows.a_batch(rows.an_emergency(), **more)


def of(row: Any) -> Any:
    return type(row).objects.filter(pk=row.pk)


# -- signatures
def test_two_people_and_nobody_less() -> None:
    batch = a_batch()
    found = []
    for _ in range(3):
        rows.started(batch)
        found.append(opens(batch))
        rows.an_approval(batch)
    assert found == [False, False, True]


@pytest.mark.parametrize(
    "state", ["proposed", "approved", "physically_deleted", "final", "sent_back", "stopped", "void"]
)
def test_a_batch_that_does_not_run_opens_nothing(state: str) -> None:
    batch = rows.a_running_batch(rows.an_emergency())
    assert opens(batch)
    assert not opens(rows.started(batch, state))


def test_its_keys_may_be_gone_already() -> None:
    assert opens(rows.started(rows.a_running_batch(rows.an_emergency()), "keys_destroyed"))


def test_only_its_own_emergency() -> None:
    batch, other = rows.a_running_batch(rows.an_emergency()), rows.an_emergency()
    with pytest.raises(IntegrityError), permits.opened(other, matter=batch.pk, kind="batch"):
        pass
    with pytest.raises(IntegrityError), permits.opened(other, matter=uuid4(), kind="batch"):
        pass


def test_signatures_under_another_manifest_or_against_it_do_not_count() -> None:
    batch = a_batch()
    rows.an_approval(batch)
    rows.an_approval(batch, manifest_hash="b" * 64)
    rows.an_approval(batch, decision="send_back")
    assert not opens(rows.started(batch))


def test_the_proposer_signs_nothing() -> None:
    proposer = rows.a_person()
    batch = a_batch(proposer=proposer)
    with refused():
        rows.an_approval(batch, proposer)
    with refused("not the proposer"):
        rows.an_approval(batch, proposer, proposer=None)
    with refused("not the proposer"):
        rows.an_approval(batch, proposer=rows.a_person())


def test_nobody_signs_twice() -> None:
    batch, person = a_batch(), rows.a_person()
    rows.an_approval(batch, person)
    with refused():
        rows.an_approval(batch, person)


def test_a_signature_stays() -> None:
    approval = rows.an_approval(a_batch())
    with refused():
        of(approval).update(decision="send_back")
    with refused():
        Approval.objects.all().delete()


# -- what was signed
def test_a_signed_batch_names_what_was_signed() -> None:
    batch = a_batch()
    of(batch).update(manifest={"n": 2}, manifest_hash="c" * 64, growth=2)
    batch.refresh_from_db()
    rows.an_approval(batch)
    changes: list[dict[str, Any]] = [{"manifest": {"n": 9}}, {"manifest_hash": "d" * 64}, {"emergency": uuid4()}]
    for change in [*changes, {"items": ["name"]}, {"rule": "rolling"}, {"growth": 7}, {"proposer": rows.a_person()}]:
        with refused("what they signed"):
            of(batch).update(**change)
    batch.state = "approved"
    batch.save()


def test_it_starts_after_its_cooling_off_only() -> None:
    batch = a_batch()
    of(batch).update(cooling_until=rows.NOW)
    with refused("cooling off"):
        of(batch).update(started_at=rows.NOW - timedelta(seconds=1))
    with refused("never ends earlier"):
        of(batch).update(cooling_until=rows.NOW - timedelta(hours=1))
    of(batch).update(started_at=rows.NOW)


def test_what_proves_a_disposal_is_never_deleted() -> None:
    batch = a_batch()
    JournalStep.objects.create(batch=batch, order=1, name="keys")
    Witness.objects.create(batch=batch, office="o", capacity="c", opinion="agreed", at=rows.NOW)
    given = {"number": "n", "state": "final", "envelope": "{}", "sha256": "0", "path": "p", "leaf_uid": uuid4()}
    edition = Edition.objects.create(batch=batch, issued_at=rows.NOW, **given)
    for model in (JournalStep, Witness, Edition, DisposalBatch):
        with refused():
            model.objects.all()._raw_delete("default")  # type: ignore[attr-defined]
    with refused():
        of(edition).update(envelope="{...}")


# -- standing approvals
def a_rolling_batch(**standing: Any) -> DisposalBatch:
    batch = a_batch(rule="rolling", campaign=uuid4())
    signed = rows.a_standing(batch, **standing)
    return rows.started(batch, standing=signed)


def test_a_standing_approval_of_two_opens_its_rolling_batches() -> None:
    assert opens(a_rolling_batch())


LAPSED: dict[str, dict[str, Any]] = {
    "one signature": {"second_by": None},
    "stopped": {"stopped_at": rows.NOW},
    "over": {"ends_on": rows.NOW.date() - timedelta(days=1)},
    "another campaign": {"campaign": uuid4()},
    "another emergency": {"emergency": uuid4()},
}


@pytest.mark.parametrize("more", LAPSED.values(), ids=LAPSED)
def test_a_standing_approval_that_does_not_stand_opens_nothing(more: dict[str, Any]) -> None:
    assert not opens(a_rolling_batch(**more))


def test_what_was_begun_under_a_standing_approval_is_finished_though_it_was_stopped() -> None:
    batch = a_rolling_batch()
    of(batch.standing).update(stopped_at=batch.started_at + timedelta(minutes=1))
    assert opens(batch)


def test_a_standing_approval_ends_with_its_local_day() -> None:
    batch = a_rolling_batch()
    evening, midnight = rows.NOW.replace(hour=15, minute=59), rows.NOW.replace(hour=16, minute=0)
    assert opens(rows.started(batch, started_at=evening, standing=batch.standing))
    assert not opens(rows.started(batch, started_at=midnight, standing=batch.standing))


def test_a_standing_approval_does_not_cover_another_rule() -> None:
    batch = a_batch(rule="end", campaign=uuid4())
    assert not opens(rows.started(batch, standing=rows.a_standing(batch)))


def test_a_standing_approval_says_what_was_signed() -> None:
    standing = rows.a_standing(a_batch(campaign=uuid4()), second_by=None)
    of(standing).update(second_by=rows.a_person(), second_at=rows.NOW)
    of(standing).update(stopped_at=rows.NOW)
    changes: list[dict[str, Any]] = [{"ceiling": 10_000}, {"ends_on": rows.NOW.date()}, {"campaign": uuid4()}]
    for change in [*changes[:1], *changes[2:], {"stopped_at": None}, {"second_by": rows.a_person()}]:
        with refused():
            of(standing).update(**change)


# -- holds
def test_a_hold_moves_its_record_once_it_is_approved() -> None:
    record = rows.a_record(rows.an_emergency())
    hold = rows.a_hold(record)
    with pytest.raises(IntegrityError), permits.opened(hold.emergency, matter=hold.pk, kind="hold", record=record):
        pass
    of(hold).update(state="approved")
    with permits.opened(hold.emergency, matter=hold.pk, kind="hold", record=record):
        rows.a_held_record(hold)
        record.delete()
    assert (Record.objects.count(), HeldRecord.objects.count()) == (0, 1)


def test_a_held_record_is_guarded_like_any_other() -> None:
    hold = rows.a_hold(rows.a_record(rows.an_emergency()), state="in_force")
    held = rows.a_held_record(hold)
    with refused():
        held.delete()
    with refused():
        of(held).update(pack_core=b"other")
    with refused():
        hold.delete()


def test_a_hold_outranks_the_end_of_its_emergency() -> None:
    emergency = rows.an_emergency()
    record = rows.a_record(emergency)
    hold = rows.a_hold(record, state="in_force")
    held = rows.a_held_record(hold)
    with permits.opened(emergency, matter=rows.a_running_batch(emergency).pk, kind="batch"):
        record.delete()
        with refused("in force"):
            of(held).delete()
    Hold.objects.filter(pk=hold.pk).update(state="lifted")
    with permits.opened(emergency, matter=rows.a_running_batch(emergency).pk, kind="batch"):
        of(held).delete()


def test_a_batch_for_ended_holds_reaches_held_records() -> None:
    hold = rows.a_hold(rows.a_record(rows.an_emergency()), state="in_force")
    held = rows.a_held_record(hold)
    batch = rows.a_running_batch(hold.emergency, rule="hold_ended", manifest={"hold": str(hold.pk)})
    with permits.opened(hold.emergency, matter=batch.pk, kind="batch"):
        of(held).delete()


def test_a_batch_for_one_ended_hold_reaches_no_other_held_record() -> None:
    emergency = rows.an_emergency()
    ended, other = (rows.a_hold(rows.a_record(emergency), state="in_force") for _hold in range(2))
    held = rows.a_held_record(other)
    batch = rows.a_running_batch(emergency, rule="hold_ended", manifest={"hold": str(ended.pk)})
    with permits.opened(emergency, matter=batch.pk, kind="batch"), refused("in force"):
        of(held).delete()
